"""The statements that work on carts takes, by hand on the driver's own connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .driver import Driver
from .stores import Cart

_CART = "SELECT id, masked_id, customer_id, status, email, choices FROM cart_cart WHERE masked_id"
_LOCK = "FOR NO KEY UPDATE"
_COLUMNS = (
    "p.id, p.sku, p.name, p.type, p.price_minor, p.stock_e4, p.enabled, p.minimum_e4,"
    " p.maximum_e4, p.increment_e4, p.back_orders, p.tax_class"
)
_LINES = (
    f"SELECT i.id, i.cart_id, i.quantity_e4, {_COLUMNS}"
    " FROM cart_item i JOIN cart_product p ON p.id = i.product_id WHERE i.cart_id IN (?, ?)"
)
_ADD = "INSERT INTO cart_item (cart_id, product_id, quantity_e4) VALUES (?, ?, 10000)"
_INCREASE = "UPDATE cart_item SET quantity_e4 = quantity_e4 + 10000 WHERE id = ?"
_LEAVE = "UPDATE cart_cart SET status = ? WHERE id = ?"
_PAYMENTS = "SELECT id, amount_minor FROM cart_payment_order WHERE cart_id = ? ORDER BY id DESC"
_PAY = (
    "INSERT INTO cart_payment_order (mp_order_id, cart_id, method_code, status, amount_minor,"
    " currency, vault_intent, created_at)"
    " VALUES (?, ?, 'checkmo', 'CREATED', ?, 'USD', FALSE, CURRENT_TIMESTAMP) RETURNING id"
)
_TAKE = (
    "UPDATE cart_product SET stock_e4 = stock_e4 - i.quantity_e4 FROM cart_item i"
    " WHERE i.cart_id = ? AND i.product_id = cart_product.id"
)
_COUNT = "UPDATE cart_counter SET value = value + 1 WHERE name = 'order' RETURNING value"
_ORDER = (
    "INSERT INTO cart_order (number, cart_id, payment_order_id, grand_total_minor, currency, email,"
    " document, created_at) VALUES (?, ?, ?, ?, 'USD', ?, ?, CURRENT_TIMESTAMP) RETURNING id"
)
_ORDER_LINE = (
    "INSERT INTO cart_order_item (order_id, sku, name, quantity_e4, price_minor, row_total_minor)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


def read(driver: Driver, cart: Cart) -> list[Any]:
    """Read the cart and its lines."""
    with driver.transaction("BEGIN"):
        [found] = driver.rows(f"{_CART} = ?", cart.masked_id)
        return _lines(driver, found[0])


def add(driver: Driver, cart: Cart, skus: Sequence[str]) -> None:
    """Find the products, insert lines, read all of them."""
    marks = ", ".join("?" * len(skus))
    with driver.transaction():
        [found] = driver.rows(f"{_CART} = ? {_LOCK}", cart.masked_id)
        products = driver.rows(
            f"SELECT {_COLUMNS} FROM cart_product p WHERE sku IN ({marks})", *skus
        )
        driver.many(_ADD, [(found[0], product[0]) for product in products])
        _lines(driver, found[0])


def merge(driver: Driver, source: Cart, destination: Cart) -> None:
    """Read carts and lines, update equal lines, insert the others, close, read again."""
    masked_ids = source.masked_id, destination.masked_id
    with driver.transaction():
        found = driver.rows(f"{_CART} IN (?, ?) ORDER BY id {_LOCK}", *masked_ids)
        ids = {row[1]: row[0] for row in found}
        old, new = (ids[masked_id] for masked_id in masked_ids)
        lines = _lines(driver, old, new)
        own = {line[3]: line[0] for line in lines if line[1] == new}
        guests = [line[3] for line in lines if line[1] == old]
        driver.many(_INCREASE, [(own[product],) for product in guests if product in own])
        driver.many(_ADD, [(new, product) for product in guests if product not in own])
        driver.run(_LEAVE, "inactive", old)
        _lines(driver, new)


def place(driver: Driver, cart: Cart) -> None:
    """Lock cart and products, pay, take them out of stock, write the order, close the cart."""
    with driver.transaction():
        [found] = driver.rows(f"{_CART} = ? {_LOCK}", cart.masked_id)
        lines = driver.rows(f"{_LINES} ORDER BY p.id {_LOCK} OF p", found[0], 0)
        total = sum(line[2] * line[7] // 10_000 for line in lines)
        if not driver.rows(_PAYMENTS, found[0]):
            [[payment]] = driver.rows(_PAY, cart.masked_id, found[0], total)
        driver.run(_TAKE, found[0])
        [[number]] = driver.rows(_COUNT)
        values = f"{number:09}", found[0], payment, total, found[4], found[5]
        [[order]] = driver.rows(_ORDER, *values)
        sold = [(order, line[4], line[5], line[2], line[7], line[7]) for line in lines]
        driver.many(_ORDER_LINE, sold)
        driver.run(_LEAVE, "closed", found[0])


def _lines(driver: Driver, cart_id: int, other_id: int = 0) -> list[Any]:
    return driver.rows(f"{_LINES} ORDER BY i.id", cart_id, other_id)
