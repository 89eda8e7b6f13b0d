"""Everything that the database holds about carts, read in one statement."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select, text

from cartflow.actions.cart import checkout_tables as _checkout  # noqa: F401  for its tables
from cartflow.actions.cart import order_tables as _orders  # noqa: F401  for its tables
from cartflow.actions.cart.tables import metadata

Row = Mapping[str, Any]

_TABLES: Final = {
    table.name.removeprefix("cart_"): table
    for table in metadata.sorted_tables
    if table.name not in ("cart_shop", "cart_shop_section", "cart_payment_method")
}
_SECRETS: Final = ("password_hash", "failed_sign_ins", "locked_until")


@dataclass(frozen=True)
class Books:
    """The rows of all tables, by name without `cart_` and by key."""

    rows: Mapping[str, Mapping[Any, Row]]

    def of(self, name: str) -> Mapping[Any, Row]:
        """Return the rows of a table in the order of their keys."""
        return self.rows.get(name, {})

    @cached_property
    def carts(self) -> dict[str, Row]:
        """Return the carts by public id, in the order of being made."""
        return {row["masked_id"]: row for row in self.of("cart").values()}

    @cached_property
    def lines(self) -> dict[str, dict[str, Row]]:
        """Return SKU to line for each cart, by public id."""
        found: dict[str, dict[str, Row]] = {masked_id: {} for masked_id in self.carts}
        for line in self.of("item").values():
            cart = self.of("cart")[line["cart_id"]]["masked_id"]
            found[cart][self.of("product")[line["product_id"]]["sku"]] = line
        return found

    def quantities(self, cart: str) -> dict[str, int]:
        """Return SKU to 1/10000 pieces of a cart."""
        return {sku: line["quantity_e4"] for sku, line in self.lines[cart].items()}

    def open_sessions(self) -> dict[str, list[Row]]:
        """Return the sessions that are not archived, by the cart's public id."""
        found: dict[str, list[Row]] = defaultdict(list)
        for session in self.of("checkout_session").values():
            if not session["is_archived"]:
                found[self.of("cart")[session["cart_id"]]["masked_id"]].append(session)
        return found


def read_books(db: Connection) -> Books:
    """Return what the database holds now."""
    rows: dict[str, dict[Any, Row]] = defaultdict(dict)
    for name, written in db.execute(_read_all(db.dialect.name)):
        key, row = _row(name, written)
        rows[name][key] = row
    return Books({name: dict(sorted(found.items())) for name, found in rows.items()})


@lru_cache(maxsize=4096)  # most rows are what they were a call ago
def _row(name: str, written: str) -> tuple[Any, Row]:
    row = json.loads(written)
    key = tuple(row[column.name] for column in _TABLES[name].primary_key)
    return key[0] if len(key) == 1 else key, row


@cache
def _read_all(dialect: str) -> Any:
    function = "json_object" if dialect == "sqlite" else "json_build_object"
    return text(" UNION ALL ".join(_read(name, function) for name in _TABLES))


def _read(name: str, function: str) -> str:
    table = _TABLES[name]
    members = ", ".join(f"'{it.name}', {it.name}" for it in table.c if it.name not in _SECRETS)
    return f"SELECT '{name}', CAST({function}({members}) AS TEXT) FROM {table.name}"


class Backup:
    """All rows as they are now, to begin each run from the same state."""

    def __init__(self, db: Connection) -> None:
        self._rows: dict[Table, list[dict[str, Any]]] = {
            table: [dict(row._mapping) for row in db.execute(select(table))]
            for table in metadata.sorted_tables
        }

    def restore(self, db: Connection) -> None:
        """Bring every table back."""
        for table in reversed(metadata.sorted_tables):
            db.execute(table.delete())
        for table, rows in self._rows.items():
            if rows:
                db.execute(insert(table), rows)
