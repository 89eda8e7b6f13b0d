"""Business accounts: who may buy for one, and whether it may buy in this store."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, exists, select

from cartflow import ActionError, Principal

from .access import find_customer
from .model import Cart
from .tables import account, account_member


class Account(NamedTuple):
    """A business account.

    Attributes:
        id: The internal number, never shown.
        public_id: The id of the store file.
        has_member: Whether the customer who calls may buy for it.
    """

    id: int
    public_id: str
    enabled: bool
    is_store_member: bool
    has_member: bool


_HAS_MEMBER = exists().where(
    account_member.c.account_id == account.c.id,
    account_member.c.customer_id == bindparam("customer"),
)
_FIND: Select[Any] = select(
    account.c.id, account.c.public_id, account.c.enabled, account.c.is_store_member, _HAS_MEMBER
)
_BY_PUBLIC_ID = _FIND.where(account.c.public_id == bindparam("account"))
_BY_ID = _FIND.where(account.c.id == bindparam("account"))


def check_account(db: Connection, principal: Principal, public_id: str) -> Account:
    """Return the account that a caller names, if the caller may buy for it in this store.

    Raises:
        ActionError: `ACCOUNT_INVALID` or `STORE_MEMBERSHIP_REQUIRED`.
    """
    known = public_id if public_id.isprintable() else None  # others no database would take
    return _check(db, principal, _BY_PUBLIC_ID, known, public_id)


def check_account_of(db: Connection, principal: Principal, cart: Cart) -> Account | None:
    """Return the account that a cart buys for, checked like one that is named; None without one.

    Raises:
        ActionError: As `check_account`.
    """
    if cart.account_id is None:
        return None
    return _check(db, principal, _BY_ID, cart.account_id, None)


def _check(
    db: Connection,
    principal: Principal,
    statement: Select[Any],
    wanted: int | str | None,
    shown: str | None,
) -> Account:
    customer = find_customer(db, principal)
    parameters = {"account": wanted, "customer": customer.id if customer else None}
    row = db.execute(statement, parameters).first()
    found = Account._make(row) if row else None
    public_id = found.public_id if found else shown
    is_accessible = found and (found.has_member or principal.kind != "customer")
    if found is None or not found.enabled or not is_accessible:
        raise ActionError("ACCOUNT_INVALID", account_id=public_id)
    if not found.is_store_member:
        raise ActionError("STORE_MEMBERSHIP_REQUIRED", account_id=public_id)
    return found
