"""Stores of any number of carts, filled by bulk statements: a million carts in a minute."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from cartflow import ADMIN, GUEST, Application, Principal

from .driver import Driver

_PRODUCTS: Final = 10_000
_STEP = 7919  # a prime: the products of one cart lie all over the catalogue, each of them once
_LEAST, _MOST = 1, 5  # lines of the carts that are only there

_SERIES = {
    True: "WITH RECURSIVE series(n) AS"
    " (SELECT {0} UNION ALL SELECT n + 1 FROM series WHERE n < {1})",
    False: "WITH series(n) AS (SELECT generate_series({0}, {1}))",
}
_FUNCTIONS = {
    True: {"id": "lower(hex(randomblob(16)))", "time": "datetime('now', -(n % 90) || ' days')"},
    False: {
        "id": "replace(CAST(gen_random_uuid() AS TEXT), '-', '')",
        "time": "now() - n % 90 * INTERVAL '1 day'",
    },
}
_ADD_PRODUCTS = (
    "INSERT INTO cart_product (sku, name, type, price_minor, stock_e4, enabled, minimum_e4,"
    " maximum_e4, increment_e4, back_orders)"
    " SELECT 'SKU-' || n, 'Product number ' || n, 'simple', 95 + n * 100, 1000000000000, TRUE,"
    " 1, 1000000000, 1, FALSE FROM series"
)
_ADD_CUSTOMERS = (
    "INSERT INTO cart_customer (email, firstname, lastname, customer_group, password_hash)"
    " SELECT 'customer' || n || '@example.com', 'Ada', 'King', 'General', '-' FROM series"
)
_ADD_CARTS = (
    "INSERT INTO cart_cart (masked_id, customer_id, status, created_at, updated_at)"
    " SELECT {id}, {customer}, 'active', {time}, {time} FROM series"
)
_ADD_LINES = (
    "INSERT INTO cart_item (cart_id, product_id, quantity_e4, updated_at)"
    " SELECT id, ((id - {first}) * 37 + n) * {step} % {products} + 1, 10000, updated_at"
    " FROM cart_cart CROSS JOIN series"
    " WHERE id BETWEEN {first} AND {last} AND n < {limit} ORDER BY id, n"
)
_CHOOSE = (
    "UPDATE cart_cart SET choices = ?, email = 'customer' || id || '@example.com'"
    " WHERE id BETWEEN ? AND ?"
)
_STORE = {
    "shop": {"name": "Bench", "currency": "USD"},
    "payment_methods": [
        {"code": "checkmo", "title": "Check", "provider": "offline", "enabled": True}
    ],
    "taxes": {"rates": [{"label": "Sales tax", "country": "US", "rate": 7.25}]},
}
_ADDRESS = {
    "firstname": "Ada",
    "lastname": "King",
    "street": ["12 Orchard Lane"],
    "city": "Austin",
    "region": "TX",
    "postcode": "78701",
    "country_code": "US",
    "telephone": "5125550123",
}
_CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "setShippingAddressesOnCart": {"shipping_addresses": [{"address": _ADDRESS}]},
    "setBillingAddressOnCart": {"billing_address": {"same_as_shipping": True}},
    "setShippingMethodsOnCart": {
        "shipping_methods": [{"carrier_code": "flatrate", "method_code": "flatrate"}]
    },
    "setPaymentMethodOnCart": {"payment_method": {"code": "checkmo"}},
}
"""All that an order needs, by the action that chooses it."""


class Cart(NamedTuple):
    """A cart that is there to be measured, and whose it is."""

    id: int
    masked_id: str
    owner: Principal


class Store:
    """A store in a database of its own.

    Attributes:
        kind: Which database.
        driver: A connection beside the application's.
    """

    def __init__(self, app: Application) -> None:
        self.app = app
        self.kind = "SQLite" if app.database.is_sqlite else "PostgreSQL"
        self.driver = Driver(app)
        app.invoke("loadStore", {"store": _STORE}, principal=ADMIN)
        self._carts = 0
        with self.driver.loading():
            self._insert(_ADD_PRODUCTS, 1, _PRODUCTS)

    def fill(self, carts: int) -> None:
        """Add carts of one to five lines; every other one is a customer's."""
        self._add_carts(carts, "CASE n % 2 WHEN 0 THEN n END", _LEAST, _MOST)

    def carts(self, number: int, lines: int, *, shift: int = 0, owned: bool = True) -> list[Cart]:
        """Return *number* new carts of as many lines; the first product is number *shift*."""
        first = self._add_carts(number, "n" if owned else "NULL", lines, lines, shift)
        rows = self.driver.rows(
            "SELECT id, masked_id FROM cart_cart WHERE id >= ? ORDER BY id", first
        )
        return [Cart(row[0], row[1], _owner(row[0]) if owned else GUEST) for row in rows]

    def skus(self, lines: int) -> list[str]:
        """Return the SKUs of as many products as a cart without shift has them."""
        return [f"SKU-{number * _STEP % _PRODUCTS + 1}" for number in range(lines)]

    def _add_carts(self, number: int, owner: str, least: int, most: int, shift: int = 0) -> int:
        """Add carts, a customer for each of them, and their lines; return the first number."""
        first, last = self._carts + 1, self._carts + number
        self._carts = last
        spread = str(least + shift) if least == most else f"{least} + id % {most + 1 - least}"
        with self.driver.loading():
            self._insert(_ADD_CUSTOMERS, first, last)
            self._insert(_ADD_CARTS, first, last, customer=owner)
            bounds = {"first": first, "last": last, "limit": spread}
            self._insert(_ADD_LINES, shift, shift + most - 1, **bounds)
        return first

    def _insert(self, statement: str, start: int, end: int, **words: object) -> None:
        is_sqlite = self.driver.is_sqlite
        words = {**words, **_FUNCTIONS[is_sqlite], "step": _STEP, "products": _PRODUCTS}
        series = _SERIES[is_sqlite].format(start, end)
        self.driver.run(f"{series} {statement.format_map(words)}")

    def choose(self, carts: Sequence[Cart]) -> None:
        """Choose for all *carts*, which follow each other, what the first one is given."""
        first, last = carts[0], carts[-1]
        for action, given in _CHOICES.items():
            self.app.invoke(action, {"cart_id": first.masked_id, **given}, principal=first.owner)
        [[choices]] = self.driver.rows("SELECT choices FROM cart_cart WHERE id = ?", first.id)
        with self.driver.transaction():
            self.driver.run(_CHOOSE, choices, first.id, last.id)

    def settle(self) -> None:
        """Bring statistics up to date, and have nothing left over that is due some time later."""
        self.driver.settle()
        self.app.database.reconnect()
        gc.collect()
        gc.freeze()  # as `cartflow serve` does it


def _owner(number: int) -> Principal:
    return Principal("customer", str(number))
