"""What a run has done outside of itself: what must not be repeated, and what was not nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import ActionError

_BEFORE_ANYTHING: Final = frozenset({"INVALID_INPUT", "NOT_AUTHENTICATED", "NOT_AUTHORIZED"})
"""Refusals: the action was not even begun."""


@dataclass(slots=True)
class Effects:
    """What one flow of a run has done outside of itself.

    Attributes:
        scope: Where the keys of remote effects belong.
        unsettled: By place of the step, input and key of the calls whose outcome nobody knows,
            those that are under way included; the flows of one run share it.
        outer: The effects of the flow that called this one.
        has_any: Whether anything may have happened.
    """

    scope: str
    unsettled: dict[str, tuple[Mapping[str, Any], str]] = field(default_factory=dict)
    outer: Effects | None = None
    has_any: bool = False

    def inner(self) -> Effects:
        """Return the effects of a flow that this one calls."""
        return Effects(self.scope, self.unsettled, self)

    def note(self) -> None:
        """Take note that something may have happened."""
        effects: Effects | None = self
        while effects is not None and not effects.has_any:
            effects.has_any = True
            effects = effects.outer

    def note_failure(self, error: ActionError) -> None:
        """Take note of the error of an action with an effect; it may say that nothing happened."""
        if not error.retryable and error.code not in _BEFORE_ANYTHING:
            self.note()
