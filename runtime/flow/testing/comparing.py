"""Comparing what was expected with what was got, and saying how they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..document import Path
from .sighting import NotRun

_MAX_SHOWN: Final = 2000
"""Characters of a value in a difference."""


class Difference(NamedTuple):
    """One place where two values differ.

    Attributes:
        path: Where, inside of the value.
        expected: As text.
        got: As text.
    """

    path: Path
    expected: str
    got: str


def differences(expected: Any, got: Any, path: Path = ()) -> Iterator[Difference]:
    """Yield where *got* is not what was expected.

    Members of objects that *expected* does not name are not looked at; a list is compared item by
    item and must be as long.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            if name in got:
                yield from differences(value, got[name], (*path, name))
            else:
                there = ", ".join(map(repr, got)) or "none"
                yield Difference((*path, name), shown(value), f"nothing; the members are {there}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (value, item) in enumerate(zip(expected, got, strict=True)):
            yield from differences(value, item, (*path, index))
    elif not _is_same(expected, got):
        yield Difference(path, shown(expected), shown(got))


def _is_same(expected: Any, got: Any) -> bool:
    """Return whether two values are the same in JSON, where true is not 1."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    return bool(expected == got)


def shown(value: Any) -> str:
    """Return a value as JSON; one that there is not, in words."""
    if isinstance(value, NotRun):
        return f"nothing: it {value.why}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}… ({len(text)} characters)"
