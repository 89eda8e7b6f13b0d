"""Orders: their rows, and taking the ordered products out of stock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, text

from .json_rows import json_rows
from .lines import Line
from .order_tables import order
from .pricing import LineTotals

_NEXT_NUMBER = text(
    "UPDATE cart_counter SET value = value + 1 WHERE name = 'order' RETURNING value"
)
_ORDER = insert(order).returning(order.c.id)
_ORDER_LINES = json_rows(
    "lines",
    sku="TEXT",
    name="TEXT",
    quantity_e4="BIGINT",
    price_minor="BIGINT",
    row_total_minor="BIGINT",
    discount_minor="BIGINT",
    tax_minor="BIGINT",
)
_ADD_LINES = {
    dialect: text(
        "INSERT INTO cart_order_item (order_id, sku, name, quantity_e4, price_minor,"
        " row_total_minor, discount_minor, tax_minor)"
        f" SELECT :order, lines.* FROM ({rows}) AS lines"
    )
    for dialect, rows in _ORDER_LINES.items()
}
_TAKE_STOCK = text(
    "UPDATE cart_product SET stock_e4 = stock_e4 - cart_item.quantity_e4 FROM cart_item"
    " WHERE cart_item.cart_id = :cart AND cart_item.product_id = cart_product.id"
)


def take_stock(db: Connection, cart_id: int) -> None:
    """Take the products of a cart, which are locked, out of stock."""
    db.execute(_TAKE_STOCK, {"cart": cart_id})


def next_number(db: Connection) -> str:
    """Return the next order number; the counter stays locked, so this is the last lock of all."""
    return f"{db.execute(_NEXT_NUMBER).scalar_one():09d}"


def create_order(
    db: Connection,
    values: Mapping[str, Any],
    document: Mapping[str, Any],
    lines: Sequence[Line],
    amounts: Sequence[LineTotals],
) -> int:
    """Keep an order and its lines; return its internal number.

    Args:
        db: The connection.
        values: The other columns of the order.
        document: What was chosen for it, and its totals.
        lines: Those of the cart.
        amounts: What each of them costs.
    """
    order_id = db.execute(_ORDER, {**values, "document": json.dumps(document)}).scalar_one()
    rows = list(map(_order_line, lines, amounts))
    db.execute(_ADD_LINES[db.dialect.name], {"order": order_id, "lines": json.dumps(rows)})
    return int(order_id)


def _order_line(line: Line, amounts: LineTotals) -> tuple[str | int, ...]:
    """Return the columns of `_ORDER_LINES`."""
    product = (line.sku, line.name, line.quantity_e4, line.price_minor)
    return *product, amounts.row_minor, amounts.discount_minor, amounts.tax_minor
