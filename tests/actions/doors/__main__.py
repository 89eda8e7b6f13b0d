"""Sends random requests for as long as it takes: `python -m tests.actions.doors [COUNT] [SEED]`.

COUNT (10 000) requests are sent to a store on SQLite and as many to one on PostgreSQL, in runs that
begin with the same store; each is made from a seed of its own, counted up from SEED (0). What was
sent is told, with how it ended, and so are the first breaches; the exit status is 1 if there was
any.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from ...conftest import postgres
from ..conftest import opened
from .runs import REQUESTS, breaches_of
from .world import World

COUNT: Final = 10_000
SHOWN: Final = 20


def main(arguments: list[str]) -> int:
    count, first = ([int(text) for text in arguments] + [COUNT, 0][len(arguments) :])[:2]
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        urls = {"SQLite": f"sqlite:///{folder}/doors.db", "PostgreSQL": server}
        breaches = sum(_run(name, url, folder, count, first) for name, url in urls.items())
    print(f"{breaches} breaches")
    return 1 if breaches else 0


def _run(name: str, url: str, folder: str, count: int, first: int) -> int:
    """Return how many breaches there are on a database."""
    began, found = time.monotonic(), 0
    for shop in opened(url, Path(folder)):
        world = World(shop)
        for seed in range(first, first + math.ceil(count / REQUESTS)):
            for breach in breaches_of(world, seed):
                found += 1
                if found <= SHOWN:
                    print(f"{name}, {breach}")
        world.close()
        seconds = time.monotonic() - began
        print(
            f"{name}: {world.counts.total()} answers, {world.counts.total() / seconds:.0f} a second"
        )
        for what in sorted({what for what, _ in world.counts}):
            ends = [(count, how) for (kind, how), count in world.counts.items() if kind == what]
            print(f"  {what}: " + ", ".join(f"{how} {n}" for n, how in sorted(ends, reverse=True)))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
