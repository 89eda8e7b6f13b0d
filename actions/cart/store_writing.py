"""Writing a checked store file: every record is inserted, or brought to what the file says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    TextClause,
    delete,
    select,
    text,
    tuple_,
    update,
)

from . import store_rows as rows
from .order_tables import coupon, gift_card
from .passwords import hash_password, verify
from .shop import digest_of_shop
from .store_file import LISTS, StoreFile
from .store_rows import Record, Row
from .store_spool import batches
from .tables import (
    account,
    account_member,
    customer,
    customer_address,
    payment_method,
    product,
    reward_points,
    shop,
    shop_section,
    store_credit,
)

_SECTIONS: Final = ("shipping", "gift_wrappings")
"""The lists that are kept as they are; so is the object `taxes`."""

_IN_DIALECT: Final = {
    "sqlite": ("json_extract(value, '$[{index}]')", "json_each(:rows)", "IS NOT"),
    "postgresql": (
        "CAST(value ->> {index} AS {type})",
        "json_array_elements(CAST(:rows AS json))",
        "IS DISTINCT FROM",
    ),
}
"""How a value of a row is read, where the rows come from, and when two values differ."""


def write_store(
    db: Connection, file: StoreFile, report: Callable[[int, int], None]
) -> dict[str, int]:
    """Write a store file that is known to be right; return how many of each kind it has.

    Args:
        db: The shop's database.
        file: The file.
        report: Is told after each batch how many records are written, and of how many.
    """
    spool, members = file.spool, file.members
    _upsert(db, shop, ["id"], [rows.shop_row(members["shop"])])  # other loads wait here
    kept = {"taxes": members["taxes"]} if "taxes" in members else {}
    kept |= {
        name: [record for _, record in spool.records(name)] for name in _SECTIONS if name in members
    }
    _upsert(db, shop_section, ["name"], [rows.section_row(*section) for section in kept.items()])
    for section, column in _KEYS.items():
        for keys in spool.keys(section):
            spool.number(section, _ids(db, column, keys))
    total, done = sum(spool.count(section) for section, _ in _WRITERS), 0
    for section, write in _WRITERS:
        for records in spool.batches(section):
            write(db, records)
            done += len(records)
            report(done, total)
    db.execute(update(shop).values(revision=digest_of_shop(db)))
    return {section: spool.count(section) for section in LISTS}


def unknown_keys(db: Connection, section: str, keys: set[str]) -> set[str]:
    """Return those of *keys* that no record of a section in the database has."""
    return keys - _ids(db, _KEYS[section], keys).keys()


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
    ids = _ids(db, customer.c.email, by_email)
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
    _upsert(db, customer_address, ["customer_id", "position"], addresses)


def _write_credits(db: Connection, records: Sequence[Record]) -> None:
    _write_balances(db, store_credit, "balance_minor", "store_credit_minor", records)
    _write_balances(db, reward_points, "points", "reward_points", records)


def _write_balances(
    db: Connection, table: Table, column: str, member: str, records: Sequence[Record]
) -> None:
    """Write the balances of the customers whose records have the *member*."""
    amounts = {it["email"].casefold(): int(it[member]) for it in records if member in it}
    if amounts:
        ids = _ids(db, customer.c.email, amounts)
        found = [{"customer_id": ids[email], column: amounts[email]} for email in amounts]
        _upsert(db, table, ["customer_id"], found)


def _write_products(db: Connection, records: Sequence[Record]) -> None:
    _upsert(db, product, ["sku"], [rows.product_row(record) for record in records])


def _write_accounts(db: Connection, records: Sequence[Record]) -> None:
    """Write accounts, and bring their members to exactly those of the file."""
    _upsert(db, account, ["public_id"], [rows.account_row(record) for record in records])
    ids = _ids(db, account.c.public_id, [record["id"] for record in records])
    wanted = [
        (ids[record["id"]], email.casefold()) for record in records for email in record["members"]
    ]
    people: dict[str, int] = {}
    for emails in batches({email for _, email in wanted}):
        people |= _ids(db, customer.c.email, emails)
    members = {(number, people[email]) for number, email in wanted}
    column = account_member.c
    there = select(column.account_id, column.customer_id).where(column.account_id.in_(ids.values()))
    known = {(row.account_id, row.customer_id) for row in db.execute(there)}
    pair = tuple_(column.account_id, column.customer_id)
    for gone in batches(known - members):
        db.execute(delete(account_member).where(pair.in_(gone)))
    new = [{"account_id": a, "customer_id": c} for a, c in sorted(members - known)]
    _upsert(db, account_member, ["account_id", "customer_id"], new)


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

_KEYS: Mapping[str, Column[str]] = {
    "customers": customer.c.email,
    "accounts": account.c.public_id,
    "products": product.c.sku,
    "coupons": coupon.c.folded_code,
    "gift_cards": gift_card.c.code,
}
"""By which column the records of a section are found; rows are written in the order of their ids,
in which others lock them."""


def _ids(db: Connection, column: Column[str], keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of the rows with these keys."""
    found = select(column.label("key"), column.table.c.id).where(column.in_(keys))
    return {row.key: row.id for row in db.execute(found)}


def _upsert(
    db: Connection,
    table: Table,
    keys: Sequence[str],
    found: Sequence[Row],
    kept: Sequence[str] = (),
) -> None:
    """Insert rows, or bring those with the same *keys* to them, except for the columns *kept*.

    Rows that are so already are not written.
    """
    if found:
        names = tuple(found[0])
        changed = tuple(name for name in names if name not in keys and name not in kept)
        statement = _statement(db.dialect.name, table, tuple(keys), names, changed)
        values = [[row[name] for name in names] for row in found]
        db.execute(statement, {"rows": json.dumps(values)})


@cache
def _statement(
    dialect: str,
    table: Table,
    keys: tuple[str, ...],
    names: tuple[str, ...],
    changed: tuple[str, ...],
) -> TextClause:
    """Return the statement that takes all rows as one JSON text.

    With a parameter for each value, the driver is at work on it longer than the database.
    """
    value, rows, differs = _IN_DIALECT[dialect]
    types = [table.c[name].type for name in names]
    values = ", ".join(  # cast to VARCHAR(64), a longer text would be cut off in silence
        value.format(index=index, type="TEXT" if isinstance(type_, String) else type_)
        for index, type_ in enumerate(types)
    )
    found = f"SELECT {values} FROM {rows} WHERE true"
    action = "NOTHING"
    if changed:
        assignments = ", ".join(f"{name} = excluded.{name}" for name in changed)
        changes = " OR ".join(f"{table.name}.{name} {differs} excluded.{name}" for name in changed)
        action = f"UPDATE SET {assignments} WHERE {changes}"
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)}) {found}"
        f" ON CONFLICT ({', '.join(keys)}) DO {action}"
    )
