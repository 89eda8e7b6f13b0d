"""addSimpleProductsToCart and addVirtualProductsToCart: the older ways to add products.

Unlike addProductsToCart they add all of the products or none.
"""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context

from .cart.adding import Changes, add_products
from .cart.documents import read_cart
from .cart.limits import TOO_MANY_DECIMALS
from .carts import require
from .items import cart_to_edit


def add_simple(ctx: Context) -> dict[str, Any]:
    """Add all of the products, whatever their type."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    items = require(ctx, "cart_items", "CART_ITEMS_REQUIRED")
    cart = cart_to_edit(ctx, cart_id)
    changes = add_products(ctx.db, cart.id, [item["data"] for item in items])
    if changes.refused:
        raise _error(changes)
    changes.write(ctx.db, ctx.now, cart.id)
    return {"cart": read_cart(ctx, cart)}


def _error(changes: Changes) -> ActionError:
    """Return what was wrong first, with everything that was."""
    first = next(iter(changes.refused.values()))
    # the words of the contract are about quantities below zero
    message = TOO_MANY_DECIMALS if first.message == TOO_MANY_DECIMALS else None
    return ActionError(first.code, message, **first.data, user_errors=changes.refusals())
