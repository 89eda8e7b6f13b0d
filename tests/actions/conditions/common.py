"""What the tables of conditions share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cartflow import GUEST, SYSTEM, Principal

from ..conftest import Shop

Call = tuple[Principal, dict[str, Any]]
Case = Callable[[Shop], Call]
Cases = Mapping[str, Mapping[str, Case]]
"""Action to code to what makes a call, of whom with which input, that ends with the code."""

DUFFLE = "24-WB07"
UNKNOWN = "gVFVNBSJPt7L6uCQis4Q1ryj6QtcwM20"
ITEMS = [{"sku": DUFFLE, "quantity": 1}]


def on_cart(name: str, **given: Any) -> dict[str, Case]:
    """Return the cases of the three conditions that every action on a cart can end with."""

    def foreign(shop: Shop) -> Call:
        return shop.customer(), {name: shop.cart(by=shop.customer()), **given}

    return {
        "CART_NOT_FOUND": lambda shop: (SYSTEM, {name: UNKNOWN, **given}),
        "CART_NOT_ACTIVE": lambda shop: (SYSTEM, {name: shop.cart(status="inactive"), **given}),
        "CART_NOT_OWNED": foreign,
    }


def to_choose(name: str = "cart_id", **given: Any) -> dict[str, Case]:
    """Return the cases of the four conditions that every choice for a checkout can end with."""

    def gate(shop: Shop) -> Call:
        shop.set_rules(guest_checkout=False)
        return GUEST, {name: shop.cart(), **given}

    return {**on_cart(name, **given), "GUEST_CHECKOUT_DISABLED": gate}


def sold_out(shop: Shop) -> str:
    """Return a cart whose product went out of stock afterwards."""
    sku = shop.product()
    cart_id = shop.cart((sku, 2))
    shop.product(sku=sku, stock=1)
    return cart_id
