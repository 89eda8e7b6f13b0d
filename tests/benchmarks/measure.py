"""Ratios of two pieces of work, measured in turn so that a noisy machine disturbs both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: *ratio* is ours to the baseline, *target* its bound."""

    name: str
    ratio: float
    target: float
    is_minimum: bool = False

    @property
    def holds(self) -> bool:
        return self.ratio >= self.target if self.is_minimum else self.ratio <= self.target

    def __str__(self) -> str:
        sign = "≥" if self.is_minimum else "≤"
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        return f"{self.name:<76} {self.ratio:>8.2f}  {sign} {self.target:<5g} {verdict}"


def seconds(work: Work, times: int) -> float:
    """Return how long one turn of *work* takes, over *times* turns."""
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / times


def ratio(ours: Work, baseline: Work, *, times: int, rounds: int = 15) -> float:
    """Return the median, over the rounds, of our time to the baseline's in the same round."""
    seconds(ours, max(1, times // 10))
    seconds(baseline, max(1, times // 10))
    return statistics.median(seconds(ours, times) / seconds(baseline, times) for _ in range(rounds))


class Times(NamedTuple):
    """Seconds of single calls, taken alternately: for work in which a disk takes part.

    Such work is long enough for a clock, and what the disk does for others in between, for a
    hundred calls or for one, is then as likely to meet the baseline.
    """

    ours: list[float]
    baseline: list[float]

    def take(self, ours: Work, baseline: Work) -> None:
        """Measure each of the two once; which comes first, and finds cold caches, changes."""
        pair = [(ours, self.ours), (baseline, self.baseline)]
        for work, taken in pair if len(self.ours) % 4 < 2 else pair[::-1]:
            taken.append(seconds(work, 1))

    @property
    def ratio(self) -> float:
        """The median of our time to the baseline's beside it."""
        return paired_ratio(self.ours, self.baseline)


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median, over the pairs, of our time to theirs."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def alternately(ours: Work, baseline: Work, *, times: int) -> float:
    """Return the median ratio of single calls, see `Times`."""
    Times([], []).take(ours, baseline)
    taken = Times([], [])
    for _ in range(times):
        taken.take(ours, baseline)
    return taken.ratio
