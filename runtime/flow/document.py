"""Flow files as values with positions: YAML 1.2's core schema, or JSON.

The YAML parser's events are put together here, on a stack of our own: PyYAML's composer crashes on
deep nesting, takes duplicate keys, and reads `on` and `no` as booleans. Every key and value keeps
the place where it stands, so that whatever is said about it later names line and column, and edits
can splice the text there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Final, NoReturn

import yaml

from ..errors import InvalidDocumentError, Problem
from ..jsonscan import Path as Path
from ..jsonscan import Scanned, Span, scan
from ..jsontext import MAX_BYTES, MAX_DEPTH
from ..violations import pointer_of

MAX_VALUES: Final = 20_000
_MAX_DIGITS: Final = 1000
_SHOWN: Final = 100
"""Characters of a name that a message shows."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        value: What it says.
        text: The file itself, without a byte order mark.
        source: Its name, for messages.
        values: Path to the span of the value there.
        keys: Path of a member to the span of its name.
        digest: SHA-256 of the file's bytes, hexadecimal.
    """

    value: Any
    text: str
    source: str
    values: Mapping[Path, Span]
    keys: Mapping[Path, Span]
    digest: str

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Return where something stands; of what is not there, where it would belong."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]

    def problem(
        self, path: Path, rule: str, message: str, *, key: bool = False, level: str = "error"
    ) -> Problem:
        """Return a problem with what stands at *path*, or with the name of the member there."""
        span = self.span(path, key=key)
        return Problem(message, self.source, pointer_of(path), span.line, span.column, rule, level)


def load_file(path: File) -> Document:
    """Return the document in a file.

    Raises:
        InvalidDocumentError: It cannot be read, or is not valid.
    """
    try:
        return load(path.read_bytes(), str(path))
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        problem = Problem(message, str(path), rule="unreadable")
        raise InvalidDocumentError([problem]) from error


def load(text: bytes, source: str) -> Document:
    """Return the document that *text* holds: JSON if *source* ends in `.json`, else YAML.

    Raises:
        InvalidDocumentError: The first thing that is wrong, with line and column.
    """
    if len(text) > MAX_BYTES:
        message = f"expected at most {MAX_BYTES} bytes, got {len(text)}; split the file"
        _refuse(source, "", 0, "too-large", message)
    try:
        characters = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        _refuse(source, text[: error.start].decode(), error.start, "not-utf-8", message)
    if not characters.strip():
        _refuse(source, "", 0, "empty", "the file is empty; expected a flow")
    if source.endswith(".json"):
        scanned = scan(characters, source, max_depth=MAX_DEPTH, max_values=MAX_VALUES)
    else:
        scanned = _read_yaml(characters, source)
    digest = hashlib.sha256(text).hexdigest()
    return Document(scanned.value, characters, source, scanned.values, scanned.keys, digest)


_BREAK: Final = re.compile("\r\n|\r|\n")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\\A\ufeff")
"""What YAML does not allow; the line ends of Unicode, which its parser takes for such; and a second
byte order mark, which the parser skips, so that all places would be wrong."""


def _read_yaml(text: str, source: str) -> Scanned:
    control = _CONTROL.search(text)
    if control:
        message = f"the control character U+{ord(control[0]):04X} is not allowed; remove it"
        _refuse(source, text, control.start(), "control-character", message)
    return _Builder(source).build(text)


def _refuse(source: str, text: str, position: int, rule: str, message: str) -> NoReturn:
    """Raise a problem with the character at *position* of *text*."""
    before = _BREAK.split(text[:position])
    raise InvalidDocumentError(
        [Problem(message, source, "", len(before), len(before[-1]) + 1, rule)]
    ) from None


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    path: Path
    mark: Any
    key: str | None = None
    """The member whose value comes next; None while a name is expected."""


class _Builder:
    """Puts the events of one YAML text together."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._values: dict[Path, Span] = {}
        self._keys: dict[Path, Span] = {}
        self._stack: list[_Open] = []
        self._root: list[Any] = []

    def build(self, text: str) -> Scanned:
        """Return what was read, or raise with the first problem."""
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.YAMLError as error:
            self._refuse_syntax(error)
        if not self._root:
            self._refuse(0, 0, "empty", "the file is empty; expected a flow")
        return Scanned(self._root[0], self._values, self._keys)

    def _refuse(self, line: int, column: int, rule: str, message: str) -> NoReturn:
        """Raise a problem at line and column, both counted from 0."""
        pointer = pointer_of(self._stack[-1].path) if self._stack else ""
        problem = Problem(message, self._source, pointer, line + 1, column + 1, rule)
        raise InvalidDocumentError([problem]) from None

    def _refuse_syntax(self, error: yaml.YAMLError) -> NoReturn:
        mark: Any = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        context = getattr(error, "context", None)
        message = f"{context}: {said}" if context else str(said)
        self._refuse(mark.line if mark else 0, mark.column if mark else 0, "syntax", message)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._check(event)
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check(event)
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._stack.pop()
            self._values[closed.path] = _span(closed.mark, event.end_mark)
        elif isinstance(event, yaml.AliasEvent):
            name = _short(str(event.anchor), _SHOWN)
            self._at(event, "alias", f"the alias '*{name}' is not allowed; write it out")
        elif isinstance(event, yaml.DocumentStartEvent) and self._root:
            self._at(event, "second-document", "only one document is allowed; split the file")

    def _at(self, event: Any, rule: str, message: str) -> NoReturn:
        self._refuse(event.start_mark.line, event.start_mark.column, rule, message)

    def _check(self, event: Any) -> None:
        """Refuse anchors, tags, and more of anything than a person writes."""
        if event.anchor is not None:
            name = _short(event.anchor, _SHOWN)
            self._at(event, "anchor", f"the anchor '&{name}' is not allowed; remove it")
        if event.tag is not None:
            tag = _short(event.tag, _SHOWN)
            self._at(event, "tag", f"the tag {tag!r} is not allowed; remove it")
        if len(self._values) + len(self._stack) >= MAX_VALUES:
            self._at(event, "too-many-values", f"expected at most {MAX_VALUES} values")

    def _open(self, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._at(event, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if self._expects_name():
            what = "an object" if is_mapping else "a list"
            self._at(event, "bad-key", f"a name must be text, got {what}")
        value: Any = {} if is_mapping else []
        self._stack.append(_Open(value, self._place(value), event.start_mark))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._expects_name():
            self._name(event)
            return
        value = self._plain(event) if event.implicit[0] else event.value
        self._values[self._place(value)] = _span(event.start_mark, event.end_mark)

    def _expects_name(self) -> bool:
        if not self._stack:
            return False
        top = self._stack[-1]
        return type(top.value) is dict and top.key is None

    def _name(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1]
        name = event.value
        if event.implicit[0] and not isinstance(_resolve(name), str):
            self._at(event, "bad-key", f"a name must be text; put {_short(name)!r} in quotes")
        path = (*top.path, name)
        if path in self._keys:
            first = self._keys[path].line
            shown = _short(name, _SHOWN)
            message = f"the name {shown!r} stands here already, in line {first}; keep one"
            self._at(event, "duplicate-key", message)
        top.key = name
        self._keys[path] = _span(event.start_mark, event.end_mark)

    def _place(self, value: Any) -> Path:
        """Put a value where it belongs and return its path."""
        if not self._stack:
            self._root.append(value)
            return ()
        top = self._stack[-1]
        if type(top.value) is list:
            top.value.append(value)
            return (*top.path, len(top.value) - 1)
        name, top.key = top.key, None
        assert name is not None  # `_expects_name` was asked before
        top.value[name] = value
        return (*top.path, name)

    def _plain(self, event: yaml.ScalarEvent) -> Any:
        """Return what an unquoted scalar means in YAML 1.2's core schema."""
        text = event.value
        value = _resolve(text)
        if isinstance(value, str):
            if _NOT_A_NUMBER.fullmatch(text):
                self._at(event, "bad-number", f"{text} is not a JSON number; remove it")
            if len(text) > _MAX_DIGITS and _INTEGER.fullmatch(text):
                self._at(event, "bad-number", f"an integer of {len(text)} digits is too long")
        elif value in _INFINITE:
            self._at(event, "bad-number", f"{_short(text)} is too large for 64 bits")
        return value


def _span(start: Any, end: Any) -> Span:
    return Span(start.line + 1, start.column + 1, start.index, end.index)


def _short(text: str, most: int = 20) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


_INFINITE: Final = (float("inf"), float("-inf"))
_NOT_A_NUMBER: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _resolve(text: str) -> Any:
    """Return the value of a plain scalar; an integer that is too long stays a text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            return text
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
