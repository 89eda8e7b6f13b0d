"""What is to be done at a time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

_FEW = 64


class Timers:
    """Callbacks in order of time; most of them are taken back before their time has come."""

    def __init__(self) -> None:
        self._times: list[tuple[float, int]] = []
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._numbers = count()

    def __len__(self) -> int:
        """Return how many entries there are, those that were taken back included."""
        return len(self._times)

    def at(self, time: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Have *callback* called at a time; return what takes that back.

        Args:
            time: In seconds of the monotonic clock.
            callback: Is called by `run`.
        """
        number = next(self._numbers)
        self._callbacks[number] = callback
        heapq.heappush(self._times, (time, number))
        self._tidy()
        return lambda: self._forget(number)

    def next(self) -> float | None:
        """Return when the next callback is due; None if there is none."""
        while self._times and self._times[0][1] not in self._callbacks:
            heapq.heappop(self._times)
        return self._times[0][0] if self._times else None

    def run(self, now: float) -> None:
        """Call what is due."""
        while (time := self.next()) is not None and time <= now:
            _, number = heapq.heappop(self._times)
            self._callbacks.pop(number)()

    def _forget(self, number: int) -> None:
        self._callbacks.pop(number, None)

    def _tidy(self) -> None:
        """Drop what was taken back: a loop of a million short steps may have long timeouts."""
        if len(self._times) > _FEW + 2 * len(self._callbacks):
            self._times = [entry for entry in self._times if entry[1] in self._callbacks]
            heapq.heapify(self._times)
