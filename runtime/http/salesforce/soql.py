"""Queries, as far as clients send them by themselves: fields of one object, filtered, limited.

    SELECT Id, Username FROM User WHERE IsActive = true AND Username != 'a' LIMIT 1

Everything else of the language is refused: there is no database behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ...errors import ActionError
from .errors import refused

MAX_LENGTH: Final = 20_000
"""Characters that a query may have."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^'\\]|\\.)*')
      | (?P<word>[A-Za-z_][\w.]*)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<sign>!=|<>|[=,])
    )""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_END: Final = "the end; there are only WHERE with = and != joined by AND, and LIMIT"
_VALUE: Final = "a text in single quotes, a number, true, false or null"
_KEYWORDS: Final = frozenset(("select", "from", "where", "and", "limit"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field and the value that it must have, or must not have."""

    field: str
    is_equal: bool
    value: Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query, as it was written; names keep their case."""

    fields: tuple[str, ...]
    of: str
    where: tuple[Comparison, ...] = ()
    limit: int | None = None


def parse(text: str) -> Query:
    """Return the query that *text* is.

    Raises:
        ActionError: `MALFORMED_QUERY`: it is none, or one that needs more than there is.
    """
    return _Reader(text).query()


class _Reader:
    """The tokens of one query."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            message = f"expected a query of at most {MAX_LENGTH} characters"
            raise refused("MALFORMED_QUERY", message)
        self._tokens = list(_tokens(text))
        self._next = 0

    def query(self) -> Query:
        self._expect("select")
        fields = [self._name("the name of a field")]
        while self._accept(","):
            fields.append(self._name("the name of a field"))
        self._expect("from")
        of = self._name("the name of an object")
        where = []
        if self._accept("where"):
            where.append(self._comparison())
            while self._accept("and"):
                where.append(self._comparison())
        limit = self._limit() if self._accept("limit") else None
        if self._next < len(self._tokens):
            raise self._unexpected(_END)
        return Query(tuple(fields), of, tuple(where), limit)

    def _comparison(self) -> Comparison:
        field = self._name("the name of a field")
        sign = self._take("sign")
        if sign is None or sign == ",":
            raise self._unexpected("= or !=")
        return Comparison(field, sign == "=", self._value())

    def _value(self) -> Any:
        text = self._take("text")
        if text is not None:
            return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1])
        number = self._take("number")
        if number is not None:
            return float(number)
        word = self._take("word")
        if word is None or word.lower() not in _CONSTANTS:
            raise self._unexpected(_VALUE)
        return _CONSTANTS[word.lower()]

    def _limit(self) -> int:
        number = self._take("number")
        if number is None or not number.isdecimal() or len(number) > 9:
            raise self._unexpected("a number of rows")
        return int(number)

    def _name(self, what: str) -> str:
        word = self._take("word")
        if word is None or word.lower() in _KEYWORDS:
            raise self._unexpected(what)
        return word

    def _expect(self, keyword: str) -> None:
        if not self._accept(keyword):
            raise self._unexpected(keyword.upper())

    def _accept(self, wanted: str) -> bool:
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind in ("word", "sign") and text.lower() == wanted:
                self._next += 1
                return True
        return False

    def _take(self, kind: str) -> str | None:
        """Return the next token if it is of a kind; else it stays."""
        if self._next < len(self._tokens) and self._tokens[self._next][0] == kind:
            self._next += 1
            return self._tokens[self._next - 1][1]
        return None

    def _unexpected(self, wanted: str) -> ActionError:
        """Return the error of a token that is not what was wanted; texts are not repeated."""
        if self._next >= len(self._tokens):
            got = "the end"
        else:
            kind, text = self._tokens[self._next]
            got = "a text" if kind == "text" else repr(text[:40])
        return refused("MALFORMED_QUERY", f"expected {wanted}, got {got}")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each token."""
    text, place = text.rstrip(), 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            message = f"character {place} cannot be read; expected SELECT FIELDS FROM OBJECT"
            raise refused("MALFORMED_QUERY", message)
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()
