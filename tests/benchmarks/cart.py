"""mergeCarts beside the bare SQL statements that such a merge takes."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import psycopg

from cartflow import ADMIN, Application, Principal

from .measure import Figure

_NUMBERS = count()
_PASSWORD = "correct horse"
_READ_CARTS = "SELECT id, masked_id, customer_id, status FROM cart_cart WHERE masked_id IN (?, ?)"
_READ_LINES = (
    "SELECT i.id, i.cart_id, i.quantity_e4, p.id, p.sku, p.name, p.type, p.price_minor, p.stock_e4,"
    " p.enabled, p.minimum_e4, p.maximum_e4, p.increment_e4, p.back_orders"
    " FROM cart_item i JOIN cart_product p ON p.id = i.product_id WHERE i.cart_id IN (?, ?)"
    " ORDER BY i.id"
)
_UPDATE = "UPDATE cart_item SET quantity_e4 = quantity_e4 + 10000 WHERE id = ?"
_INSERT = "INSERT INTO cart_item (cart_id, product_id, quantity_e4) VALUES (?, ?, 10000)"
_CLOSE = "UPDATE cart_cart SET status = 'inactive' WHERE id = ?"


class Shop:
    """A store with enough products, and pairs of carts that are ready to be merged."""

    def __init__(self, app: Application, products: int) -> None:
        self.app = app
        self.skus = [f"SKU-{number:05}" for number in range(products)]
        app.invoke("loadStore", {"store": _store(self.skus)}, principal=ADMIN)

    def pair(self, lines: int) -> tuple[str, str, Principal]:
        """Return a guest's and a customer's cart of *lines* lines, half of them equal."""
        number = next(_NUMBERS)
        with self.app.database.transaction() as db:
            row = db.exec_driver_sql(
                "INSERT INTO cart_customer (email, firstname, lastname, customer_group,"
                f" password_hash) VALUES ('c{number}@example.com', 'A', 'B', 'General', '-')"
                " RETURNING id"
            ).one()
        customer = Principal("customer", str(row[0]))
        source = self._cart(Principal("guest"), self.skus[:lines])
        half = lines // 2
        return source, self._cart(customer, self.skus[half : half + lines]), customer

    def _cart(self, principal: Principal, skus: list[str]) -> str:
        items = [{"sku": sku, "quantity": 1} for sku in skus]
        output = self.app.invoke("addProductsToNewCart", {"cartItems": items}, principal=principal)
        return str(output["cart"]["id"])


def merging(app: Application) -> Iterator[Figure]:
    kind = "SQLite" if app.database.is_sqlite else "PostgreSQL"
    shop = Shop(app, 1500)
    bare = Bare(app)
    per_line: dict[int, float] = {}
    for lines, rounds in ((100, 21), (1000, 7)):
        ours, theirs = [], []
        for _ in range(rounds):
            source, destination, customer = shop.pair(lines)
            started = time.perf_counter()
            app.invoke(
                "mergeCarts",
                {"source_cart_id": source, "destination_cart_id": destination},
                principal=customer,
            )
            ours.append(time.perf_counter() - started)
            source, destination, _customer = shop.pair(lines)
            started = time.perf_counter()
            bare.merge(source, destination)
            theirs.append(time.perf_counter() - started)
        figure = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        yield Figure(f"mergeCarts {lines} + {lines} lines : bare statements, {kind}", figure, 2.0)
        per_line[lines] = statistics.median(ours) / lines
    growth = per_line[1000] / per_line[100]
    yield Figure(f"mergeCarts, time per line, 1 000 lines : 100 lines, {kind}", growth, 1.2)


class Bare:
    """The statements of a merge on the driver's own connection, and nothing around them."""

    def __init__(self, app: Application) -> None:
        self._is_sqlite = app.database.is_sqlite
        if self._is_sqlite:
            self._connection: Any = sqlite3.connect(app.database.file, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = FULL")
        else:
            url = app.database.url.set(drivername="postgresql")
            self._connection = psycopg.connect(url.render_as_string(hide_password=False))

    def merge(self, source: str, destination: str) -> None:
        """Read carts and lines, update equal lines, insert the others, close, read again."""
        cursor = self._connection.cursor()
        if self._is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        carts = {row[1]: row[0] for row in self._rows(cursor, _READ_CARTS, source, destination)}
        lines = self._rows(cursor, _READ_LINES, carts[source], carts[destination])
        own = {line[3]: line[0] for line in lines if line[1] == carts[destination]}
        guests = [line[3] for line in lines if line[1] == carts[source]]
        equal = [(own[product],) for product in guests if product in own]
        others = [(carts[destination], product) for product in guests if product not in own]
        cursor.executemany(self._sql(_UPDATE), equal)
        cursor.executemany(self._sql(_INSERT), others)
        cursor.execute(self._sql(_CLOSE), (carts[source],))
        self._rows(cursor, _READ_LINES, carts[destination], carts[destination])
        if self._is_sqlite:
            cursor.execute("COMMIT")
        else:
            self._connection.commit()

    def _rows(self, cursor: Any, statement: str, *values: object) -> list[Any]:
        cursor.execute(self._sql(statement), values)
        return list(cursor.fetchall())

    def _sql(self, statement: str) -> str:
        return statement if self._is_sqlite else statement.replace("?", "%s")


def _store(skus: list[str]) -> dict[str, Any]:
    return {
        "shop": {"name": "Bench", "currency": "USD"},
        "products": [
            {"sku": sku, "name": sku, "type": "simple", "price_minor": 1000, "stock": 1_000_000}
            for sku in skus
        ],
    }
