"""Every condition of choosing how a cart is delivered and how it is paid."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST

from ..conftest import Shop
from .common import DUFFLE, Case, Cases, to_choose

FLAT_RATE = {"carrier_code": "flatrate", "method_code": "flatrate"}
CHECK = {"code": "checkmo"}


def shipped(shop: Shop) -> str:
    """Return a cart with an address to ship it to."""
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)
    return cart_id


def by_methods(*methods: dict[str, Any]) -> Case:
    return lambda shop: (GUEST, {"cart_id": shipped(shop), "shipping_methods": list(methods)})


def by_payment(code: str) -> Case:
    return lambda shop: (GUEST, {"cart_id": shipped(shop), "payment_method": {"code": code}})


CASES: Cases = {
    "setShippingMethodsOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "shipping_methods": [FLAT_RATE]}),
        **to_choose(shipping_methods=[FLAT_RATE]),
        "SHIPPING_METHODS_REQUIRED": by_methods(),
        "CARRIER_CODE_REQUIRED": by_methods({**FLAT_RATE, "carrier_code": ""}),
        "METHOD_CODE_REQUIRED": by_methods({**FLAT_RATE, "method_code": ""}),
        "SHIPPING_METHODS_MULTIPLE": by_methods(FLAT_RATE, FLAT_RATE),
        "CART_EMPTY": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), "shipping_methods": [FLAT_RATE]},
        ),
        "SHIPPING_ADDRESS_MISSING": lambda shop: (
            GUEST,
            {"cart_id": shop.cart((DUFFLE, 1)), "shipping_methods": [FLAT_RATE]},
        ),
        "SHIPPING_METHOD_NOT_FOUND": by_methods({**FLAT_RATE, "method_code": "pigeon"}),
    },
    "setPaymentMethodOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "payment_method": CHECK}),
        **to_choose(payment_method=CHECK),
        "PAYMENT_METHOD_CODE_REQUIRED": by_payment(""),
        "SHIPPING_ADDRESS_MISSING": lambda shop: (
            GUEST,
            {"cart_id": shop.cart((DUFFLE, 1)), "payment_method": CHECK},
        ),
        "PAYMENT_METHOD_NOT_AVAILABLE": by_payment("barter"),
    },
}
