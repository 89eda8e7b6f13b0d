"""Checkout: the wrapper that keeps edits and checkouts apart."""

from __future__ import annotations

from typing import Any

from cartflow import Context, Proceed

from .cart import states
from .cart.access import find_customer, lock_carts, own_cart
from .carts import OWN_CART


def before_edit(ctx: Context, proceed: Proceed) -> Any:
    """Lock the carts that are going to be changed and give up the checkouts they are in.

    A cart input that is optional and left out stands for the own cart of the customer, and so do
    the platform's words for it; `own` says that this is one of the carts in any case.
    """
    about = ctx.contract.extensions["x-cart"]
    given = [ctx.input.get(name) for name in about["carts"]]
    masked_ids = [text for text in given if text is not None and text not in OWN_CART]
    if len(masked_ids) < len(given) or about.get("own"):
        customer = find_customer(ctx.db, ctx.principal, lock=True)
        account_id = ctx.input.get("effectiveAccountId")
        own = own_cart(ctx.db, customer, account_id) if customer else None
        masked_ids += [own.masked_id] if own else []
    for cart in lock_carts(ctx.db, masked_ids).values():
        if cart.status == states.CHECKOUT and ctx.settings["checkout_policy"] == "cancel":
            ctx.invoke("cancelCartAsyncOperation", {"cartId": cart.masked_id})
    return proceed()
