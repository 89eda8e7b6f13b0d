"""What two types have in common, and whether that is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..members import listed
from .model import (
    ANY,
    JSON_KINDS,
    MISSING,
    NEVER,
    SKIPPED,
    Items,
    Later,
    Member,
    Members,
    Type,
    item_at,
    member_at,
    resolved,
)

_DEEPEST: Final = 6
"""Levels of members and items that are compared: types may contain themselves."""
_MOST_NAMED: Final = 5

_WORDS: Final[Mapping[str, str]] = {
    "null": "null",
    SKIPPED: "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "a list",
    "object": "an object",
    MISSING: "nothing",
}


def describe(found: Type) -> str:
    """Return a type in words, such as `a string or null`."""
    if found.kinds >= JSON_KINDS:
        return "anything"
    words = []
    for kind, word in _WORDS.items():
        if kind not in found.kinds or (kind == "integer" and "number" in found.kinds):
            continue
        if kind == "string" and found.strings is not None and len(found.strings) <= _MOST_NAMED:
            words += [repr(text) for text in sorted(found.strings)]
        elif word not in words:
            words.append(word)
    if "null" in words:
        words.append(words.pop(words.index("null")))  # the exception comes last
    return " or ".join(words) or "nothing"


# ---- intersection


def intersection(a: Type, b: Type) -> Type:
    """Return the type of values that have both types, or a wider one."""
    if a.is_any or b.is_any:
        return b if a.is_any else a
    kinds = a.kinds & b.kinds
    strings = a.strings if b.strings is None else b.strings
    if a.strings is not None and b.strings is not None:
        strings = a.strings & b.strings
    if strings is not None and not strings:
        kinds -= {"string"}
    return Type(
        kinds,
        strings if "string" in kinds else None,
        _items(a.items, b.items) if "array" in kinds else None,
        _members(a.members, b.members) if "object" in kinds else None,
    )


def _items(a: Items | None, b: Items | None) -> Items | None:
    if a is None or b is None:
        return b if a is None else a
    length = max(len(a.prefix), len(b.prefix))
    prefix = tuple(_both(item_at(a, at), item_at(b, at)) for at in range(length))
    rest = None if a.rest is None or b.rest is None else _both(a.rest, b.rest)
    return Items(prefix, rest, max(a.least, b.least))


def _members(a: Members | None, b: Members | None) -> Members | None:
    if a is None or b is None:
        return b if a is None else a
    known = {}
    for name in dict.fromkeys((*a.known, *b.known)):
        in_a, in_b = member_at(a, name), member_at(b, name)
        if in_a.type is NEVER or in_b.type is NEVER:
            continue  # one of them refuses it
        is_required = in_a.is_required or in_b.is_required
        known[name] = Member(_both(in_a.type, in_b.type), is_required)
    rest = None if a.rest is None or b.rest is None else _both(a.rest, b.rest)
    return Members(known, rest)


def _both(a: Type | Later | None, b: Type | Later | None) -> Type | Later:
    if a is None or b is None:
        return NEVER
    if a is ANY or b is ANY or a is b:
        return b if a is ANY else a
    return Later(lambda: intersection(resolved(a), resolved(b)))


# ---- conflict


def conflict(known: Type, expected: Type) -> str | None:
    """Return why no value of the one type can have the other; None if one may.

    Args:
        known: What a value can be.
        expected: What it must be.
    """
    return _conflict(known, expected, _DEEPEST)


def _conflict(known: Type, expected: Type, levels: int) -> str | None:
    kinds = known.kinds - {MISSING, SKIPPED} | ({"null"} if SKIPPED in known.kinds else set())
    if not kinds or known.is_any or expected.is_any or levels == 0:
        return None
    reasons: list[str] = []
    for kind in sorted(kinds & expected.kinds):
        reason = _conflict_of(kind, known, expected, levels)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons[0] if reasons else f"expected {describe(expected)}, got {describe(known)}"


def _conflict_of(kind: str, known: Type, expected: Type, levels: int) -> str | None:
    """Return why no value of this kind has both types."""
    found: Iterator[str] = iter(())
    if kind == "string" and known.strings is not None and expected.strings is not None:
        if known.strings.isdisjoint(expected.strings):
            want, got = listed(sorted(map(repr, expected.strings))), sorted(known.strings)
            return f"expected one of {want}, got {' or '.join(map(repr, got[:_MOST_NAMED]))}"
    elif kind == "array" and known.items is not None and expected.items is not None:
        found = _conflicts_of_items(known.items, expected.items, levels)
    elif kind == "object" and known.members is not None and expected.members is not None:
        found = _conflicts_of_members(known.members, expected.members, levels)
    return next(found, None)


def _conflicts_of_items(known: Items, expected: Items, levels: int) -> Iterator[str]:
    """Yield why no list has both types: of items that there must be."""
    for at in range(min(max(known.least, expected.least), _MOST_NAMED)):
        has, needs = item_at(known, at), item_at(expected, at)
        if has is None or needs is None:
            yield f"expected a list {'without' if needs is None else 'with'} an item {at}"
            return
        reason = _conflict(resolved(has), resolved(needs), levels - 1)
        if reason is not None:
            yield f"item {at}: {reason}"


def _conflicts_of_members(known: Members, expected: Members, levels: int) -> Iterator[str]:
    """Yield why no object has both types: of members that there must be."""
    for name, member in expected.known.items():
        if member.is_required and member_at(known, name).type is NEVER:
            has = listed(list(known.known)) or "none"
            yield f"it has no member {name!r}, which is required (it has: {has})"
    for name, member in known.known.items():
        wanted = member_at(expected, name)
        if member.is_required and wanted.type is NEVER:
            yield f"there must be no member {name!r}"
        elif member.is_required or wanted.is_required:
            reason = _conflict(resolved(member.type), resolved(wanted.type), levels - 1)
            if reason is not None:
                yield f"member {name!r}: {reason}"
