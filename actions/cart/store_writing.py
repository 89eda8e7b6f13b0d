"""Writing a checked store file: every record is inserted, or brought to what the file says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Table, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from . import store_rows as rows
from .order_tables import coupon, gift_card
from .passwords import hash_password, verify
from .shop import digest_of_shop
from .store_rows import Record, Row
from .tables import (
    account,
    account_member,
    customer,
    customer_address,
    payment_method,
    product,
    shop,
    shop_section,
    store_credit,
)

_T = TypeVar("_T")

BATCH = 1000
"""How many records go into one statement; SQLite takes 32 766 parameters at most."""

COUNTED = (
    "products",
    "payment_methods",
    "customers",
    "accounts",
    "coupons",
    "gift_cards",
    "shipping",
    "gift_wrappings",
)
"""The sections that are lists."""

_SECTIONS = ("taxes", "shipping", "gift_wrappings")

_INSERT: Mapping[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def write_store(db: Connection, document: Mapping[str, Any]) -> dict[str, int]:
    """Write a store file that is known to be right; return how many of each kind it has."""
    _upsert(db, shop, ["id"], [rows.shop_row(document["shop"])])
    sections = [rows.section_row(name, document[name]) for name in _SECTIONS if name in document]
    _upsert(db, shop_section, ["name"], sections)
    for name, write in _WRITERS:
        if document.get(name) and name in _LOCKED:
            _lock(db, _LOCKED[name])
        for batch in _batches(document.get(name, ())):
            write(db, batch)
    db.execute(update(shop).values(revision=digest_of_shop(db)))
    return {name: len(document.get(name, ())) for name in COUNTED}


def unknown_emails(db: Connection, emails: Collection[str]) -> set[str]:
    """Return those of *emails*, in small letters, that no customer has."""
    return _missing(db, customer.c.email, emails)


def unknown_skus(db: Connection, skus: Collection[str]) -> set[str]:
    """Return those of *skus* that no product has."""
    return _missing(db, product.c.sku, skus)


def _missing(db: Connection, column: Column[str], values: Collection[str]) -> set[str]:
    missing = set(values)
    for batch in _batches(values):
        missing.difference_update(db.scalars(select(column).where(column.in_(batch))))
    return missing


def _write_methods(db: Connection, records: Sequence[Record]) -> None:
    _upsert(db, payment_method, ["code"], [rows.method_row(record) for record in records])


def _write_customers(db: Connection, records: Sequence[Record]) -> None:
    """Write customers, with their address books if the records have them.

    The hash of a password that has not changed stays.
    """
    by_email = {record["email"].casefold(): record for record in records}
    known = select(customer.c.email, customer.c.password_hash).where(customer.c.email.in_(by_email))
    hashes = {row.email: row.password_hash for row in db.execute(known)}
    found = []
    for email, record in by_email.items():
        kept, password = hashes.get(email), record["password"]
        hashed = kept if kept and verify(kept, password) else hash_password(password)
        found.append(rows.customer_row(email, hashed, record))
    _upsert(db, customer, ["email"], found)
    ids = _ids(db, customer, customer.c.email, by_email)
    books = {ids[email]: record.get("addresses") for email, record in by_email.items()}
    _write_books(db, {number: book for number, book in books.items() if book is not None})


def _write_books(db: Connection, books: Mapping[int, Sequence[Record]]) -> None:
    """Bring whole address books to what they are in the file; entries that stay keep their ids."""
    by_length = defaultdict(list)
    for customer_id, book in books.items():
        by_length[len(book)].append(customer_id)
    column = customer_address.c
    for length, ids in by_length.items():
        surplus = column.customer_id.in_(ids) & (column.position >= length)
        db.execute(delete(customer_address).where(surplus))
    addresses = [
        rows.address_row(customer_id, position, record)
        for customer_id, book in books.items()
        for position, record in enumerate(book)
    ]
    for batch in _batches(addresses):
        _upsert(db, customer_address, ["customer_id", "position"], batch)


def _write_credits(db: Connection, records: Sequence[Record]) -> None:
    amounts = {
        record["email"].casefold(): int(record["store_credit_minor"])
        for record in records
        if "store_credit_minor" in record
    }
    ids = _ids(db, customer, customer.c.email, amounts)
    found = [{"customer_id": ids[email], "balance_minor": amounts[email]} for email in amounts]
    _upsert(db, store_credit, ["customer_id"], found)


def _write_products(db: Connection, records: Sequence[Record]) -> None:
    _upsert(db, product, ["sku"], [rows.product_row(record) for record in records])


def _write_accounts(db: Connection, records: Sequence[Record]) -> None:
    """Write accounts, and bring their members to exactly those of the file."""
    _upsert(db, account, ["public_id"], [rows.account_row(record) for record in records])
    ids = _ids(db, account, account.c.public_id, [record["id"] for record in records])
    wanted = [
        (ids[record["id"]], email.casefold()) for record in records for email in record["members"]
    ]
    people: dict[str, int] = {}
    for batch in _batches({email for _, email in wanted}):
        people |= _ids(db, customer, customer.c.email, batch)
    members = {(number, people[email]) for number, email in wanted}
    column = account_member.c
    there = select(column.account_id, column.customer_id).where(column.account_id.in_(ids.values()))
    known = {(number, customer_id) for number, customer_id in db.execute(there)}
    pair = tuple_(column.account_id, column.customer_id)
    for gone in _batches(known - members):
        db.execute(delete(account_member).where(pair.in_(gone)))
    for new in _batches(sorted(members - known)):
        _upsert(
            db,
            account_member,
            ["account_id", "customer_id"],
            [{"account_id": number, "customer_id": customer_id} for number, customer_id in new],
        )


def _write_coupons(db: Connection, records: Sequence[Record]) -> None:
    """Write coupons; how often they were used stays."""
    found = [rows.coupon_row(record) for record in records]
    _upsert(db, coupon, ["folded_code"], found, kept=("uses",))


def _write_gift_cards(db: Connection, records: Sequence[Record]) -> None:
    _upsert(db, gift_card, ["code"], [rows.gift_card_row(record) for record in records])


_WRITERS: Sequence[tuple[str, Callable[[Connection, Sequence[Record]], None]]] = (
    ("payment_methods", _write_methods),
    ("customers", _write_customers),
    ("accounts", _write_accounts),
    ("products", _write_products),
    ("coupons", _write_coupons),
    ("gift_cards", _write_gift_cards),
    ("customers", _write_credits),
)
"""The sections that have tables, in the order in which others lock what is in them."""

_LOCKED: Mapping[str, Table] = {"products": product, "coupons": coupon, "gift_cards": gift_card}


def _batches(values: Iterable[_T]) -> Iterator[list[_T]]:
    remaining = iter(values)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _ids(
    db: Connection, table: Table, column: Column[str], values: Iterable[str]
) -> dict[str, int]:
    """Return the ids of the rows with these values."""
    found = db.execute(select(column.label("name"), table.c.id).where(column.in_(values)))
    return {row.name: row.id for row in found}


def _lock(db: Connection, table: Table) -> None:
    """Lock the rows of a table in the order in which orders lock them."""
    locked = select(table.c.id).order_by(table.c.id).with_for_update(key_share=True).subquery()
    db.execute(select(func.count()).select_from(locked))


def _upsert(
    db: Connection,
    table: Table,
    keys: Sequence[str],
    found: Sequence[Row],
    kept: Sequence[str] = (),
) -> None:
    """Insert rows, or bring those with the same *keys* to them, except for the columns *kept*."""
    if not found:
        return
    statement = _INSERT[db.dialect.name](table)
    names = [name for name in found[0] if name not in keys and name not in kept]
    if names:
        changed = {name: statement.excluded[name] for name in names}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    db.execute(statement, found)
