"""Payment orders: what was asked of a provider for a cart, and what came of it.

    PENDING ──charged──▶ CREATED ◀──charged after all── DECLINED
       │ ╰───declined──▶ DECLINED
       ╰─not charged──▶ (no row)

A row is PENDING from before its provider is called until the answer is on record, and keeps what
was asked. So nothing else is charged for the cart as long as nobody knows what came of it; and
whoever finds it pending for too long can ask the same again, by the same key, to learn it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from .order_tables import payment_order

PENDING: Final = "PENDING"
CREATED: Final = "CREATED"
DECLINED: Final = "DECLINED"

IN_BOOKS: Final = (PENDING, CREATED)
"""What has cost something, or may have: somebody has to look after it."""

Ask = Mapping[str, Any]
"""What a provider is asked, for JSON: `request` is the provider's, `asked_by` the key of the call
that asks; the others are up to who asks."""

_COLUMNS = (
    payment_order.c.id,
    payment_order.c.mp_order_id,
    payment_order.c.method_code,
    payment_order.c.amount_minor,
    payment_order.c.currency,
    payment_order.c.status,
    payment_order.c.provider_order_id,
    payment_order.c.created_at,
    payment_order.c.request,
)
_OF_CART: Select[Any] = (
    select(*_COLUMNS)
    .where(payment_order.c.cart_id == bindparam("cart"), payment_order.c.status.in_(IN_BOOKS))
    .order_by(payment_order.c.id.desc())
)
_LOCK: Select[Any] = (
    select(*_COLUMNS)
    .where(payment_order.c.mp_order_id == bindparam("reference"))
    .with_for_update(key_share=True)
)
_RECORD = insert(payment_order).returning(payment_order.c.id)
_OF_NUMBER = payment_order.c.id == bindparam("number")
_ASK_AGAIN = (
    update(payment_order)
    .where(_OF_NUMBER)
    .values(request=bindparam("ask"), created_at=bindparam("now"))
)
_ANSWER = (
    update(payment_order)
    .where(_OF_NUMBER)
    .values(status=bindparam("answer"), provider_order_id=bindparam("provider_id"), request=None)
)
_FORGET = delete(payment_order).where(_OF_NUMBER)


class Payment(NamedTuple):
    """A payment order.

    Attributes:
        asked_at: When its provider was asked last.
        request: The text of an `Ask` while it is pending, else None.
    """

    id: int
    mp_order_id: str
    method_code: str
    amount_minor: int
    currency: str
    status: str
    provider_order_id: str | None
    asked_at: datetime
    request: str | None

    @property
    def ask(self) -> dict[str, Any]:
        """What was asked of the provider of a pending one."""
        return dict(json.loads(self.request or "{}"))


def payments_of(db: Connection, cart_id: int) -> list[Payment]:
    """Return the payment orders of a cart that are accepted or pending, the newest first."""
    return [Payment._make(row) for row in db.execute(_OF_CART, {"cart": cart_id})]


def record_payment(db: Connection, values: Mapping[str, Any]) -> int:
    """Keep a payment order; return its number.

    Args:
        db: The connection.
        values: The columns.
    """
    return int(db.execute(_RECORD, values).scalar_one())


def record_pending(db: Connection, values: Mapping[str, Any], ask: Ask) -> None:
    """Keep a payment order whose provider is going to be asked.

    Args:
        db: The connection.
        values: The columns but for status and request.
        ask: What its provider is asked.
    """
    record_payment(db, {**values, "status": PENDING, "request": json.dumps(ask)})


def ask_again(db: Connection, now: datetime, payment: Payment, ask: Ask) -> None:
    """Note that somebody else asks for a pending payment order of a locked cart from now on."""
    db.execute(_ASK_AGAIN, {"number": payment.id, "ask": json.dumps(ask), "now": now})


def record_answer(
    db: Connection, values: Mapping[str, Any], ask: Ask, answer: Mapping[str, Any]
) -> Payment | None:
    """Write down what a provider answered; return the payment order as it is now.

    Several may have asked for the same, by the same key. That it was charged is believed whoever
    says so; that it was not, of who asked last.

    Args:
        db: The connection.
        values: As those of `record_pending`, in case that it was thought not to be charged.
        ask: What the provider was asked.
        answer: As providers give it.

    Returns:
        None: nothing was charged, and nothing is pending any more.
    """
    row = db.execute(_LOCK, {"reference": values["mp_order_id"]}).first()
    found = Payment._make(row) if row else None
    status = _status_after(found, ask, answer["status"].upper())
    if status == (found and found.status):
        return found
    if found is None:
        told = {"status": status, "provider_order_id": answer.get("id")}
        record_payment(db, {**values, **told})
    elif status is None:
        db.execute(_FORGET, {"number": found.id})
    else:
        told = {"answer": status, "provider_id": answer.get("id")}
        db.execute(_ANSWER, {"number": found.id, **told})
    row = db.execute(_LOCK, {"reference": values["mp_order_id"]}).first()
    return Payment._make(row) if row else None


def _status_after(found: Payment | None, ask: Ask, answer: str) -> str | None:
    """Return the status of a payment order after an answer; None if there is none any more."""
    is_open = found is None or found.status == PENDING
    if answer == CREATED or (answer == DECLINED and is_open):
        return answer
    if found is None or (is_open and found.ask["asked_by"] == ask["asked_by"]):
        return None
    return found.status
