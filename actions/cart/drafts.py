"""Draft orders: a number and an amount that a checkout has agreed upon, before it is an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from .order_tables import draft_order

_FIND: Select[Any] = select(draft_order.c.number, draft_order.c.grand_total_minor).where(
    draft_order.c.session_id == bindparam("session")
)
_CHANGE = (
    update(draft_order)
    .where(draft_order.c.session_id == bindparam("session"))
    .values(grand_total_minor=bindparam("amount"), created_at=bindparam("now"))
)


class Draft(NamedTuple):
    """A draft order of a checkout session."""

    number: str
    grand_total_minor: int


def find_draft(db: Connection, session_id: int) -> Draft | None:
    """Return the draft order of a session; None if it has none."""
    row = db.execute(_FIND, {"session": session_id}).first()
    return Draft._make(row) if row else None


def add_draft(db: Connection, now: datetime, session_id: int, draft: Draft, currency: str) -> None:
    """Keep the draft order of a session that has none."""
    values = {"session_id": session_id, "currency": currency, "created_at": now}
    db.execute(insert(draft_order), {**draft._asdict(), **values})


def change_draft(db: Connection, now: datetime, session_id: int, amount_minor: int) -> None:
    """Give the draft order of a session another amount; its number stays."""
    db.execute(_CHANGE, {"session": session_id, "amount": amount_minor, "now": now})
