"""Customers: new ones, and what is known of them, as `customer.json` describes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, func, literal, select, text

from .addresses import TEXTS
from .model import uid_of
from .tables import UtcDateTime, customer, customer_address

DETAILS: Final = ("prefix", "middlename", "suffix", "date_of_birth", "gender", "taxvat")
"""What a customer may have told beside first and last name."""

_PERSON: Select[Any] = select(
    customer.c.id,
    customer.c.email,
    customer.c.firstname,
    customer.c.lastname,
    customer.c.details,
    customer.c.customer_group,
    customer.c.created_at,
).where(customer.c.id == bindparam("customer"))
_BOOK: Select[Any] = (
    select(
        customer_address.c.id,
        customer_address.c.address,
        customer_address.c.is_default_shipping,
        customer_address.c.is_default_billing,
    )
    .where(customer_address.c.customer_id == bindparam("customer"))
    .order_by(customer_address.c.position)
)


_ADD = text(
    "INSERT INTO cart_customer"
    " (email, firstname, lastname, details, customer_group, password_hash, created_at)"
    " VALUES (:email, :firstname, :lastname, :details, 'general', :password_hash, :now)"
    " ON CONFLICT (email) DO NOTHING RETURNING id"
).bindparams(bindparam("now", type_=UtcDateTime()))


_RECENT: Select[Any] = select(func.count()).select_from(
    select(literal(1))
    .where(customer.c.created_at > bindparam("since"))
    .limit(bindparam("most"))
    .subquery()
)
_HOUR: Final = timedelta(hours=1)


def accounts_per_hour(rules: Mapping[str, Any]) -> int:
    """Return how many accounts shoppers may create in an hour, by the shop's rules."""
    return int(rules.get("accounts_per_hour", 1000))


def are_too_many(db: Connection, now: datetime, most: int) -> bool:
    """Return whether so many accounts were created within the last hour, whoever created them."""
    found: int = db.execute(_RECENT, {"since": now - _HOUR, "most": most}).scalar_one()
    return found >= most


class NewPerson(NamedTuple):
    """A customer to be.

    Attributes:
        email: In small letters.
        details: Those of `DETAILS` that were told.
    """

    email: str
    firstname: str
    lastname: str
    details: Mapping[str, Any]


def add_person(db: Connection, now: datetime, person: NewPerson, password_hash: str) -> int | None:
    """Return the number of a new customer; None if there is one with this e-mail address."""
    details = json.dumps(person.details) if person.details else None
    values = {**person._asdict(), "details": details, "password_hash": password_hash, "now": now}
    found: int | None = db.execute(_ADD, values).scalar()
    return found


def find_person(db: Connection, customer_id: int) -> dict[str, Any]:
    """Return the document of a customer there is, with the address book."""
    person = db.execute(_PERSON, {"customer": customer_id}).one()
    details = json.loads(person.details or "{}")
    addresses = [_address_document(row) for row in db.execute(_BOOK, {"customer": customer_id})]
    return {
        "id": str(person.id),
        "uid": uid_of(person.id),
        "email": person.email,
        "firstname": person.firstname,
        "lastname": person.lastname,
        **{name: details.get(name) for name in DETAILS},
        "group": person.customer_group,
        "created_at": person.created_at and person.created_at.isoformat(timespec="seconds"),
        "default_billing": _default(addresses, "default_billing"),
        "default_shipping": _default(addresses, "default_shipping"),
        "addresses": addresses,
    }


def _address_document(row: Row[Any]) -> dict[str, Any]:
    address = json.loads(row.address)
    return {
        "id": row.id,
        "uid": uid_of(row.id),
        **{name: address.get(name) for name in TEXTS},
        "street": address["street"],
        "region": address["region"],
        "country_code": address["country_code"],
        "default_shipping": row.is_default_shipping,
        "default_billing": row.is_default_billing,
    }


def _default(addresses: list[dict[str, Any]], name: str) -> str | None:
    """Return the number, as a text, of the address that is the default one."""
    return next((str(address["id"]) for address in addresses if address[name]), None)
