"""Plain paths such as `steps.cart.id`, looked up about as fast as Python itself does it.

Most expressions are such paths, and many steps do little else. A chain of lookups that is written
out takes a third of the time of a loop over the path; so the usual lengths are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import getitem
from typing import Any, Final

from .members import Names, snapshot
from .references import Reference

LookUp = Callable[[Names], Any]

_NOTHING: Final = (LookupError, TypeError)
"""What Python raises if there is no such member, or nothing has members there."""


def look_up(path: Reference, otherwise: LookUp) -> LookUp:
    """Return the function that looks a path up.

    Args:
        path: A name, then members and indexes, from 0.
        otherwise: Is called where Python finds nothing: to do the same slowly, and say why.
    """
    root, *members = path
    if members and isinstance(members[-1], int):
        return _indexed(otherwise, _chain(otherwise, root, members[:-1]), members[-1])
    return _chain(otherwise, root, members)


def _chain(otherwise: LookUp, root: Any, members: list[Any]) -> LookUp:
    if not members:
        return _name(otherwise, root)
    if len(members) in _WRITTEN_OUT:
        return _WRITTEN_OUT[len(members)](otherwise, root, *members)
    return _long(otherwise, root, members)


def _name(otherwise: LookUp, root: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return snapshot(names.get(root))
        except KeyError:
            return otherwise(names)

    return look


def _indexed(otherwise: LookUp, owner_of: LookUp, index: int) -> LookUp:
    """Return the lookup of an item: of a list only, for in Python texts have items too.

    Where an index stands in the middle of a path that does no harm: no character has members.
    """

    def look(names: Names) -> Any:
        owner = owner_of(names)
        if isinstance(owner, list) and index < len(owner):
            return owner[index]
        return otherwise(names)

    return look


def _long(otherwise: LookUp, root: Any, members: list[Any]) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return reduce(getitem, members, names.get(root))
        except _NOTHING:
            return otherwise(names)

    return look


def _one(otherwise: LookUp, root: Any, a: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return names.get(root)[a]
        except _NOTHING:
            return otherwise(names)

    return look


def _two(otherwise: LookUp, root: Any, a: Any, b: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return names.get(root)[a][b]
        except _NOTHING:
            return otherwise(names)

    return look


def _three(otherwise: LookUp, root: Any, a: Any, b: Any, c: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return names.get(root)[a][b][c]
        except _NOTHING:
            return otherwise(names)

    return look


def _four(otherwise: LookUp, root: Any, a: Any, b: Any, c: Any, d: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return names.get(root)[a][b][c][d]
        except _NOTHING:
            return otherwise(names)

    return look


def _five(otherwise: LookUp, root: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> LookUp:
    def look(names: Names) -> Any:
        try:
            return names.get(root)[a][b][c][d][e]
        except _NOTHING:
            return otherwise(names)

    return look


_WRITTEN_OUT: Final[Mapping[int, Callable[..., LookUp]]] = {
    1: _one,
    2: _two,
    3: _three,
    4: _four,
    5: _five,
}
