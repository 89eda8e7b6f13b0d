"""Items: putting products into carts, changing quantities, taking lines out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow import ActionError, Context

from .cart.access import check, find_customer, lock_cart
from .cart.adding import add_products, update_lines
from .cart.documents import cart_document, read_cart
from .cart.lines import delete_lines, lines_of
from .cart.model import Cart, number_of
from .carts import new_cart, require


def add_to_cart(ctx: Context) -> dict[str, Any]:
    """Add what can be added, and report the rest."""
    cart_id = require(ctx, "cartId", "CART_ID_REQUIRED")
    items = require(ctx, "cartItems", "CART_ITEMS_REQUIRED")
    cart = cart_to_edit(ctx, cart_id)
    changes = add_products(ctx.db, cart.id, items)
    changes.write(ctx.db, ctx.now, cart.id)
    return {
        "cart": cart_document(ctx, cart, changes.lines),
        "user_errors": changes.refusals(),
    }


def add_to_new_cart(ctx: Context) -> dict[str, Any]:
    """Create a cart with all of the products, or none."""
    items = require(ctx, "cartItems", "CART_ITEMS_REQUIRED")
    cart = new_cart(ctx, None, find_customer(ctx.db, ctx.principal))
    changes = add_products(ctx.db, cart.id, items)
    if changes.refused:
        first = next(iter(changes.refused.values()))
        data = {**first.data, "user_errors": changes.refusals()}
        raise ActionError(first.code, first.message, **data)
    changes.write(ctx.db, ctx.now, cart.id)
    return {"cart": cart_document(ctx, cart, changes.lines)}


def update(ctx: Context) -> dict[str, Any]:
    """Set the quantities that can be set, and report the rest."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    items = require(ctx, "cart_items", "CART_ITEMS_REQUIRED")
    numbered = [(_line_number(item), item) for item in items]
    cart = cart_to_edit(ctx, cart_id)
    changes = update_lines(lines_of(ctx.db, cart.id), numbered)
    changes.write(ctx.db, ctx.now, cart.id)
    return {"cart": cart_document(ctx, cart, changes.lines), "errors": changes.refusals()}


def remove(ctx: Context) -> dict[str, Any]:
    """Take one line out of the cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    number = _line_number(ctx.input)
    cart = cart_to_edit(ctx, cart_id)
    found = [line.id for line in lines_of(ctx.db, cart.id) if str(line.id) == number]
    if not found:
        raise ActionError("CART_ITEM_NOT_FOUND")
    delete_lines(ctx.db, ctx.now, cart.id, [line_id for line_id in found if line_id])
    return {"cart": read_cart(ctx, cart)}


def cart_to_edit(ctx: Context, cart_id: str) -> Cart:
    """Return a cart, locked, that the caller may change."""
    return check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "edit")


def _line_number(item: Mapping[str, Any]) -> str:
    """Return the number of the line that an item names, as text."""
    number, uid = item.get("cart_item_id"), item.get("cart_item_uid")
    if number is not None and uid is not None:
        raise ActionError("CART_ITEM_ID_AMBIGUOUS")
    if not number and not uid:
        raise ActionError("CART_ITEM_ID_REQUIRED")
    if number:
        return str(int(number))
    decoded = number_of(uid or "")
    return repr(uid) if decoded is None else str(decoded)
