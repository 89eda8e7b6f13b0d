from __future__ import annotations

from typing import Any

import pytest

from cartflow.actions.cart.lines import Line
from cartflow.actions.cart.merging import merge


def line(product: int, quantity: float, *, number: int = 0, **limits: Any) -> Line:
    """Return a line of product number *product*, of which there are 10 unless *limits* say more."""
    values = {"stock": 10, "minimum": 0, "maximum": 1000, "increment": 1} | limits
    return Line(
        id=number or product,
        cart_id=1,
        quantity_e4=round(quantity * 10_000),
        product_id=product,
        sku=f"P{product}",
        name="Thing",
        type="simple",
        price_minor=1000,
        stock_e4=values["stock"] * 10_000,
        enabled=values.get("enabled", True),
        minimum_e4=values["minimum"] * 10_000,
        maximum_e4=values["maximum"] * 10_000,
        increment_e4=values["increment"] * 10_000,
        back_orders=values.get("back_orders", False),
    )


def both(guest: float, own: float, strategy: str = "sum", **limits: Any) -> tuple[float, Any]:
    """Merge one product that both carts hold; return the quantity kept and the adjustments."""
    customers = line(1, own, number=7, **limits)
    result = merge([line(1, guest, **limits)], [customers], strategy)
    assert result.moved == []
    kept = dict(result.quantities).get(7, customers.quantity_e4)
    return kept / 10_000, result.adjustments


@pytest.mark.parametrize(("strategy", "kept"), [("sum", 5), ("guest", 2), ("customer", 3)])
def test_strategy_decides_about_a_product_in_both_carts(strategy: str, kept: int) -> None:
    assert both(2, 3, strategy) == (kept, [])


def test_lines_of_the_guest_alone_move_in_their_order() -> None:
    result = merge([line(3, 1), line(2, 2)], [line(1, 1)], "customer")

    assert result == ([], [(3, 10_000), (2, 20_000)], [])


def adjusted(requested: float, kept: float, reason: str) -> list[dict[str, Any]]:
    return [{"sku": "P1", "requested": requested, "kept": kept, "reason": reason}]


def test_stock_is_asked_about_the_sum() -> None:
    assert both(6, 5) == (10, adjusted(11, 10, "INSUFFICIENT_STOCK"))


def test_as_much_as_the_stock_is_enough() -> None:
    assert both(5, 5) == (10, [])


def test_back_orders_lift_the_stock() -> None:
    assert both(6, 5, back_orders=True) == (11, [])


def test_maximum_is_asked_about_the_sum() -> None:
    assert both(3, 2, maximum=4) == (4, adjusted(5, 4, "QUANTITY_ABOVE_MAXIMUM"))


def test_increment_is_asked_about_the_sum() -> None:
    assert both(4, 3, increment=3) == (6, adjusted(7, 6, "QUANTITY_NOT_INCREMENT"))


def test_a_line_of_the_customer_is_never_made_smaller() -> None:
    assert both(1, 12) == (12, adjusted(13, 12, "INSUFFICIENT_STOCK"))


def test_a_line_of_the_customer_is_never_dropped() -> None:
    assert both(1, 2, stock=0) == (2, adjusted(3, 2, "NOT_SALABLE"))


def test_the_guests_quantity_that_cannot_be_sold_leaves_the_customers() -> None:
    assert both(1, 4, "guest", minimum=2) == (4, adjusted(1, 4, "QUANTITY_BELOW_MINIMUM"))


def test_the_guests_quantity_is_capped() -> None:
    assert both(20, 4, "guest") == (10, adjusted(20, 10, "INSUFFICIENT_STOCK"))


def test_a_line_of_the_guest_alone_is_capped_too() -> None:
    result = merge([line(1, 12)], [], "sum")

    assert result == ([], [(1, 100_000)], adjusted(12, 10, "INSUFFICIENT_STOCK"))


def test_a_product_that_is_not_sold_any_more_is_left_out() -> None:
    result = merge([line(1, 2, enabled=False)], [], "sum")

    assert result == ([], [], adjusted(2, 0, "PRODUCT_NOT_FOUND"))
