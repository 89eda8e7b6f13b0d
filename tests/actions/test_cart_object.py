"""The Cart object: every published attribute has a real value, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, Principal

from ..published.reading import NAMES, published
from ..published.rows import cart_paths
from .conftest import PASSWORD, Shop, opened

EMAIL = "ada@example.com"
PLACE = {
    "firstname": "Ada",
    "lastname": "Byron",
    "middlename": "King",
    "prefix": "Lady",
    "suffix": "PhD",
    "company": "Analytical Engines",
    "street": ["12 St James's Square"],
    "city": "Los Angeles",
    "postcode": "90210",
    "country_code": "US",
    "telephone": "123-456-0000",
    "fax": "123-456-0001",
    "vat_id": "US123",
}
STORE = {
    "shop": {
        "name": "Everything",
        "currency": "USD",
        "reward_points": {"points": 25, "amount_minor": 500},
    },
    "taxes": {"rates": [{"label": "CA", "country": "US", "region": "CA", "rate": 8.25}]},
    "shipping": [
        {
            "carrier": "flatrate",
            "method": "flatrate",
            "carrier_title": "Flat Rate",
            "method_title": "Fixed",
            "kind": "flat_rate",
            "options": {"amount_minor": 500, "per": "item"},
        },
        {
            "carrier": "drone",
            "method": "drone",
            "carrier_title": "Drone",
            "method_title": "By air",
            "kind": "free",
        },
    ],
    "gift_wrappings": [
        {"id": "red", "design": "Red", "price_minor": 199, "image": "https://example.com/red.png"}
    ],
    "payment_methods": [{"code": "purchaseorder", "title": "Purchase Order"}],
    "customers": [
        {
            "email": EMAIL,
            "firstname": "Ada",
            "lastname": "Byron",
            "password": PASSWORD,
            "store_credit_minor": 300,
            "reward_points": 60,
            "addresses": [
                {**PLACE, "region": {"code": "CA", "label": "California", "region_id": 12}}
            ],
        }
    ],
    "coupons": [{"code": "TENTH", "type": "percent", "percent": 10, "label": "A tenth"}],
    "gift_cards": [{"code": "CARD", "balance_minor": 500, "expires_on": "2999-12-31"}],
    "products": [
        {"sku": "bag", "name": "Bag", "price_minor": 4500, "stock": 5},
        {"sku": "yoga", "name": "Yoga", "price_minor": 600, "stock": 5, "type": "virtual"},
    ],
}


@pytest.fixture
def everything(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """Give a shop that has everything there is to sell a cart with."""
    for shop in opened(database_url, tmp_path):
        shop.invoke("loadStore", by=ADMIN, store=STORE)
        gone = """UPDATE cart_shop_section SET document = replace(document, '"free"', '"gone"')"""
        shop.sql(gone)  # the plugin that brought it
        shop.change_revision()
        yield shop


@pytest.mark.parametrize("name", NAMES)
def test_every_published_attribute_of_a_cart_has_a_real_value(everything: Shop, name: str) -> None:
    carts = [full_cart(everything), virtual_cart(everything), cart_with_problem(everything)]

    paths = list(cart_paths(published(name)))

    empty = [
        path for path in paths if not any(is_real(it) for cart in carts for it in at(cart, path))
    ]
    assert empty == []


def full_cart(shop: Shop) -> dict[str, Any]:
    """Return a customer's cart for which everything was chosen."""
    ada = Principal("customer", str(shop.sql("SELECT id FROM cart_customer")[0][0]))
    cart_id = shop.cart(("bag", 2), by=ada)
    address = {**PLACE, "region": "CA"}
    [[number]] = shop.sql("SELECT id FROM cart_customer_address")

    def choose(action: str, **given: Any) -> Any:
        return shop.invoke(action, by=ada, cart_id=cart_id, **given)["cart"]

    choose(
        "setShippingAddressesOnCart",
        shipping_addresses=[{"customer_address_id": number, "customer_notes": "Ring twice"}],
    )
    choose("setBillingAddressOnCart", billing_address={"address": address})
    choose("setBillingAddressOnCart", billing_address={"same_as_shipping": True})
    choose(
        "setShippingMethodsOnCart",
        shipping_methods=[{"carrier_code": "flatrate", "method_code": "flatrate"}],
    )
    choose("applyCouponsToCart", coupon_codes=["TENTH"], type="REPLACE")
    choose("applyGiftCardToCart", gift_card_code="CARD")
    choose("applyStoreCreditToCart")
    shop.invoke("applyRewardPointsToCart", by=ada, cartId=cart_id)
    choose(
        "setGiftOptionsOnCart",
        gift_message={"from": "Charles", "to": "Ada", "message": "Happy birthday"},
        gift_wrapping_id="red",
        gift_receipt_included=True,
        printed_card_included=True,
    )
    method = {"code": "purchaseorder", "purchase_order_number": "PO-1"}
    return dict(choose("setPaymentMethodOnCart", payment_method=method))


def virtual_cart(shop: Shop) -> dict[str, Any]:
    return dict(shop.invoke("cart", cart_id=shop.cart(("yoga", 1)))["cart"])


def cart_with_problem(shop: Shop) -> dict[str, Any]:
    """Return a cart whose product was sold out afterwards."""
    cart_id = shop.cart(("bag", 5))
    shop.sql("UPDATE cart_product SET stock_e4 = 0 WHERE sku = 'bag'")
    return dict(shop.invoke("cart", by=GUEST, cart_id=cart_id)["cart"])


def at(value: Any, path: str) -> Iterator[Any]:
    """Yield what a document has at a path: `[]` stands for each item of a list."""
    head, _, rest = path.partition(".")
    found = value.get(head.removesuffix("[]")) if isinstance(value, dict) else None
    for one in found or () if head.endswith("[]") else (found,):
        yield from at(one, rest) if rest else (one,)


def is_real(value: Any) -> bool:
    """Return whether a value says something: neither empty nor an amount of nothing."""
    if isinstance(value, dict):
        return any(is_real(it) for key, it in value.items() if key != "currency")
    return bool(value)
