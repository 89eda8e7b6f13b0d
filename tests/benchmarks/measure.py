"""Ratios of two pieces of work, measured in turn so that a noisy machine disturbs both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

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
        return f"{self.name:<62} {self.ratio:>8.2f}  {sign} {self.target:<5g} {verdict}"


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
