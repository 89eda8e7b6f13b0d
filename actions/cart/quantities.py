"""Quantities and fractions of amounts, in whole numbers: the only place that scales or rounds.

The one rule: an amount that is no whole number of minor units is rounded half up, once, where it
comes into being: a row total, a percentage of one row, the tax on one row. Totals are sums of what
was rounded. What is spread is not rounded at all: see `pricing.amounts.spread`.
"""

from __future__ import annotations

import math
from decimal import Decimal

SCALE = 10_000
"""A quantity is kept in units of one piece divided by this."""


def from_json(value: float) -> int | None:
    """Return a JSON number as 1/10000 pieces; None if it has more than four decimals.

    What counts is the shortest text of the number: 0.1 means one tenth.
    """
    if isinstance(value, int):
        return value * SCALE
    if not math.isfinite(value):
        return None
    scaled = Decimal(repr(value)) * SCALE
    return int(scaled) if scaled == scaled.to_integral_value() else None


def to_json(quantity_e4: int) -> float:
    """Return a quantity as the JSON number that people expect: 2 rather than 2.0."""
    if quantity_e4 % SCALE:
        return quantity_e4 / SCALE
    return quantity_e4 // SCALE


def row_total_minor(price_minor: int, quantity_e4: int) -> int:
    """Return the price of a line, rounded half up to the minor unit."""
    return (price_minor * quantity_e4 + SCALE // 2) // SCALE


def half_up(amount: int, numerator: int, denominator: int) -> int:
    """Return *amount* x *numerator* / *denominator*, rounded half up; none of them is negative."""
    return (2 * amount * numerator + denominator) // (2 * denominator)
