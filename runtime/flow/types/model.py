"""Types: which JSON values an expression can have.

A type is always at least as wide as what can really happen. What is not understood makes it wider,
up to `ANY`, about which nobody has anything to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final, NamedTuple

JSON_KINDS: Final = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
"""The kinds of JSON values: `integer` are the whole numbers, `number` all others."""
NUMBERS: Final = frozenset(("integer", "number"))

MISSING: Final = "missing"
"""The kind of what is not there at all: using it is an error, except for `default`."""
SKIPPED: Final = "skipped"
"""The kind of the null of a step that may not have run."""
_ABSENT: Final = frozenset((MISSING, SKIPPED))

_MOST_STRINGS: Final = 30
_MOST_ALTERNATIVES: Final = 8


class Absence(NamedTuple):
    """Why a value may not be there.

    Attributes:
        reason: A sentence without a capital.
        known: The members there are, if one of them may be misspelt.
    """

    reason: str
    known: tuple[str, ...] = ()


class Later:
    """A type that is worked out when somebody asks: schemas may contain themselves."""

    __slots__ = ("_make", "_type")

    def __init__(self, make: Callable[[], Type]) -> None:
        self._make = make
        self._type: Type | None = None

    def get(self) -> Type:
        """Return the type."""
        if self._type is None:
            self._type = self._make()
        return self._type


class Member(NamedTuple):
    """A member of an object, and whether it is always there."""

    type: Type | Later
    is_required: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """What objects have.

    Attributes:
        known: The members that are known by name.
        rest: The type of all others; None: there are no others.
    """

    known: Mapping[str, Member]
    rest: Type | Later | None


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What lists have.

    Attributes:
        prefix: The types of the first items, as far as there are so many.
        rest: The type of all others; None: there are no others.
        least: How many items there are at least.
    """

    prefix: tuple[Type | Later, ...]
    rest: Type | Later | None
    least: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """Which values there can be.

    Attributes:
        kinds: Of `JSON_KINDS`, `MISSING` and `SKIPPED`. None at all: it never comes to a value.
        strings: The only texts there can be, if they are known.
        items: Of the lists; None: they may be any.
        members: Of the objects; None: they may be any.
        absence: Why the value may be missing or skipped.
        source: The schema that says exactly this, and the document that it stands in.
        alternatives: Types of which this is the union, if some of them have a source.
    """

    kinds: frozenset[str]
    strings: frozenset[str] | None = None
    items: Items | None = None
    members: Members | None = None
    absence: Absence | None = None
    source: tuple[Any, Any] | None = None
    alternatives: tuple[Type, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether nothing is known of it."""
        is_limited = self.strings or self.items or self.members
        return self.kinds >= JSON_KINDS and not is_limited

    @property
    def may_be_null(self) -> bool:
        """Whether it is known that null is among the values."""
        return SKIPPED in self.kinds or ("null" in self.kinds and not self.is_any)

    def without(self, *kinds: str) -> Type:
        """Return the type without some kinds of values."""
        if self.kinds.isdisjoint(kinds):
            return self
        left = self.kinds.difference(kinds)
        absence = self.absence if left & _ABSENT else None
        if _ABSENT.issuperset(kinds):
            return replace(self, kinds=left, absence=absence)
        rest = tuple(found for it in self.alternatives if (found := it.without(*kinds)).kinds)
        return Type(
            left,
            self.strings if "string" in left else None,
            self.items if "array" in left else None,
            self.members if "object" in left else None,
            absence,
            alternatives=rest if len(rest) > 1 else (),
        )

    def or_absent(self, kind: str, absence: Absence) -> Type:
        """Return the type of what may also be missing, or skipped."""
        return replace(self, kinds=self.kinds | {kind}, absence=self.absence or absence)


ANY: Final = Type(JSON_KINDS)  # nothing is known
NEVER: Final = Type(frozenset())  # it never comes to a value
NULL: Final = Type(frozenset(("null",)))
BOOLEAN: Final = Type(frozenset(("boolean",)))
INTEGER: Final = Type(frozenset(("integer",)))
NUMBER: Final = Type(NUMBERS)
STRING: Final = Type(frozenset(("string",)))
LIST: Final = Type(frozenset(("array",)))
OBJECT: Final = Type(frozenset(("object",)))


def resolved(part: Type | Later) -> Type:
    """Return a type that may have been put off."""
    return part.get() if isinstance(part, Later) else part


def missing(reason: str, known: Iterable[str] = ()) -> Type:
    """Return the type of what is not there."""
    return Type(frozenset((MISSING,)), absence=Absence(reason, tuple(known)))


def text_of(*strings: str) -> Type:
    """Return the type of one of these texts."""
    return Type(STRING.kinds, strings=frozenset(strings))


def list_of(item: Type | Later, least: int = 0) -> Type:
    """Return the type of lists of such items."""
    return Type(LIST.kinds, items=Items((), item, least))


def object_of(known: Mapping[str, Type], rest: Type | None = None) -> Type:
    """Return the type of objects that have all of these members, and others only of type *rest*."""
    members = {name: Member(part) for name, part in known.items()}
    return Type(OBJECT.kinds, members=Members(members, rest))


def type_of_value(value: Any) -> Type:
    """Return the type of a JSON value that is known."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, list):
        return list_type([type_of_value(item) for item in value])
    if isinstance(value, dict):
        return object_of({name: type_of_value(member) for name, member in value.items()})
    if isinstance(value, float):
        return INTEGER if value.is_integer() else Type(frozenset(("number",)))
    return _SCALARS[type(value)]


def list_type(items: list[Type]) -> Type:
    """Return the type of a list of which every item is known."""
    if len(items) > _MOST_STRINGS:
        return list_of(union(*items), len(items))
    return Type(LIST.kinds, items=Items(tuple(items), None, len(items)))


_SCALARS: Final[Mapping[type, Type]] = {type(None): NULL, bool: BOOLEAN, int: INTEGER}


# ---- union


def union(*types: Type) -> Type:
    """Return the type of values that have one of these types."""
    return reduce(_either, types, NEVER)


def _either(a: Type, b: Type) -> Type:
    if not b.kinds or a is b or _is_same(a, b):
        return a
    if not a.kinds:
        return b
    kinds, absence = a.kinds | b.kinds, a.absence or b.absence
    for wide, other in ((a, b), (b, a)):
        if wide.is_any or not other.kinds - _ABSENT:
            return replace(wide, kinds=kinds, absence=absence)
    return Type(
        kinds,
        _strings(a, b),
        _of_both("array", a, b, a.items, b.items, _items),
        _of_both("object", a, b, a.members, b.members, _members),
        absence,
        alternatives=_alternatives(a, b),
    )


def _is_same(a: Type, b: Type) -> bool:
    of_a, of_b = a.source or (a, None), b.source or (b, None)
    return a.kinds == b.kinds and of_a[0] is of_b[0] and of_a[1] is of_b[1]


def _strings(a: Type, b: Type) -> frozenset[str] | None:
    known = [it.strings for it in (a, b) if "string" in it.kinds]
    if not known or None in known:
        return None
    found = frozenset(text for strings in known for text in strings or ())
    return found if len(found) <= _MOST_STRINGS else None


def _of_both(kind: str, a: Type, b: Type, of_a: Any, of_b: Any, join: Callable[..., Any]) -> Any:
    """Return what is known of the lists or the objects of both types."""
    if kind not in a.kinds or kind not in b.kinds:
        return of_a if kind in a.kinds else of_b
    return join(of_a, of_b) if of_a is not None and of_b is not None else None


def _items(a: Items, b: Items) -> Items:
    least = min(a.least, b.least)
    length = max(len(a.prefix), len(b.prefix))
    prefix = tuple(later_union(item_at(a, at), item_at(b, at)) for at in range(length))
    rest = later_union(a.rest, b.rest) if a.rest is not None or b.rest is not None else None
    return Items(prefix, rest, least)


def item_at(items: Items, index: int) -> Type | Later | None:
    """Return the type of an item, None if there is none."""
    return items.prefix[index] if index < len(items.prefix) else items.rest


def _members(a: Members, b: Members) -> Members:
    known = {}
    for name in dict.fromkeys((*a.known, *b.known)):
        in_a, in_b = member_at(a, name), member_at(b, name)
        is_required = in_a.is_required and in_b.is_required
        known[name] = Member(later_union(in_a.type, in_b.type), is_required)
    rest = later_union(a.rest, b.rest) if a.rest is not None or b.rest is not None else None
    return Members(known, rest)


def member_at(members: Members, name: str) -> Member:
    """Return what is known of a member; one that there is not is `NEVER`."""
    found = members.known.get(name)
    if found is not None:
        return found
    return Member(NEVER if members.rest is None else members.rest, is_required=False)


def later_union(*parts: Type | Later | None) -> Type | Later:
    """Return the union of types, worked out when somebody asks."""
    found = [part for part in parts if part is not None and part is not NEVER]
    if len(found) == 1 or (found and all(part is found[0] for part in found)):
        return found[0]
    return Later(lambda: union(*map(resolved, found)))


def _alternatives(a: Type, b: Type) -> tuple[Type, ...]:
    found: list[Type] = []
    for it in (*(a.alternatives or (a,)), *(b.alternatives or (b,))):
        part = it.without(*_ABSENT)
        if part.kinds and not any(part is other or _is_same(part, other) for other in found):
            found.append(part)
    is_worth = any(part.source is not None for part in found)
    return tuple(found) if is_worth and len(found) <= _MOST_ALTERNATIVES else ()
