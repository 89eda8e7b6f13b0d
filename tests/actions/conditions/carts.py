"""Every condition of carts: creating, reading, merging, giving up."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST

from ..conftest import Shop
from .common import UNKNOWN, Call, Cases, on_cart


def merge_of(shop: Shop, source: str | None = None, **given: Any) -> Call:
    return shop.customer(), {"source_cart_id": source or shop.cart(), **given}


def foreign_merge(shop: Shop) -> Call:
    return merge_of(shop, destination_cart_id=shop.cart(by=shop.customer()))


def assignment(shop: Shop, cart_id: str) -> Call:
    return shop.customer(), {"cart_id": cart_id}


CASES: Cases = {
    "createEmptyCart": {
        "CART_ID_INVALID": lambda shop: (GUEST, {"cart_id": "short"}),
        "CART_ID_TAKEN": lambda shop: (GUEST, {"cart_id": shop.cart()}),
    },
    "createGuestCart": {
        "CART_ID_INVALID": lambda shop: (GUEST, {"cart_uid": ""}),
        "CART_ID_TAKEN": lambda shop: (GUEST, {"cart_uid": shop.cart()}),
        "GUEST_REQUIRED": lambda shop: (shop.customer(), {}),
    },
    "cart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
    },
    "customerCart": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "setCartAsInactive": {
        "CART_NOT_FOUND": lambda shop: (GUEST, {"cartId": UNKNOWN}),
        "CART_NOT_ACTIVE": lambda shop: (GUEST, {"cartId": shop.cart(status="closed")}),
    },
    "mergeCarts": {
        "SOURCE_REQUIRED": lambda shop: (GUEST, {"source_cart_id": ""}),
        "DESTINATION_EMPTY": lambda shop: merge_of(shop, destination_cart_id=""),
        "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"source_cart_id": shop.cart()}),
        "CART_NOT_FOUND": lambda shop: merge_of(shop, source=UNKNOWN),
        "CART_NOT_ACTIVE": lambda shop: merge_of(shop, source=shop.cart(status="inactive")),
        "CART_NOT_OWNED": foreign_merge,
    },
    "assignCustomerToGuestCart": {
        "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN}),
        "CART_NOT_FOUND": lambda shop: assignment(shop, UNKNOWN),
        "CART_NOT_ACTIVE": lambda shop: assignment(shop, shop.cart(status="inactive")),
        "CART_NOT_OWNED": lambda shop: assignment(shop, shop.cart(by=shop.customer())),
    },
}
