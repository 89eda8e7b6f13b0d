"""Every condition of the lines of carts."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST

from ..conftest import Shop
from .common import ITEMS, UNKNOWN, Call, Cases, on_cart


def new(shop: Shop, quantity: float, **product: Any) -> Call:
    """Return a call that puts one product into a new cart."""
    return GUEST, {"cartItems": [{"sku": shop.product(**product), "quantity": quantity}]}


def simple(shop: Shop, quantity: float, **product: Any) -> Call:
    """Return a call that puts one product into a cart the older way."""
    item = {"data": {"sku": shop.product(**product), "quantity": quantity}}
    return GUEST, {"cart_id": shop.cart(), "cart_items": [item]}


def on_own_cart(shop: Shop, cart_id: str) -> Call:
    return shop.customer(), {"cartUid": cart_id}


CASES: Cases = {
    "addProductsToCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": "", "cartItems": ITEMS}),
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cartId": shop.cart(), "cartItems": []}),
        **on_cart("cartId", cartItems=ITEMS),
    },
    "addProductsToNewCart": {
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cartItems": []}),
        "PRODUCT_NOT_FOUND": lambda shop: new(shop, 1, enabled=False),
        "NOT_SALABLE": lambda shop: new(shop, 1, stock=0),
        "INSUFFICIENT_STOCK": lambda shop: new(shop, 2, stock=1),
        "INVALID_QUANTITY": lambda shop: new(shop, 0),
        "QUANTITY_BELOW_MINIMUM": lambda shop: new(shop, 1, minimum=2),
        "QUANTITY_ABOVE_MAXIMUM": lambda shop: new(shop, 3, maximum=2),
        "QUANTITY_NOT_INCREMENT": lambda shop: new(shop, 0.5),
    },
    "updateCartItems": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "cart_items": [{}]}),
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_items": []}),
        "CART_ITEM_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_items": [{}]}),
        "CART_ITEM_ID_AMBIGUOUS": lambda shop: (
            GUEST,
            {"cart_id": UNKNOWN, "cart_items": [{"cart_item_id": 1, "cart_item_uid": "MQ=="}]},
        ),
        **on_cart("cart_id", cart_items=[{"cart_item_id": 1, "quantity": 1}]),
    },
    "removeItemFromCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "cart_item_id": 1}),
        "CART_ITEM_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_item_id": 0}),
        "CART_ITEM_ID_AMBIGUOUS": lambda shop: (
            GUEST,
            {"cart_id": UNKNOWN, "cart_item_id": 1, "cart_item_uid": "MQ=="},
        ),
        "CART_ITEM_NOT_FOUND": lambda shop: (GUEST, {"cart_id": shop.cart(), "cart_item_id": 1}),
        **on_cart("cart_id", cart_item_id=1),
    },
    **{
        action: {
            "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "cart_items": []}),
            "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_items": []}),
            **on_cart("cart_id", cart_items=[{"data": item} for item in ITEMS]),
            "PRODUCT_NOT_FOUND": lambda shop: simple(shop, 1, enabled=False),
            "INVALID_QUANTITY": lambda shop: simple(shop, 0),
            "NOT_SALABLE": lambda shop: simple(shop, 1, stock=0),
            "INSUFFICIENT_STOCK": lambda shop: simple(shop, 2, stock=1),
            "QUANTITY_BELOW_MINIMUM": lambda shop: simple(shop, 1, minimum=2),
            "QUANTITY_ABOVE_MAXIMUM": lambda shop: simple(shop, 3, maximum=2),
            "QUANTITY_NOT_INCREMENT": lambda shop: simple(shop, 0.5),
        }
        for action in ("addSimpleProductsToCart", "addVirtualProductsToCart")
    },
    "clearCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"uid": ""}),
        **on_cart("uid"),
    },
    "clearCustomerCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartUid": ""}),
        "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"cartUid": UNKNOWN}),
        "CART_NOT_FOUND": lambda shop: on_own_cart(shop, UNKNOWN),
        "CART_NOT_ACTIVE": lambda shop: on_own_cart(shop, shop.cart(status="inactive")),
        "CART_NOT_OWNED": lambda shop: on_own_cart(shop, shop.cart(by=shop.customer())),
    },
}
