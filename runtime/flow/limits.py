"""The values that expressions may make: JSON, of a bearable size; and how they look in a text."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from ..jsontext import dumps

MAX_TEXT: Final = 1_000_000
"""Characters, or items, that an operator or filter may make."""
MAX_SIZE: Final = 16_000_000
"""Characters, members and items of a whole value, each counted as often as it would be written."""
MAX_WORK: Final = 5_000_000
"""Characters, members and items that one expression may go through, and make on its way."""
MAX_LEVELS: Final = 200
"""How deep a value may be nested."""
MAX_DIGITS: Final = 1000
"""Decimal digits that an integer may have."""
MAX_BITS: Final = int(MAX_DIGITS * math.log2(10))
_PER_TEXT: Final = 8
"""Characters that are compared, folded or hashed in the time of one item."""


class UnusableValueError(ValueError):
    """A value that an operator or filter cannot work with; the message never shows the value."""


class _Meter(threading.local):
    left: int = MAX_WORK
    room: float = math.inf


_METER: Final = _Meter()  # Jinja2 hands nothing to filters by which they could be given one


def start_work() -> None:
    """Count from here what is spent: another expression begins."""
    _METER.left = MAX_WORK


def in_parts(evaluate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the evaluation of a value whose parts are counted while they are made.

    When it is complete is too late: a file may hold thousands of expressions, each of which makes
    as much as it may.
    """

    def counted(names: Any) -> Any:
        _METER.room = MAX_SIZE
        try:
            return evaluate(names)
        finally:
            _METER.room = math.inf

    return counted


def add_part(value: Any) -> None:
    """Take note of what an expression made; refuse too much in one value."""
    size = len(value) if isinstance(value, str) else 0
    if isinstance(value, dict | list):
        size = check_size(value)
    _METER.room -= size
    if _METER.room < 0:
        message = f"the value would be larger than {MAX_SIZE} characters"
        raise UnusableValueError(message)


def spend(amount: int) -> None:
    """Take note that an expression goes through so many characters or items; refuse too many.

    A list may hold the same long text a million times: what is small by itself is not by then.
    """
    _METER.left -= amount + 1
    if _METER.left < 0:
        message = f"it would go through more than {MAX_WORK} characters and items; do less at once"
        raise UnusableValueError(message)


def spend_on_text(value: Any) -> None:
    """Take note that an expression compares a text with others, or folds it, if it is one."""
    if isinstance(value, str):
        spend(len(value) // _PER_TEXT)


def check_length(length: int) -> None:
    """Refuse to make a text or list that long."""
    spend(length)
    if length > MAX_TEXT:
        message = f"the result would be longer than {MAX_TEXT} characters or items"
        raise UnusableValueError(message)


def check_size(value: Any, limit: int = MAX_SIZE) -> int:
    """Return the size of a value when written down; refuse more than *limit*, or nested too deep.

    In memory such a value can be small: a list may hold the same list twice, and that one too.
    """
    level, left = [value], limit
    for _ in range(MAX_LEVELS):
        inner: list[Any] = []
        for part in level:
            if isinstance(part, str):
                left -= len(part)
            elif isinstance(part, dict):
                left -= 2 * len(part) + sum(map(len, part))
                inner.extend(part.values())
            elif isinstance(part, list):
                left -= len(part) + 1
                inner.extend(part)
            if left < 0:
                message = f"the value would be larger than {limit} characters"
                raise UnusableValueError(message)
        if not inner:
            return limit - left
        level = inner
    message = f"the value is nested more than {MAX_LEVELS} levels deep"
    raise UnusableValueError(message)


def checked_number(number: Any) -> Any:
    """Return the result of a calculation as a JSON number: integers exact, all others 64 bits."""
    if type(number) is int:
        if number.bit_length() > MAX_BITS:
            message = f"the integer would have more than {MAX_DIGITS} digits"
            raise UnusableValueError(message)
        return number
    if type(number) is not float or not math.isfinite(number):
        message = "the result is not a JSON number"
        raise UnusableValueError(message)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def as_text(value: Any) -> str:
    """Return a value as it stands in a text: strings as they are, others as compact JSON."""
    return value if isinstance(value, str) else as_json(value)


def as_json(value: Any) -> str:
    """Return a value as compact JSON, members in order."""
    if isinstance(value, dict | list):
        spend(check_size(value, MAX_TEXT))
    return dumps(value)


def concatenate(texts: Iterable[str], separator: str = "") -> str:
    """Return all *texts* in one, as long as that is not too long."""
    found: list[str] = []
    length = -len(separator)
    for text in texts:
        length += len(separator) + len(text)
        if length > MAX_TEXT:
            break
        found.append(text)
    check_length(max(length, 0))
    return separator.join(found)
