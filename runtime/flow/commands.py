"""What the interpreter asks its driver to do; the answer comes back as the value of the `yield`.

A driver answers by sending the outcome, or by throwing the `ActionError`. A command is *shielded*
when it belongs to an `undo` or a `finally`: those run to their end although the run was cancelled.
Any other command may be answered with `CANCELLED`: before it is carried out, or while it waits.

Branches, and work that has a time limit, are handed to the driver as generators of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ..errors import ActionError
from .document import Path
from .scope import Scope


class Invoke:
    """Invoke an action; the answer is its output.

    Attributes:
        action: Its name.
        input: What it is given.
        is_shielded: Whether it belongs to an `undo` or `finally`.
    """

    __slots__ = ("_at", "_scope", "action", "input", "is_shielded")

    def __init__(self, action: str, given: Mapping[str, Any], at: Path, scope: Scope) -> None:
        self.action = action
        self.input = given
        self.is_shielded = scope.is_shielded
        self._at = at
        self._scope = scope

    def note_cancellation(self) -> None:
        """Take note that what stands around the step is cancelled, although its error differs."""
        self._scope.region.is_cancelled = True

    @property
    def key(self) -> str:
        """The effect key: names this effect among all of the run."""
        return self._scope.key(self._at)

    @property
    def place(self) -> str:
        """What is the same for all attempts to have this effect."""
        return self._scope.place(self._at)

    @property
    def step(self) -> str:
        """The path of the step, through the flows around this one."""
        return self._scope.path(self._at)


class Sleep(NamedTuple):
    """Wait; the answer is nothing."""

    seconds: float
    has_jitter: bool
    """Whether the driver's clock chooses a part of the time instead."""
    is_shielded: bool


class Checkpoint(NamedTuple):
    """Do nothing: between two turns of a loop, so that a loop without actions can be cancelled.

    Branches take turns there, too.
    """

    is_shielded: bool = False


class SleepUntil(NamedTuple):
    """Wait until a time, if it is still to come; the answer is nothing."""

    time: datetime
    is_shielded: bool


class WaitForEvent(NamedTuple):
    """Wait for an event; the answer is the event, a CloudEvent.

    If it does not come in time, `TIMEOUT` is thrown.
    """

    type: str
    matches: Callable[[Mapping[str, Any]], bool]
    """May raise an `ActionError`, which is then the answer."""
    timeout_s: float | None
    is_shielded: bool


class Emit(NamedTuple):
    """Send an event; the answer is the event with its `id` and `time`."""

    event: Mapping[str, Any]
    is_shielded: bool


class Within(NamedTuple):
    """Do some work within a time; the answer is `Joined`, with one end.

    When the time is up the work is cancelled: it ends with `CANCELLED`, or with what has taken its
    place, and is told to have expired.
    """

    seconds: float
    work: Generator[Any, Any, Any]
    is_shielded: bool


class Branches(NamedTuple):
    """Do several pieces of work at once; the answer is `Joined`.

    Once one of them decides the matter the others are cancelled, the last one first, each to its
    end before the next.
    """

    works: Iterable[Generator[Any, Any, Any]]
    """Asked for the next one when there is room for it."""
    at_once: int | None
    """How many run at a time; None: all."""
    is_race: bool
    """Whether the first success decides, instead of the first error."""
    is_shielded: bool


class End(NamedTuple):
    """How a piece of work ended."""

    number: int
    """Which one it was, counted from 0."""
    output: Any
    error: ActionError | None
    has_expired: bool = False


class Joined(NamedTuple):
    """How all pieces of work ended, in order of time."""

    ends: list[End]
    was_cancelled: bool
    """Whether what stands around them is cancelled as well."""


class AbandonedError(ActionError):
    """`CANCELLED`, of an invocation that was under way: it may have had an effect outside."""


Command = Invoke | Sleep | SleepUntil | Checkpoint | WaitForEvent | Emit | Within | Branches
