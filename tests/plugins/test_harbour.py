"""A third party's plugin has a say in each stage of a price, and it shows in a cart."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import ADMIN, Application

from ..actions.conftest import ADDRESS
from ..conftest import MakeApplication
from .harbour.harbour import plugin

STORE: dict[str, Any] = {
    "shop": {"name": "Luma", "currency": "USD"},
    "shipping": [
        {
            "carrier": "harbour",
            "method": "barge",
            "carrier_title": "Harbour",
            "method_title": "Barge",
            "kind": "barge",
            "options": {"country": "US", "pieces": 2, "amount_minor": 700},
        }
    ],
    "payment_methods": [{"code": "purser", "title": "On board", "provider": "purser"}],
    "products": [
        {"sku": "rope", "name": "Rope", "price_minor": 1000, "stock": 100},
        {"sku": "bike", "name": "Bicycle", "price_minor": 9000, "stock": 100},
    ],
}
BARGE = {"carrier_code": "harbour", "method_code": "barge"}


@pytest.fixture
def harbour(sample_database_url: str, make_app: MakeApplication) -> Application:
    """Give the sample shop with the plugin, on each kind of database."""
    app = make_app(sample_database_url, [("harbour", plugin)], upgrade=False)
    app.invoke("loadStore", {"store": STORE}, principal=ADMIN)
    return app


def cart_of(app: Application, **quantities: int) -> str:
    """Return a guest's cart that is shipped to Los Angeles."""
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]
    cart_id = app.invoke("createEmptyCart")["cart_id"]
    app.invoke("addProductsToCart", {"cartId": cart_id, "cartItems": items})
    addresses = [{"address": ADDRESS}]
    given = {"cart_id": cart_id, "shipping_addresses": addresses}
    app.invoke("setShippingAddressesOnCart", given)
    return str(cart_id)


def ship(app: Application, cart_id: str) -> Any:
    given = {"cart_id": cart_id, "shipping_methods": [BARGE]}
    return app.invoke("setShippingMethodsOnCart", given)["cart"]


def test_the_plugin_works(harbour: Application) -> None:
    assert harbour.complaints() == []
    assert "third_free" in harbour.extensions("cart.promotions")


def test_it_shows_in_a_cart(harbour: Application) -> None:
    cart_id = cart_of(harbour, rope=3)

    prices = ship(harbour, cart_id)["prices"]

    # 30.00 - 10.00 + 14.00 for two trips; on 20.00 California's 8.25 % and 2 %, together 2.05, of
    # which the port has 0.40; on 14.00 California alone, 1.16
    [discount] = prices["discounts"]
    assert (discount["label"], discount["amount"]["amount_minor"]) == ("Take 3, pay 2", 1000)
    taxes = {tax["label"]: tax["amount"]["amount_minor"] for tax in prices["applied_taxes"]}
    assert taxes == {"California": 165 + 116, "Port dues": 40}
    assert prices["grand_total"]["amount_minor"] == 2000 + 1400 + 205 + 116


def test_its_discount_shows_in_the_line(harbour: Application) -> None:
    cart_id = cart_of(harbour, bike=1, rope=3)

    cart = harbour.invoke("cart", {"cart_id": cart_id})["cart"]

    bike, rope = (line["prices"] for line in cart["items"])
    assert bike["discounts"] is None
    assert rope["total_item_discount"]["amount_minor"] == 1000
    assert [found["coupon"] for found in rope["discounts"]] == [None]


def test_its_way_to_ship_says_why_it_cannot_be_had(harbour: Application) -> None:
    cart_id = cart_of(harbour, bike=1)
    cart = harbour.invoke("cart", {"cart_id": cart_id})["cart"]

    [barge] = [
        method
        for method in cart["shipping_addresses"][0]["available_shipping_methods"]
        if method["method_code"] == "barge"
    ]

    assert (barge["available"], barge["error_message"]) == (False, "The barge takes no bicycles.")


def test_its_payment_provider_takes_the_money(harbour: Application) -> None:
    cart_id = cart_of(harbour, rope=1)
    cart = ship(harbour, cart_id)
    given = {"cartId": cart_id, "methodCode": "purser"}

    paid = harbour.invoke("createPaymentOrder", given, key="k" * 30)

    offered = [method["code"] for method in cart["available_payment_methods"]]
    assert "purser" in offered
    assert paid["id"].startswith("purser-")
    assert paid["amount_minor"] == cart["prices"]["grand_total"]["amount_minor"]


def test_without_it_its_way_to_ship_is_not_to_be_had(
    harbour: Application, sample_database_url: str, make_app: MakeApplication
) -> None:
    cart_id = cart_of(harbour, rope=3)
    with_it = ship(harbour, cart_id)

    app = make_app(sample_database_url, upgrade=False)
    without_it = app.invoke("cart", {"cart_id": cart_id})["cart"]

    [address] = without_it["shipping_addresses"]
    [barge] = [it for it in address["available_shipping_methods"] if it["method_code"] == "barge"]
    assert with_it["prices"]["discounts"] is not None
    assert (barge["available"], address["selected_shipping_method"]) == (False, None)
    assert without_it["prices"]["discounts"] is None
