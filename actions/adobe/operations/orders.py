"""Orders: what is wrong with a cart is data, who may not order it is told at the top level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .operation import Failure, Json, Operation

_UNABLE: Final = "UNABLE_TO_PLACE_ORDER"

CODES: Final = {
    "GUEST_EMAIL_MISSING": "GUEST_EMAIL_MISSING",
    "CART_EMPTY": _UNABLE,
    "TOTAL_TOO_HIGH": _UNABLE,
    "SHIPPING_ADDRESS_REQUIRED": _UNABLE,
    "SHIPPING_METHOD_REQUIRED": _UNABLE,
    "BILLING_ADDRESS_INVALID": _UNABLE,
    "PAYMENT_METHOD_REQUIRED": _UNABLE,
    "INSUFFICIENT_STOCK": _UNABLE,
    "PAYMENT_IN_PROGRESS": "UNDEFINED",
    "CART_ALREADY_PAID": "UNDEFINED",
    "PAYMENT_REQUIRED": "UNDEFINED",
    "PAYMENT_AMOUNT_CHANGED": "UNDEFINED",
}
"""The codes of the platform for what keeps a cart from being ordered."""

_CODES_WITH_CART: Final = {
    **CODES,
    "CART_NOT_FOUND": "CART_NOT_FOUND",
    "CART_NOT_ACTIVE": "CART_NOT_ACTIVE",
}


def _not_placed(failure: Failure) -> Json | None:
    return _errors(failure, _CODES_WITH_CART)


def _not_paid_and_placed(failure: Failure) -> Json | None:
    """Return what `placeOrder` would; that the payment method cannot be set is no data there."""
    return _errors(failure, CODES)


def _errors(failure: Failure, codes: Mapping[str, str]) -> Json | None:
    code = codes.get(failure.error.code)
    return None if code is None else {"errors": [{"message": failure.words, "code": code}]}


MUTATIONS: Final = {
    "placeOrder": Operation("placeOrder", failure=_not_placed),
    "setPaymentMethodAndPlaceOrder": Operation(
        "setPaymentMethodAndPlaceOrder", failure=_not_paid_and_placed
    ),
}
