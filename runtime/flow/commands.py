"""What the interpreter asks its driver to do; the answer comes back as the value of the `yield`.

A driver answers by sending the outcome, or by throwing the `ActionError`. A command is *shielded*
when it belongs to an `undo` or a `finally`: those run to their end although the run was cancelled.
Any other command may be answered with `CANCELLED`, without being carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .document import Path
from .scope import Scope


class Invoke:
    """Invoke an action; the answer is its output.

    Attributes:
        action: Its name.
        input: What it is given.
    """

    __slots__ = ("_at", "_scope", "action", "input")

    def __init__(self, action: str, given: Mapping[str, Any], at: Path, scope: Scope) -> None:
        self.action = action
        self.input = given
        self._at = at
        self._scope = scope

    @property
    def key(self) -> str:
        """The effect key: names this effect among all of the run."""
        return self._scope.key(self._at)

    @property
    def step(self) -> str:
        """The path of the step, through the flows around this one."""
        return self._scope.path(self._at)

    @property
    def is_shielded(self) -> bool:
        """Whether it belongs to an `undo` or `finally`."""
        return self._scope.is_shielded


class Sleep(NamedTuple):
    """Wait; the answer is nothing."""

    seconds: float
    has_jitter: bool
    """Whether the driver's clock chooses a part of the time instead."""
    is_shielded: bool


class Checkpoint(NamedTuple):
    """Do nothing: between two turns of a loop, so that a loop without actions can be cancelled."""

    is_shielded: bool = False


Command = Invoke | Sleep | Checkpoint
