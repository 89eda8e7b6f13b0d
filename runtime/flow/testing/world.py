"""The world of a flow test: its time passes only where everybody waits, and then at once.

It is the clock of the application and makes the workers of its runs. Each piece of work that goes
on beside a flow has a thread, but only one thread is awake at a time, and it hands on when it waits
or ends. So a test takes no time, and does the same each time.
"""

from __future__ import annotations

import heapq
import random
import string
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf
from typing import Any, Final

from ...errors import CartflowError

STARTED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When every test begins, so that times in expectations can be written down."""

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_WORK, _FLOW, _LAST = 0, 1, 2
"""Of what is due at the same time, actions come before the flows that wait for them."""

Note = Callable[[], None]


class UnfitTestError(CartflowError):
    """A test cannot be carried out as it stands; the message says what it lacks."""


class _WorldOverError(BaseException):
    """Ends a thread that nobody waits for; not an `Exception`, which handlers might catch."""


class _Actor:
    """A thread, with what wakes it.

    Attributes:
        number: Of the entry in the list of sleepers that holds; None while it does not sleep.
    """

    def __init__(self) -> None:
        self.turn = threading.Semaphore(0)
        self.number: int | None = None


class World:
    """Time, randomness and threads of one test after the other."""

    def __init__(self) -> None:
        self._main = _Actor()
        self._current = self._main
        self._ready: deque[_Actor] = deque()
        self._sleepers: list[tuple[float, int, int, _Actor]] = []
        self._numbers = count()
        self._others: set[_Actor] = set()
        self._is_stuck = False
        self._is_over = False
        self._passed_s = 0.0
        self._random = random.Random(0)

    def begin(self) -> None:
        """Begin a test: the time and the lots are the same each time."""
        self._passed_s = 0.0
        self._random.seed(0)

    def end(self) -> None:
        """End a test: see work to its end that nobody waited for any more."""
        while self._others:
            if self._is_anybody_due():
                self._sleep(self._sleepers[0][0], _LAST)
            else:
                self._is_over = not self._ready
                self._ready.extend(self._others if self._is_over else ())
                self._ready.append(self._main)
                self._hand_on(self._main)
        self._is_over = self._is_stuck = False
        self._sleepers.clear()

    # ---- the clock

    def now(self) -> datetime:
        """Return the time that the test has come to."""
        return STARTED + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        """Return the seconds since the test began."""
        return self._passed_s

    def sleep(self, seconds: float) -> None:
        """Let others go on for *seconds*."""
        self._sleep(self._passed_s + max(seconds, 0.0), _WORK)

    def jitter(self) -> float:
        """Return 1: retries come after the time that the flow says."""
        return 1.0

    def random_text(self, length: int) -> str:
        """Return *length* characters `[A-Za-z0-9]`; nothing is secret in a test."""
        return "".join(self._random.choices(_ALPHANUMERIC, k=length))

    # ---- threads

    def workers(self) -> WorldWorkers:
        """Return the workers of one run."""
        return WorldWorkers(self)

    def begin_beside(self, work: Callable[[], None]) -> None:
        """Begin *work* in a thread of its own, as soon as somebody hands on."""
        actor = _Actor()

        def run() -> None:
            actor.turn.acquire()
            self._current = actor
            try:
                if not self._is_over:
                    work()
            except _WorldOverError:
                pass  # that was to end it
            finally:
                self._others.discard(actor)
                self._hand_on(None)

        self._others.add(actor)
        self._ready.append(actor)
        threading.Thread(target=run, name="invocation", daemon=True).start()

    def wait_for_note(self, workers: WorldWorkers, timeout_s: float | None) -> None:
        """Let others go on until *workers* have a note, or the time is up.

        Raises:
            UnfitTestError: There is nothing left that could happen.
        """
        due = inf if timeout_s is None else self._passed_s + timeout_s
        workers.reader = self._current
        self._sleep(due, _FLOW)
        workers.reader = None

    def wake(self, actor: _Actor) -> None:
        """Have a thread go on that sleeps."""
        if actor.number is not None:
            actor.number = None
            self._ready.append(actor)

    def _sleep(self, due: float, rank: int) -> None:
        me = self._current
        me.number = next(self._numbers)
        heapq.heappush(self._sleepers, (due, rank, me.number, me))
        self._hand_on(me)
        if me is self._main and self._is_stuck:
            self._is_stuck = False
            message = "the flow waits for something that never happens; add it to 'events'"
            raise UnfitTestError(message)
        if self._is_over and me is not self._main:
            raise _WorldOverError

    def _hand_on(self, me: _Actor | None) -> None:
        """Have the next thread go on; return when it is *my* turn again (None: never)."""
        other = self._next()
        if other is not me:
            other.turn.release()
            if me is not None:
                me.turn.acquire()
        if me is not None:
            self._current = me

    def _next(self) -> _Actor:
        if self._ready:
            return self._ready.popleft()
        if not self._is_anybody_due():
            self._is_stuck = True
            self._main.number = None
            return self._main
        due, _, _, actor = heapq.heappop(self._sleepers)
        actor.number = None
        self._passed_s = max(self._passed_s, due)
        return actor

    def _is_anybody_due(self) -> bool:
        """Return whether somebody sleeps who will wake by himself."""
        sleepers = self._sleepers
        while sleepers and sleepers[0][3].number != sleepers[0][2]:
            heapq.heappop(sleepers)  # was woken before
        return bool(sleepers) and sleepers[0][0] < inf


class WorldWorkers:
    """The `Workers` of one run.

    Attributes:
        reader: The thread that waits for a note.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._notes: deque[Note] = deque()
        self.reader: _Actor | None = None

    def start(
        self, work: Callable[[], Any], note_of: Callable[[Any, BaseException | None], Note]
    ) -> None:
        """Begin *work*; when it has ended, post the note that *note_of* makes of its outcome."""

        def run() -> None:
            try:
                output, error = work(), None
            except Exception as failure:  # whatever it is, the flow has to hear of it
                output, error = None, failure
            self.post(note_of(output, error))

        self._world.begin_beside(run)

    def post(self, note: Note) -> None:
        """Add a note."""
        self._notes.append(note)
        if self.reader is not None:
            self._world.wake(self.reader)

    def wait(self, timeout_s: float | None) -> Note | None:
        """Return the next note; None if there is none within *timeout_s* (None: however long)."""
        if not self._notes:
            self._world.wait_for_note(self, timeout_s)
        return self._notes.popleft() if self._notes else None
