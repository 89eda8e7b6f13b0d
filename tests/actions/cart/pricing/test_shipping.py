from __future__ import annotations

from typing import Any

import pytest

from cartflow.actions.cart.pricing import price

from .baskets import BERLIN, LOS_ANGELES, basket, line, method

ROWS = [
    {"minimum_subtotal_minor": 0, "amount_minor": 900},
    {"country": "US", "minimum_subtotal_minor": 0, "amount_minor": 700},
    {"country": "US", "minimum_subtotal_minor": 5000, "amount_minor": 500},
    {"country": "US", "region": "CA", "minimum_subtotal_minor": 2000, "amount_minor": 300},
]


def costs(*lines: Any, **chosen: Any) -> dict[str, int]:
    """Return what the methods of a shop cost, those that are offered."""
    methods = [
        method("flat_rate", amount_minor=500, per=chosen.pop("per", "item")),
        method("free", minimum_subtotal_minor=3000),
        method("table_rate", rows=chosen.pop("rows", ROWS)),
    ]
    chosen = {"shipping_address": BERLIN, **chosen}
    quotes = price(basket(*lines, sections={"shipping": methods}, **chosen)).quotes
    return {quote.method_code: quote.amount_minor for quote in quotes}


def test_a_flat_rate_counts_what_is_shipped() -> None:
    lines = [line("a", quantity_e4=30_000), line("b", kind="virtual"), line("c", quantity_e4=5_000)]

    assert costs(*lines)["flat_rate"] == 1750


def test_a_flat_rate_for_the_order_counts_nothing() -> None:
    assert costs(line(quantity_e4=30_000), per="order")["flat_rate"] == 500


@pytest.mark.parametrize(("price", "offered"), [(2999, False), (3000, True)])
def test_free_shipping_starts_at_its_minimum(price: int, offered: bool) -> None:
    assert ("free" in costs(line(price=price))) is offered


def test_free_shipping_asks_what_discounts_leave() -> None:
    assert "free" not in costs(line(price=3000), coupons=[{"amount_minor": 1}])


@pytest.mark.parametrize(
    ("address", "subtotal", "expected"),
    [
        (BERLIN, 9000, 900),
        (LOS_ANGELES, 1999, 700),
        (LOS_ANGELES, 2000, 300),
        (LOS_ANGELES, 9000, 300),
        (LOS_ANGELES | {"region": None}, 4999, 700),
        (LOS_ANGELES | {"region": None}, 5000, 500),
    ],
)
def test_a_table_rate_takes_the_row_that_names_most(
    address: dict[str, Any], subtotal: int, expected: int
) -> None:
    assert costs(line(price=subtotal), shipping_address=address)["table_rate"] == expected


def test_a_table_rate_without_a_row_is_not_offered() -> None:
    assert "table_rate" not in costs(line(), rows=ROWS[1:])


@pytest.mark.parametrize(
    ("lines", "address"),
    [([], BERLIN), ([line(kind="virtual")], BERLIN), ([line()], None)],
    ids=["empty", "virtual", "nowhere"],
)
def test_what_cannot_be_shipped_has_no_methods(lines: list[Any], address: Any) -> None:
    assert costs(*lines, shipping_address=address) == {}


def test_a_shop_that_never_said_ships_at_a_flat_rate() -> None:
    [quote] = price(basket(line(quantity_e4=20_000), shipping_address=BERLIN)).quotes

    assert quote[:4] == ("flatrate", "Flat Rate", "flatrate", "Fixed")
    assert quote.amount_minor == 1000


def test_a_shop_may_ship_nothing() -> None:
    given = basket(line(), sections={"shipping": []}, shipping_address=BERLIN)

    assert price(given).quotes == []


def test_a_kind_whose_plugin_is_missing_cannot_be_had() -> None:
    given = basket(
        line(),
        sections={"shipping": [method("drone")]},
        shipping_address=BERLIN,
        shipping_method=("drone", "drone"),
    )

    totals = price(given)

    assert totals.quotes[0].error_message.startswith("This shipping method is not available.")
    assert (totals.shipping, totals.total_minor) == (None, 1000)


def test_a_method_that_is_not_offered_any_more_costs_nothing() -> None:
    given = basket(
        line(),
        sections={"shipping": [method("free", minimum_subtotal_minor=3000)]},
        shipping_address=BERLIN,
        shipping_method=("free", "free"),
    )

    assert price(given).shipping is None
