"""A cart: its row, and the document that every action shows of it."""

from __future__ import annotations

from base64 import b64decode
from binascii import b2a_base64
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from .limits import refusal
from .lines import Line, lines_of
from .quantities import row_total_minor, to_json


class Cart(NamedTuple):
    """The row of a cart.

    Attributes:
        id: The internal number, never shown.
        masked_id: The public id.
        customer_id: Whose cart it is; None for a guest's.
        status: One of `states.STATES`.
        currency: The shop's.
    """

    id: int
    masked_id: str
    customer_id: int | None
    email: str | None
    status: str
    currency: str


def uid_of(number: int) -> str:
    """Return a number as the platform's `uid`: base64 of its digits."""
    return b2a_base64(b"%d" % number, newline=False).decode()


def number_of(uid: str) -> int | None:
    """Return the number that a `uid` stands for; None if it is no such text."""
    try:
        digits = b64decode(uid, validate=True)
    except ValueError:
        return None
    return int(digits) if digits.isdigit() and len(digits) < 20 else None


def total_minor(lines: Iterable[Line]) -> int:
    """Return the grand total of a cart with *lines*, in minor units."""
    return sum(row_total_minor(line.price_minor, line.quantity_e4) for line in lines)


def read_cart(db: Connection, cart: Cart) -> dict[str, Any]:
    """Return the document of *cart* as it is now; one statement."""
    return cart_document(cart, lines_of(db, cart.id))


def cart_document(cart: Cart, lines: list[Line]) -> dict[str, Any]:
    """Return what `cart.json` describes."""
    currency = cart.currency
    total = total_minor(lines)
    return {
        "id": cart.masked_id,
        "status": cart.status,
        "email": cart.email,
        "is_virtual": bool(lines) and all(line.type == "virtual" for line in lines),
        "total_quantity": to_json(sum(line.quantity_e4 for line in lines)),
        "items": [_line_document(line, currency) for line in lines],
        "prices": {
            "subtotal_excluding_tax": {"amount_minor": total, "currency": currency},
            "grand_total": {"amount_minor": total, "currency": currency},
        },
    }


def _line_document(line: Line, currency: str) -> dict[str, Any]:
    number, price, quantity_e4 = line.id or 0, line.price_minor, line.quantity_e4
    problem = refusal(line, quantity_e4)
    return {
        "id": str(number),
        "uid": uid_of(number),
        "product": {
            "uid": uid_of(line.product_id),
            "sku": line.sku,
            "name": line.name,
            "type": line.type,
        },
        "quantity": to_json(quantity_e4),
        "prices": {
            "price": {"amount_minor": price, "currency": currency},
            "row_total": {
                "amount_minor": row_total_minor(price, quantity_e4),
                "currency": currency,
            },
        },
        "errors": [problem.to_json()] if problem else [],
    }
