"""Every condition of checkout sessions."""

from __future__ import annotations

from cartflow import SYSTEM

from .common import Cases, on_cart

CASES: Cases = {
    "checkoutSessionAction": {
        **on_cart("cartId"),
        "CART_PROCESSING": lambda shop: (SYSTEM, {"cartId": shop.cart(status="processing")}),
    },
    "cancelCartAsyncOperation": {
        "INVALID_OPERATION": lambda shop: (SYSTEM, {"cartId": shop.cart(status="closed")}),
        **on_cart("cartId"),
    },
}
