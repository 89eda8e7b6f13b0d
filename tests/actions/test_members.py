"""Inputs and outputs that the platforms publish and that no other test is about."""

from __future__ import annotations

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
