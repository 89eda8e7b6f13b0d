"""Carts: creating, reading, merging, clearing and abandoning them."""

from __future__ import annotations

from typing import Final

from .operation import Failure, Json, Operation, Outcome, member, same_named

CLEAR_CART_TYPES: Final = {
    "CART_NOT_FOUND": "NOT_FOUND",
    "CART_NOT_ACTIVE": "INACTIVE",
    "CART_NOT_OWNED": "UNAUTHORISED",
}
"""The types of the platform for what keeps a cart from being cleared."""


def _not_cleared(failure: Failure) -> Json | None:
    kind = CLEAR_CART_TYPES.get(failure.error.code)
    if kind is None:
        return None
    return {"cart": None, "errors": [{"message": failure.words, "type": kind}]}


def _set_inactive(outcome: Outcome) -> Json:
    return {**outcome.output, "error": None}


def _not_inactive(failure: Failure) -> Json | None:
    if failure.error.code in ("CART_NOT_FOUND", "CART_NOT_ACTIVE"):
        return {"success": False, "error": failure.words}
    return None


QUERIES: Final = same_named("cart", "customerCart", answer=member("cart"))

MUTATIONS: Final = {
    **same_named("mergeCarts", "assignCustomerToGuestCart", answer=member("cart")),
    **same_named("createGuestCart", "clearCustomerCart"),
    "createEmptyCart": Operation("createEmptyCart", member("cart_id")),
    "clearCart": Operation("clearCart", failure=_not_cleared),
    "setCartAsInactive": Operation("setCartAsInactive", _set_inactive, failure=_not_inactive),
}
