"""What typing an expression finds out about it, besides its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .model import MISSING, SKIPPED, Type
from .relations import describe


class Note(NamedTuple):
    """Something about a value that its author should know.

    Attributes:
        rule: The id of the rule that is broken.
        message: What is wrong, and what to do.
        known: The members there are, if one of them may be misspelt.
    """

    rule: str
    message: str
    known: tuple[str, ...] = ()


class Notes:
    """Takes note of what cannot work, and of what may not.

    Args:
        say: Is told of every note.
        text: The expression that all of them are about.
    """

    def __init__(self, say: Callable[[Note], None], text: str) -> None:
        self._say = say
        self._text = text

    def impossible(self, message: str) -> None:
        """Take note of an operation that can never work."""
        self._add("impossible-operation", message)

    def present(self, found: Type) -> Type:
        """Return a type without what may be missing, which is an error where it is used."""
        if MISSING not in found.kinds:
            return found
        absence = found.absence
        reason = absence.reason if absence is not None else "the value may be missing"
        if len(found.kinds) > 1:
            self._add("may-be-null", f"{reason}; use 'default'")
            return found.without(MISSING)
        self._add("unknown-member", reason, absence.known if absence is not None else ())
        return found.without(MISSING)

    def usable(self, kinds: frozenset[str], name: str, found: Type) -> Type:
        """Return the part of a type that *name* can be used on; take note of what is not.

        Args:
            kinds: What it can be used on.
            name: What is used: a filter or an operator.
            found: The type.
        """
        found = self.present(found)
        left = found.kinds & kinds
        if not left and found.kinds:
            self.impossible(f"{name!r} cannot be used on {describe(found)}")
        elif left and "null" not in kinds:
            self.not_null(name, found)
        return found.without(*(found.kinds - kinds))

    def not_null(self, name: str, found: Type) -> None:
        """Take note of what cannot be used on null, if that is what it may be."""
        if found.may_be_null:
            skipped = found.absence if SKIPPED in found.kinds else None
            why = f": {skipped.reason}" if skipped is not None else ""
            self._add(
                "may-be-null",
                f"{name!r} cannot be used on null, which this may be{why}; use 'default'",
            )

    def _add(self, rule: str, message: str, known: tuple[str, ...] = ()) -> None:
        self._say(Note(rule, f"{self._text!r}: {message}", known))
