"""What the reference interpreter raises, and what it asks of the world that it runs in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Work = Generator[Any, Any, Any]


class FlowError(Exception):
    """An error on its way, with the members that flow-language.md gives it."""

    def __init__(self, code: str, status: int = 500, title: str = "", **members: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.title = title or code
        self.message: str = members.get("message", "")
        self.data: dict[str, Any] = members.get("data", {})
        self.retryable: bool = members.get("retryable", False)
        self.step: str | None = members.get("step")
        self.action: str | None = members.get("action")

    def to_json(self) -> dict[str, Any]:
        """Return what `cause` and `undo_failed` tell of it."""
        names = ("code", "status", "title", "message", "data")
        return {name: getattr(self, name) for name in names}

    def with_data(self, **more: Any) -> FlowError:
        """Return a copy that tells more."""
        members = {**vars(self), "data": {**self.data, **more}}
        return FlowError(**members)


@dataclass
class Request:
    """What a fiber asks for. A shielded one is part of an `undo` or a `finally`."""

    shielded: bool


@dataclass
class Pause(Request):
    """Let time pass."""

    seconds: float


@dataclass
class Turn(Request):
    """Nothing: a point between two turns of a loop."""


@dataclass
class Act(Request):
    """Have an action begin; *begin* gives the seconds it takes and its outcome."""

    begin: Callable[[], tuple[float, Any, FlowError | None]]


@dataclass
class Listen(Request):
    """Wait for an event."""

    type: str
    matches: Callable[[Mapping[str, Any]], bool]
    seconds: float | None


@dataclass
class Send(Request):
    """Send an event."""

    event: Mapping[str, Any]


@dataclass
class Fork(Request):
    """Have several pieces of work done, *most* of them at a time (None: all).

    The answer is their ends in order of time, and whether what is around them was stopped.
    """

    works: Iterator[Work]
    most: int | None = None
    first_success_decides: bool = False
    seconds: float | None = None
    """The time limit of the one piece of work, if it has one."""


@dataclass
class End:
    """How a piece of work ended."""

    number: int
    output: Any
    error: FlowError | None
    is_late: bool
    """Its time was up before anything else stopped it."""
