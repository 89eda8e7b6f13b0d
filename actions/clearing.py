"""Clearing carts: all lines go, and what was chosen for the checkout stays."""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context

from .cart.access import find_customer
from .cart.documents import cart_document
from .cart.lines import delete_lines_of
from .carts import require
from .items import cart_to_edit


def clear(ctx: Context) -> dict[str, Any]:
    """Take all lines out of a cart."""
    return {"cart": _clear(ctx, require(ctx, "uid", "CART_ID_REQUIRED"))}


def clear_own(ctx: Context) -> dict[str, Any]:
    """Take all lines out of a cart of the customer who calls."""
    cart_id = require(ctx, "cartUid", "CART_ID_REQUIRED")
    if find_customer(ctx.db, ctx.principal) is None:
        raise ActionError("CUSTOMER_REQUIRED")
    return {"status": True, "cart": _clear(ctx, cart_id)}


def _clear(ctx: Context, cart_id: str) -> dict[str, Any]:
    cart = cart_to_edit(ctx, cart_id)
    delete_lines_of(ctx.db, ctx.now, cart.id)
    return cart_document(ctx, cart, [])
