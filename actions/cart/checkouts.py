"""Checkout sessions and the background operations that work for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from .checkout_tables import background_operation, checkout_session

UNFINISHED = ("New", "Running")
"""The statuses of an operation that is still under way."""


class Session(NamedTuple):
    """A checkout session of a cart."""

    public_id: str
    state: str


_IS_OPEN = (checkout_session.c.cart_id == bindparam("cart")) & ~checkout_session.c.is_archived
_FIND: Select[Any] = select(checkout_session.c.public_id, checkout_session.c.state).where(_IS_OPEN)
_ARCHIVE = update(checkout_session).where(_IS_OPEN).values(is_archived=True)
_CANCEL = (
    update(background_operation)
    .where(
        background_operation.c.cart_id == bindparam("cart"),
        background_operation.c.status.in_(UNFINISHED),
    )
    .values(status="Canceled", finished_at=bindparam("now"))
)


def find_session(db: Connection, cart_id: int) -> Session | None:
    """Return the session of a cart that is not archived; there is at most one."""
    row = db.execute(_FIND, {"cart": cart_id}).first()
    return Session._make(row) if row else None


def start_session(
    db: Connection, now: datetime, cart_id: int, public_id: str, state: str
) -> Session:
    """Return a new session of a cart that has none."""
    values = {"public_id": public_id, "cart_id": cart_id, "state": state, "created_at": now}
    db.execute(insert(checkout_session), {**values, "is_archived": False})
    return Session(public_id, state)


def end_checkout(db: Connection, now: datetime, cart_id: int) -> tuple[bool, bool]:
    """Archive the session of a cart and cancel its operations.

    Returns:
        Whether there was a session, and whether an operation was under way.
    """
    archived = db.execute(_ARCHIVE, {"cart": cart_id}).rowcount > 0
    canceled = db.execute(_CANCEL, {"cart": cart_id, "now": now}).rowcount > 0
    return archived, canceled
