"""A strict scanner of JSON that knows where everything stands.

The decoder of the standard library is faster, but it recurses, and it neither says where a value
stands nor what is wrong with a number. So files whose values are talked about are read with this,
and so is, once more, every other JSON text that turned out not to be right.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, NoReturn

from .errors import InvalidDocumentError, Problem
from .violations import pointer_of

Path = tuple[str | int, ...]
"""Where something stands in a document: member names and list indexes from the root."""


class Span(NamedTuple):
    """Where a key or a value stands: characters `start` to `end` of the text."""

    line: int
    """Counted from 1."""
    column: int
    """Counted from 1, in characters."""
    start: int
    end: int


class Scanned(NamedTuple):
    """A JSON text, read.

    Attributes:
        value: What it says.
        values: Path to the span of the value there.
        keys: Path of a member to the span of its name.
    """

    value: Any
    values: Mapping[Path, Span]
    keys: Mapping[Path, Span]


def scan(text: str, source: str, *, max_depth: int, max_values: int | None = None) -> Scanned:
    """Return the JSON value that *text* holds, with places.

    Args:
        text: Without a byte order mark.
        source: What to call it in problems.
        max_depth: How deep arrays and objects may be nested.
        max_values: How many values it may have, names not counted; None: any number.

    Raises:
        InvalidDocumentError: The first thing that is wrong, with line, column and JSON pointer.
    """
    return _Scanner(text, source, max_depth, max_values).scan()


_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"[-+.\w]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[Mapping[str, Any]] = {"null": None, "true": True, "false": False}
_CLOSING: Final[Mapping[type, str]] = {dict: "}", list: "]"}
_STRINGS: Final = json.JSONDecoder()


@dataclass(slots=True)
class _Open:
    """An object or array that is being read."""

    value: Any
    path: Path
    start: int


class _Scanner:
    def __init__(self, text: str, source: str, max_depth: int, max_values: int | None) -> None:
        self._text = text
        self._source = source
        self._max_depth = max_depth
        self._max_values = max_values
        self._lines = [0, *(mark.end() for mark in re.finditer("\n", text))]
        self._stack: list[_Open] = []
        self._values: dict[Path, Span] = {}
        self._keys: dict[Path, Span] = {}
        self._path: Path = ()

    def scan(self) -> Scanned:
        root: list[Any] = []
        position = self._begin(self._skip(0), root)
        while self._stack:
            position = self._go_on(position)
        position = self._skip(position)
        if position < len(self._text):
            self._refuse(position, "not-json", "expected nothing more after the value")
        return Scanned(root[0], self._values, self._keys)

    def _begin(self, start: int, owner: Any) -> int:
        """Read a scalar, or the beginning of an object or array; return where to go on."""
        if self._max_values is not None and len(self._values) >= self._max_values:
            self._refuse(start, "too-many-values", f"expected at most {self._max_values} values")
        path, mark = self._path, self._text[start : start + 1]
        if mark in ("{", "["):
            if len(self._stack) >= self._max_depth:
                self._refuse(start, "too-deep", f"nested more than {self._max_depth} levels deep")
            value: Any = {} if mark == "{" else []
            self._stack.append(_Open(value, path, start))
            end = start + 1
        else:
            value, end = self._string(start) if mark == '"' else self._word(start)
        self._values[path] = self._span(start, end)  # of an object or array: until it is closed
        if type(owner) is dict:
            owner[path[-1]] = value
        else:
            owner.append(value)
        return end

    def _go_on(self, position: int) -> int:
        """Read the next member, item or closing bracket of the innermost object or array."""
        top = self._stack[-1]
        self._path = top.path
        position = self._skip(position)
        closing = _CLOSING[type(top.value)]
        if self._text.startswith(closing, position):
            self._stack.pop()
            self._values[top.path] = self._span(top.start, position + 1)
            return position + 1
        if top.value:
            position = self._expect(",", position, f"',' or {closing!r}")
        if type(top.value) is dict:
            position = self._name(top, position)
        else:
            self._path = (*top.path, len(top.value))
        return self._begin(position, top.value)

    def _name(self, top: _Open, start: int) -> int:
        if not self._text.startswith('"', start):
            self._refuse(start, "not-json", "expected a name in double quotes")
        name, end = self._string(start)
        self._path = path = (*top.path, name)
        if path in self._keys:
            line = self._keys[path].line
            message = f"the name {name!r} stands here already, in line {line}; keep one"
            self._refuse(start, "duplicate-key", message)
        self._keys[path] = self._span(start, end)
        return self._expect(":", self._skip(end), "':'")

    def _string(self, start: int) -> tuple[str, int]:
        try:
            value, end = _STRINGS.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            said = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
            self._refuse(error.pos, "not-json", said.removesuffix(" starting"))
        if _SURROGATE.search(value):
            message = "half of a surrogate pair stands alone; write the whole character"
            self._refuse(start, "bad-text", message)
        return value, end

    def _word(self, start: int) -> tuple[Any, int]:
        """Return a number, null, true or false, and where it ends."""
        found = _WORD.match(self._text, start)
        if found is None:
            what = "the end of the text" if start >= len(self._text) else repr(self._text[start])
            self._refuse(start, "not-json", f"expected a value, got {what}")
        word = found[0]
        if word in _WORDS:
            return _WORDS[word], found.end()
        number = _NUMBER.fullmatch(word)
        if number is None:
            is_number = word[0] in "-+.0123456789" or word.lstrip("-") in ("NaN", "Infinity")
            rule, what = ("bad-number", "JSON number") if is_number else ("not-json", "JSON value")
            self._refuse(start, rule, f"{_short(word)!r} is not a {what}")
        try:
            value = float(word) if number[1] or number[2] else int(word)
        except ValueError:
            self._refuse(start, "bad-number", f"an integer of {len(word)} digits is too long")
        if isinstance(value, float) and math.isinf(value):
            self._refuse(start, "bad-number", f"{_short(word)} is too large for 64 bits")
        return value, found.end()

    def _expect(self, mark: str, position: int, expected: str) -> int:
        """Return where the next token begins, behind *mark*."""
        if not self._text.startswith(mark, position):
            got = self._text[position : position + 1]
            what = repr(got) if got else "the end of the text"
            self._refuse(position, "not-json", f"expected {expected}, got {what}")
        return self._skip(position + 1)

    def _skip(self, position: int) -> int:
        space = _SPACE.match(self._text, position)
        return space.end() if space else position

    def _span(self, start: int, end: int) -> Span:
        line = bisect_right(self._lines, start)
        return Span(line, start - self._lines[line - 1] + 1, start, end)

    def _refuse(self, position: int, rule: str, message: str) -> NoReturn:
        line, column, _, _ = self._span(position, position)
        pointer = pointer_of(self._path)
        raise InvalidDocumentError(
            [Problem(message, self._source, pointer, line, column, rule)]
        ) from None


def _short(word: str) -> str:
    return word if len(word) <= 20 else f"{word[:20]}…"
