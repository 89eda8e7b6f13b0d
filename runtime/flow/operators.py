"""What the operators and tests of expressions do, for JSON values only.

Whatever can make something large is asked for the size before it works.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..violations import type_of
from .limits import (
    MAX_BITS,
    UnusableValueError,
    check_length,
    check_size,
    checked_number,
    spend,
)
from .members import Missing, present

_ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

_LONG: Final = 64
"""Characters of a text that is compared in no time."""


def is_number(value: Any) -> bool:
    """Return whether a value is a number; true and false are none."""
    return type(value) is int or type(value) is float


def calculate(symbol: str, left: Any, right: Any) -> Any:
    """Return what an operator gives: for numbers, and for texts and lists with `+` and `*`."""
    if is_number(present(left)) and is_number(present(right)):
        return _of_numbers(symbol, left, right)
    if symbol == "*" and type(left) is int:
        left, right = right, left
    if symbol == "+" and type(left) is type(right) and isinstance(left, str | list):
        check_length(len(left) + len(right))
        return left + right
    if symbol == "*" and isinstance(left, str | list) and type(right) is int:
        check_length(len(left) * right)
        return left * right
    has_text = isinstance(left, str) or isinstance(right, str)
    hint = "; '~' puts texts together" if symbol == "+" and has_text else ""
    message = f"{symbol!r} cannot be used on {type_of(left)} and {type_of(right)}{hint}"
    raise UnusableValueError(message)


def _of_numbers(symbol: str, left: Any, right: Any) -> Any:
    if symbol in ("/", "//", "%") and right == 0:
        message = "division by zero"
        raise UnusableValueError(message)
    if type(left) is int and type(right) is int:
        if symbol == "/" and left % right == 0:
            return left // right
        if symbol == "**" and abs(left) > 1 and left.bit_length() * right > 2 * MAX_BITS:
            return checked_number(1 << (MAX_BITS + 1))
    try:
        return checked_number(_ARITHMETIC[symbol](left, right))
    except ArithmeticError:
        message = "the result is not a JSON number"
        raise UnusableValueError(message) from None


def signed(symbol: str, value: Any) -> Any:
    """Return `+value` or `-value`."""
    if not is_number(present(value)):
        message = f"{symbol!r} cannot be used on {type_of(value)}"
        raise UnusableValueError(message)
    return -value if symbol == "-" else value


def cut(value: Any, start: Any, stop: Any, step: Any) -> Any:
    """Return a slice of a text or list."""
    if not isinstance(present(value), str | list):
        message = f"{type_of(value)} cannot be sliced"
        raise UnusableValueError(message)
    for bound in (start, stop, step):
        if present(bound) is not None and type(bound) is not int:
            message = f"a slice goes from integer to integer, got {type_of(bound)}"
            raise UnusableValueError(message)
    if step == 0:
        message = "the step of a slice cannot be 0"
        raise UnusableValueError(message)
    part = value[start:stop:step]
    spend(len(part))
    return part


def is_same(value: Any, other: Any) -> bool:
    """Return whether two values are equal."""
    if isinstance(present(value), str) and isinstance(present(other), str):
        spend(min(len(value), len(other)))
    elif isinstance(value, list | dict) and isinstance(other, list | dict):
        spend(check_size(value) + check_size(other))
    return bool(value == present(other))


def is_in(value: Any, owner: Any) -> bool:
    """Return whether a value is an item of a list, a member of an object, or part of a text."""
    if isinstance(present(owner), str | Mapping) and isinstance(present(value), str):
        spend(len(owner) if isinstance(owner, str) else 0)
        return value in owner
    if isinstance(owner, list):
        spend(_cost_of_finding(present(value), owner))
        return value in owner
    if isinstance(owner, Mapping):
        return False
    message = f"'in' cannot look for {type_of(value)} in {type_of(owner)}"
    raise UnusableValueError(message)


def _cost_of_finding(value: Any, items: list[Any]) -> int:
    """Return how much is gone through to look for a value in a list."""
    if isinstance(value, list | dict):
        return check_size(items)
    if isinstance(value, str) and len(value) > _LONG:
        alike = sum(1 for item in items if isinstance(item, str) and len(item) == len(value))
        return len(items) + alike * (len(value) // _LONG)
    return len(items)


def _ordered(name: str, compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, other: Any) -> bool:
        both_numbers = is_number(present(value)) and is_number(present(other))
        if both_numbers:
            return compare(value, other)
        if isinstance(value, str) and isinstance(other, str):
            spend(min(len(value), len(other)))
            return compare(value, other)
        message = f"{name!r} compares two numbers or two texts, got {_and(value, other)}"
        raise UnusableValueError(message)

    return test


def _affix(name: str, holds: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, other: Any) -> bool:
        if isinstance(present(value), str) and isinstance(present(other), str):
            spend(min(len(value), len(other)))
            return holds(value, other)
        message = f"{name!r} compares two texts, got {_and(value, other)}"
        raise UnusableValueError(message)

    return test


def _and(left: Any, right: Any) -> str:
    return f"{type_of(left)} and {type_of(right)}"


TESTS: Final[Mapping[str, Callable[..., bool]]] = {
    "defined": lambda value: not isinstance(value, Missing),
    "none": lambda value: present(value) is None,
    "string": lambda value: isinstance(present(value), str),
    "number": lambda value: is_number(present(value)),
    "boolean": lambda value: isinstance(present(value), bool),
    "mapping": lambda value: isinstance(present(value), Mapping),
    "sequence": lambda value: isinstance(present(value), str | list | Mapping),
    "true": lambda value: present(value) is True,
    "false": lambda value: present(value) is False,
    "in": is_in,
    "eq": is_same,
    "ne": lambda value, other: not is_same(value, other),
    "lt": _ordered("<", operator.lt),
    "le": _ordered("<=", operator.le),
    "gt": _ordered(">", operator.gt),
    "ge": _ordered(">=", operator.ge),
    "startswith": _affix("startswith", str.startswith),
    "endswith": _affix("endswith", str.endswith),
}
"""The tests of the flow language; the comparisons are these too."""

_SYMBOLS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    **{name: TESTS[name] for name in ("eq", "ne", "lt", "gt", "in")},
    "lteq": TESTS["le"],
    "gteq": TESTS["ge"],
    "notin": lambda value, owner: not is_in(value, owner),
}


def compare(names: tuple[str, ...], *operands: Any) -> bool:
    """Return whether a chain such as `a < b <= c` holds.

    Args:
        names: What Jinja2 calls the operators, one less than there are operands.
        operands: The values between them.
    """
    return all(
        _SYMBOLS[name](left, right)
        for name, left, right in zip(names, operands, operands[1:], strict=False)
    )
