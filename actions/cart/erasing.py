"""What the shop knows of a person, and taking it out of everything but the books.

Of an order the books need number, amounts, lines, coupons and credits, and where it went for the
tax: country and region. Carts of which nothing was paid or ordered go altogether.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, or_, select, update

from . import states
from .checkout_tables import background_operation, cart_validation, checkout_session
from .order_tables import coupon_use, credit_use, order, payment_order
from .payments import IN_BOOKS
from .tables import (
    account_member,
    cart,
    customer,
    customer_address,
    reward_points,
    store_credit,
)

_ADDRESSES: Final = ("shipping_address", "billing_address")
_KEPT_OF_ADDRESS: Final = ("country_code", "region")
_MESSAGE: Final = "gift_message"

_CUSTOMER: Select[Any] = (
    select(customer.c.id).where(customer.c.email == bindparam("address")).with_for_update()
)
_CARTS: Select[Any] = (
    select(
        cart.c.id,
        cart.c.masked_id,
        or_(
            select(order.c.id).where(order.c.cart_id == cart.c.id).exists(),
            select(payment_order.c.id)
            .where(payment_order.c.cart_id == cart.c.id, payment_order.c.status.in_(IN_BOOKS))
            .exists(),
        ).label("is_in_books"),
    )
    .where(
        or_(
            cart.c.customer_id == bindparam("customer"),
            cart.c.email == bindparam("address"),
            func.lower(cart.c.email) == bindparam("lower"),
        )
    )
    .order_by(cart.c.id)
    .with_for_update(of=cart)
)
_OF_CARTS: Any = bindparam("carts", expanding=True)


class PersonalCart(NamedTuple):
    """A cart of the person, locked.

    Attributes:
        id: The internal number.
        masked_id: The public id.
        is_in_books: Whether it was paid or ordered, or is being paid.
    """

    id: int
    masked_id: str
    is_in_books: bool


def find_customer(db: Connection, email: str) -> int | None:
    """Return the number of the customer with an e-mail address, locked."""
    found: int | None = db.scalar(_CUSTOMER, {"address": email.casefold()})
    return found


def find_carts(db: Connection, email: str, customer_id: int | None) -> list[PersonalCart]:
    """Return the carts of the customer, and those for which a guest gave this e-mail address."""
    values = {"customer": customer_id, "address": email, "lower": email.lower()}
    return [PersonalCart(*row) for row in db.execute(_CARTS, values)]


def strip_carts(db: Connection, cart_ids: Sequence[int]) -> None:
    """Take the person out of locked carts that stay, and end what they are in the middle of."""
    of_carts = cart.c.id.in_(_OF_CARTS)
    values = {"carts": cart_ids}
    nobody = update(cart).values(customer_id=None, email=None, name=None, choices=None)
    db.execute(nobody.where(of_carts), values)
    unfinished = cart.c.status.in_((*states.CURRENT, states.PENDING_CLOSED))
    db.execute(update(cart).where(of_carts, unfinished).values(status=states.INACTIVE), values)
    sessions = update(checkout_session).where(checkout_session.c.cart_id.in_(_OF_CARTS))
    db.execute(sessions.values(is_archived=True), values)
    for table in (cart_validation, background_operation):
        db.execute(delete(table).where(table.c.cart_id.in_(_OF_CARTS)), values)


def strip_orders(db: Connection, cart_ids: Sequence[int]) -> int:
    """Take the person out of the orders of carts; return how many there are."""
    found = select(order.c.id, order.c.document).where(order.c.cart_id.in_(_OF_CARTS))
    rows = [
        {"order": number, "stripped": json.dumps(strip_document(json.loads(document)))}
        for number, document in db.execute(found, {"carts": cart_ids})
    ]
    if rows:
        statement = update(order).where(order.c.id == bindparam("order"))
        db.execute(statement.values(email=None, document=bindparam("stripped")), rows)
    return len(rows)


def strip_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the books need of an order's document."""
    stripped = dict(document)
    for name in _ADDRESSES:
        if address := document.get(name):
            stripped[name] = {part: address.get(part) for part in _KEPT_OF_ADDRESS}
    options = document.get("gift_options") or {}
    if _MESSAGE in options:
        stripped["gift_options"] = {name: options[name] for name in options if name != _MESSAGE}
    return stripped


def delete_customer(db: Connection, customer_id: int) -> int:
    """Delete a customer whose carts are gone or nobody's; return how many addresses there were."""
    for uses in (coupon_use, credit_use):
        db.execute(update(uses).where(uses.c.customer_id == customer_id).values(customer_id=None))
    for table in (account_member, store_credit, reward_points):
        db.execute(delete(table).where(table.c.customer_id == customer_id))
    book = delete(customer_address).where(customer_address.c.customer_id == customer_id)
    addresses = db.execute(book).rowcount
    db.execute(delete(customer).where(customer.c.id == customer_id))
    return addresses
