"""The products that a shop sells, as its pages show them: finding them, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, TextClause, func, select, text

from .limits import NOT_SALABLE, broken_rule
from .lines import Line
from .model import uid_of
from .money import MoneyOf
from .quantities import from_json, to_json
from .shop import Shop
from .tables import product

_SHOWN: Final = ("url_key", "image", "weight_e4")
"""The columns that carts have no use for."""

_COLUMNS: Final = [product.c[name] for name in ("id", *Line._fields[4:], *_SHOWN)]
_AMONG: Final = {
    "sqlite": "IN (SELECT value FROM json_each(:skus))",
    "postgresql": "= ANY (ARRAY(SELECT json_array_elements_text(CAST(:skus AS JSON))))",
}
"""One JSON text instead of a parameter per SKU: see `lines`."""


class Wanted(NamedTuple):
    """Which products are looked for: those of which all of it is true.

    Attributes:
        skus: Theirs is one of these; None: any.
        url_key: Theirs; None: any.
        words: All of them are in the name or the SKU, whatever their case.
    """

    skus: Sequence[str] | None
    url_key: str | None
    words: Sequence[str]


class Page(NamedTuple):
    """Some of the products that were found.

    Attributes:
        rows: In the order in which the shop has got them, as `documents_of` takes them.
        total: How many were found in all.
    """

    rows: Sequence[Row[Any]]
    total: int


def search_text(name: str, sku: str) -> str:
    """Return in what the words of a search are looked for."""
    return f"{name}\n{sku}".casefold()


def find_products(db: Connection, wanted: Wanted, size: int, number: int) -> Page:
    """Return the page of this number, 1 being the first, of the products that are enabled."""
    conditions = list(_conditions(db, wanted))
    offset = (number - 1) * size
    statement = select(*_COLUMNS).where(*conditions).order_by(product.c.id)
    rows = db.execute(statement.limit(size + 1).offset(offset)).all()  # one more: is that all?
    if len(rows) <= size and (rows or not offset):
        return Page(rows, offset + len(rows))
    total = db.execute(select(func.count()).select_from(product).where(*conditions)).scalar_one()
    return Page(rows[:size], total)


def _conditions(db: Connection, wanted: Wanted) -> Iterator[ColumnElement[bool] | TextClause]:
    yield product.c.enabled
    if wanted.skus is not None:
        skus = [sku for sku in wanted.skus if sku.isprintable()]  # others no database would take
        among = text(f"cart_product.sku {_AMONG[db.dialect.name]}")
        yield among.bindparams(skus=json.dumps(skus))
    if wanted.url_key is not None:
        yield product.c.url_key == wanted.url_key
    for word in wanted.words:
        yield product.c.search_text.contains(word.casefold(), autoescape=True)


def documents_of(rows: Sequence[Row[Any]], shop: Shop) -> list[dict[str, Any]]:
    """Return products as the action `products` shows them."""
    money = MoneyOf(shop.currency)
    low_e4 = from_json(shop.rules.get("low_stock", 0)) or 0
    suffix = shop.rules.get("pages", {}).get("product_url_suffix")
    return [{**_document(row, money, low_e4), "url_suffix": suffix} for row in rows]


def _document(row: Row[Any], money: MoneyOf, low_e4: int) -> dict[str, Any]:
    line = Line._make((None, None, 0, *row[: -len(_SHOWN)]))
    is_low = 0 < line.stock_e4 <= low_e4
    return {
        "id": line.product_id,
        "uid": uid_of(line.product_id),
        "sku": line.sku,
        "name": line.name,
        "type": line.type,
        "url_key": row.url_key,
        "stock_status": "OUT_OF_STOCK" if broken_rule(line, 1) == NOT_SALABLE else "IN_STOCK",
        "only_x_left_in_stock": to_json(line.stock_e4) if is_low else None,
        "min_sale_qty": to_json(_least(line)),
        "max_sale_qty": to_json(line.maximum_e4),
        "price": money[line.price_minor],
        "weight": None if row.weight_e4 is None else to_json(row.weight_e4),
        "image": {"label": line.name, **json.loads(row.image)} if row.image else None,
    }


def _least(line: Line) -> int:
    """Return the least that may be bought: a multiple of the increment, not below the minimum."""
    steps = max(1, -(-line.minimum_e4 // line.increment_e4))
    return steps * line.increment_e4
