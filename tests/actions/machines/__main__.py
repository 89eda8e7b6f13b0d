"""Makes random calls for as long as it takes: `python -m tests.actions.machines [COUNT] [SEED]`.

COUNT (10 000) calls are made on SQLite and as many on PostgreSQL, in runs of 50 steps that begin
with the same store. What was called is told, with how it ended; the first breach is shown in the
shortest run that leads to it, and the exit status is 1. The same seed (0) makes the same calls.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import Phase, seed
from hypothesis.stateful import run_state_machine_as_test

from ...conftest import postgres
from ..conftest import opened
from .machine import World, machine_of, runs

COUNT, STEPS = 10_000, 50
CALLS = 4
"""A step is about so many calls."""


def main(arguments: list[str]) -> int:
    count, first = ([int(text) for text in arguments] + [COUNT, 0][len(arguments) :])[:2]
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        urls = {"SQLite": f"sqlite:///{folder}/machines.db", "PostgreSQL": server}
        failed = [name for name, url in urls.items() if not _run(name, url, folder, count, first)]
    print(f"breaches on {' and '.join(failed)}" if failed else "no breaches")
    return 1 if failed else 0


def _run(name: str, url: str, folder: str, count: int, first: int) -> bool:
    began = time.monotonic()
    for shop in opened(url, Path(folder)):
        world = World(shop)
        machine = seed(first)(machine_of(world))
        try:
            while world.counts.total() < count:
                left = math.ceil((count - world.counts.total()) / STEPS / CALLS)
                settings = runs(left, STEPS, Phase.generate, Phase.shrink)
                run_state_machine_as_test(machine, settings=settings)
        except AssertionError as breach:
            print(f"{name}: {breach}", *breach.__notes__, sep="\n")
            return False
        _tell(name, world.counts, time.monotonic() - began)
    return True


def _tell(name: str, counts: Counter[tuple[str, str]], seconds: float) -> None:
    print(f"{name}: {counts.total()} calls, {counts.total() / seconds:.0f} a second")
    for action in sorted({action for action, _ in counts}):
        found = [(count, how) for (called, how), count in counts.items() if called == action]
        told = ", ".join(f"{how} {count}" for count, how in sorted(found, reverse=True))
        print(f"  {action}: {told}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
