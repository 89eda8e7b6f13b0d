"""The address books of customers: addresses that they keep for later carts."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from .addresses import Address, is_same, plain
from .tables import customer_address

_FIND: Select[Any] = select(customer_address.c.customer_id, customer_address.c.address).where(
    customer_address.c.id == bindparam("address")
)
_OF_CUSTOMER: Select[Any] = (
    select(customer_address.c.id, customer_address.c.address)
    .where(customer_address.c.customer_id == bindparam("customer"))
    .order_by(customer_address.c.position)
)
_NEXT: Select[Any] = select(func.coalesce(func.max(customer_address.c.position), -1) + 1).where(
    customer_address.c.customer_id == bindparam("customer")
)

_LARGEST = 2**63 - 1  # no number above it is any row's


class Entry(NamedTuple):
    """An address of an address book."""

    customer_id: int
    address: Address


def find_entry(db: Connection, number: int) -> Entry | None:
    """Return the address of this number, whosever it is."""
    if not 0 < number <= _LARGEST:
        return None
    row = db.execute(_FIND, {"address": number}).first()
    return Entry(row[0], json.loads(row[1])) if row else None


def keep(db: Connection, customer_id: int, address: Address) -> int:
    """Put an address into the book of a customer, unless it is there; return its number.

    The customer is locked: positions count up one after the other.
    """
    kept = plain(address)
    for number, text in db.execute(_OF_CUSTOMER, {"customer": customer_id}):
        if is_same(json.loads(text), kept):
            return int(number)
    row = {
        "customer_id": customer_id,
        "position": db.execute(_NEXT, {"customer": customer_id}).scalar_one(),
        "address": json.dumps(kept),
        "is_default_shipping": False,
        "is_default_billing": False,
    }
    added = db.execute(insert(customer_address).returning(customer_address.c.id), row)
    return int(added.scalar_one())
