"""Puts generated flows to the test for as long as it takes: `python -m tests.fuzz [COUNT] [SEED]`.

Each flow is made from a seed of its own, counted up from SEED (0). Most are held against the
checker's promise, every fourth is run by the engine and by the reference interpreter as well. The
exit status is 1 if there was a breach; the same seed gives the same flow again.
"""

from __future__ import annotations

import sys
import time

from ..runtime.flow.agreement import difference
from ..runtime.flow.promise import put_to_the_test

COUNT = 10_000
COMPARED = 4
"""One of so many is given to both interpreters."""
SHOWN = 20


def main(arguments: list[str]) -> int:
    count, first = ([int(text) for text in arguments] + [COUNT, 0][len(arguments) :])[:2]
    began, passed, mistaken, compared = time.monotonic(), 0, 0, 0
    breaches: list[tuple[int, str]] = []
    for seed in range(first, first + count):
        verdict = put_to_the_test(seed)
        passed += verdict.has_passed
        mistaken += bool(verdict.mistakes)
        breaches += [(seed, breach) for breach in verdict.breaches]
        if seed % COMPARED == 0:
            compared += 1
            breaches += [(seed, found) for found in difference(seed)]
    seconds = time.monotonic() - began
    print(f"{count} flows from seed {first} on, {count / seconds:.0f} a second")
    print(f"{passed} passed the checker, {mistaken} had a mistake made on purpose")
    print(f"{compared} others went through both interpreters")
    for seed, breach in breaches[:SHOWN]:
        print(f"seed {seed}: {breach}")
    print(f"{len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
