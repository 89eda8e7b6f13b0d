"""Every condition of coupons."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST

from ..conftest import Shop
from ..vouchers import coupon
from .common import DUFFLE, UNKNOWN, Call, Cases, on_cart

ONE = {"coupon_code": "WELCOME10"}
SEVERAL = {"coupon_codes": ["WELCOME10"]}


def full(shop: Shop, **given: Any) -> Call:
    """Return a guest's call for a cart with a line."""
    return GUEST, {"cart_id": shop.cart((DUFFLE, 1)), **given}


def with_coupon(shop: Shop) -> Call:
    principal, given = full(shop, coupon_code=coupon(shop))
    shop.invoke("applyCouponToCart", by=principal, **given)
    return principal, given


def two(shop: Shop) -> Call:
    return full(shop, coupon_codes=[coupon(shop), coupon(shop)])


CASES: Cases = {
    "applyCouponToCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "coupon_code": ""}),
        "COUPON_CODE_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "coupon_code": ""}),
        **on_cart("cart_id", **ONE),
        "COUPON_ALREADY_APPLIED": with_coupon,
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": shop.cart(), **ONE}),
        "COUPON_NOT_VALID": lambda shop: full(shop, coupon_code=coupon(shop, uses=0)),
    },
    "removeCouponFromCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": shop.cart()}),
    },
    "applyCouponsToCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "coupon_codes": []}),
        "COUPON_CODES_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "coupon_codes": []}),
        **on_cart("cart_id", **SEVERAL),
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": shop.cart(), **SEVERAL}),
        "COUPONS_NOT_VALID": lambda shop: full(shop, coupon_codes=["no", coupon(shop), "none"]),
        "TOO_MANY_COUPONS": two,
    },
    "removeCouponsFromCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "coupon_codes": []}),
        **on_cart("cart_id", coupon_codes=[]),
    },
}
