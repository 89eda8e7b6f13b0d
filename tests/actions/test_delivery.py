from __future__ import annotations

from .conftest import Shop

DUFFLE = "24-WB07"
FLAT_RATE = {"carrier_code": "flatrate", "method_code": "flatrate"}


def choose(shop: Shop, cart_id: str, **changed: str) -> None:
    methods = [{**FLAT_RATE, **changed}]
    shop.invoke("setShippingMethodsOnCart", cart_id=cart_id, shipping_methods=methods)


def test_a_shipping_method_is_chosen(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)

    choose(shop, cart_id)

    assert shop.choices(cart_id)["shipping_method"] == ["flatrate", "flatrate"]


def test_the_words_about_an_unknown_method(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)
    methods = [{"carrier_code": "pigeon", "method_code": "post"}]

    error = shop.refused("setShippingMethodsOnCart", cart_id=cart_id, shipping_methods=methods)

    assert error.message == "Carrier with such method not found: pigeon, post"


def test_what_is_missing_is_told_before_the_cart_is_looked_for(shop: Shop) -> None:
    methods = [{**FLAT_RATE, "carrier_code": ""}]

    error = shop.refused("setShippingMethodsOnCart", cart_id="gone", shipping_methods=methods)

    assert error.message == 'Required parameter "carrier_code" is missing.'


def test_the_shipping_method_stays_when_the_address_changes(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)
    choose(shop, cart_id)

    shop.ship_to(cart_id, city="Culver City")

    assert shop.choices(cart_id)["shipping_method"] == ["flatrate", "flatrate"]
