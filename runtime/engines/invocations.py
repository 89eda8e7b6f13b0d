"""Invocations beside the flow: how many at a time, and what becomes of unwanted ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ..action import InvokeStep
from ..cancellation import Attempt
from ..errors import ActionError
from ..flow.commands import AbandonedError, Invoke
from .workers import Note, Workers

MAX_AT_ONCE: Final = 64
"""Invocations of one run that are under way at a time; further ones wait for their turn."""

Done = Callable[[Any, ActionError | None], None]
"""Takes the outcome, in the thread of the flow."""


@dataclass(eq=False, frozen=True, slots=True)
class Invocation:
    """One invocation, waiting for its turn or under way."""

    command: Invoke
    attempt: Attempt
    done: Done


class Invocations:
    """The invocations of one run that go on beside it.

    Args:
        invoke: How the run invokes.
        workers: Where.
    """

    def __init__(self, invoke: InvokeStep, workers: Workers) -> None:
        self._invoke = invoke
        self._workers = workers
        self._queue: deque[Invocation] = deque()
        self._under_way: set[Invocation] = set()

    def begin(self, invocation: Invocation) -> None:
        """Begin an invocation as soon as there is room for it."""
        self._queue.append(invocation)
        self.fill()

    def stop(self, invocation: Invocation, why: str, again: Note) -> ActionError | None:
        """Stop an invocation; return its error, None if it has to be waited for.

        It has to be while it is being committed, and if it is a flow: that undoes what it has done.
        *again* is posted if it need not be waited for any longer although it has not ended.
        There may be room for others then; `fill` begins them, once all that are unwanted have gone.
        """
        if not invocation.attempt.give_up(lambda: self._workers.post(again)):
            return None
        if invocation not in self._under_way:
            self._queue.remove(invocation)
            return ActionError("CANCELLED", why)
        self._under_way.remove(invocation)
        return AbandonedError("CANCELLED", why)

    def give_up(self) -> None:
        """Stop all of them; nobody waits any more."""
        for invocation in self._under_way:
            invocation.attempt.give_up()
        self._queue.clear()

    def fill(self) -> None:
        """Begin what there is room for."""
        while self._queue and len(self._under_way) < MAX_AT_ONCE:
            self._start(self._queue.popleft())

    def _start(self, invocation: Invocation) -> None:
        self._under_way.add(invocation)

        def note_of(output: Any, error: BaseException | None) -> Note:
            return lambda: self._ended(invocation, output, error)

        self._workers.start(lambda: self._invoke(invocation.command, invocation.attempt), note_of)

    def _ended(self, invocation: Invocation, output: Any, error: BaseException | None) -> None:
        """Hand out an outcome, unless the invocation was abandoned.

        Raises:
            BaseException: What is not an `ActionError` ends the run, as it would without branches.
        """
        if invocation not in self._under_way:
            return
        self._under_way.remove(invocation)
        if error is not None and not isinstance(error, ActionError):
            raise error
        self.fill()
        invocation.done(output, error)
