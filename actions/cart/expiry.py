"""Carts that nobody has changed for long: finding them and deleting them, a few at a time.

No cart expires by itself: a shopper may come back to his after a year. Purging them is the
shop's decision. Never purged are carts of which an order was made, carts that an operation works
on, and carts that were paid or are being paid: somebody has to look after those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    select,
    tuple_,
)

from . import states
from .checkout_tables import background_operation, cart_validation, checkout_session
from .order_tables import draft_order, order, payment_order
from .payments import IN_BOOKS
from .tables import UtcDateTime, cart, item

PURGED: Final = (
    *(state for state in states.STATES if states.allows(state, "delete")),
    states.PENDING_DELETE,
)
"""The states in which a cart may go, one after the other."""


class Place(NamedTuple):
    """How far a purge is: the last cart that it looked at."""

    status: str
    changed_at: datetime
    cart_id: int


def _is_expired() -> ColumnElement[bool]:
    """Return the condition of a cart that may go: all older than `before`, and not in the books."""
    before = bindparam("before", type_=UtcDateTime())
    younger = [
        exists().where(column.table.c.cart_id == cart.c.id, column >= before)
        for column in (
            item.c.updated_at,
            checkout_session.c.created_at,
            background_operation.c.submitted_at,
        )
    ]
    is_ordered = exists().where(order.c.cart_id == cart.c.id)
    is_paid = exists().where(
        payment_order.c.cart_id == cart.c.id, payment_order.c.status.in_(IN_BOOKS)
    )
    return and_(cart.c.updated_at < before, *(~it for it in (*younger, is_ordered, is_paid)))


_FIND: Select[Any] = (
    select(cart.c.status, cart.c.updated_at, cart.c.id)
    .where(
        cart.c.status == bindparam("status"),
        tuple_(cart.c.updated_at, cart.c.id)
        > tuple_(bindparam("after", type_=UtcDateTime()), bindparam("after_id")),
        _is_expired(),
    )
    .order_by(cart.c.updated_at, cart.c.id)
    .limit(bindparam("most"))
)
_LOCK = _FIND.with_for_update(of=cart, skip_locked=True)
_STILL: Select[Any] = select(cart.c.id).where(
    cart.c.id.in_(bindparam("carts", expanding=True)),
    cart.c.status == bindparam("status"),
    _is_expired(),
)


def find_expired(
    db: Connection, before: datetime, after: Place, most: int, *, lock: bool = False
) -> list[Place]:
    """Return carts behind *after* in one state that nobody has changed since *before*.

    Args:
        db: The connection.
        before: When they were changed last at the latest.
        after: Where to go on, in the order in which carts of a state were changed.
        most: How many at most.
        lock: Whether to lock them; those that others have locked are passed over.
    """
    values = {"status": after.status, "after": after.changed_at, "after_id": after.cart_id}
    statement = _LOCK if lock else _FIND
    rows = db.execute(statement, {**values, "before": before, "most": most})
    return list(map(Place._make, rows))


def still_expired(db: Connection, before: datetime, found: Sequence[Place]) -> list[int]:
    """Return which of locked carts are still what they were found as.

    Somebody may have put a product into a cart between its being looked at and its being locked.
    """
    if not found:
        return []
    carts = [place.cart_id for place in found]
    values = {"carts": carts, "status": found[0].status, "before": before}
    return list(db.scalars(_STILL, values))


def _deletions() -> Iterator[Any]:
    carts: Any = bindparam("carts", expanding=True)
    sessions = select(checkout_session.c.id).where(checkout_session.c.cart_id.in_(carts))
    yield delete(cart_validation).where(cart_validation.c.cart_id.in_(carts))
    yield delete(background_operation).where(background_operation.c.cart_id.in_(carts))
    yield delete(draft_order).where(draft_order.c.session_id.in_(sessions))
    tables: tuple[Table, ...] = (checkout_session, payment_order, item)
    yield from (delete(table).where(table.c.cart_id.in_(carts)) for table in tables)
    yield delete(cart).where(cart.c.id.in_(carts))


_DELETIONS: Final = tuple(_deletions())


def delete_carts(db: Connection, cart_ids: Sequence[int]) -> None:
    """Delete locked carts of which there are no orders, with all that belongs to them."""
    if cart_ids:
        for statement in _DELETIONS:
            db.execute(statement, {"carts": cart_ids})
