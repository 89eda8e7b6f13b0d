"""The rows of background operations, and of what they have found wrong with a cart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from .checkout_tables import background_operation, cart_validation
from .tables import cart

NEW: Final = "New"
RUNNING: Final = "Running"
COMPLETE: Final = "Complete"
FAILED: Final = "Error"
CANCELED: Final = "Canceled"

ERROR: Final = "Error"
WARNING: Final = "Warning"
INFO: Final = "Info"

MAX_MESSAGE_LENGTH: Final = 255


class Operation(NamedTuple):
    """A background operation for a cart.

    Attributes:
        id: The internal number, never shown.
        public_id: What callers know it by.
        name: The action that has started it.
        status: `New`, `Running`, `Complete`, `Error` or `Canceled`.
        error: What has become of it: JSON with code and message; None if nothing is wrong.
    """

    id: int
    public_id: str
    session_id: int | None
    name: str
    status: str
    error: str | None
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Finding(NamedTuple):
    """Something that an operation has found wrong with a cart.

    Attributes:
        level: `Info`, `Warning` or `Error`.
        type: `INVENTORY`, `PRICING` and the like.
        related_entity: The number of a line, or the public id of the cart.
    """

    level: str
    type: str
    message: str
    related_entity: str


_COLUMNS = [background_operation.c[name] for name in Operation._fields]
_NAMED: Select[Any] = (
    select(cart.c.masked_id, *_COLUMNS)
    .join_from(background_operation, cart)
    .where(background_operation.c.public_id == bindparam("operation"))
)
_UNDER_WAY: Select[Any] = (
    select(background_operation.c.public_id)
    .where(
        background_operation.c.cart_id == bindparam("cart"),
        background_operation.c.status.in_((NEW, RUNNING)),
    )
    .limit(1)
)
_LAST: Select[Any] = (
    select(*_COLUMNS)
    .where(background_operation.c.session_id == bindparam("session"))
    .order_by(background_operation.c.id.desc())
    .limit(1)
)
_BEGIN = (
    update(background_operation)
    .where(
        background_operation.c.id == bindparam("operation"),
        background_operation.c.status.in_((NEW, RUNNING)),
    )
    .values(status=RUNNING, started_at=bindparam("now"))
)
_END = (
    update(background_operation)
    .where(
        background_operation.c.id == bindparam("operation"),
        background_operation.c.status.in_(bindparam("from", expanding=True)),
    )
    .values(status=bindparam("status_"), error=bindparam("error_"), finished_at=bindparam("now"))
)
_FINDINGS: Select[Any] = (
    select(*(cart_validation.c[name] for name in Finding._fields))
    .where(cart_validation.c.cart_id == bindparam("cart"))
    .order_by(cart_validation.c.id)
)
_FORGET = delete(cart_validation).where(
    cart_validation.c.cart_id == bindparam("cart"),
    cart_validation.c.operation_id.in_(
        select(background_operation.c.id).where(
            background_operation.c.cart_id == bindparam("cart"),
            background_operation.c.name == bindparam("name_"),
        )
    ),
)


def add_operation(
    db: Connection, now: datetime, cart_id: int, session_id: int, name: str, public_id: str
) -> Operation:
    """Return a new operation for a cart."""
    values = {"public_id": public_id, "session_id": session_id, "name": name, "status": NEW}
    added = insert(background_operation).returning(background_operation.c.id)
    row = {**values, "cart_id": cart_id, "submitted_at": now}
    number = db.execute(added, row).scalar_one()
    return Operation(number, public_id, session_id, name, NEW, None, now, None, None)


def named_operation(db: Connection, public_id: str) -> tuple[str, Operation] | None:
    """Return an operation behind the public id of its cart."""
    row = db.execute(_NAMED, {"operation": public_id}).first()
    return (row[0], Operation._make(row[1:])) if row else None


def is_under_way(db: Connection, cart_id: int) -> bool:
    """Return whether an operation works for a cart."""
    return db.execute(_UNDER_WAY, {"cart": cart_id}).first() is not None


def last_operation(db: Connection, session_id: int) -> Operation | None:
    """Return the operation of a session that was started last."""
    row = db.execute(_LAST, {"session": session_id}).first()
    return Operation._make(row) if row else None


def begin_operation(db: Connection, now: datetime, operation: Operation) -> bool:
    """Let an operation run; return False if it is not under way any more."""
    return bool(db.execute(_BEGIN, {"operation": operation.id, "now": now}).rowcount)


def end_operation(
    db: Connection, now: datetime, operation: Operation, error: dict[str, str] | None = None
) -> bool:
    """End an operation that runs, or with an error one that was to; return False for others."""
    values = {
        "from": (NEW, RUNNING) if error else (RUNNING,),
        "status_": FAILED if error else COMPLETE,
        "error_": json.dumps(error) if error else None,
    }
    return bool(db.execute(_END, {"operation": operation.id, "now": now, **values}).rowcount)


def findings_of(db: Connection, cart_id: int) -> list[Finding]:
    """Return what operations have found wrong with a cart."""
    return [Finding._make(row) for row in db.execute(_FINDINGS, {"cart": cart_id})]


def replace_findings(
    db: Connection, cart_id: int, operation: Operation, findings: Iterable[Finding]
) -> None:
    """Keep what an operation has found, instead of what earlier ones of its name had."""
    db.execute(_FORGET, {"cart": cart_id, "name_": operation.name})
    rows = [
        {
            **finding._asdict(),
            "message": finding.message[:MAX_MESSAGE_LENGTH],
            "cart_id": cart_id,
            "operation_id": operation.id,
        }
        for finding in findings
    ]
    if rows:  # what returns something is sent with many rows in one statement
        db.execute(insert(cart_validation).returning(cart_validation.c.id), rows)
