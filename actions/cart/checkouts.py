"""The rows of checkout sessions, of the operations that work for them and of what those found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from .checkout_tables import background_operation, cart_validation, checkout_session
from .sessions import Session
from .tables import cart

UNFINISHED = ("New", "Running")
"""The statuses of an operation that is still under way."""

_CHANGING = Session._fields[3:]
_COLUMNS = [checkout_session.c[name] for name in Session._fields]
_IS_OPEN = (checkout_session.c.cart_id == bindparam("cart")) & ~checkout_session.c.is_archived
_FIND: Select[Any] = select(*_COLUMNS).where(_IS_OPEN)
_NAMED: Select[Any] = (
    select(cart.c.masked_id, *_COLUMNS)
    .join_from(checkout_session, cart)
    .where(checkout_session.c.public_id == bindparam("session"))
)
_SAVE = (
    update(checkout_session)
    .where(checkout_session.c.id == bindparam("session"))
    .values({name: bindparam(f"{name}_") for name in _CHANGING})
)
_ARCHIVE = update(checkout_session).where(_IS_OPEN).values(is_archived=True, is_processing=False)
_CANCEL = (
    update(background_operation)
    .where(
        background_operation.c.cart_id == bindparam("cart"),
        background_operation.c.status.in_(UNFINISHED),
    )
    .values(status="Canceled", finished_at=bindparam("now"))
    .returning(background_operation.c.public_id)
)
_CLEAR = delete(cart_validation).where(cart_validation.c.cart_id == bindparam("cart"))


class Ended(NamedTuple):
    """What came of ending a checkout.

    Attributes:
        archived: Whether there was a session.
        canceled: The public ids of the operations that were under way; None for one without.
    """

    archived: bool
    canceled: tuple[str | None, ...]


def find_session(db: Connection, cart_id: int) -> Session | None:
    """Return the session of a cart that is not archived; there is at most one."""
    row = db.execute(_FIND, {"cart": cart_id}).first()
    return Session._make(row) if row else None


def named_session(db: Connection, public_id: str) -> tuple[str, Session] | None:
    """Return a session, archived or not, behind the public id of its cart."""
    row = db.execute(_NAMED, {"session": public_id}).first()
    return (row[0], Session._make(row[1:])) if row else None


def start_session(
    db: Connection, now: datetime, cart_id: int, public_id: str, state: str
) -> Session:
    """Return a new session of a cart that has none."""
    values = {"public_id": public_id, "cart_id": cart_id, "state": state, "is_archived": False}
    added = insert(checkout_session).returning(checkout_session.c.id)
    number = db.execute(added, {**values, "created_at": now}).scalar_one()
    return Session(number, public_id, cart_id, state)


def save_session(db: Connection, session: Session) -> Session:
    """Write down what became of a session whose cart is locked, and return it."""
    values = {f"{name}_": getattr(session, name) for name in _CHANGING}
    db.execute(_SAVE, {"session": session.id, **values})
    return session


def end_checkout(db: Connection, now: datetime, cart_id: int) -> Ended:
    """Archive the session of a cart and cancel its operations."""
    archived = db.execute(_ARCHIVE, {"cart": cart_id}).rowcount > 0
    canceled = db.execute(_CANCEL, {"cart": cart_id, "now": now}).scalars()
    return Ended(archived, tuple(canceled))


def clear_validations(db: Connection, cart_id: int) -> None:
    """Forget what operations have found wrong with a cart."""
    db.execute(_CLEAR, {"cart": cart_id})
