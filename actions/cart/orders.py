"""Payment orders and orders: their rows, and taking the ordered products out of stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, text

from .lines import Line
from .model import Cart
from .order_tables import order, order_item, payment_order
from .quantities import row_total_minor
from .tables import payment_method

_METHOD: Select[Any] = select(payment_method.c.provider).where(
    payment_method.c.code == bindparam("code"), payment_method.c.enabled
)
_PAID: Select[Any] = (
    select(
        payment_order.c.id,
        payment_order.c.mp_order_id,
        payment_order.c.amount_minor,
        payment_order.c.currency,
    )
    .where(payment_order.c.cart_id == bindparam("cart"), payment_order.c.status == "CREATED")
    .order_by(payment_order.c.id.desc())
)
_NEXT_NUMBER = text(
    "UPDATE cart_counter SET value = value + 1 WHERE name = 'order' RETURNING value"
)
_TAKE_STOCK = text(
    "UPDATE cart_product SET stock_e4 = stock_e4 - cart_item.quantity_e4 FROM cart_item"
    " WHERE cart_item.cart_id = :cart AND cart_item.product_id = cart_product.id"
)


class Payment(NamedTuple):
    """A payment order that its provider has accepted."""

    id: int
    mp_order_id: str
    amount_minor: int
    currency: str


def provider_of(db: Connection, method_code: str) -> str | None:
    """Return the name of the provider behind a payment method; None if shoppers cannot use it."""
    if not method_code.isprintable():
        return None
    return db.execute(_METHOD, {"code": method_code}).scalar()


def record_payment(db: Connection, values: Mapping[str, Any]) -> None:
    """Keep a payment order, or an attempt at one; *values* are the columns."""
    db.execute(insert(payment_order), values)


def payments_of(db: Connection, cart_id: int) -> list[Payment]:
    """Return the accepted payment orders of a cart, the newest first."""
    return [Payment._make(row) for row in db.execute(_PAID, {"cart": cart_id})]


def create_order(
    db: Connection, now: datetime, cart: Cart, payment: Payment, lines: Iterable[Line]
) -> str:
    """Return the number of the new order of a cart; its products go out of stock."""
    db.execute(_TAKE_STOCK, {"cart": cart.id})
    number = f"{db.execute(_NEXT_NUMBER).scalar_one():09d}"
    values = {
        "number": number,
        "cart_id": cart.id,
        "payment_order_id": payment.id,
        "grand_total_minor": payment.amount_minor,
        "currency": payment.currency,
        "created_at": now,
    }
    order_id = db.execute(insert(order).returning(order.c.id), values).scalar_one()
    db.execute(insert(order_item), [_order_line(order_id, line) for line in lines])
    return number


def _order_line(order_id: int, line: Line) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "sku": line.sku,
        "name": line.name,
        "quantity_e4": line.quantity_e4,
        "price_minor": line.price_minor,
        "row_total_minor": row_total_minor(line.price_minor, line.quantity_e4),
    }
