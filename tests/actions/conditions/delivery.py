"""Every condition of choosing how a cart is delivered and how it is paid."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST

from ..conftest import Shop
from .common import DUFFLE, Case, Cases, on_cart, to_choose

FLAT_RATE = {"carrier_code": "flatrate", "method_code": "flatrate"}
CHECK = {"code": "checkmo"}
US = {"country_code": "US"}


def shipped(shop: Shop) -> str:
    """Return a cart with an address to ship it to."""
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)
    return cart_id


def by_methods(*methods: dict[str, Any]) -> Case:
    return lambda shop: (GUEST, {"cart_id": shipped(shop), "shipping_methods": list(methods)})


def by_payment(code: str) -> Case:
    return lambda shop: (GUEST, {"cart_id": shipped(shop), "payment_method": {"code": code}})


def to_estimate() -> dict[str, Case]:
    """Return the cases that both estimates share."""

    def to(**address: Any) -> Case:
        return lambda shop: (GUEST, {"cart_id": shop.cart((DUFFLE, 1)), "address": address})

    return {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "address": US}),
        "COUNTRY_REQUIRED": to(country_code=""),
        **on_cart("cart_id", address=US),
        "COUNTRY_NOT_AVAILABLE": to(country_code="XX"),
        "REGION_MISMATCH": to(country_code="US", region={"region_id": 66}),
        "REGION_AMBIGUOUS": to(country_code="US", region={"region_code": "AE"}),
    }


CASES: Cases = {
    "estimateShippingMethods": to_estimate(),
    "estimateTotals": {
        **to_estimate(),
        "SHIPPING_METHOD_NOT_FOUND": lambda shop: (
            GUEST,
            {
                "cart_id": shop.cart((DUFFLE, 1)),
                "address": US,
                "shipping_method": {"carrier_code": "pigeon", "method_code": "post"},
            },
        ),
    },
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
