"""mergeCarts: what a guest has collected joins the cart of the customer who signs in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cartflow import GUEST, ActionError, Context

from .cart.access import check, find_customer, lock_carts
from .cart.choices import choices_of, save_choices
from .cart.documents import cart_document
from .cart.lines import append_lines, lines_of, set_quantities
from .cart.merging import merge
from .cart.model import Cart
from .carts import ensure_own_cart, leave, require


def merge_carts(ctx: Context) -> dict[str, Any]:
    """Merge the guest cart into the customer's."""
    source, destination = _carts(ctx)
    return join(ctx, source, destination, ctx.input["strategy"])


def join(ctx: Context, source: Cart | None, destination: Cart, strategy: str) -> dict[str, Any]:
    """Move what one locked cart holds into another, and give it up; return the other.

    There are as many statements for 1 line as for 1 000. Without a source nothing is moved.
    """
    sources = (source.id,) if source else ()
    lines = lines_of(ctx.db, destination.id, *sources)
    moving = [line for line in lines if line.cart_id != destination.id]
    own = [line for line in lines if line.cart_id == destination.id]
    merged = merge(moving, own, strategy)
    set_quantities(ctx.db, ctx.now, merged.quantities)
    added = append_lines(ctx.db, ctx.now, destination.id, merged.moved)
    if source:
        leave(ctx, source, "merge away")
        destination = _take_coupons(ctx, source, destination)
    cart = cart_document(ctx, destination, merged.lines(own, moving, added))
    return {"cart": cart, "adjustments": merged.adjustments}


def _take_coupons(ctx: Context, source: Cart, destination: Cart) -> Cart:
    """Return the destination with the coupons of the source, if that has any.

    Nothing asks whether they are valid: one that is not takes nothing off.
    """
    coupons = choices_of(source).coupons
    choices = choices_of(destination)
    if not coupons or coupons == choices.coupons:
        return destination
    return save_choices(ctx.db, ctx.now, destination, replace(choices, coupons=coupons))


def _carts(ctx: Context) -> tuple[Cart, Cart]:
    """Return source and destination, both locked and checked in the documented order."""
    source_id = require(ctx, "source_cart_id", "SOURCE_REQUIRED")
    destination_id = ctx.input.get("destination_cart_id")
    if destination_id == "":
        raise ActionError("DESTINATION_EMPTY")
    if destination_id is None:
        destination_id = ensure_own_cart(ctx).masked_id
    elif find_customer(ctx.db, ctx.principal) is None:
        raise ActionError("CUSTOMER_REQUIRED")
    carts = lock_carts(ctx.db, (source_id, destination_id))
    # as the platform does it: the source must be any guest's, the destination the caller's own
    source = check(carts.get(source_id), source_id, GUEST, "merge away")
    return source, check(carts.get(destination_id), destination_id, ctx.principal, "edit")
