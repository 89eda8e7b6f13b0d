"""Finding and locking carts, and who may do what with them.

The checks come in the order of the platform: unknown, not active, somebody else's. A call locks all
its carts in one statement before it reads any of them, and looks at their states only then; the
customer's row is locked before carts. Another order would deadlock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select, text, update

from cartflow import ActionError, Principal

from . import states
from .model import Cart
from .tables import UtcDateTime, account, cart, customer, shop, store_credit

_ID = re.compile(r"[A-Za-z0-9]{32}")  # anything else is unknown without asking the database
_COLUMNS = (
    *(cart.c[name] for name in Cart._fields[:-4]),
    select(customer.c.customer_group).where(customer.c.id == cart.c.customer_id).scalar_subquery(),
    select(shop.c.currency).scalar_subquery(),
    select(shop.c.revision).scalar_subquery(),
    select(store_credit.c.balance_minor)
    .where(store_credit.c.customer_id == cart.c.customer_id)
    .scalar_subquery(),
)

# of one cart, without a list: to compile a list of values takes as long as all the rest
_FIND: Select[Any] = select(*_COLUMNS).where(cart.c.masked_id == bindparam("masked_id"))
_LOCK = _FIND.with_for_update(key_share=True, of=cart)
_LOCK_ALL: Select[Any] = (
    select(*_COLUMNS)
    .where(cart.c.masked_id.in_(bindparam("masked_ids", expanding=True)))
    .order_by(cart.c.id)
    .with_for_update(key_share=True, of=cart)
)
_OWN: Select[Any] = (
    select(*_COLUMNS)
    .where(cart.c.customer_id == bindparam("customer"), cart.c.status.in_(states.CURRENT))
    .order_by(cart.c.id)  # an earlier cart stays the customer's own
    .limit(1)
)
_OWN_OF_ACCOUNT = _OWN.where(
    cart.c.account_id
    == select(account.c.id).where(account.c.public_id == bindparam("account")).scalar_subquery()
)
_CUSTOMER: Select[Any] = select(customer.c.id, customer.c.email).where(
    customer.c.id == bindparam("customer")
)
_LOCK_CUSTOMER = _CUSTOMER.with_for_update(key_share=True)
_CREATE = text(
    "INSERT INTO cart_cart"
    " (masked_id, customer_id, email, status, account_id, created_at, updated_at)"
    " VALUES (:masked_id, :customer, :email, :status, :account, :now, :now)"
    " ON CONFLICT (masked_id) DO NOTHING"
    " RETURNING id,"
    " (SELECT customer_group FROM cart_customer WHERE cart_customer.id = :customer),"
    " (SELECT currency FROM cart_shop), (SELECT revision FROM cart_shop),"
    " (SELECT balance_minor FROM cart_store_credit WHERE customer_id = :customer)"
).bindparams(bindparam("now", type_=UtcDateTime()))
_SET_STATUS = (
    update(cart)
    .where(cart.c.id == bindparam("cart"))
    .values(status=bindparam("status_"), updated_at=bindparam("now"))
)
_SET_EMAIL = (
    update(cart)
    .where(cart.c.id == bindparam("cart"))
    .values(email=bindparam("email_"), updated_at=bindparam("now"))
)


class Customer(NamedTuple):
    """A customer, as far as carts are concerned."""

    id: int
    email: str


def find_cart(db: Connection, masked_id: str) -> Cart | None:
    """Return a cart without locking it; for reading only."""
    return _cart(db, _FIND, masked_id)


def lock_carts(db: Connection, masked_ids: Iterable[str]) -> dict[str, Cart]:
    """Lock all carts of a call, in one statement; return public id to cart for those there are."""
    possible = {masked_id for masked_id in masked_ids if _ID.fullmatch(masked_id)}
    if len(possible) > 1:
        carts = map(Cart._make, db.execute(_LOCK_ALL, {"masked_ids": list(possible)}))
        return {cart.masked_id: cart for cart in carts}
    return {masked_id: cart for masked_id in possible if (cart := lock_cart(db, masked_id))}


def lock_cart(db: Connection, masked_id: str) -> Cart | None:
    """Lock the only cart of a call."""
    return _cart(db, _LOCK, masked_id)


def _cart(db: Connection, statement: Select[Any], masked_id: str) -> Cart | None:
    if not _ID.fullmatch(masked_id):
        return None
    row = db.execute(statement, {"masked_id": masked_id}).first()
    return Cart._make(row) if row else None


def check(found: Cart | None, masked_id: str, principal: Principal, event: str) -> Cart:
    """Return the cart, if it is there, in a state that allows *event*, and the caller's.

    Raises:
        ActionError: `CART_NOT_FOUND`, `CART_NOT_ACTIVE` or `CART_NOT_OWNED`, in this order.
    """
    if found is None:
        raise ActionError("CART_NOT_FOUND", cart_id=masked_id)
    if not states.allows(found.status, event):
        raise ActionError("CART_NOT_ACTIVE", cart_id=masked_id, status=found.status)
    if not may_use(principal, found):
        raise ActionError("CART_NOT_OWNED", cart_id=masked_id)
    return found


def may_use(principal: Principal, cart: Cart) -> bool:
    """Return whether the cart is the caller's: guests share those that are nobody's."""
    if principal.kind == "guest":
        return cart.customer_id is None and cart.account_id is None
    if principal.kind == "customer":
        return str(cart.customer_id) == principal.id
    return True


def find_customer(db: Connection, principal: Principal, *, lock: bool = False) -> Customer | None:
    """Return the customer who calls; None for everybody else."""
    if principal.kind != "customer" or not re.fullmatch("[0-9]{1,18}", principal.id):
        return None
    statement = _LOCK_CUSTOMER if lock else _CUSTOMER
    row = db.execute(statement, {"customer": int(principal.id)}).first()
    return Customer._make(row) if row else None


def own_cart(db: Connection, customer: Customer, account_id: str | None = None) -> Cart | None:
    """Return the customer's own cart: of those not given up or ordered, the first.

    With the public id of a business account, of those with which he buys for it.
    """
    if account_id is None:
        row = db.execute(_OWN, {"customer": customer.id}).first()
    elif account_id.isprintable():  # others no database would take
        parameters = {"customer": customer.id, "account": account_id}
        row = db.execute(_OWN_OF_ACCOUNT, parameters).first()
    else:
        row = None
    return Cart._make(row) if row else None


def create_cart(
    db: Connection,
    now: datetime,
    masked_id: str,
    customer: Customer | None = None,
    account_id: int | None = None,
) -> Cart | None:
    """Return a new cart, perhaps one of a business account; None if the public id is taken."""
    owner_id, email = customer or (None, None)
    values = {"masked_id": masked_id, "customer": owner_id, "email": email, "account": account_id}
    row = db.execute(_CREATE, {**values, "status": states.ACTIVE, "now": now}).first()
    if row is None:
        return None
    number, *of_customer_and_shop = row
    owned = (number, masked_id, owner_id, email, states.ACTIVE, account_id)
    return Cart(*owned, None, *of_customer_and_shop)


def move(db: Connection, now: datetime, cart: Cart, event: str) -> Cart:
    """Return the locked *cart* after *event*, which its state must allow."""
    status = states.TRANSITIONS[cart.status, event]
    if status != cart.status:
        db.execute(_SET_STATUS, {"cart": cart.id, "status_": status, "now": now})
    return cart._replace(status=status)


def set_email(db: Connection, now: datetime, cart: Cart, email: str) -> Cart:
    """Return the locked *cart* of a guest with the address to which the order is confirmed."""
    db.execute(_SET_EMAIL, {"cart": cart.id, "email_": email, "now": now})
    return cart._replace(email=email)
