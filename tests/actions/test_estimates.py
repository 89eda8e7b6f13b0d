from __future__ import annotations

from typing import Any

import pytest

from cartflow import GUEST, Principal

from .conftest import Shop

VIRTUAL = "240-LV04"
FLAT_RATE = {"carrier_code": "flatrate", "method_code": "flatrate"}
TEXAS = {"country_code": "us", "region": {"region_code": "tx"}}


@pytest.fixture
def cart_id(shop: Shop) -> str:
    return shop.cart((shop.product(price_minor=1000), 1))


def totals(shop: Shop, cart_id: str, by: Principal = GUEST, **given: Any) -> Any:
    return shop.invoke("estimateTotals", by=by, cart_id=cart_id, **given)["cart"]


def grand_total(cart: dict[str, Any]) -> int:
    return int(cart["prices"]["grand_total"]["amount_minor"])


def codes(shop: Shop, cart_id: str, **address: Any) -> list[str]:
    given = {"cart_id": cart_id, "address": address}
    output = shop.app.invoke("estimateShippingMethods", given)
    return [method["carrier_code"] for method in output["shipping_methods"]]


def test_one_item_of_ten_by_a_flat_rate_of_five_is_fifteen(shop: Shop, cart_id: str) -> None:
    cart = totals(shop, cart_id, address=TEXAS, shipping_method=FLAT_RATE)

    [address] = cart["shipping_addresses"]
    assert grand_total(cart) == 1500
    assert address["selected_shipping_method"]["method_code"] == "flatrate"
    assert address["country"] == {"code": "US", "label": "US"}
    assert address["region"] == {"code": "TX", "label": "Texas", "region_id": 57}
    assert address["firstname"] is None


def test_an_estimate_changes_nothing(shop: Shop, cart_id: str) -> None:
    before = shop.invoke("cart", cart_id=cart_id)

    totals(shop, cart_id, address=TEXAS, shipping_method=FLAT_RATE)
    codes(shop, cart_id, country_code="US")

    assert shop.invoke("cart", cart_id=cart_id) == before
    assert shop.choices(cart_id) == {}


def test_without_a_method_it_is_the_chosen_one(shop: Shop, cart_id: str) -> None:
    address: dict[str, Any] = {"country_code": "FR"}

    before = grand_total(totals(shop, cart_id, address=address))
    shop.ship_to(cart_id)
    shop.deliver(cart_id)
    after = grand_total(totals(shop, cart_id, address=address))

    assert (before, after) == (1000, 1500)


def test_what_is_offered_depends_on_the_country(shop: Shop, cart_id: str) -> None:
    assert codes(shop, cart_id, country_code="US") == ["flatrate", "tablerate"]
    assert codes(shop, cart_id, country_code="FR") == ["flatrate"]


def test_an_estimate_needs_no_region(shop: Shop, cart_id: str) -> None:
    [address] = totals(shop, cart_id, address={"country_code": "US"})["shipping_addresses"]
    named = {"country_code": "US", "region": {"region": "Atlantis"}}
    [elsewhere] = totals(shop, cart_id, address=named)["shipping_addresses"]

    assert address["region"] is None
    assert elsewhere["region"] == {"code": "Atlantis", "label": "Atlantis", "region_id": None}


def test_taxes_are_those_of_the_place(shop: Shop, cart_id: str) -> None:
    cart = totals(shop, cart_id, address={"country_code": "DE", "postcode": "10115"})

    assert grand_total(cart) == 1190


def test_a_virtual_cart_is_taxed_where_it_is_billed(shop: Shop) -> None:
    cart_id = shop.cart((VIRTUAL, 1))

    cart = totals(shop, cart_id, address={"country_code": "DE"})

    assert grand_total(cart) == 714
    assert cart["shipping_addresses"] == []
    assert codes(shop, cart_id, country_code="DE") == []


def test_a_cart_that_is_closed_is_not_estimated(shop: Shop, cart_id: str) -> None:
    shop.set_status(cart_id, "closed")

    error = shop.refused("estimateTotals", cart_id=cart_id, address=TEXAS)

    assert error.message == "The cart isn't active."
