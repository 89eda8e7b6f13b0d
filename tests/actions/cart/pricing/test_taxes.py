from __future__ import annotations

from typing import Any

import pytest

from cartflow.actions.cart.pricing import Totals, price

from .baskets import BERLIN, LOS_ANGELES, basket, line, method, rate

FLAT = [method("flat_rate", amount_minor=595, per="order")]


def taxed(*lines: Any, rates: list[Any], include: bool = False, **chosen: Any) -> Totals:
    taxes = {"prices_include_tax": include, "rates": rates}
    chosen = {"shipping_address": BERLIN, **chosen}
    return price(basket(*lines, sections={"taxes": taxes, "shipping": FLAT}, **chosen))


def due(totals: Totals) -> list[tuple[str, int]]:
    return [(tax.label, tax.amount_minor) for tax in totals.taxes]


def test_tax_is_added_to_prices_without_it() -> None:
    totals = taxed(line(price=1999), rates=[rate(19)])

    [found] = totals.lines
    assert (found.price_excluding_tax_minor, found.price_including_tax_minor) == (1999, 2379)
    assert (totals.subtotal_excluding_tax_minor, totals.subtotal_including_tax_minor) == (
        1999,
        2379,
    )
    assert (due(totals), totals.grand_total_minor) == ([("VAT", 380)], 2379)


def test_tax_is_part_of_prices_with_it() -> None:
    totals = taxed(line(price=1999), rates=[rate(19)], include=True)

    [found] = totals.lines
    assert (found.price_excluding_tax_minor, found.price_including_tax_minor) == (1680, 1999)
    assert (due(totals), totals.grand_total_minor) == ([("VAT", 319)], 1999)
    assert totals.grand_total_excluding_tax_minor == 1680


@pytest.mark.parametrize(("include", "expected"), [(False, (171, 1071)), (True, (144, 900))])
def test_tax_is_due_on_what_discounts_leave(include: bool, expected: tuple[int, int]) -> None:
    totals = taxed(line(), rates=[rate(19)], include=include, coupons=[{"percent": 10}])

    assert (totals.tax_minor, totals.grand_total_minor) == expected
    assert totals.discount_minor == 100  # in the terms of the catalogue, whichever they are


def test_the_price_with_tax_is_the_same_wherever_it_is_shipped_to() -> None:
    rates = [rate(19), rate(8.25, "California", "US", region="CA")]

    totals = [
        taxed(line(), rates=rates, include=True, shipping_address=address)
        for address in (BERLIN, LOS_ANGELES, None)
    ]

    assert [it.grand_total_minor for it in totals] == [1000] * 3
    assert [it.tax_minor for it in totals] == [160, 76, 0]


@pytest.mark.parametrize(
    ("members", "matches"),
    [
        ({}, True),
        ({"region": "CA"}, True),
        ({"region": "MI"}, False),
        ({"postcode": "90210"}, True),
        ({"postcode": "90211"}, False),
        ({"country": "DE"}, False),
        ({"tax_class": "reduced"}, False),
    ],
)
def test_a_rate_is_for_an_address_and_a_tax_class(members: dict[str, Any], matches: bool) -> None:
    found = rate(10, **{"country": "US", **members})

    totals = taxed(line(), rates=[found], shipping_address=LOS_ANGELES)

    assert (totals.tax_minor > 0) is matches


def test_rates_that_match_are_added_up_and_shown_apart() -> None:
    rates = [rate(6, "State", "US"), rate(2.25, "City", "US"), rate(1, "City", "US")]

    totals = taxed(line(price=999), rates=rates, shipping_address=LOS_ANGELES)

    # 9.25 % of 9.99 is 0.924..., once; 0.92 in the proportion 6 : 2.25 : 1
    assert due(totals) == [("City", 32), ("State", 60)]


def test_each_tax_class_has_its_rates() -> None:
    rates = [rate(19), rate(7, "VAT, reduced", tax_class="reduced")]

    totals = taxed(line("a"), line("b", tax_class="reduced"), rates=rates)

    assert [found.tax_minor for found in totals.lines] == [190, 70]
    assert due(totals) == [("VAT", 190), ("VAT, reduced", 70)]


@pytest.mark.parametrize(("include", "expected"), [(False, (595, 708)), (True, (500, 595))])
def test_shipping_is_taxed_like_products_of_the_default_class(
    include: bool, expected: tuple[int, int]
) -> None:
    rates = [rate(19), rate(7, tax_class="reduced")]
    chosen = ("flat_rate", "flat_rate")

    totals = taxed(line(price=0), rates=rates, include=include, shipping_method=chosen)

    assert totals.shipping is not None
    found = (totals.shipping.excluding_tax_minor, totals.shipping.including_tax_minor)
    assert found == expected
    assert totals.grand_total_minor == expected[1]


def test_a_rate_may_leave_shipping_out() -> None:
    rates = [rate(19, applies_to_shipping=False)]

    totals = taxed(line(), rates=rates, shipping_method=("flat_rate", "flat_rate"))

    assert (totals.tax_minor, totals.shipping_tax_minor) == (190, 0)


def test_shipping_that_is_free_by_a_coupon_is_not_taxed() -> None:
    coupon = {"amount_minor": 0, "free_shipping": True}

    totals = taxed(
        line(),
        rates=[rate(19)],
        coupons=[coupon],
        shipping_method=("flat_rate", "flat_rate"),
    )

    assert (totals.tax_minor, totals.grand_total_minor) == (190, 1190)


def test_virtual_carts_are_taxed_where_the_bill_goes() -> None:
    totals = taxed(
        line(kind="virtual"),
        rates=[rate(19)],
        shipping_address=LOS_ANGELES,
        billing_address=BERLIN,
    )

    assert totals.tax_minor == 190


def test_gift_wrapping_is_taxed() -> None:
    sections = {
        "taxes": {"rates": [rate(19, applies_to_shipping=False)]},
        "gift_wrappings": [{"id": "red", "design": "Red", "price_minor": 200}],
    }
    chosen: Any = {"shipping_address": BERLIN, "gift_options": {"gift_wrapping_id": "red"}}

    totals = price(basket(line(), sections=sections, **chosen))

    assert (totals.gift_wrapping_minor, totals.gift_wrapping_tax_minor) == (200, 38)
    assert totals.grand_total_minor == 1190 + 238


def test_a_wrapping_that_is_not_offered_any_more_costs_nothing() -> None:
    totals = price(basket(line(), gift_options={"gift_wrapping_id": "gone"}))

    assert totals.grand_total_minor == 1000
