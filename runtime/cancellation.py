"""What stops a run, and what an attempt at an invocation may still do once it is to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from enum import Enum

from .errors import ActionError


class Cancellation:
    """A flag that is set once, from any thread, and tells whoever listens."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._is_set = False
        self._listeners: list[Callable[[], None]] = []

    def is_set(self) -> bool:
        """Return whether somebody has set it."""
        return self._is_set

    def set(self) -> None:
        """Set it; from then on it stays so."""
        with self._lock:
            if self._is_set:
                return
            self._is_set = True
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def tell(self, listener: Callable[[], None]) -> None:
        """Have *listener* called once it is set: at once, if it is set already."""
        with self._lock:
            if not self._is_set:
                self._listeners.append(listener)
                return
        listener()

    def forget(self, listener: Callable[[], None]) -> None:
        """Have *listener* not called any more."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)


class _State(Enum):
    OPEN = 1
    HELD = 2
    ABANDONED = 3


class Attempt:
    """One try at an invocation, as far as it can be stopped.

    The thread of a handler cannot be stopped. So whoever waits for it and gives up, because its
    time is up or the run is cancelled, first asks here: either the attempt is abandoned, and can
    commit nothing any more, or it is being committed, and has to be waited for.

    Args:
        cancelled: Is set when nobody needs the result any more.
        deadline: When its time is up, aware, in UTC; None if nothing limits it.
        is_beside: Whether it has a thread of its own, so that whoever waits for it can give up.
    """

    __slots__ = ("_lock", "_once_open", "_state", "cancelled", "deadline", "is_beside")

    def __init__(
        self,
        cancelled: Cancellation | None = None,
        deadline: datetime | None = None,
        *,
        is_beside: bool = False,
    ) -> None:
        self.cancelled = cancelled or Cancellation()
        self.deadline = deadline
        self.is_beside = is_beside
        self._lock = threading.Lock()
        self._state = _State.OPEN
        self._once_open: Callable[[], None] | None = None

    def hold(self) -> None:
        """Begin what must not be abandoned.

        Raises:
            ActionError: `CANCELLED` if it is abandoned already: then nothing may be committed.
        """
        with self._lock:
            if self._state is _State.ABANDONED:
                raise abandoned()
            self._state = _State.HELD

    def release(self) -> None:
        """End what must not be abandoned."""
        with self._lock:
            self._state = _State.OPEN
            once_open, self._once_open = self._once_open, None
        if once_open is not None:
            once_open()

    def give_up(self, once_open: Callable[[], None] | None = None) -> bool:
        """Ask to stop; return True if it is abandoned, False if it has to be waited for.

        Args:
            once_open: Is called, from any thread, if it could be abandoned later after all: what
                was being committed was only a part of it, or could not be committed.
        """
        self.cancelled.set()
        with self._lock:
            if self._state is _State.HELD:
                self._once_open = once_open
                return False
            self._state = _State.ABANDONED
            return True

    def check(self) -> None:
        """Refuse to begin anything once it is abandoned.

        Raises:
            ActionError: `CANCELLED`.
        """
        if self._state is _State.ABANDONED:
            raise abandoned()


def abandoned() -> ActionError:
    """Return the error of an attempt that nobody waits for any more."""
    return ActionError("CANCELLED", "nobody waits for this call any more; it changed nothing")
