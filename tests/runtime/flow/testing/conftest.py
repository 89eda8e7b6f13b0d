"""Fixtures of flow tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cartflow.runtime.workbench import Workbench

from .bakery import Bakery, Kitchen


@pytest.fixture(scope="session")
def bakery_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """Give a workbench with the bakery's actions."""
    bakery = Bakery(tmp_path_factory.mktemp("bakery"))
    with Workbench([("bakery", bakery)]) as bench:
        yield bench


@pytest.fixture
def kitchen(tmp_path: Path, bakery_bench: Workbench) -> Kitchen:
    """Give a folder for a flow and its tests."""
    return Kitchen(tmp_path, bakery_bench)
