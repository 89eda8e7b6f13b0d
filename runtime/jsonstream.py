"""Big JSON files, read piece by piece: the members of the object, and the items of their arrays.

As strict as `jsontext`, and with the same words when something is wrong, but in the memory of the
largest piece. No parser from the package index does that: those that stream let duplicate names
pass, replace lone surrogates in silence, and do not say where in the document a mistake stands.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final, NoReturn

from .errors import InvalidDocumentError, Problem
from .jsonscan import Path, scan
from .jsontext import DECODER, MAX_DEPTH, is_sound
from .violations import pointer_of

MAX_PIECE: Final = 4 << 20
"""How many characters a member or an item may have."""

_CHUNK_BYTES: Final = 64 << 10
_AHEAD: Final = 3
"""How many characters behind a number decide that it does not go on: 1 and e+ may become 1e+9."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")


def stream_members(
    file: BinaryIO, source: str, *, max_piece: int = MAX_PIECE
) -> Iterator[tuple[Path, Any]]:
    """Yield what a JSON document holds, in its order, as (path, value).

    A member of the document's object is one piece, `(("name",), value)`. If it is an array, an
    empty list stands for it, and each of its items is a piece: `(("name", 0), value)`. A document
    that is no object is one piece with an empty path; of an array only that it is one.

    Args:
        file: UTF-8, from where it stands to its end; a byte order mark is skipped.
        source: What to call it in problems.
        max_piece: How many characters a piece may have.

    Raises:
        InvalidDocumentError: The first thing that is not what RFC 8259 calls JSON, or breaks a
            limit; with line, column and JSON pointer. What came before has been yielded.
    """
    reader = _Reader(file, source, max_piece)
    if reader.takes("{"):
        yield from _members(reader)
    elif reader.takes("["):
        yield (), []
        for _ in _items(reader, ()):
            pass
    else:
        yield (), reader.value(())
    reader.end()


def _members(reader: _Reader) -> Iterator[tuple[Path, Any]]:
    names: set[str] = set()
    while not reader.takes("}"):
        if names:
            reader.expect(",", "',' or '}'")
        name = reader.name(names)
        reader.expect(":", "':'")
        if reader.takes("["):
            yield (name,), []
            yield from _items(reader, (name,))
        else:
            yield (name,), reader.value((name,))


def _items(reader: _Reader, path: Path) -> Iterator[tuple[Path, Any]]:
    index = 0
    while not reader.takes("]"):
        if index:
            reader.expect(",", "',' or ']'")
        yield (*path, index), reader.value((*path, index))
        index += 1


class _Reader:
    """A window that moves over the text, and where in the text it stands."""

    def __init__(self, file: BinaryIO, source: str, max_piece: int) -> None:
        self._file = file
        self._source = source
        self._max_piece = max_piece
        self._decoder = getincrementaldecoder("utf-8-sig")()
        self._read = 0  # bytes
        self._is_over = False
        self._text = ""
        self._at = 0
        self._line, self._column = 1, 1  # of the window's first character
        self._path: Path = ()

    def takes(self, mark: str) -> bool:
        """Return whether *mark* comes next; if so, it is read."""
        self._skip()
        if not self._text.startswith(mark, self._at):
            return False
        self._at += 1
        return True

    def expect(self, mark: str, expected: str) -> None:
        """Read *mark*."""
        if not self.takes(mark):
            got = self._text[self._at : self._at + 1]
            what = repr(got) if got else "the end of the text"
            self._refuse("not-json", f"expected {expected}, got {what}")

    def name(self, known: set[str]) -> str:
        """Read the name of a member, which must not be one of those *known*, and add it."""
        self._skip()
        if not self._text.startswith('"', self._at):
            self._refuse("not-json", "expected a name in double quotes")
        start = self._place()
        name = str(self.value(()))
        if name in known:
            message = f"the name {name!r} stands here already; keep one"
            self._refuse("duplicate-key", message, start, (name,))
        known.add(name)
        return name

    def value(self, path: Path) -> Any:
        """Read a value."""
        self._skip()
        self._path = path
        while True:
            value, end = self._decode()
            if end + _AHEAD <= len(self._text) or self._is_over:
                break
            self._read_on()
        piece = self._text[self._at : max(end, self._at)]
        if end < 0 or not is_sound(piece, value, MAX_DEPTH - len(path)):
            self._explain()
        self._at = end
        return value

    def end(self) -> None:
        """Make sure that nothing comes any more."""
        self._path = ()
        self._skip()
        if self._at < len(self._text):
            self._refuse("not-json", "expected nothing more after the value")

    def _decode(self) -> tuple[Any, int]:
        """Return the value that stands here and where it ends; -1 if there is none."""
        try:
            value, end = DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            is_cut = not self._is_over and len(self._text) - self._at < self._max_piece
            return None, len(self._text) if is_cut else -1
        return value, int(end)

    def _skip(self) -> None:
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or self._is_over:
                return
            self._read_on()

    def _read_on(self) -> None:
        """Move the window: drop what is read, and add what comes."""
        self._line, self._column = self._place()
        data = self._file.read(_CHUNK_BYTES)
        try:
            more = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            left = len(self._decoder.getstate()[0])
            byte = self._read - left + error.start
            self._refuse("not-utf-8", f"byte {byte} is not UTF-8; save it as UTF-8", (0, 0), ())
        self._read += len(data)
        self._is_over = not data
        self._text = self._text[self._at :] + more
        self._at = 0

    def _place(self) -> tuple[int, int]:
        """Return line and column of where the window is read."""
        lines = self._text.count("\n", 0, self._at)
        if not lines:
            return self._line, self._column + self._at
        return self._line + lines, self._at - self._text.rfind("\n", 0, self._at)

    def _explain(self) -> NoReturn:
        """Refuse the value that stands here, for what is wrong in it."""
        text = self._text[self._at :]
        if len(text) >= self._max_piece:
            message = f"expected at most {self._max_piece} characters in one piece"
            self._refuse("too-large", message)
        line, column = self._place()
        padding = "\n" * (line - 1) + " " * (column - 1)  # so that all places are the file's
        try:
            scan(padding + text, self._source, max_depth=MAX_DEPTH - len(self._path))
        except InvalidDocumentError as error:
            [problem] = error.problems
            found = replace(problem, pointer=pointer_of(self._path) + problem.pointer)
            if found.rule == "too-deep":  # the levels around the piece count as well
                found = replace(found, message=f"nested more than {MAX_DEPTH} levels deep")
            raise InvalidDocumentError([found]) from None
        message = "the decoder and the scanner of JSON disagree"
        raise AssertionError(message)

    def _refuse(
        self,
        rule: str,
        message: str,
        place: tuple[int, int] | None = None,
        path: Path | None = None,
    ) -> NoReturn:
        line, column = place or self._place()
        pointer = pointer_of(self._path if path is None else path)
        problem = Problem(message, self._source, pointer, line, column, rule)
        raise InvalidDocumentError([problem]) from None
