from __future__ import annotations

from typing import Any

import pytest

from cartflow.actions.cart import limits
from cartflow.actions.cart.lines import Line


def line(**members: Any) -> Line:
    """Return a product with 10 in stock."""
    e4 = {name: round(value * 10_000) for name, value in members.items() if name != "flags"}
    product: dict[str, Any] = {"sku": "S", "name": "Thing", "type": "simple", "price_minor": 1000}
    product |= {"stock_e4": 100_000, "minimum_e4": 0, "maximum_e4": 100_000_000}
    product |= {"increment_e4": 10_000} | {f"{name}_e4": value for name, value in e4.items()}
    product |= {"enabled": True, "back_orders": False, **members.get("flags", {})}
    return Line(id=1, cart_id=1, quantity_e4=0, product_id=1, **product)


RULES = [
    ({}, 10, None),
    ({}, 11, limits.INSUFFICIENT_STOCK),
    ({"flags": {"back_orders": True}}, 11, None),
    ({"stock": 0}, 1, limits.NOT_SALABLE),
    ({"flags": {"enabled": False}}, 1, limits.PRODUCT_NOT_FOUND),
    ({"maximum": 3}, 3, None),
    ({"maximum": 3}, 4, limits.QUANTITY_ABOVE_MAXIMUM),
    ({"minimum": 2}, 1, limits.QUANTITY_BELOW_MINIMUM),
    ({"increment": 3}, 4, limits.QUANTITY_NOT_INCREMENT),
    ({"increment": 0.5}, 1.5, None),
    ({}, 1.5, limits.QUANTITY_NOT_INCREMENT),
]


@pytest.mark.parametrize(("members", "quantity", "code"), RULES)
def test_first_broken_rule(members: dict[str, Any], quantity: float, code: str | None) -> None:
    assert limits.broken_rule(line(**members), round(quantity * 10_000)) == code


def test_lowering_a_quantity_asks_neither_stock_nor_maximum() -> None:
    product = line(stock=1, maximum=2)

    assert limits.broken_rule(product, 50_000, held_e4=60_000) is None


def test_lowering_a_quantity_still_asks_the_increment() -> None:
    product = line(increment=2)

    assert limits.broken_rule(product, 30_000, held_e4=40_000) == limits.QUANTITY_NOT_INCREMENT


MOST = [
    ({}, 4, 4),
    ({}, 11, 10),
    ({"flags": {"back_orders": True}}, 11, 11),
    ({"maximum": 3}, 4, 3),
    ({"increment": 4}, 10, 8),
    ({"minimum": 11}, 12, 0),
    ({"stock": -1}, 1, 0),
    ({"flags": {"enabled": False}}, 1, 0),
]


@pytest.mark.parametrize(("members", "quantity", "most"), MOST)
def test_most_that_can_be_had(members: dict[str, Any], quantity: int, most: int) -> None:
    assert limits.most(line(**members), quantity * 10_000) == most * 10_000


def test_what_can_be_had_breaks_no_rule() -> None:
    product = line(stock=7.5, minimum=1, maximum=6, increment=0.7)

    kept = limits.most(product, 100_000)

    assert kept == 56_000
    assert limits.broken_rule(product, kept) is None


def test_the_words_name_the_limit_as_people_write_it() -> None:
    refusal = limits.refusal(line(minimum=2), 10_000)

    assert refusal is not None
    assert refusal.message == "The fewest you may purchase is 2"
