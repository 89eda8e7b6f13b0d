"""The loop that answers the commands of a run, in every engine the same.

All generators of a run, its branches too, are advanced by one thread, so nothing in the interpreter
happens at the same time. Only invocations run beside it, and only where something else may go on
meanwhile: where there are branches, or a time limit. Time and threads are behind `Workers` and the
run's clock, so that tests can run days of waiting in no time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final

from ..action import Run
from ..cancellation import Attempt
from ..errors import ActionError
from ..events import Event, Waiter
from ..flow.commands import (
    Branches,
    Checkpoint,
    Command,
    Emit,
    Invoke,
    Joined,
    Sleep,
    SleepUntil,
    WaitForEvent,
    Within,
)
from ..flow.failures import is_cancellation
from ..flow.trace import time_text
from .invocations import Invocation, Invocations
from .tasks import Group, Region, Task, Wait, may_close
from .timers import Timers
from .workers import Workers

_CANCELLED: Final = "the run was cancelled"
_EXPIRED: Final = "the time of a step around it is up"
_DECIDED: Final = "another branch has ended the matter"
_UNSTOPPABLE: Final = Attempt()
"""Of an invocation in the flow's own thread that belongs to an `undo` or `finally`."""


class Driver:
    """Carries out one run.

    Args:
        run: What the run may do.
        workers: Where invocations run that others go on beside.
    """

    def __init__(self, run: Run, workers: Workers) -> None:
        self._run = run
        self._workers = workers
        self._clock = run.clock
        # a flow in a thread of its own leaves its actions, too, once nobody waits for it any more
        self._is_beside = run.attempt is not None and run.attempt.is_beside
        deadline = run.attempt.deadline if run.attempt is not None else None
        self._root = Region(deadline=inf if deadline is None else self._monotonic(deadline))
        self._attempt = Attempt(run.cancelled, deadline)
        self._timers = Timers()
        self._ready: deque[tuple[Task, Any, ActionError | None]] = deque()
        self._waiting: dict[Task, Wait] = {}
        self._closing: list[tuple[Task, ActionError]] = []
        self._beside = Invocations(run.invoke, workers)
        self._groups = 0
        self._outcome: tuple[Any, ActionError | None] | None = None

    def run(self, commands: Generator[Command, Any, Any]) -> Any:
        """Carry out the commands to their end, and return the output of the run.

        Raises:
            ActionError: The error that left the flow.
        """
        cancelled = self._run.cancelled
        if cancelled is not None:
            cancelled.tell(self._wake)
        try:
            self._advance(Task(commands, self._root), None, None)
            while self._outcome is None:
                self._turn()
        finally:
            if cancelled is not None:
                cancelled.forget(self._wake)
            for wait in self._waiting.values():  # there are some only if the run broke off
                wait.forget()
            self._beside.give_up()
        output, error = self._outcome
        if error is not None:
            raise error
        return output

    def _monotonic(self, time: datetime) -> float:
        """Return when a time is, in seconds of the monotonic clock."""
        return self._clock.monotonic() + (time - self._clock.now()).total_seconds()

    def _wake(self) -> None:
        self._workers.post(self._look_at_cancellation)

    def _look_at_cancellation(self) -> None:
        cancelled = self._run.cancelled
        if cancelled is not None and cancelled.is_set() and not self._root.stopped:
            self._stop([self._root], _CANCELLED)

    # ---- the loop

    def _turn(self) -> None:
        """Advance the tasks that are ready; look at what has happened, or wait until it does."""
        for _ in range(len(self._ready)):
            self._advance(*self._ready.popleft())
        if self._outcome is not None:
            return
        now, due = self._clock.monotonic(), self._timers.next()
        timeout_s = None if due is None else max(0.0, due - now)
        note = self._workers.wait(0.0 if self._ready else timeout_s)
        if note is not None:
            note()
        self._timers.run(self._clock.monotonic())

    def _advance(self, task: Task, answer: Any, error: ActionError | None) -> None:
        """Answer a task, and carry out its commands until it has to wait."""
        commands = task.commands
        while True:
            try:
                command = commands.send(answer) if error is None else commands.throw(error)
            except StopIteration as stop:
                answer, error = stop.value, None
                break
            except ActionError as failure:
                answer, error = None, failure
                break
            answer = error = None
            if not command.is_shielded and self._may_be_stopped() and (why := task.region.why()):
                error = ActionError("CANCELLED", why)
                if task.is_closing:
                    continue
                self._close(task, error)
                self._release()
                return
            if self._groups or self._is_beside or type(command) not in _AT_ONCE:
                _CARRY_OUT[type(command)](self, task, command)
                return
            if type(command) is Invoke:
                # nothing else can go on meanwhile: the thread of the flow is good enough
                attempt = _UNSTOPPABLE if command.is_shielded else self._attempt
                try:
                    answer = self._run.invoke(command, attempt)
                except ActionError as failure:
                    error = failure
                    self._look_at_error(task, command, failure)
        self._end(task, answer, error)

    def _may_be_stopped(self) -> bool:
        """Return whether it is worth asking the region of a task."""
        cancelled = self._run.cancelled
        if cancelled is not None and cancelled.is_set():
            self._look_at_cancellation()
            return True
        return self._groups > 0

    def _end(self, task: Task, output: Any, error: ActionError | None) -> None:
        """Take note of how a task ended, and go on with those that waited for that."""
        group = task.group
        if group is None:
            self._outcome = (output, error)
            return
        if group.end(task, output, error):
            self._stop([other.region for other in group.live.values()], _DECIDED)
        self._begin(group, 1)
        if not group.live:
            self._groups -= 1
            if group.arranged is not None:
                group.arranged()
            self._ready.append((group.parent, Joined(group.ends, group.is_cut_off()), None))
        self._release()

    # ---- stopping

    def _look_at_error(self, task: Task, command: Invoke, error: ActionError) -> None:
        """Tell the step if the error of a flow that it called stands for its own cancellation."""
        if is_cancellation(error) and not command.is_shielded:
            self._look_at_cancellation()
            if task.region.why():
                command.note_cancellation()

    def _stop(self, regions: list[Region], why: str) -> None:
        """Interrupt whatever waits in regions, unless it is shielded."""
        for region in regions:
            region.stopped = region.stopped or why
        for task, wait in list(self._waiting.items()):
            if not wait.is_shielded and (reason := task.region.why()):
                self._interrupt(task, wait, reason)
        self._release()
        self._beside.fill()

    def _interrupt(self, task: Task, wait: Wait, why: str) -> None:
        error: ActionError | None = None
        if wait.invocation is not None:

            def again() -> None:
                if self._waiting.get(task) is wait:
                    self._interrupt(task, wait, why)
                    self._release()
                    self._beside.fill()

            error = self._beside.stop(wait.invocation, why, again)
            if error is None:
                return
        wait.forget()
        del self._waiting[task]
        self._close(task, error or ActionError("CANCELLED", why))

    def _close(self, task: Task, error: ActionError) -> None:
        """Tell a task that it is stopped, once it is its turn to end."""
        task.is_closing = True
        self._closing.append((task, error))

    def _release(self) -> None:
        """Tell those tasks whose turn it is to end."""
        if self._closing:
            still: list[tuple[Task, ActionError]] = []
            for task, error in self._closing:
                if may_close(task):
                    self._ready.append((task, None, error))
                else:
                    still.append((task, error))
            self._closing = still

    # ---- waiting

    def _wait(self, task: Task, *, is_shielded: bool) -> Wait:
        wait = self._waiting[task] = Wait(is_shielded)
        return wait

    def _resume(self, task: Task, wait: Wait, answer: Any, error: ActionError | None) -> None:
        """Answer what a task waits for, unless it has been answered already."""
        if self._waiting.get(task) is wait:
            del self._waiting[task]
            wait.forget()
            self._ready.append((task, answer, error))

    def _wake_after(
        self, task: Task, wait: Wait, seconds: float, error: ActionError | None = None
    ) -> None:
        time = self._clock.monotonic() + seconds
        take_back = self._timers.at(time, lambda: self._resume(task, wait, None, error))
        wait.arranged.append(take_back)

    def _sleep(self, task: Task, command: Sleep) -> None:
        factor = self._clock.jitter() if command.has_jitter else 1.0
        wait = self._wait(task, is_shielded=command.is_shielded)
        self._wake_after(task, wait, command.seconds * factor)

    def _sleep_until(self, task: Task, command: SleepUntil) -> None:
        seconds = (command.time - self._clock.now()).total_seconds()
        wait = self._wait(task, is_shielded=command.is_shielded)
        self._wake_after(task, wait, max(0.0, seconds))

    def _checkpoint(self, task: Task, _command: Checkpoint) -> None:
        self._ready.append((task, None, None))

    def _wait_for_event(self, task: Task, command: WaitForEvent) -> None:
        wait = self._wait(task, is_shielded=command.is_shielded)

        def deliver(found: Event | ActionError) -> None:
            is_error = isinstance(found, ActionError)
            answer, error = (None, found) if is_error else (found, None)
            self._workers.post(lambda: self._resume(task, wait, answer, error))  # type: ignore[arg-type]

        waiter = Waiter(command.type, command.matches, deliver)
        wait.arranged.append(lambda: self._run.bus.forget(waiter))
        if command.timeout_s is not None:
            message = f"no event {command.type!r} came within {command.timeout_s:g} s"
            self._wake_after(task, wait, command.timeout_s, ActionError("TIMEOUT", message))
        self._run.bus.wait(waiter)

    def _emit(self, task: Task, command: Emit) -> None:
        stamp = {"id": self._clock.random_text(20), "time": time_text(self._clock.now())}
        event = {**command.event, **stamp}
        self._run.bus.emit(event)
        self._ready.append((task, event, None))

    def _invoke(self, task: Task, command: Invoke) -> None:
        limit = inf if command.is_shielded else task.region.next_deadline()
        deadline = None
        if limit < inf:
            deadline = self._clock.now() + timedelta(seconds=limit - self._clock.monotonic())
        attempt = Attempt(deadline=deadline, is_beside=True)
        wait = self._wait(task, is_shielded=command.is_shielded)

        def done(output: Any, error: ActionError | None) -> None:
            if error is not None:
                self._look_at_error(task, command, error)
            self._resume(task, wait, output, error)

        wait.invocation = Invocation(command, attempt, done)
        self._beside.begin(wait.invocation)

    # ---- groups

    def _within(self, task: Task, command: Within) -> None:
        deadline = self._clock.monotonic() + command.seconds
        group = Group(task, iter((command.work,)), False, command.is_shielded, deadline)
        self._groups += 1
        self._begin(group, 1)
        region = group.live[0].region
        group.arranged = self._timers.at(deadline, lambda: self._expire(region))

    def _expire(self, region: Region) -> None:
        if not region.why():
            region.has_expired = True
            self._stop([region], _EXPIRED)

    def _branches(self, task: Task, command: Branches) -> None:
        group = Group(task, iter(command.works), command.is_race, command.is_shielded)
        self._begin(group, command.at_once)
        if group.live:
            self._groups += 1
        else:
            self._ready.append((task, Joined([], False), None))

    def _begin(self, group: Group, most: int | None) -> None:
        """Begin up to *most* further tasks of a group; None: all of them."""
        while most is None or most > 0:
            task = group.begin()
            if task is None:
                return
            self._ready.append((task, None, None))
            most = None if most is None else most - 1


_AT_ONCE: Final = frozenset((Invoke, Checkpoint))
"""What needs no waiting as long as the run has one task."""

_CARRY_OUT: Final[Mapping[type[Any], Callable[[Driver, Task, Any], None]]] = {
    Invoke: Driver._invoke,
    Sleep: Driver._sleep,
    SleepUntil: Driver._sleep_until,
    Checkpoint: Driver._checkpoint,
    WaitForEvent: Driver._wait_for_event,
    Emit: Driver._emit,
    Within: Driver._within,
    Branches: Driver._branches,
}
