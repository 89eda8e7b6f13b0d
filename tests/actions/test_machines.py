"""Random calls of all actions by several people, on both databases: see `machines`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis.stateful import run_state_machine_as_test

from .conftest import opened
from .machines.machine import World, machine_of, runs

EXAMPLES, STEPS = 20, 40


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    for shop in opened(database_url, tmp_path):
        yield World(shop)


def test_whatever_is_called_the_books_balance(world: World) -> None:
    # the shortest run to a breach takes minutes to find: python -m tests.actions.machines
    settings = runs(EXAMPLES, STEPS, Phase.generate, derandomize=True)

    run_state_machine_as_test(machine_of(world), settings=settings)

    succeeded = sum(count for (_, outcome), count in world.counts.items() if outcome == "ok")
    assert world.counts["placeOrder", "ok"] > 0
    assert succeeded > world.counts.total() / 3
