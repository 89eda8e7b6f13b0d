"""Flow files as values with positions: YAML 1.2's core schema, or JSON.

The parser's events are put together here, on a stack of our own: PyYAML's composer crashes on deep
nesting, takes duplicate keys, and reads `on` and `no` as booleans. Every key and value keeps the
place where it stands, so that whatever is said about it later names line and column, and edits can
splice the text there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, NamedTuple, NoReturn

import yaml

from ..errors import InvalidDocumentError, Problem
from ..jsontext import MAX_BYTES, MAX_DEPTH

MAX_VALUES = 20_000

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


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        value: What it says.
        text: The file itself.
        source: Its name, for messages.
        values: Path to the span of the value there.
        keys: Path of a member to the span of its name.
    """

    value: Any
    text: str
    source: str
    values: Mapping[Path, Span]
    keys: Mapping[Path, Span]

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
        """Return a problem with what stands at *path*."""
        span = self.span(path, key=key)
        pointer = "".join(f"/{part}" for part in path)
        return Problem(message, self.source, pointer, span.line, span.column, rule, level)


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
    builder = _Builder(source, is_json=source.endswith(".json"))
    if len(text) > MAX_BYTES:
        builder.refuse((0, 0), "too-large", f"expected at most {MAX_BYTES} bytes, got {len(text)}")
    try:
        characters = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start)
        builder.refuse((line, 0), "not-utf-8", f"byte {error.start} is not UTF-8; save it as UTF-8")
    return builder.build(characters)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    path: Path
    mark: Any
    key: str | None = None
    """The member whose value comes next; None while a name is expected."""


class _Builder:
    """Puts the events of one text together."""

    def __init__(self, source: str, *, is_json: bool) -> None:
        self._source = source
        self._is_json = is_json
        self._values: dict[Path, Span] = {}
        self._keys: dict[Path, Span] = {}
        self._stack: list[_Open] = []
        self._root: list[Any] = []

    def build(self, text: str) -> Document:
        """Return the document, or raise with the first problem."""
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.YAMLError as error:
            self._refuse_syntax(error)
        if not self._root:
            self.refuse((0, 0), "empty", "the file is empty; expected a flow")
        return Document(self._root[0], text, self._source, self._values, self._keys)

    def refuse(self, at: tuple[int, int], rule: str, message: str) -> NoReturn:
        """Raise a problem at line and column, both counted from 0."""
        problem = Problem(message, self._source, "", at[0] + 1, at[1] + 1, rule)
        raise InvalidDocumentError([problem])

    def _refuse_syntax(self, error: yaml.YAMLError) -> NoReturn:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        context = getattr(error, "context", None)
        message = f"{context}: {said}" if context else str(said)
        self.refuse((mark.line, mark.column) if mark else (0, 0), "syntax", message)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._check_plain(event)
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check_plain(event)
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._stack.pop()
            self._values[closed.path] = _span(closed.mark, event.end_mark)
        elif isinstance(event, yaml.AliasEvent):
            self._at(event, "alias", f"the alias '*{event.anchor}' is not allowed; write it out")
        elif isinstance(event, yaml.DocumentStartEvent) and self._root:
            self._at(event, "second-document", "only one document is allowed; split the file")

    def _at(self, event: yaml.Event, rule: str, message: str) -> NoReturn:
        self.refuse((event.start_mark.line, event.start_mark.column), rule, message)

    def _check_plain(self, event: Any) -> None:
        """Refuse anchors, tags, and more of anything than a person writes."""
        if event.anchor is not None:
            self._at(event, "anchor", f"the anchor '&{event.anchor}' is not allowed; remove it")
        if event.tag is not None:
            self._at(event, "tag", f"the tag {event.tag!r} is not allowed; remove it")
        if len(self._values) + len(self._stack) >= MAX_VALUES:
            self._at(event, "too-many-values", f"expected at most {MAX_VALUES} values")

    def _open(self, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._at(event, "too-deep", f"nested more than {MAX_DEPTH} levels deep")
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if self._stack and self._expects_name():
            self._at(event, "bad-key", f"a name must be text, got {_noun(is_mapping)}")
        if self._is_json and not event.flow_style:
            expected = "'{'" if is_mapping else "'['"
            self._at(event, "not-json", f"expected {expected}; a '.json' file must be JSON")
        value: Any = {} if is_mapping else []
        path = self._place(value)
        self._stack.append(_Open(value, path, event.start_mark))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._stack and self._expects_name():
            self._name(event)
            return
        value = event.value if event.style else self._plain(event)
        if self._is_json and event.style not in (None, '"'):
            self._at(event, "not-json", "expected double quotes; a '.json' file must be JSON")
        self._values[self._place(value)] = _span(event.start_mark, event.end_mark)

    def _expects_name(self) -> bool:
        top = self._stack[-1]
        return type(top.value) is dict and top.key is None

    def _name(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1]
        name = event.value
        if not event.style and not isinstance(_resolve(name), str):
            self._at(event, "bad-key", f"a name must be text; put {name!r} in quotes")
        if self._is_json and event.style != '"':
            self._at(event, "not-json", "expected a name in double quotes")
        if name in top.value:
            first = self._keys[(*top.path, name)].line
            message = f"the name {name!r} stands here already, in line {first}; keep one"
            self._at(event, "duplicate-key", message)
        top.key = name
        self._keys[(*top.path, name)] = _span(event.start_mark, event.end_mark)

    def _place(self, value: Any) -> Path:
        """Put a value where it belongs and return its path."""
        if not self._stack:
            self._root.append(value)
            return ()
        top = self._stack[-1]
        if type(top.value) is list:
            top.value.append(value)
            return (*top.path, len(top.value) - 1)
        assert top.key is not None  # `_expects_name` was asked before
        name, top.key = top.key, None
        top.value[name] = value
        return (*top.path, name)

    def _plain(self, event: yaml.ScalarEvent) -> Any:
        """Return what an unquoted scalar means in YAML 1.2's core schema."""
        text = event.value
        if _NOT_A_NUMBER.fullmatch(text):
            self._at(event, "bad-number", f"{text} is not a JSON number; remove it")
        if len(text) > 1000 and text.lstrip("+-").isdigit():
            self._at(event, "bad-number", f"an integer of {len(text)} digits is too long")
        value = _resolve(text)
        if value in (float("inf"), float("-inf")):
            self._at(event, "bad-number", "the number is too large for 64 bits")
        if self._is_json and isinstance(value, str):
            self._at(event, "not-json", f"expected a JSON value, got {text!r}")
        return value


def _span(start: Any, end: Any) -> Span:
    return Span(start.line + 1, start.column + 1, start.index, end.index)


def _noun(is_mapping: bool) -> str:
    return "an object" if is_mapping else "a list"


_NOT_A_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def _resolve(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text) and len(text) <= 1000:
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text
