"""What members of objects and items of lists are, as far as types say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..members import listed, near
from .model import (
    ANY,
    MISSING,
    NEVER,
    SKIPPED,
    STRING,
    Absence,
    Member,
    Members,
    Type,
    item_at,
    list_of,
    missing,
    resolved,
    union,
)
from .relations import describe

Name = str | int


def member_of(owner: Type, name: Name) -> Type:
    """Return the type of a member or item; `MISSING` is in it where there may be none."""
    if owner.is_any:
        return ANY if SKIPPED not in owner.kinds else ANY.or_absent(MISSING, _of_null(owner, name))
    found = NEVER
    for kind in owner.kinds:
        look = _LOOKUPS.get((kind, type(name)))
        if look is not None:
            found = union(found, look(owner, name))
    if not found.kinds:
        return _nothing(owner, name) if owner.kinds and not _has(owner, name) else NEVER
    if not found.kinds - {MISSING}:
        return found
    if MISSING in owner.kinds and owner.absence is not None:
        found = found.or_absent(MISSING, owner.absence)
    if owner.may_be_null:
        found = found.or_absent(MISSING, _of_null(owner, name))
    return found


def _nothing(owner: Type, name: Name) -> Type:
    """Return what a member of something is that can have none of this name."""
    if owner.kinds == {MISSING}:
        return owner
    what = f"item {name}" if isinstance(name, int) else f"member {name!r}"
    why = ": the step ends what it stands in, and is null if it did not run"
    return missing(f"{describe(owner)} has no {what}{why if owner.kinds == {SKIPPED} else ''}")


def _has(owner: Type, name: Name) -> bool:
    """Return whether the member is there, but never a value: nobody comes here to see it."""
    member = owner.members.known.get(str(name)) if owner.members is not None else None
    return member is not None and member.is_required


def _of_null(owner: Type, name: Name) -> Absence:
    if owner.absence is not None:
        return owner.absence
    return Absence(f"what has the member {name!r} may be null")


def _of_object(owner: Type, name: Name) -> Type:
    members = owner.members
    if members is None:
        return ANY
    member = members.known.get(str(name))
    if member is not None:
        found = resolved(member.type)
        if member.is_required:
            return found
        return found.or_absent(MISSING, Absence(f"the member {name!r} may be absent"))
    if members.rest is not None:
        return resolved(members.rest)
    known = list(members.known)
    has = f"{near(str(name), known)} (it has: {listed(known) or 'none'})"
    return missing(f"there is no member {name!r}{has}", known)


def _of_list(owner: Type, name: Name) -> Type:
    assert isinstance(name, int)  # see `_LOOKUPS`
    if owner.items is None:
        return ANY
    if name < 0:
        return items_of(owner)
    found = item_at(owner.items, name)
    if found is None:
        return missing(f"there is no item {name} in a list of {len(owner.items.prefix)}")
    return resolved(found)


_LOOKUPS: Final[Mapping[tuple[str, type], Callable[[Type, Name], Type]]] = {
    ("object", str): _of_object,
    ("array", int): _of_list,
}


def items_of(owner: Type) -> Type:
    """Return the type of any item of a list."""
    items = owner.items
    if items is None:
        return ANY
    parts = [*items.prefix, *([items.rest] if items.rest is not None else [])]
    return union(*map(resolved, parts))


def values_of(owner: Type) -> Type:
    """Return the type of any member of an object."""
    members = owner.members
    if members is None:
        return ANY
    parts = [member.type for member in members.known.values()]
    parts += [members.rest] if members.rest is not None else []
    return union(*map(resolved, parts))


def same_items(owner: Type) -> Type:
    """Return the type of a list of some of the items of a list, in any order."""
    return list_of(ANY if owner.items is None else items_of(owner))


def sliced(owner: Type) -> Type:
    """Return the type of a part of a text or list."""
    found = [STRING] if "string" in owner.kinds else []
    found += [same_items(owner)] if "array" in owner.kinds else []
    return union(*found)


def merged(first: Type, second: Type) -> Type:
    """Return the type of an object with the members of both; those of the second win."""
    a, b = first.members, second.members
    known: dict[str, Member] = {}
    for name in {**(a.known if a else {}), **(b.known if b else {})}:
        known[name] = _merged_member(a, b, name)
    rests = [ANY if it is None else it.rest for it in (a, b)]
    others = [resolved(rest) for rest in rests if rest is not None]
    rest = union(*others) if others else None
    return Type(frozenset(("object",)), members=Members(known, rest))


def _merged_member(a: Members | None, b: Members | None, name: str) -> Member:
    of_a, of_b = _member_or_rest(a, name), _member_or_rest(b, name)
    if of_b.is_required:
        return of_b
    types = [resolved(it.type) for it in (of_a, of_b)]
    return Member(union(*types), of_a.is_required)


def _member_or_rest(members: Members | None, name: str) -> Member:
    if members is None:
        return Member(ANY, is_required=False)
    found = members.known.get(name)
    rest = NEVER if members.rest is None else members.rest
    return found or Member(rest, is_required=False)
