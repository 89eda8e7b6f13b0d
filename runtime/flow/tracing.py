"""What the interpreter tells of a run while it happens; `trace` writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..errors import ActionError
from .called import CalledAction
from .model import Step
from .scope import Scope


class Tracer(Protocol):
    """Is told what happens; it may know the time, which the interpreter does not."""

    def start(self, step: Step, scope: Scope, attempt: int) -> Any:
        """Take note that an attempt begins; the other methods are given the answer."""

    def call(self, record: Any, given: Mapping[str, Any], called: CalledAction | None) -> None:
        """Take note of the input of the action that is about to be invoked."""

    def end(self, record: Any, outcome: Any) -> None:
        """Take note that the attempt succeeded."""

    def fail(self, record: Any, error: ActionError) -> None:
        """Take note that the attempt failed, or was cancelled."""

    def skip(self, step: Step, scope: Scope) -> None:
        """Take note that the step's `if` does not hold."""

    def undo_failed(self) -> None:
        """Take note that the run is not fully undone."""


class Unwatched:
    """The tracer of a run that nobody watches."""

    def start(self, step: Step, scope: Scope, attempt: int) -> Any:
        """Ignore it."""

    def call(self, record: Any, given: Mapping[str, Any], called: CalledAction | None) -> None:
        """Ignore it."""

    def end(self, record: Any, outcome: Any) -> None:
        """Ignore it."""

    def fail(self, record: Any, error: ActionError) -> None:
        """Ignore it."""

    def skip(self, step: Step, scope: Scope) -> None:
        """Ignore it."""

    def undo_failed(self) -> None:
        """Ignore it."""
