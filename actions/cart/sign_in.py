"""Accounts of customers, and counting wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select, update

from .tables import customer


class Account(NamedTuple):
    """What signing in needs to know of a customer."""

    id: int
    password_hash: str
    failed_sign_ins: int
    locked_until: datetime | None

    def is_locked(self, now: datetime) -> bool:
        """Return whether too many wrong passwords were given a short while ago."""
        return self.locked_until is not None and now < self.locked_until


_FIND: Select[Any] = (
    select(*(customer.c[name] for name in Account._fields))
    .where(customer.c.email == bindparam("address"))
    .with_for_update(key_share=True)
)
_FIND_ID: Select[Any] = select(customer.c.id).where(customer.c.email == bindparam("address"))
_FIND_HASH: Select[Any] = select(customer.c.password_hash).where(
    customer.c.email == bindparam("address")
)
_COUNT = (
    update(customer)
    .where(customer.c.id == bindparam("customer"))
    .values(failed_sign_ins=bindparam("failures"), locked_until=bindparam("until"))
)


def find_account(db: Connection, email: str) -> Account | None:
    """Return the account of an e-mail address, locked; addresses know no case."""
    if not email.isprintable():
        return None
    row = db.execute(_FIND, {"address": email.casefold()}).first()
    return Account._make(row) if row else None


def password_hash_of(db: Connection, email: str) -> str | None:
    """Return what is kept of the password of a customer, who is not locked."""
    if not email.isprintable():
        return None
    found: str | None = db.execute(_FIND_HASH, {"address": email.casefold()}).scalar()
    return found


def find_customer_id(db: Connection, email: str) -> str | None:
    """Return the id of the customer with an e-mail address, as principals have it."""
    if not email.isprintable():
        return None
    number = db.execute(_FIND_ID, {"address": email.casefold()}).scalar()
    return None if number is None else str(number)


def count_failure(
    db: Connection, now: datetime, account: Account, *, allowed: int, lock_s: float
) -> None:
    """Count a wrong password; *allowed* of them lock the account for *lock_s* seconds."""
    failures = account.failed_sign_ins + 1
    until = None
    if failures >= allowed:
        failures, until = 0, now + timedelta(seconds=lock_s)
    db.execute(_COUNT, {"customer": account.id, "failures": failures, "until": until})


def forget_failures(db: Connection, account: Account) -> None:
    """Start counting anew, after the right password."""
    if account.failed_sign_ins or account.locked_until:
        db.execute(_COUNT, {"customer": account.id, "failures": 0, "until": None})
