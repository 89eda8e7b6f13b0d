"""What the expressions of one place in a flow may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..contract import Condition
from .expressions import Reference
from .members import among, listed, near
from .model import Flow

_RUN_MEMBERS: Final = ("id", "flow", "started_at", "principal")
_ERROR_MEMBERS: Final = ("code", "status", "title", "message", "data", "step", "action")

Finding = tuple[str, str]
"""The rule that a reference breaks, and the message that says so."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The names that an expression may use."""

    steps: frozenset[str] = frozenset()
    """The steps that must have completed, as far as they were not skipped."""
    variables: tuple[str, ...] = ()
    caught: Mapping[str, Condition] | None = None
    """What `error` may be besides an error of the runtime; None: there is no `error` here."""

    def with_steps(self, *ids: str | None) -> Sight:
        """Return the same with more steps; None is the id of a step without one."""
        return replace(self, steps=self.steps.union(filter(None, ids)))

    def problem_with(self, reference: Reference, flow: Flow) -> Finding | None:
        """Return why a reference can never be satisfied here; None if it can."""
        root, member = str(reference[0]), reference[1] if len(reference) > 1 else None
        if root in self.variables:
            return None
        if root == "secrets":
            message = "'secrets' is part of the language, but not supported yet; use an input"
            return "not-supported-yet", message
        if root == "steps":
            is_fine = member is None or member in self.steps
            return None if is_fine else self._problem_with_step(str(member), flow)
        members = self._members(root, flow)
        if members is None:
            known = ["inputs", "run", "steps", *self.variables]
            known += ["error"] if self.caught is not None else []
            message = f"there is no name {root!r} here{among(root, known)}"
            return "unknown-name", message
        if member is None or member in members:
            return None
        has = f"{near(str(member), members)} (it has: {listed(members) or 'none'})"
        return "unknown-member", f"{root!r} has no member {member!r}{has}"

    def _members(self, root: str, flow: Flow) -> tuple[str, ...] | None:
        """Return the members of a name other than `steps`, None if there is no such name."""
        if root == "inputs":
            return tuple(flow.inputs["properties"])
        if root == "run":
            return _RUN_MEMBERS
        return _ERROR_MEMBERS if root == "error" and self.caught is not None else None

    def _problem_with_step(self, name: str, flow: Flow) -> Finding:
        if name in flow.step_ids:
            message = (
                f"the step {name!r} has not completed here, or is out of sight: use it behind the"
                " step, and inside of its loop or handler"
            )
            return "not-completed", message
        known = sorted(self.steps)
        are = f"{near(name, known)} (completed here: {listed(known) or 'none'})"
        return "unknown-step", f"there is no step {name!r}{are}"
