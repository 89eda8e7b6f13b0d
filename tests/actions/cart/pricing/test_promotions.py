from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cartflow.actions.cart.lines import Line
from cartflow.actions.cart.pricing import Totals, price
from cartflow.actions.cart.pricing.basket import ItemDiscount, PromotionRule, Sale, ShippingDiscount

from .baskets import BERLIN, BUILT_IN, basket, line, method

FLAT = {"shipping": [method("flat_rate", amount_minor=1000, per="order")]}
SHIPPED: Any = {
    "sections": FLAT,
    "shipping_address": BERLIN,
    "shipping_method": ("flat_rate", "flat_rate"),
}


def discounts(totals: Totals) -> list[tuple[str, int]]:
    return [(it.applied_to, it.amount_minor) for it in totals.discounts]


def per_line(*lines: Line, **rule: Any) -> list[int]:
    """Return what one coupon takes off each line."""
    return [it.discount_minor for it in price(basket(*lines, coupons=[rule])).lines]


def test_an_amount_is_spread_in_proportion_to_row_totals() -> None:
    lines = [line("a", 4500), line("b", 3400), line("c", 600)]

    assert per_line(*lines, amount_minor=1000) == [529, 400, 71]


def test_an_amount_never_exceeds_the_rows() -> None:
    assert per_line(line("a", 450), line("b", 50), amount_minor=10_000) == [450, 50]


def test_a_percentage_is_taken_off_each_line_for_itself() -> None:
    # 10 % of 0.05 and of 0.15, rounded half up: 0.01 and 0.02, where 10 % of 0.20 would be 0.02
    assert per_line(line("a", 5), line("b", 15), percent=10) == [1, 2]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [({"percent": 50}, [0, 500, 0]), ({"amount_minor": 700}, [0, 700, 0])],
    ids=["percent", "amount"],
)
def test_a_coupon_for_some_products_leaves_the_others(
    rule: dict[str, Any], expected: list[int]
) -> None:
    lines = [line("a"), line("b"), line("c")]

    assert per_line(*lines, skus=["b", "unknown"], **rule) == expected


def test_a_second_coupon_sees_what_the_first_one_left() -> None:
    given = basket(line("a"), line("b", 500), coupons=[{"percent": 10}, {"percent": 50}])

    totals = price(given)

    assert [(it.coupon, it.parts) for it in totals.discounts] == [
        ("C0", [100, 50]),
        ("C1", [450, 225]),
    ]


def test_a_coupon_has_the_label_of_the_shop() -> None:
    rules: list[dict[str, Any]] = [{"percent": 1}, {"percent": 1, "label": "Spring"}]

    totals = price(basket(line(), coupons=rules))

    assert [it.label for it in totals.discounts] == ["Discount", "Spring"]


def test_a_coupon_that_takes_nothing_is_no_discount() -> None:
    assert price(basket(line("a", 0), coupons=[{"percent": 50}])).discounts == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"percent": 10}, [("ITEM", 200)]),
        ({"percent": 10, "applies_to_shipping": True}, [("ITEM", 200), ("SHIPPING", 100)]),
        ({"percent": 10, "free_shipping": True}, [("ITEM", 200), ("SHIPPING", 1000)]),
        ({"amount_minor": 2500}, [("ITEM", 2000)]),
        ({"amount_minor": 2500, "applies_to_shipping": True}, [("ITEM", 2000), ("SHIPPING", 500)]),
        ({"amount_minor": 9000, "applies_to_shipping": True}, [("ITEM", 2000), ("SHIPPING", 1000)]),
        ({"amount_minor": 0, "free_shipping": True}, [("SHIPPING", 1000)]),
    ],
)
def test_discounts_on_shipping(rule: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    totals = price(basket(line("a"), line("b"), coupons=[rule], **SHIPPED))

    assert discounts(totals) == expected
    assert totals.total_minor == 3000 - totals.discount_minor


def test_shipping_is_free_once() -> None:
    rules = [{"amount_minor": 0, "free_shipping": True}] * 2

    assert discounts(price(basket(line(), coupons=rules, **SHIPPED))) == [("SHIPPING", 1000)]


class Greedy:
    """A rule that takes more than there is."""

    def on_items(self, sale: Sale) -> Iterable[ItemDiscount]:
        yield {"label": "greedy", "amounts": [10_000, 0]}

    def on_shipping(self, sale: Sale) -> Iterable[ShippingDiscount]:
        yield {"label": "greedy", "amount_minor": 10_000}


def test_a_rule_that_takes_too_much_gets_what_there_is() -> None:
    hooks = BUILT_IN._replace(promotions={"greedy": Greedy()})

    totals = price(basket(line("a"), line("b"), hooks=hooks, **SHIPPED))

    assert discounts(totals) == [("ITEM", 1000), ("SHIPPING", 1000)]
    assert totals.discounts[0].parts == [1000, 0]
    assert totals.discounts[0].coupon is None


class Half:
    """Takes half of what is left."""

    def on_items(self, sale: Sale) -> Iterable[ItemDiscount]:
        yield {"label": "half", "amounts": [left // 2 for left in sale.left]}

    def on_shipping(self, sale: Sale) -> Iterable[ShippingDiscount]:
        return ()


@pytest.mark.parametrize(("name", "expected"), [("a-half", [500, 300]), ("z-half", [300, 350])])
def test_rules_have_their_turn_by_name(name: str, expected: list[int]) -> None:
    half: PromotionRule = Half()
    hooks = BUILT_IN._replace(promotions={name: half, **BUILT_IN.promotions})

    totals = price(basket(line(), hooks=hooks, coupons=[{"amount_minor": 300}]))

    assert [it.amount_minor for it in totals.discounts] == expected
