"""What all choices for a checkout have in common: the cart, the gate before it, and the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cartflow import ActionError, Context

from .cart.access import check, lock_cart
from .cart.choices import choices_of, save_choices
from .cart.documents import read_cart
from .cart.model import Cart
from .cart.shop import Shop, shop_of


def cart_to_choose(ctx: Context, cart_id: str) -> Cart:
    """Return a cart, locked, for whose checkout the caller may choose something.

    Raises:
        ActionError: As `check` and `check_guest_checkout` do.
    """
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "choose")
    check_guest_checkout(ctx, cart)
    return cart


def check_guest_checkout(ctx: Context, cart: Cart) -> None:
    """Refuse guests where only customers may order.

    Raises:
        ActionError: `GUEST_CHECKOUT_DISABLED`.
    """
    allowed = shop_by(ctx, cart).rules.get("guest_checkout", True)
    if ctx.principal.kind == "guest" and not allowed:
        raise ActionError("GUEST_CHECKOUT_DISABLED")


def shop_by(ctx: Context, cart: Cart) -> Shop:
    """Return the shop as it is for *cart* in this transaction."""
    return shop_of(ctx.db, cart.revision)


def choose(ctx: Context, cart: Cart, **chosen: Any) -> dict[str, Any]:
    """Write down what was chosen for a locked cart, beside its other choices; return the cart."""
    choices = replace(choices_of(cart), **chosen)
    return {"cart": read_cart(ctx, save_choices(ctx.db, ctx.now, cart, choices))}
