"""eraseCustomer: forgetting a person, customer or guest, by e-mail address."""

from __future__ import annotations

from typing import Any

from cartflow import Context, Principal

from .cart.erasing import delete_customer, find_carts, find_customer, strip_carts, strip_orders
from .cart.expiry import delete_carts


def erase_customer(ctx: Context) -> dict[str, Any]:
    """Erase what is known of the person with an e-mail address, but for what the books need."""
    email = ctx.input["email"].strip()
    number = find_customer(ctx.db, email)
    carts = find_carts(ctx.db, email, number)
    kept = [cart.id for cart in carts if cart.is_in_books]
    gone = [cart.id for cart in carts if not cart.is_in_books]
    orders = 0
    if kept:
        orders = strip_orders(ctx.db, kept)
        strip_carts(ctx.db, kept)
    delete_carts(ctx.db, gone)
    addresses = delete_customer(ctx.db, number) if number is not None else 0
    principal = Principal("customer", str(number)) if number is not None else None
    forgotten = ctx.forget(principal, [email, *(cart.masked_id for cart in carts)])
    return {
        "customers": int(number is not None),
        "addresses": addresses,
        "carts_deleted": len(gone),
        "carts_kept": len(kept),
        "orders_kept": orders,
        "outcomes": forgotten.outcomes,
        "tokens": forgotten.tokens,
        "running": forgotten.running,
    }
