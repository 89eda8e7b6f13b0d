"""What a value is needed for, and whether its type can fit there."""

from __future__ import annotations

from typing import NamedTuple

from ..document import Path
from ..expressions import Expression
from .model import NULL, SKIPPED, Type, union
from .notes import Note
from .relations import conflict, describe
from .schemas import part_of


class Need(NamedTuple):
    """What must come out of a value.

    Attributes:
        type: What it must be.
        what: What it is for, such as `the input of 'placeOrder'`.
        drops_null: Whether a member that is null and may be absent is left out.
        rule: The id of the rule that is broken by what cannot fit.
    """

    type: Type
    what: str
    drops_null: bool = False
    rule: str = "type-mismatch"

    def at(self, path: Path) -> Type:
        """Return what a part of the value must be."""
        found = part_of(self.type, path)
        members = self.type.members
        if self.drops_null and len(path) == 1 and members is not None:
            member = members.known.get(str(path[0]))
            if member is not None and not member.is_required:
                return union(found, NULL)
        return found


def misfit(expression: Expression, found: Type, path: Path, need: Need | None) -> Note | None:
    """Return why what an expression comes to cannot be used where it stands; None if it can.

    Args:
        expression: The expression.
        found: Its type.
        path: Where it stands in the value.
        need: What must come out of the value; None: anything.
    """
    if need is None:
        return _skipped(expression, found)
    expected = need.at(path)
    said = f"{expression.text!r} cannot be {_place(path, need)}"
    reason = conflict(found, expected)
    if reason is not None:
        return Note(need.rule, f"{said}: {reason}")
    if expected.is_any:
        return _skipped(expression, found)
    if found.may_be_null and "null" not in expected.kinds:
        why = found.absence.reason if found.absence is not None else "it may be null"
        return Note(
            "may-be-null", f"{said} if it is null: expected {describe(expected)}, and {why}{_USE}"
        )
    return None


_USE = "; use 'default'"


def _place(path: Path, need: Need) -> str:
    name = ".".join(map(str, path))
    return f"{name!r} in {need.what}" if name else need.what


def _skipped(expression: Expression, found: Type) -> Note | None:
    """Return the note about a step that may be null, wherever that is passed on."""
    if SKIPPED not in found.kinds or found.absence is None:
        return None
    return Note("may-be-null", f"{expression.text!r}: {found.absence.reason}{_USE}")
