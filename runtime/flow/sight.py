"""What the expressions of one place in a flow may use."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from ..contract import Condition
from .expressions import Reference
from .members import among, listed, near
from .model import Flow

_RUN_MEMBERS: Final = ("id", "flow", "started_at", "principal")
_ERROR_MEMBERS: Final = ("code", "status", "title", "message", "data", "step", "action")

ROOTS: Final = ("inputs", "run", "steps")
"""The names that there are everywhere in a flow's body."""


class Finding(NamedTuple):
    """What is wrong with a reference.

    Attributes:
        rule: The id of the rule that it breaks.
        message: What is wrong, and what to do.
        known: The members there are, if one of them is misspelt.
    """

    rule: str
    message: str
    known: tuple[str, ...] = ()


class Seen(NamedTuple):
    """A step, or a name such as a loop variable, as it is known where it is in sight.

    Attributes:
        may_be_null: Whether the step may not have completed there, so that its value is null.
    """

    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """The names that an expression may use.

    Attributes:
        steps: The steps in sight, by id: those of this list of steps first, then those around it.
        bound: The variables of the loops around, and `event` where there is one.
        caught: What `error` may be besides an error of the runtime; None: there is no `error` here.
        roots: The other names there are.
    """

    steps: ChainMap[str, Seen] = field(default_factory=ChainMap)
    bound: Mapping[str, Seen] = field(default_factory=dict)
    caught: Mapping[str, Condition] | None = None
    roots: tuple[str, ...] = ROOTS

    def inside(self) -> Sight:
        """Return the sight in a list of steps that stands here: what it adds is not seen here."""
        return replace(self, steps=self.steps.new_child())

    def with_names(self, *names: str) -> Sight:
        """Return the same sight with more names bound."""
        return replace(self, bound={**self.bound, **dict.fromkeys(names, Seen())})

    def handling(self, caught: Mapping[str, Condition] | None) -> Sight:
        """Return the sight where one of these errors is being handled."""
        return replace(self.inside(), caught=caught)

    def add(self, step_id: str, seen: Seen) -> None:
        """Take note of a step that has completed here."""
        self.steps[step_id] = seen

    def take(self, inner: Sight, *, may_be_null: bool) -> None:
        """Take note of the steps of an inner list, which is behind us now.

        Args:
            inner: What `inside` gave, with the steps that were added there.
            may_be_null: Whether the list may have been passed by, or left early.
        """
        for step_id, seen in inner.steps.maps[0].items():
            self.steps[step_id] = seen._replace(may_be_null=True) if may_be_null else seen

    def problem_with(
        self, reference: Reference, flow: Flow, *, may_use_secrets: bool = False
    ) -> Finding | None:
        """Return why a reference can never be satisfied here; None if it can."""
        root, member = str(reference[0]), reference[1] if len(reference) > 1 else None
        if root in self.bound:
            return None
        if root == "secrets":
            return None if may_use_secrets and member is not None else _SECRET
        if root == "steps" and root in self.roots:
            is_fine = member is None or member in self.steps
            return None if is_fine else self._problem_with_step(str(member), flow)
        members = self._members(root, flow)
        if members is None:
            return self._unknown_name(root)
        if member is None or member in members:
            return None
        has = f"{near(str(member), members)} (it has: {listed(members) or 'none'})"
        return Finding("unknown-member", f"{root!r} has no member {member!r}{has}", members)

    def _unknown_name(self, name: str) -> Finding:
        known = [*self.roots, *self.bound]
        known += ["error"] if self.caught is not None else []
        return Finding("unknown-name", f"there is no name {name!r} here{among(name, known)}")

    def _members(self, root: str, flow: Flow) -> tuple[str, ...] | None:
        """Return the members of a name other than `steps`, None if there is no such name."""
        if root == "error" and self.caught is not None:
            return _ERROR_MEMBERS
        if root not in self.roots:
            return None
        return tuple(flow.inputs["properties"]) if root == "inputs" else _RUN_MEMBERS

    def _problem_with_step(self, name: str, flow: Flow) -> Finding:
        if name in flow.step_ids:
            message = (
                f"the step {name!r} has not completed here, or is out of sight: use it behind the"
                " step, and inside of its loop, branch or handler"
            )
            return Finding("not-completed", message)
        known = sorted(self.steps)
        are = f"{near(name, known)} (completed here: {listed(known) or 'none'})"
        return Finding("unknown-step", f"there is no step {name!r}{are}")


_SECRET: Final = Finding(
    "misplaced-secret",
    "a secret is only handed to an action, by its name: use 'secrets.NAME' in the 'with' of a step",
)
