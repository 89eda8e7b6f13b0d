"""Random requests through the doors of the platforms, on both databases: see `doors`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import opened
from .doors.runs import REQUESTS, breaches_of
from .doors.world import World

RUNS = 6


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    for shop in opened(database_url, tmp_path):
        world = World(shop)
        yield world
        world.close()


def test_whatever_is_sent_is_answered_as_it_should_be(world: World) -> None:
    breaches = [breach for seed in range(RUNS) for breach in breaches_of(world, seed)]

    assert breaches == []
    assert world.counts.total() >= RUNS * REQUESTS
