"""Writing a checked store file: every record is inserted, or brought to what the file says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .passwords import hash_password, verify
from .quantities import from_json
from .shop import digest_of_shop
from .tables import customer, payment_method, product, shop

_INSERT: Mapping[str, Callable[[Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def write_store(db: Connection, document: Mapping[str, Any]) -> dict[str, int]:
    """Write a store file that is known to be right; return how many of each kind it has."""
    _upsert(db, shop, "id", [{"id": 1, **document["shop"]}])
    rows = {
        customer: _customer_rows(db, document.get("customers", ())),
        product: [_product_row(record) for record in document.get("products", ())],
        payment_method: [_method_row(record) for record in document.get("payment_methods", ())],
    }
    _upsert(db, customer, "email", rows[customer])
    # orders lock products in this order too
    db.execute(select(product.c.id).order_by(product.c.id).with_for_update(key_share=True))
    _upsert(db, product, "sku", rows[product])
    _upsert(db, payment_method, "code", rows[payment_method])
    db.execute(update(shop).values(revision=digest_of_shop(db)))
    return {
        "products": len(rows[product]),
        "payment_methods": len(rows[payment_method]),
        "customers": len(rows[customer]),
    }


def _upsert(db: Connection, table: Table, key: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = _INSERT[db.dialect.name](table)
    changed = {name: statement.excluded[name] for name in rows[0] if name != key}
    db.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), rows)


def _product_row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sku": record["sku"],
        "name": record["name"],
        "type": record.get("type", "simple"),
        "price_minor": int(record["price_minor"]),
        "stock_e4": from_json(record.get("stock", 0)),
        "enabled": record.get("enabled", True),
        "minimum_e4": from_json(record.get("minimum", 0)),
        "maximum_e4": from_json(record.get("maximum", 10_000)),
        "increment_e4": from_json(record.get("increment", 1)),
        "back_orders": record.get("back_orders", False),
    }


def _method_row(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": record["code"],
        "title": record["title"],
        "provider": record.get("provider", "offline"),
        "enabled": record.get("enabled", True),
    }


def _customer_rows(db: Connection, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows; the hash of a password that has not changed stays."""
    by_email = {record["email"].casefold(): record for record in records}
    known = select(customer.c.email, customer.c.password_hash).where(customer.c.email.in_(by_email))
    hashes = {row.email: row.password_hash for row in db.execute(known)}
    return [_customer_row(email, hashes.get(email), by_email[email]) for email in by_email]


def _customer_row(email: str, kept: str | None, record: Mapping[str, Any]) -> dict[str, Any]:
    password = record["password"]
    return {
        "email": email,
        "firstname": record["firstname"],
        "lastname": record["lastname"],
        "customer_group": record.get("group", "general"),
        "password_hash": kept if kept and verify(kept, password) else hash_password(password),
    }
