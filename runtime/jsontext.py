"""JSON as it is written down: strict reading, compact writing.

What the standard library lets pass is refused: duplicate members, `NaN`, numbers that overflow,
lone surrogates, and more nesting or more bytes than anybody needs. Contracts, store files and
request bodies are read with this.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from .errors import InvalidDocumentError, Problem
from .violations import pointer_of

MAX_BYTES = 1 << 20
MAX_DEPTH = 64


def loads(
    text: bytes, source: str, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH
) -> Any:
    """Return the JSON value that *text* holds.

    Args:
        text: UTF-8.
        source: What to call it in problems.
        max_bytes: The most bytes that it may have.
        max_depth: How deep arrays and objects may be nested.

    Raises:
        InvalidDocumentError: It is not what RFC 8259 calls JSON, or it breaks a limit.
    """
    if len(text) > max_bytes:
        _refuse(source, "too-large", f"expected at most {max_bytes} bytes, got {len(text)}")
    if text.count(b"[") + text.count(b"{") > max_depth:
        _check_depth(text, source, max_depth)
    doubled: list[tuple[dict[str, Any], str]] = []

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            doubled.append((value, _first_double(pairs)))
        return value

    try:
        value = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=build,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except UnicodeDecodeError as error:
        _refuse(source, "not-utf-8", f"byte {error.start} is not UTF-8; save it as UTF-8")
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        problem = Problem(message, source, "", error.lineno, error.colno, "not-json")
        raise InvalidDocumentError([problem]) from None
    except _BadNumberError as error:
        _refuse(source, "bad-number", str(error))
    if doubled or b"\\u" in text:
        _check_texts(value, source, doubled)
    return value


def dumps(value: Any) -> str:
    """Return a value as compact JSON, its members in order, other alphabets as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class _BadNumberError(ValueError):
    """A number that JSON does not have, or that would change by being read."""


def _refuse_constant(text: str) -> NoReturn:
    message = f"{text} is not a JSON number"
    raise _BadNumberError(message)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        message = f"the number {text[:20]}… is too large" if len(text) > 20 else f"{text} overflows"
        raise _BadNumberError(message)
    return value


def _int(text: str) -> int:
    if len(text) > 1000:
        message = f"an integer of {len(text)} digits is too long; expected at most 1000"
        raise _BadNumberError(message)
    return int(text)


def _check_depth(text: bytes, source: str, max_depth: int) -> None:
    """Refuse deep nesting before the parser recurses into it."""
    depth, in_string, escaped = 0, False, False
    for byte in text:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            if depth > max_depth:
                _refuse(source, "too-deep", f"nested more than {max_depth} levels deep")
        elif byte in b"]}":
            depth -= 1


def _check_texts(value: Any, source: str, doubled: list[tuple[dict[str, Any], str]]) -> None:
    """Refuse duplicate members, which are known but not where, and lone surrogates."""
    problems = []
    for path, found in _walk(value, ()):
        if isinstance(found, dict):
            for owner, name in doubled:
                if owner is found:
                    message = f"the member {name!r} stands here more than once; keep one"
                    place = pointer_of((*path, name))
                    problems.append(Problem(message, source, place, rule="duplicate-key"))
        elif isinstance(found, str) and any("\ud800" <= mark <= "\udfff" for mark in found):
            message = "half of a surrogate pair stands alone; write the whole character"
            problems.append(Problem(message, source, pointer_of(path), rule="bad-text"))
    if problems:
        raise InvalidDocumentError(problems)


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield path and value of everything below; member names are yielded as values too."""
    yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name), name
            yield from _walk(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _first_double(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _refuse(source: str, rule: str, message: str) -> NoReturn:
    raise InvalidDocumentError([Problem(message, source, rule=rule)])
