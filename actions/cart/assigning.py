"""Making a guest's cart a customer's: its row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from .access import Customer, lock_carts
from .model import Cart
from .tables import cart as cart_table

_ASSIGN = (
    update(cart_table)
    .where(cart_table.c.id == bindparam("cart"))
    .values(
        masked_id=bindparam("new_id"),
        customer_id=bindparam("customer"),
        email=bindparam("address"),
        account_id=bindparam("account"),
        updated_at=bindparam("now"),
    )
)


def assign(
    db: Connection,
    now: datetime,
    cart: Cart,
    customer: Customer,
    new_id: str,
    account_id: int | None = None,
) -> Cart:
    """Return a locked guest's cart as the customer's: with e-mail, group and store credit.

    Args:
        db: The connection.
        now: When.
        cart: What was chosen for it stays.
        customer: Whose it becomes.
        new_id: The public id from now on: who knew the old one was perhaps somebody else.
        account_id: The business account that it buys for; None without one.
    """
    values = {"cart": cart.id, "new_id": new_id, "now": now}
    values |= {"customer": customer.id, "address": customer.email, "account": account_id}
    db.execute(_ASSIGN, values)
    [assigned] = lock_carts(db, (new_id,)).values()
    return assigned
