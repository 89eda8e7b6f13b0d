"""The document that every action shows of a cart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cartflow import Context

from .limits import refusal
from .lines import Line, lines_of
from .model import Cart, uid_of
from .quantities import row_total_minor, to_json


def grand_total_minor(ctx: Context, cart: Cart, lines: Iterable[Line]) -> int:
    """Return what a cart with *lines* costs in all, in minor units."""
    return sum(row_total_minor(line.price_minor, line.quantity_e4) for line in lines)


def read_cart(ctx: Context, cart: Cart) -> dict[str, Any]:
    """Return the document of *cart* as it is now."""
    return cart_document(ctx, cart, lines_of(ctx.db, cart.id))


def cart_document(ctx: Context, cart: Cart, lines: list[Line]) -> dict[str, Any]:
    """Return what `cart.json` describes."""
    currency = cart.currency
    total = grand_total_minor(ctx, cart, lines)
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
