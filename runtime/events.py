"""The events of one run: from `emit` to `wait`, in this process.

An event goes to every `wait` that is waiting for it. If there is none it is kept for the next
`wait` of the run that it matches. Events of other runs are never seen: they may be other people's.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import ActionError

Event = Mapping[str, Any]
"""A CloudEvent, version 1.0."""

MAX_KEPT: Final = 1_000
"""Events that nobody has waited for yet; the oldest go first."""


@dataclass(frozen=True, eq=False, slots=True)
class Waiter:
    """Somebody who waits for an event.

    Attributes:
        type: The event's `type`.
        matches: Whether an event of that type is the one; it may raise `ActionError`.
        deliver: Is called once, from any thread, with the event or with the error of `matches`.
    """

    type: str
    matches: Callable[[Event], bool]
    deliver: Callable[[Event | ActionError], None]

    def takes(self, event: Event) -> bool:
        """Deliver an event if it is the one; return whether the waiter has something now."""
        if event["type"] != self.type:
            return False
        try:
            if not self.matches(event):
                return False
        except ActionError as error:
            self.deliver(error)
        else:
            self.deliver(event)
        return True


class Bus:
    """The events of one run and of the flows that it calls."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: deque[Event] = deque(maxlen=MAX_KEPT)
        self._waiters: list[Waiter] = []

    def emit(self, event: Event) -> None:
        """Hand an event to all who wait for it, or keep it."""
        with self._lock:
            waiting = [waiter for waiter in self._waiters if not waiter.takes(event)]
            if len(waiting) == len(self._waiters):
                self._kept.append(event)
            self._waiters = waiting

    def wait(self, waiter: Waiter) -> None:
        """Deliver the first kept event that matches, else the next one."""
        with self._lock:
            for index, event in enumerate(self._kept):
                if waiter.takes(event):
                    del self._kept[index]
                    return
            self._waiters.append(waiter)

    def forget(self, waiter: Waiter) -> None:
        """Deliver nothing to somebody who no longer waits."""
        with self._lock:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
