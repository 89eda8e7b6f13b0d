"""Spreading an amount over rows, to the last minor unit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from ..quantities import half_up

ONE = 1_000_000
"""A whole in 1/10000 of a percent, the unit of percentages."""


def checked(value: Any, source: str) -> int:
    """Return a number that a rule gives, if it can be an amount or a rate.

    Raises:
        ValueError: With the name of the rule, *source*.
    """
    if type(value) is int and value >= 0:
        return value
    message = f"{source} gives {value!r}; expected an integer of 0 or more"
    raise ValueError(message)


def percent_e4(value: float) -> int:
    """Return a percentage of the store file, which has at most four decimals, as 1/10000 of it."""
    return round(value * 10_000)


def part(amount_minor: int, share_e4: int) -> int:
    """Return so much percent of an amount, rounded half up."""
    return half_up(amount_minor, share_e4, ONE)


def without(amount_minor: int, share_e4: int) -> int:
    """Return the amount to which so much percent was added to make this one, rounded half up."""
    return half_up(amount_minor, ONE, ONE + share_e4)


def spread(
    amount_minor: int, weights: Sequence[int], ranks: Sequence[Any] | None = None
) -> list[int]:
    """Return an amount in parts that are in proportion to *weights* and add up to it.

    Each part is rounded down; the minor units that are left go to the largest remainders. As long
    as the amount is no more than all weights together, no part is more than its weight.

    Args:
        amount_minor: What is spread; 0 if all weights are.
        weights: None of them negative.
        ranks: Decide between equal remainders, the lowest first; without them it is the order. So
            the order of lines makes no difference where each has a rank of its own.
    """
    whole = sum(weights)
    if not amount_minor or not whole:
        return [0] * len(weights)
    parts, remainders = [], []
    for weight in weights:
        share, remainder = divmod(amount_minor * weight, whole)
        parts.append(share)
        remainders.append(-remainder)
    missing = amount_minor - sum(parts)
    if missing:
        order = sorted(zip(remainders, ranks or repeat(0), range(len(parts)), strict=False))
        for _, _, index in order[:missing]:
            parts[index] += 1
    return parts
