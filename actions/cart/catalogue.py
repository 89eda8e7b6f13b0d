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
    "sqlite": "cart_product.{0} IN (SELECT value FROM json_each(:{0}))",
    "postgresql": (
        "cart_product.{0} = ANY (ARRAY(SELECT json_array_elements_text(CAST(:{0} AS JSON))))"
    ),
}
"""One JSON text instead of a parameter for each value: see `lines`."""

_SORTS: Final = {
    "position": "cart_product.id",
    "price": "cart_product.price_minor",
    "name": "cart_product.search_text",  # it begins with the name
}
_LETTER_BY_LETTER: Final = {"sqlite": "BINARY", "postgresql": '"C"'}
"""How texts are compared, so that both databases sort alike."""


class Wanted(NamedTuple):
    """Which products are looked for: those of which all of it is true.

    Attributes:
        skus: Theirs is one of these; None: any.
        url_keys: Theirs is one of these; None: any.
        words: All of them are in the name or the SKU, whatever their case.
    """

    skus: Sequence[str] | None
    url_keys: Sequence[str] | None
    words: Sequence[str]


class Part(NamedTuple):
    """Which of the products that are found are wanted.

    Attributes:
        size: How many there are on a page.
        number: Of the page; 1 is the first.
        sort: `position`, the order in which the shop has got them, `name` or `price`.
        descending: Whether the last come first.
    """

    size: int
    number: int
    sort: str = "position"
    descending: bool = False


class Page(NamedTuple):
    """Some of the products that were found.

    Attributes:
        rows: As `documents_of` takes them.
        total: How many were found in all.
    """

    rows: Sequence[Row[Any]]
    total: int


def search_text(name: str, sku: str) -> str:
    """Return in what the words of a search are looked for."""
    return f"{name}\n{sku}".casefold()


def find_products(db: Connection, wanted: Wanted, part: Part) -> Page:
    """Return a page of the products that are enabled."""
    conditions = list(_conditions(db, wanted))
    offset = (part.number - 1) * part.size
    statement = select(*_COLUMNS).where(*conditions).order_by(*_order(db, part))
    # one more than there are on a page: is that all?
    rows = db.execute(statement.limit(part.size + 1).offset(offset)).all()
    if len(rows) <= part.size and (rows or not offset):
        return Page(rows, offset + len(rows))
    total = db.execute(select(func.count()).select_from(product).where(*conditions)).scalar_one()
    return Page(rows[: part.size], total)


def _conditions(db: Connection, wanted: Wanted) -> Iterator[ColumnElement[bool] | TextClause]:
    yield product.c.enabled
    for name, values in (("sku", wanted.skus), ("url_key", wanted.url_keys)):
        if values is not None:
            known = [it for it in values if it.isprintable()]  # others no database would take
            among = text(_AMONG[db.dialect.name].format(name))
            yield among.bindparams(**{name: json.dumps(known)})
    for word in wanted.words:
        yield product.c.search_text.contains(word.casefold(), autoescape=True)


def _order(db: Connection, part: Part) -> Iterator[TextClause]:
    """Yield by what to sort; of what is equal the shop's own order decides."""
    way = "DESC" if part.descending else "ASC"
    collation = _LETTER_BY_LETTER[db.dialect.name]
    collated = f" COLLATE {collation}" if part.sort == "name" else ""
    yield text(f"{_SORTS[part.sort]}{collated} {way}")
    if part.sort != "position":
        yield text("cart_product.id ASC")


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
