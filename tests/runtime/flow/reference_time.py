"""A world in which time passes only when nothing else can happen; the reference runs in it.

Work is a generator that asks for something (the records below) and is sent the outcome. A *fiber*
is work that goes on beside others: the flow itself, a branch, a turn of a `for` with `parallel`,
and what a `timeout` limits. Exactly one fiber goes on at a time, so every order is a rule of this
page:

* Whoever became ready first goes on first. Branches begin in the order of the file.
* `Turn` and `Send` take no time but let the others that are ready go first.
* Of alarms for the same moment the one that was set first rings first.
* An action of the flow itself, with no branch and no time limit around, cannot be interrupted: it
  ends, and what comes next is refused. Anything else that waits is interrupted at once.
* Fibers that are stopped end one after the other, the last one of the file first, each with all its
  undos and `finally`s before the next. What is shielded is not interrupted.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .reference_requests import Act, End, FlowError, Fork, Listen, Pause, Request, Send, Turn, Work


@dataclass(eq=False)
class Fiber:
    work: Work
    fork: Forked | None = None
    number: int = 0
    stopped: bool = False
    is_late: bool = False
    is_told: bool = False
    waits_for: Request | None = None


@dataclass(eq=False)
class Forked:
    asked: Fork
    parent: Fiber
    living: list[Fiber] = field(default_factory=list)
    begun: int = 0
    ends: list[End] = field(default_factory=list)
    is_decided: bool = False


def is_condemned(fiber: Fiber) -> bool:
    """Return whether a fiber, or what is around it, was told to stop."""
    if fiber.stopped:
        return True
    fork = fiber.fork
    return fork is not None and not fork.asked.shielded and is_condemned(fork.parent)


def has_to_wait(fiber: Fiber) -> bool:
    """Return whether others that were stopped end before this one."""
    fork = fiber.fork
    if fork is None or not is_condemned(fiber):
        return False
    if any(other.number > fiber.number and is_condemned(other) for other in fork.living):
        return True
    return not fork.asked.shielded and has_to_wait(fork.parent)


class World:
    """One run's time, fibers and events."""

    def __init__(self) -> None:
        self.now = 0.0
        self._root: Fiber | None = None
        self._outcome: tuple[Any, FlowError | None] | None = None
        self._ready: deque[tuple[Fiber, Any, FlowError | None]] = deque()
        self._alarms: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._waiting: list[Fiber] = []
        self._told: list[Fiber] = []
        self._kept_events: list[Mapping[str, Any]] = []

    def run(self, work: Work, cancel_after: float | None = None) -> Any:
        """Let work come to its end, and return what it comes to."""
        self._root = Fiber(work)
        self._ready.append((self._root, None, None))
        if cancel_after is not None:
            self._set_alarm(cancel_after, self.cancel)
        while self._outcome is None:
            if self._ready:
                self._go_on(*self._ready.popleft())
            else:
                self.now, _, ring = heapq.heappop(self._alarms)
                ring()
        output, error = self._outcome
        if error is not None:
            raise error
        return output

    def cancel(self) -> None:
        """Stop the run from outside."""
        assert self._root is not None
        self._stop([self._root])

    def _set_alarm(self, seconds: float, ring: Callable[[], None]) -> None:
        heapq.heappush(self._alarms, (self.now + seconds, next(self._numbers), ring))

    def _go_on(self, fiber: Fiber, answer: Any, error: FlowError | None) -> None:
        try:
            asked = fiber.work.send(answer) if error is None else fiber.work.throw(error)
        except StopIteration as stop:
            self._ended(fiber, stop.value, None)
        except FlowError as failure:
            self._ended(fiber, None, failure)
        else:
            if asked.shielded or not is_condemned(fiber):
                self._begin(fiber, asked)
            elif fiber.is_told:
                self._ready.appendleft((fiber, None, FlowError("CANCELLED", 499)))
            else:
                self._tell(fiber)

    # ---- requests

    def _begin(self, fiber: Fiber, asked: Request) -> None:
        fiber.waits_for = asked
        self._waiting.append(fiber)
        match asked:
            case Pause():
                self._set_alarm(asked.seconds, lambda: self._answer(fiber, asked))
            case Turn():
                self._answer(fiber, asked)
            case Act():
                seconds, output, error = asked.begin()
                self._set_alarm(seconds, lambda: self._answer(fiber, asked, output, error))
            case Listen():
                self._listen(fiber, asked)
            case Send():
                self._send(fiber, asked)
            case Fork():
                self._fork(fiber, asked)

    def _answer(
        self, fiber: Fiber, asked: Request, answer: Any = None, error: FlowError | None = None
    ) -> None:
        """Answer a request, unless it is none any more."""
        if fiber.waits_for is asked:
            fiber.waits_for = None
            self._waiting.remove(fiber)
            self._ready.append((fiber, answer, error))

    def _listen(self, fiber: Fiber, asked: Listen) -> None:
        for event in self._kept_events:
            if self._takes(fiber, asked, event):
                self._kept_events.remove(event)
                return
        if asked.seconds is not None:
            late = FlowError("TIMEOUT", 504)
            self._set_alarm(asked.seconds, lambda: self._answer(fiber, asked, None, late))

    def _send(self, fiber: Fiber, asked: Send) -> None:
        self._answer(fiber, asked)
        listening = [(it, it.waits_for) for it in self._waiting]
        took = [self._takes(it, ask, asked.event) for it, ask in listening]
        if not any(took):
            self._kept_events.append(asked.event)

    def _takes(self, fiber: Fiber, asked: Request | None, event: Mapping[str, Any]) -> bool:
        if not isinstance(asked, Listen) or asked.type != event["type"]:
            return False
        try:
            if not asked.matches(event):
                return False
        except FlowError as error:
            self._answer(fiber, asked, None, error)
        else:
            self._answer(fiber, asked, event)
        return True

    # ---- fibers that go on beside each other

    def _fork(self, fiber: Fiber, asked: Fork) -> None:
        fork = Forked(asked, fiber)
        while (asked.most is None or fork.begun < asked.most) and self._begin_next(fork):
            pass
        if not fork.begun:
            self._answer(fiber, asked, ([], False))
        elif asked.seconds is not None:
            (limited,) = fork.living
            self._set_alarm(asked.seconds, lambda: self._time_is_up(limited))

    def _begin_next(self, fork: Forked) -> bool:
        is_cut_off = not fork.asked.shielded and is_condemned(fork.parent)
        work = None if fork.is_decided or is_cut_off else next(fork.asked.works, None)
        if work is None:
            return False
        fiber = Fiber(work, fork, fork.begun)
        fork.living.append(fiber)
        fork.begun += 1
        self._ready.append((fiber, None, None))
        return True

    def _time_is_up(self, fiber: Fiber) -> None:
        assert fiber.fork is not None
        if fiber in fiber.fork.living and not is_condemned(fiber):
            fiber.is_late = True
            self._stop([fiber])

    def _ended(self, fiber: Fiber, output: Any, error: FlowError | None) -> None:
        fork = fiber.fork
        if fork is None:
            self._outcome = (output, error)
            return
        fork.living.remove(fiber)
        fork.ends.append(End(fiber.number, output, error, fiber.is_late))
        if not fork.is_decided and (error is None) == fork.asked.first_success_decides:
            fork.is_decided = True
            self._stop(fork.living)
        self._begin_next(fork)
        if not fork.living:
            is_cut_off = not fork.asked.shielded and is_condemned(fork.parent)
            self._answer(fork.parent, fork.asked, (fork.ends, is_cut_off))
        self._let_end()

    # ---- stopping

    def _stop(self, fibers: list[Fiber]) -> None:
        """Interrupt what waits in these fibers, and inside of them."""
        for fiber in fibers:
            fiber.stopped = True
        for fiber in list(self._waiting):
            asked = fiber.waits_for
            is_safe = isinstance(asked, Act) and fiber.fork is None
            if asked is None or asked.shielded or is_safe or isinstance(asked, Fork):
                continue
            if is_condemned(fiber):
                fiber.waits_for = None
                self._waiting.remove(fiber)
                self._tell(fiber)

    def _tell(self, fiber: Fiber) -> None:
        """Tell a fiber that it is stopped, as soon as it may end."""
        fiber.is_told = True
        self._told.append(fiber)
        self._let_end()

    def _let_end(self) -> None:
        for fiber in list(self._told):
            if not has_to_wait(fiber):
                self._told.remove(fiber)
                self._ready.append((fiber, None, FlowError("CANCELLED", 499)))
