"""Inputs and outputs that the platforms publish and that no other test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from .conftest import Shop
from .vouchers import coupon

DUFFLE = "24-WB07"


def test_a_guest_chooses_the_id_of_a_cart(shop: Shop) -> None:
    chosen = shop.cart()[::-1]

    cart = shop.invoke("createGuestCart", cart_uid=chosen)["cart"]

    assert cart["id"] == chosen


def test_a_payment_order_keeps_where_it_came_from(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    answer = shop.invoke(
        "createPaymentOrder",
        cartId=cart_id,
        methodCode="checkmo",
        location="PRODUCT_DETAIL",
        vaultIntent=True,
    )

    assert (answer["amount_minor"], answer["currency_code"]) == (4500, "USD")
    assert answer["status"] == "CREATED"
    [kept] = shop.sql(
        "SELECT location, vault_intent FROM cart_payment_order WHERE mp_order_id = :id",
        id=answer["mp_order_id"],
    )
    assert (kept.location, bool(kept.vault_intent)) == ("PRODUCT_DETAIL", True)


def test_a_cart_without_its_coupons_has_no_discount(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)

    cart = shop.invoke("removeCouponsFromCart", cart_id=cart_id, coupon_codes=[])["cart"]

    assert (cart["applied_coupons"], cart["prices"]["discounts"]) == (None, None)


@pytest.mark.parametrize("action", ["placeOrder", "setPaymentMethodAndPlaceOrder"])
def test_an_order_tells_what_it_comes_to(shop: Shop, action: str) -> None:
    code = coupon(shop)
    cart_id = shop.ready(shop.cart((DUFFLE, 2)))
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    cart = shop.invoke("cart", cart_id=cart_id)["cart"]
    given: dict[str, Any] = (
        {} if action == "placeOrder" else {"payment_method": {"code": "checkmo"}}
    )

    answer = shop.invoke(action, cart_id=cart_id, **given)

    [shipping] = cart["shipping_addresses"]
    age = datetime.now(UTC) - datetime.fromisoformat(answer["order"]["order_date"])
    assert abs(age) < timedelta(minutes=1)
    assert answer["order"] == {
        "number": answer["order_number"],
        "status": "pending",
        "order_date": answer["order"]["order_date"],
        "email": cart["email"],
        "is_virtual": False,
        "shipping_method": "Flat Rate - Fixed",
        "total": {
            "grand_total": cart["prices"]["grand_total"],
            "subtotal_excl_tax": cart["prices"]["subtotal_excluding_tax"],
            "subtotal_incl_tax": cart["prices"]["subtotal_including_tax"],
            "total_shipping": shipping["selected_shipping_method"]["amount"],
            "total_tax": usd(taxes(cart)),
            "discounts": cart["prices"]["discounts"],
        },
    }


def taxes(cart: dict[str, Any]) -> int:
    return sum(tax["amount"]["amount_minor"] for tax in cart["prices"]["applied_taxes"])


def usd(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "USD"}
