"""JSON as it is written down: strict reading, compact writing.

What the standard library lets pass is refused: duplicate members, `NaN`, numbers that overflow,
lone surrogates, and more nesting or more bytes than anybody needs. Contracts, store files and
request bodies are read with this.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from .errors import InvalidDocumentError, Problem
from .jsonscan import scan

MAX_BYTES = 1 << 20
MAX_DEPTH = 64

_BOM: Final = b"\xef\xbb\xbf"


def loads(
    text: bytes, source: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> Any:
    """Return the JSON value that *text* holds.

    Args:
        text: UTF-8; a byte order mark is skipped.
        source: What to call it in problems.
        max_bytes: The most bytes that it may have.
        max_depth: How deep arrays and objects may be nested.

    Raises:
        InvalidDocumentError: It is not what RFC 8259 calls JSON, or it breaks a limit; with line,
            column and JSON pointer.
    """
    if len(text) > max_bytes:
        _refuse(source, "too-large", f"expected at most {max_bytes} bytes, got {len(text)}")
    try:
        characters = text.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        _refuse(source, "not-utf-8", f"byte {error.start} is not UTF-8; save it as UTF-8")
    try:
        value = DECODER.decode(characters)
    except (ValueError, RecursionError):
        pass  # the scanner knows what and where
    else:
        if is_sound(characters, value, max_depth):
            return value
    return scan(characters, source, max_depth=max_depth).value


def is_sound(text: str, value: Any, max_depth: int) -> bool:
    """Return whether a decoded *value* is nested no deeper and has no lone surrogate.

    Args:
        text: What it was decoded from.
        value: What the decoder made of it.
        max_depth: How deep arrays and objects may be nested.
    """
    if text.count("[") + text.count("{") > max_depth and _depth(value) > max_depth:
        return False
    return "\\u" not in text or _is_encodable(value)


def dumps(value: Any) -> str:
    """Return a value as compact JSON: members in order, other alphabets as they are, 2.0 as 2."""
    text = _ENCODER.encode(value)
    return _ENCODER.encode(_with_whole_numbers(value)) if _WHOLE.search(text) else text


def _depth(value: Any) -> int:
    """Return how many levels of arrays and objects a value has."""
    depth, level = 0, [value] if isinstance(value, dict | list) else []
    while level:
        depth += 1
        level = [
            inner
            for owner in level
            for inner in (owner.values() if type(owner) is dict else owner)
            if type(inner) is dict or type(inner) is list
        ]
    return depth


def _is_encodable(value: Any) -> bool:
    """Return whether no string in a value has half a surrogate pair."""
    try:
        _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_whole_numbers(value: Any) -> Any:
    """Return a value with floating-point numbers that are whole as integers, as long as exact."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {name: _with_whole_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_with_whole_numbers(item) for item in value]
    return value


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise ValueError
    return value


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError


DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_constant=_no_number
)
"""Decodes what RFC 8259 calls JSON, with duplicate members refused; see `is_sound` for the rest."""

_WHOLE: Final = re.compile(r"\.0(?:[],}]|\Z)")
"""What stands behind a whole number that is written as a broken one; perhaps in a string, too."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _refuse(source: str, rule: str, message: str) -> NoReturn:
    raise InvalidDocumentError([Problem(message, source, rule=rule)])
