"""Store files: a shop, its catalogue, customers and prices, checked as a whole.

The file comes in pieces, the members of its object and the records of its lists, in any order. They
go into a spool; then the records are checked and written a batch at a time. So the memory that a
file takes does not depend on how many records it has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs

from cartflow import Problem, violations

from .store_checks import CHECKS
from .store_spool import Mention, Spool, Spooled, batches

SOURCE: Final = "store"
"""What stands for the file in problems; who has read the file knows its name."""

MAX_LISTED: Final = 100
"""How many problems are listed one by one; the others are counted."""

LISTS: Final = {
    "products": "product",
    "payment_methods": "payment_method",
    "customers": "customer",
    "accounts": "account",
    "coupons": "coupon",
    "gift_cards": "gift_card",
    "shipping": "shipping_method",
    "gift_wrappings": "gift_wrapping",
}
"""Each section that is a list, with the name of its record in the schema."""

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "products": ("sku",),
    "payment_methods": ("code",),
    "customers": ("email",),
    "accounts": ("id",),
    "coupons": ("code",),
    "gift_cards": ("code",),
    "shipping": ("carrier", "method"),
    "gift_wrappings": ("id",),
}
_MENTIONS: Final = {"accounts": ("members", "customers"), "coupons": ("skus", "products")}
"""Each section whose records name those of another, with the member that does and the other."""

_BROUGHT: Final = {"shipping": "kind", "payment_methods": "provider"}
"""Each section whose records name what a plugin brings, with the member that does."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_FOLDED: Final = frozenset(("customers", "coupons"))  # the same in capitals

Piece = tuple[tuple[str | int, ...], Any]
"""A member or a record, with its path; of a list there is an empty one before its records."""


class Problems:
    """What is wrong with a store file: the first problems, and how many there are in all."""

    def __init__(self) -> None:
        self.count = 0
        self.listed: list[Problem] = []

    def add(self, pointer: str, rule: str, message: str) -> None:
        """Add a problem."""
        self.count += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(Problem(message, SOURCE, pointer, rule=rule))


class StoreFile:
    """A store file that is read and checked; its records are in the spool.

    Args:
        spool: Where the records go.
        brought: The names of what plugins bring, for each section whose records may name some.

    Attributes:
        members: The file without its records.
        problems: What is wrong with it.
    """

    def __init__(self, spool: Spool, brought: Mapping[str, Iterable[str]]) -> None:
        self.spool = spool
        self._brought = brought
        self.members: Any = {}
        self.problems = Problems()

    def read(self, pieces: Iterable[Piece]) -> None:
        """Read the pieces of a file and check all that does not need a database."""
        for run in batches(pieces):
            records: dict[str, list[Spooled]] = {}
            for path, value in run:
                if len(path) == 2 and path[0] in LISTS:
                    section, position = str(path[0]), int(path[1])
                    records.setdefault(section, []).append(self._record(section, position, value))
                elif len(path) == 1:
                    self.members[path[0]] = value
                elif not path:
                    self.members = value
            for section, rows in records.items():
                self.spool.add(section, rows)
                self.spool.mention(_mentions(section, rows))
        self.spool.close_file()
        is_right = self._check_members()
        self._check_duplicates()
        if is_right:
            self._check_records()

    def check_strangers(self, unknown: Callable[[str, set[str]], set[str]]) -> None:
        """Check that what records mention is in the file or in the database.

        Args:
            unknown: Returns those of a section's keys that the database does not have.
        """
        for mentions in self.spool.strangers():
            section = mentions[0].section
            missing = unknown(section, {mention.key for mention in mentions})
            for mention in mentions:
                if mention.key in missing:
                    message = f"there is no such record; name it under {section}"
                    self.problems.add(mention.pointer, "unknown", message)

    def _record(self, section: str, position: int, value: Any) -> Spooled:
        """Check one record against its schema; return what is kept of it."""
        pointer = f"/{section}/{position}"
        is_right = self._check_schema(LISTS[section], value, pointer)
        if is_right and section in _BROUGHT:
            self._check_brought(section, value, pointer)
        return Spooled(position, _key(section, value), is_right, value)

    def _check_brought(self, section: str, record: Mapping[str, Any], pointer: str) -> None:
        """Check that what a record names is there: a typo would never be noticed by anybody else.

        What is there but switched off is fine.
        """
        member, known = _BROUGHT[section], sorted(self._brought[section])
        name = record.get(member)
        if name is not None and name not in known:
            listed = ", ".join(map(repr, known))
            close = get_close_matches(name, known, n=1)
            remedy = f"did you mean {close[0]!r}?" if close else f"there are {listed}"
            message = f"no plugin brings the {member} {name!r}; {remedy}"
            self.problems.add(f"{pointer}/{member}", "unknown", message)

    def _check_schema(self, name: str, value: Any, pointer: str = "") -> bool:
        try:
            found = violations(_validator(name), _schema(name), value)
        except ValueError:  # half of a surrogate pair: a caller in Python can have one
            message = "there is a text in it that cannot be written down"
            self.problems.add(pointer, "bad-text", message)
            return False
        for it in found:
            self.problems.add(pointer + it["path"], it["rule"], it["message"])
        return not found

    def _check_members(self) -> bool:
        """Check the file without its records; return whether the shop is right."""
        self._check_schema("", self.members)
        members = self.members if isinstance(self.members, dict) else {}
        is_right = _is_right("shop", members.get("shop"))
        for section in ("shop", "taxes") if is_right else ():
            if _is_right(section, members.get(section)):
                self._check(section, members[section], f"/{section}")
        return is_right

    def _check_duplicates(self) -> None:
        for section, position, first in self.spool.duplicates():
            name = _KEYS[section][-1]
            message = f"the same {name} stands in {section}/{first} already"
            self.problems.add(f"/{section}/{position}/{name}", "duplicate", message)

    def _check_records(self) -> None:
        for section in LISTS:
            if section in CHECKS:
                for position, record in self.spool.records(section):
                    self._check(section, record, f"/{section}/{position}")

    def _check(self, section: str, value: Any, pointer: str) -> None:
        for place, rule, message in CHECKS[section](value, self.members["shop"]):
            self.problems.add(pointer + place, rule, message)


def pieces_of(document: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield the pieces of a store file that is in memory."""
    for name, value in document.items():
        if isinstance(value, list):
            yield (name,), []
            for position, record in enumerate(value):
                yield (name, position), record
        else:
            yield (name,), value


@cache
def _schema(name: str) -> dict[str, Any]:
    """Return the schema of a record, or for an empty name that of the whole file."""
    schema = json.loads(files("cartflow.schemas").joinpath("store.json").read_text("utf-8"))
    return {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]} if name else dict(schema)


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    """Return what checks a record, or for an empty name the whole file."""
    return jsonschema_rs.Draft202012Validator(_schema(name), offline=True)


def _is_right(name: str, value: Any) -> bool:
    try:
        return _validator(name).is_valid(value)
    except ValueError:  # see `_check_schema`
        return False


def _key(section: str, record: Any) -> str | None:
    """Return what tells a record from others; None if it has no such text."""
    values = [record.get(name) if isinstance(record, dict) else None for name in _KEYS[section]]
    texts = [value for value in values if isinstance(value, str)]
    key = "/".join(texts)
    if len(texts) < len(values) or _SURROGATE.search(key):
        return None
    return key.casefold() if section in _FOLDED else key


def _mentions(section: str, rows: Iterable[Spooled]) -> Iterator[Mention]:
    """Yield the keys of other sections that records name."""
    if section not in _MENTIONS:
        return
    name, mentioned = _MENTIONS[section]
    for row in rows:
        for index, text in enumerate(row.record.get(name, ()) if row.is_right else ()):
            key = text.casefold() if mentioned in _FOLDED else text
            yield Mention(mentioned, key, f"/{section}/{row.position}/{name}/{index}")
