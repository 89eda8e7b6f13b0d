"""The filters that work on texts and numbers."""

from __future__ import annotations

import math
from typing import Any, Final

from ..errors import InvalidDocumentError
from ..jsontext import loads
from ..violations import type_of
from .limits import (
    MAX_DIGITS,
    UnusableValueError,
    as_json,
    as_text,
    check_length,
    checked_number,
    spend,
)
from .members import present

_MAX_PRECISION: Final = 400
"""Decimal places; 64-bit numbers have no more."""
_MOST_TRIMMED: Final = 100
"""Each character at the end of a text is looked for among them."""


def need(kind: type | tuple[type, ...], value: Any, name: str) -> Any:
    """Return *value*, if it is of the kind that the filter called *name* works on."""
    if isinstance(present(value), kind) and not isinstance(value, bool):
        return value
    message = f"{name!r} cannot be used on {type_of(value)}"
    raise UnusableValueError(message)


# ---- texts


def lower(value: Any) -> str:
    """Return a text in small letters."""
    return str(need(str, value, "lower").lower())


def upper(value: Any) -> str:
    """Return a text in capitals."""
    return str(need(str, value, "upper").upper())


def trim(value: Any, chars: Any = None) -> str:
    """Return a text without spaces, or any of *chars*, at its ends."""
    text = need(str, value, "trim")
    if chars is None:
        return str(text.strip())
    spend(len(need(str, chars, "trim")))
    different = "".join(set(chars))
    if len(different) > _MOST_TRIMMED:
        message = f"'trim' takes at most {_MOST_TRIMMED} different characters"
        raise UnusableValueError(message)
    return str(text.strip(different))


def split(value: Any, sep: Any = None) -> list[str]:
    """Return the parts of a text between separators, or between spaces."""
    text = need(str, value, "split")
    if sep == "":
        message = "'split' needs a separator that is not empty; 'list' gives the characters"
        raise UnusableValueError(message)
    return list(text.split(None if sep is None else need(str, sep, "split")))


def replace(value: Any, old: Any, new: Any, count: Any = None) -> str:
    """Return a text with *new* in place of *old*, at most *count* times."""
    text, gone, come = (need(str, part, "replace") for part in (value, old, new))
    limit = -1 if count is None else need(int, count, "replace")
    found = text.count(gone)
    times = found if limit < 0 else min(found, limit)
    check_length(len(text) + times * (len(come) - len(gone)))
    return str(text.replace(gone, come, limit))


def string(value: Any) -> str:
    """Return a value as it stands in a text."""
    return as_text(present(value))


def to_json(value: Any) -> str:
    """Return a value as compact JSON."""
    return as_json(present(value))


def from_json(value: Any) -> Any:
    """Return the value that a JSON text holds."""
    text = need(str, value, "fromjson").encode("utf-8", "surrogatepass")
    try:
        return loads(text, "")
    except InvalidDocumentError as error:
        rule = error.problems[0].rule
        message = f"'fromjson' needs a text that is JSON; this one is refused as {rule!r}"
        raise UnusableValueError(message) from None


# ---- numbers


def to_int(value: Any, default: Any = 0, base: Any = 10) -> Any:
    """Return a number without its fraction, or the integer in a text; else *default*."""
    if not isinstance(present(value), str):
        return math.trunc(value) if isinstance(value, int | float) else default
    try:
        return checked_number(int(_bounded(value), need(int, base, "int")))
    except ValueError as error:
        if isinstance(error, UnusableValueError):
            raise
    number = _parsed(value)
    return default if number is None else math.trunc(number)


def to_float(value: Any, default: Any = 0) -> Any:
    """Return a number, or the number in a text; else *default*."""
    if isinstance(present(value), int | float):
        return checked_number(value + 0)
    number = _parsed(value) if isinstance(value, str) else None
    return default if number is None else checked_number(number)


def _parsed(text: str) -> float | None:
    try:
        number = float(_bounded(text))
    except ValueError as error:
        if isinstance(error, UnusableValueError):
            raise
        return None
    return number if math.isfinite(number) else None


def _bounded(text: str) -> str:
    if len(text) > MAX_DIGITS:
        message = f"a number has at most {MAX_DIGITS} digits"
        raise UnusableValueError(message)
    return text


def rounded(value: Any, precision: Any = 0, method: Any = "common") -> Any:
    """Return a number with at most *precision* decimal places."""
    number, places = need((int, float), value, "round"), need(int, precision, "round")
    if method not in ("common", "ceil", "floor"):
        message = "the method of 'round' is 'common', 'ceil' or 'floor'"
        raise UnusableValueError(message)
    if abs(places) > _MAX_PRECISION:
        message = f"'round' knows at most {_MAX_PRECISION} places"
        raise UnusableValueError(message)
    if type(number) is int and places >= 0:
        return number  # exact already
    if type(number) is int:
        spend(abs(places))  # the division takes time
    if method == "common":
        return checked_number(round(number, places))
    if type(number) is int:
        unit = 10**-places
        return (-(-number // unit) if method == "ceil" else number // unit) * unit
    scale: float = 10**places
    whole = math.ceil(number * scale) if method == "ceil" else math.floor(number * scale)
    return checked_number(whole / scale)


def absolute(value: Any) -> Any:
    """Return a number without its sign."""
    return abs(need((int, float), value, "abs"))
