"""What operators and tests of expressions give, and what they can never be used on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .lookups import items_of
from .model import ANY, BOOLEAN, INTEGER, NUMBER, NUMBERS, STRING, Type, list_of, union
from .notes import Notes
from .relations import describe

_TEXTS: Final = frozenset(("string",))
_WHOLE: Final = frozenset(("+", "-", "*", "//", "%"))
"""Operators that make integers of integers."""


def calculated(symbol: str, left: Type, right: Type, notes: Notes) -> Type:
    """Return what an operator gives for two values that are there."""
    found = []
    if left.kinds & NUMBERS and right.kinds & NUMBERS:
        are_whole = "number" not in left.kinds | right.kinds and symbol in _WHOLE
        found.append(INTEGER if are_whole else NUMBER)
    if symbol == "+":
        found += _joined(left, right)
    elif symbol == "*":
        found += [*_repeated(left, right), *_repeated(right, left)]
    if found or not (left.kinds and right.kinds):
        for operand in (left, right):
            notes.not_null(symbol, operand)
        return union(*found)
    has_text = symbol == "+" and "string" in left.kinds | right.kinds
    hint = "; '~' puts texts together" if has_text else ""
    notes.impossible(f"{symbol!r} cannot be used on {describe(left)} and {describe(right)}{hint}")
    return ANY


def _joined(left: Type, right: Type) -> list[Type]:
    found = [STRING] if "string" in left.kinds & right.kinds else []
    if "array" in left.kinds & right.kinds:
        found.append(list_of(union(items_of(left), items_of(right))))
    return found


def _repeated(one: Type, times: Type) -> list[Type]:
    if "integer" not in times.kinds:
        return []
    found = [STRING] if "string" in one.kinds else []
    return [*found, list_of(items_of(one))] if "array" in one.kinds else found


def compared(name: str, left: Type, right: Type, notes: Notes) -> Type:
    """Return what a comparison of two values gives that are there.

    Args:
        name: What Jinja2 calls the operator, or the name of the test.
        left: What stands before it.
        right: What stands behind it.
        notes: Are told what can never be compared.
    """
    needs = _NEEDS.get(name)
    if not (left.kinds and right.kinds):
        return BOOLEAN
    if needs is not None:
        if not any(left.kinds & it and right.kinds & it for it in needs[0]):
            said = f"{describe(left)} and {describe(right)}"
            notes.impossible(f"{_SYMBOLS.get(name, name)!r} compares {needs[1]}, got {said}")
        else:
            for operand in (left, right):
                notes.not_null(_SYMBOLS.get(name, name), operand)
    elif name in ("in", "notin"):
        can_hold = not right.kinds.isdisjoint(("array", "object"))
        if not (can_hold or "string" in left.kinds & right.kinds):
            notes.impossible(f"'in' cannot look for {describe(left)} in {describe(right)}")
        else:
            notes.not_null("in", right)
    return BOOLEAN


_ORDERED: Final = ((NUMBERS, _TEXTS), "two numbers or two texts")
_AFFIX: Final = ((_TEXTS,), "two texts")
_NEEDS: Final[Mapping[str, tuple[tuple[frozenset[str], ...], str]]] = {
    **dict.fromkeys(("lt", "le", "gt", "ge", "lteq", "gteq"), _ORDERED),
    **dict.fromkeys(("startswith", "endswith"), _AFFIX),
}
_SYMBOLS: Final[Mapping[str, str]] = {
    "lt": "<",
    "le": "<=",
    "lteq": "<=",
    "gt": ">",
    "ge": ">=",
    "gteq": ">=",
}
