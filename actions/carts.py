"""Carts: creating, reading and giving them up."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST, ActionError, Context

from .cart.access import (
    Customer,
    check,
    create_cart,
    find_cart,
    find_customer,
    lock_cart,
    may_use,
    move,
    own_cart,
)
from .cart.checkouts import Ended, end_checkout
from .cart.documents import read_cart
from .cart.model import Cart
from .cart.states import CHECKOUT, allows

CART_ID_LENGTH = 32

OWN_CART = ("active", "current")
"""What stands for the customer's own cart where the businesses' actions ask for the id of one."""


def create_empty_cart(ctx: Context) -> dict[str, Any]:
    """Give a guest a new cart, and a customer the cart that is the customer's own."""
    customer = find_customer(ctx.db, ctx.principal, lock=True)
    own = own_cart(ctx.db, customer) if customer else None
    cart = own or new_cart(ctx, ctx.input.get("cart_id"), customer)
    return {"cart_id": cart.masked_id}


def create_guest_cart(ctx: Context) -> dict[str, Any]:
    """Create a cart that belongs to no customer."""
    if ctx.principal.kind == "customer":
        raise ActionError("GUEST_REQUIRED")
    return {"cart": read_cart(ctx, new_cart(ctx, ctx.input.get("cart_uid")))}


def read(ctx: Context) -> dict[str, Any]:
    """Return a cart as it is now."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    cart = check(find_cart(ctx.db, cart_id), cart_id, ctx.principal, "read")
    return {"cart": read_cart(ctx, cart)}


def read_own(ctx: Context) -> dict[str, Any]:
    """Return the customer's own cart, created if need be."""
    customer = find_customer(ctx.db, ctx.principal)
    if customer is None:
        raise ActionError("CUSTOMER_REQUIRED")
    cart = own_cart(ctx.db, customer) or ensure_own_cart(ctx)
    return {"cart": read_cart(ctx, cart)}


def set_inactive(ctx: Context) -> dict[str, Any]:
    """Give up a cart; a cart of somebody else answers like one that does not exist."""
    cart_id = ctx.input["cartId"]
    cart = lock_cart(ctx.db, cart_id)
    is_guests = cart is not None and may_use(GUEST, cart)
    if cart is None or not (is_guests or may_use(ctx.principal, cart)):
        raise ActionError("CART_NOT_FOUND", cart_id=cart_id)
    if not allows(cart.status, "give up"):
        raise ActionError("CART_NOT_ACTIVE", cart_id=cart_id, status=cart.status)
    leave(ctx, cart, "give up")
    return {"success": True}


def require(ctx: Context, name: str, code: str) -> Any:
    """Return an input that must not be empty.

    Raises:
        ActionError: *code*.
    """
    value = ctx.input[name]
    if not value:
        raise ActionError(code)
    return value


def new_cart(
    ctx: Context,
    chosen_id: str | None,
    customer: Customer | None = None,
    account_id: int | None = None,
) -> Cart:
    """Return a new cart, under the id that the caller has chosen if there is one."""
    if chosen_id is not None and len(chosen_id) != CART_ID_LENGTH:
        raise ActionError("CART_ID_INVALID")
    masked_id = chosen_id or ctx.random_text(CART_ID_LENGTH)
    cart = create_cart(ctx.db, ctx.now, masked_id, customer, account_id)
    if cart is None:
        raise ActionError("CART_ID_TAKEN", cart_id=masked_id)
    return cart


def ensure_own_cart(ctx: Context) -> Cart:
    """Return the own cart of the customer who calls, locking the customer first.

    Raises:
        ActionError: `CUSTOMER_REQUIRED`.
    """
    customer = find_customer(ctx.db, ctx.principal, lock=True)
    if customer is None:
        raise ActionError("CUSTOMER_REQUIRED")
    return own_cart(ctx.db, customer) or new_cart(ctx, None, customer)


def leave(ctx: Context, cart: Cart, event: str) -> None:
    """Let a locked cart go by *event*, together with the checkout that it may be in."""
    move(ctx.db, ctx.now, cart, event)
    if cart.status == CHECKOUT:
        give_up_checkout(ctx, cart)


def give_up_checkout(ctx: Context, cart: Cart) -> Ended:
    """Archive the session of a locked cart, and cancel what works for it."""
    ended = end_checkout(ctx.db, ctx.now, cart.id)
    for operation in filter(None, ended.canceled):
        ctx.stop(operation)
    return ended
