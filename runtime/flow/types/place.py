"""The types of the names at one place of a flow."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Final

from .facts import Facts
from .model import (
    ANY,
    INTEGER,
    NULL,
    OBJECT,
    SKIPPED,
    STRING,
    Absence,
    Member,
    Members,
    Type,
    object_of,
    resolved,
    union,
)

RUN: Final = object_of(
    {
        "id": STRING,
        "flow": STRING,
        "started_at": STRING,
        "principal": object_of({"kind": STRING, "id": union(STRING, NULL)}),
    },
    rest=ANY,  # the names in sight are another pass's: one finding is enough
)
ERROR: Final = object_of(
    {"code": STRING, "status": INTEGER, "title": STRING, "message": STRING, "data": OBJECT},
    rest=ANY,
)
SECRETS: Final = object_of({}, rest=STRING)

_EVENT: Final = {"specversion": STRING, "id": STRING, "type": STRING, "source": STRING}
EVENT: Final = object_of(_EVENT, rest=ANY)
"""An event that was waited for; it may come from anywhere."""

_REBOUND: Final = frozenset(("error", "event"))
"""Names that stand for something else further in."""


def emitted(subject: Type | None, data: Type | None) -> Type:
    """Return the type of an event that the flow sends itself."""
    known = {name: Member(part) for name, part in {**_EVENT, "time": STRING}.items()}
    if subject is not None:
        known["subject"] = Member(
            STRING, is_required=not subject.may_be_null and not subject.is_any
        )
    if data is not None:
        known["data"] = Member(data)
    return Type(OBJECT.kinds, members=Members(known, None))


class Place:
    """What the expressions at one place see.

    Attributes:
        names: The types of all names but `steps`.
        steps: Those of the steps in sight: those of this list of steps first.
        facts: The paths that are known to hold something.
    """

    __slots__ = ("_steps_type", "facts", "names", "steps")

    def __init__(
        self, names: Mapping[str, Type], steps: ChainMap[str, Member], facts: Facts = frozenset()
    ) -> None:
        self.names: dict[str, Type] = dict(names)
        self.steps = steps
        self.facts = facts
        self._steps_type = Type(OBJECT.kinds, members=Members(steps, ANY))

    def type_of(self, name: str) -> Type:
        """Return the type of what a name stands for; `ANY` for one that there is not."""
        return self._steps_type if name == "steps" else self.names.get(name, ANY)

    def inside(self, facts: Facts = frozenset(), **names: Type) -> Place:
        """Return the place of a list of steps that stands here, where more is known."""
        kept = self.facts | facts
        if not _REBOUND.isdisjoint(names):
            kept = frozenset(path for path in kept if path[0] not in names)
        return Place({**self.names, **names}, self.steps.new_child(), kept)

    def add(self, step_id: str | None, found: Type) -> None:
        """Take note of what came of a step."""
        if step_id is not None:
            self.steps[step_id] = Member(found)

    def take(self, inner: Place, *, may_be_null: bool) -> None:
        """Take note of the steps of an inner list, which is behind us now."""
        for step_id, member in inner.steps.maps[0].items():
            self.steps[step_id] = Member(skippable(step_id, member)) if may_be_null else member

    def handler(self, inner: Place, **names: Type) -> Place:
        """Return the place of a handler, which sees the steps of *inner* as they may be."""
        seen = self.inside(frozenset(), **names)
        seen.take(inner, may_be_null=True)
        return seen.inside()


def skippable(step_id: str, member: Member) -> Type:
    """Return the type of a step that may not have run."""
    absence = Absence(f"the step {step_id!r} may not have run, and is null then")
    return resolved(member.type).or_absent(SKIPPED, absence)


def settled(found: Type) -> Type:
    """Return the type of a value that has been passed on: a null is a null there."""
    return union(found.without(SKIPPED), NULL) if SKIPPED in found.kinds else found
