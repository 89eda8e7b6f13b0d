"""The lines of carts: reading and writing them, always in a constant number of statements."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Connection,
    Integer,
    Select,
    bindparam,
    delete,
    literal,
    null,
    select,
    text,
    type_coerce,
    update,
)

from .json_rows import json_rows
from .tables import UtcDateTime, cart, item, product


class Line(NamedTuple):
    """A product, with the line that a cart has of it or could have.

    Attributes:
        id: The line's number; None if the cart has no such line.
        quantity_e4: In 1/10000 pieces; 0 if the cart has no such line.
    """

    id: int | None
    cart_id: int | None
    quantity_e4: int
    product_id: int
    sku: str
    name: str
    type: str
    price_minor: int
    stock_e4: int
    enabled: bool
    minimum_e4: int
    maximum_e4: int
    increment_e4: int
    back_orders: bool
    tax_class: str = "default"

    def having(self, quantity_e4: int, line_id: int | None = None) -> Line:
        """Return the line with another quantity, perhaps as the one that the cart has now.

        It takes half of the time of `_replace`, and large carts change line by line.
        """
        return Line(line_id or self.id, self.cart_id, quantity_e4, *self[3:])


_PRODUCT = [
    # flags as they come: making a bool of each SQLite integer costs a sixth of reading the line
    type_coerce(column, Integer) if isinstance(column.type, Boolean) else column
    for column in (product.c[name] for name in ("id", *Line._fields[4:]))
]

_LINES: Select[Any] = select(item.c.id, item.c.cart_id, item.c.quantity_e4, *_PRODUCT).join_from(
    item, product
)
_OF_CART = _LINES.where(item.c.cart_id == bindparam("cart"))
_IN_ORDER = _OF_CART.order_by(item.c.id)
_OF_CARTS = _LINES.where(item.c.cart_id.in_(bindparam("carts", expanding=True))).order_by(item.c.id)
_TO_ORDER = _OF_CART.order_by(product.c.id).with_for_update(key_share=True, of=product)
_PRODUCTS: Select[Any] = select(null(), null(), literal(0), *_PRODUCT)
_DELETE = delete(item).where(item.c.id.in_(bindparam("lines", expanding=True)))
_DELETE_ALL = delete(item).where(item.c.cart_id == bindparam("cart"))
_TOUCH = update(cart).where(cart.c.id == bindparam("cart")).values(updated_at=bindparam("now"))
_NOW = bindparam("now", type_=UtcDateTime())

# One JSON text instead of a parameter per value: the statement is the same for 1 row and 1 000.
_OF_SKUS = {
    dialect: _PRODUCTS.where(text(f"cart_product.sku {among}"))
    for dialect, among in {
        "sqlite": "IN (SELECT value FROM json_each(:skus))",
        # an array: for a few products PostgreSQL uses the index then, however few there are in all
        "postgresql": "= ANY (ARRAY(SELECT json_array_elements_text(CAST(:skus AS JSON))))",
    }.items()
}
_PAIRS = json_rows("pairs", id="BIGINT", quantity="BIGINT")
_UPDATE = {
    dialect: text(
        f"UPDATE cart_item SET quantity_e4 = pairs.quantity, updated_at = :now"
        f" FROM ({pairs}) AS pairs WHERE cart_item.id = pairs.id"
    ).bindparams(_NOW)
    for dialect, pairs in _PAIRS.items()
}
_APPEND = {
    dialect: text(
        "INSERT INTO cart_item (cart_id, product_id, quantity_e4, updated_at)"
        f" SELECT :cart, pairs.id, pairs.quantity, :now FROM ({pairs}) AS pairs"
        " RETURNING product_id, id"
    ).bindparams(_NOW)
    for dialect, pairs in _PAIRS.items()
}


def lines_of(db: Connection, *cart_ids: int) -> list[Line]:
    """Return the lines of carts, given by their internal ids, in the order of being added."""
    if len(cart_ids) == 1:  # without a list, which takes as long to compile as all the rest
        return _lines(db, _IN_ORDER, cart=cart_ids[0])
    return _lines(db, _OF_CARTS, carts=cart_ids)


def lines_to_order(db: Connection, cart_id: int) -> list[Line]:
    """Return the lines of a cart like `lines_of`, their products locked until the end."""
    return sorted(_lines(db, _TO_ORDER, cart=cart_id), key=itemgetter(0))


def products_of(db: Connection, skus: Iterable[str]) -> list[Line]:
    """Return the products that exist, as lines that no cart has."""
    known = [sku for sku in set(skus) if sku.isprintable()]  # others no database would take
    if not known:
        return []
    return _lines(db, _OF_SKUS[db.dialect.name], skus=json.dumps(known))


def is_virtual(lines: Collection[Line]) -> bool:
    """Return whether there are lines and none of them is shipped."""
    return bool(lines) and all(line.type == "virtual" for line in lines)


def _lines(db: Connection, statement: Select[Any], **parameters: Any) -> list[Line]:
    rows = db.execute(statement, parameters).all()  # at once: row by row takes twice as long
    return list(map(Line._make, rows))


def set_quantities(db: Connection, now: datetime, quantities: Collection[tuple[int, int]]) -> None:
    """Set the quantities of lines, given as (line id, 1/10000 pieces)."""
    if quantities:
        parameters = {"now": now, "pairs": json.dumps(list(quantities))}
        db.execute(_UPDATE[db.dialect.name], parameters)


def append_lines(
    db: Connection, now: datetime, cart_id: int, products: Collection[tuple[int, int]]
) -> dict[int, int]:
    """Add lines behind those of a cart, given as (product id, 1/10000 pieces).

    Returns the id of each new line by its product's.
    """
    if not products:
        return {}
    parameters = {"cart": cart_id, "now": now, "pairs": json.dumps(list(products))}
    added = db.execute(_APPEND[db.dialect.name], parameters).all()
    return dict(map(tuple, added))


def delete_lines(db: Connection, now: datetime, cart_id: int, line_ids: Collection[int]) -> None:
    """Delete lines of a cart, given by their ids."""
    if line_ids:
        db.execute(_DELETE, {"lines": list(line_ids)})
        db.execute(_TOUCH, {"cart": cart_id, "now": now})


def delete_lines_of(db: Connection, now: datetime, cart_id: int) -> None:
    """Delete all lines of a cart."""
    db.execute(_DELETE_ALL, {"cart": cart_id})
    db.execute(_TOUCH, {"cart": cart_id, "now": now})
