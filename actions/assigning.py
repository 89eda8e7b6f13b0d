"""assignCustomerToGuestCart: the mirror image of mergeCarts, where the guest's cart stays."""

from __future__ import annotations

from typing import Any

from cartflow import GUEST, ActionError, Context

from .cart import states
from .cart.access import Customer, check, find_customer, lock_carts, own_cart
from .cart.assigning import assign
from .cart.model import Cart
from .carts import CART_ID_LENGTH
from .merging import join


def assign_customer(ctx: Context) -> dict[str, Any]:
    """Make a guest's cart the customer's, with what the customer's earlier cart holds behind it."""
    customer = find_customer(ctx.db, ctx.principal, lock=True)
    if customer is None:
        raise ActionError("CUSTOMER_REQUIRED")
    cart, earlier = _carts(ctx, customer)
    new_id = ctx.random_text(CART_ID_LENGTH)
    account_id = earlier.account_id if earlier else None
    cart = assign(ctx.db, ctx.now, cart, customer, new_id, account_id)
    return join(ctx, earlier, cart, "sum")


def _carts(ctx: Context, customer: Customer) -> tuple[Cart, Cart | None]:
    """Return the guest's cart, and the one that was the customer's own; both locked."""
    cart_id = ctx.input["cart_id"]
    own = own_cart(ctx.db, customer)
    carts = lock_carts(ctx.db, (cart_id, *([own.masked_id] if own else ())))
    cart = check(carts.get(cart_id), cart_id, GUEST, "edit")
    earlier = carts[own.masked_id] if own else None
    if earlier is None or earlier.status not in states.CURRENT:  # ordered a moment ago
        return cart, None
    return cart, check(earlier, earlier.masked_id, ctx.principal, "merge away")
