"""Every condition of payments and orders."""

from __future__ import annotations

from cartflow import GUEST

from ..conftest import Shop
from .common import DUFFLE, Case, Cases, on_cart, sold_out


def changed_after_payment(shop: Shop) -> str:
    cart_id = shop.cart((DUFFLE, 1))
    shop.pay(cart_id)
    shop.add(cart_id, (DUFFLE, 1))
    return cart_id


def pay_with(source: str) -> Case:
    return lambda shop: (
        GUEST,
        {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "sandbox", "paymentSource": source},
    )


CASES: Cases = {
    "createPaymentOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": "", "methodCode": "checkmo"}),
        **on_cart("cartId", methodCode="checkmo"),
        "CART_EMPTY": lambda shop: (GUEST, {"cartId": shop.cart(), "methodCode": "checkmo"}),
        "INSUFFICIENT_STOCK": lambda shop: (
            GUEST,
            {"cartId": sold_out(shop), "methodCode": "checkmo"},
        ),
        "PAYMENT_METHOD_UNKNOWN": lambda shop: (
            GUEST,
            {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "barter"},
        ),
        "PAYMENT_DECLINED": pay_with("tok_declined"),
        "PAYMENT_UNAVAILABLE": pay_with("tok_unavailable"),
    },
    "placeOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": shop.cart()}),
        "INSUFFICIENT_STOCK": lambda shop: (GUEST, {"cart_id": sold_out(shop, is_paid=True)}),
        "PAYMENT_REQUIRED": lambda shop: (GUEST, {"cart_id": shop.cart((DUFFLE, 1))}),
        "PAYMENT_AMOUNT_CHANGED": lambda shop: (GUEST, {"cart_id": changed_after_payment(shop)}),
    },
}
