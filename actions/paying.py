"""How a cart is to be paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow import ActionError, Context

from .cart.choices import choices_of
from .cart.documents import grand_total_minor
from .cart.lines import Line, is_virtual, lines_of
from .cart.model import Cart
from .cart.payment_methods import available_methods
from .carts import require
from .choosing import cart_to_choose, choose, shop_by


def set_method(ctx: Context) -> dict[str, Any]:
    """Choose one of the payment methods that the shop offers for a cart."""
    cart_id, given = payment_input(ctx)
    cart = cart_to_choose(ctx, cart_id)
    chosen = payment_method_of(ctx, cart, lines_of(ctx.db, cart.id), given)
    return choose(ctx, cart, payment_method=chosen)


def payment_input(ctx: Context) -> tuple[str, Mapping[str, Any]]:
    """Return the id of a cart and the payment method that is wanted for it.

    Raises:
        ActionError: `CART_ID_REQUIRED` or `PAYMENT_METHOD_CODE_REQUIRED`.
    """
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    given: Mapping[str, Any] = ctx.input["payment_method"]
    if not given["code"]:
        raise ActionError("PAYMENT_METHOD_CODE_REQUIRED")
    return cart_id, given


def payment_method_of(
    ctx: Context, cart: Cart, lines: list[Line], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a payment method as choices have it.

    Raises:
        ActionError: `SHIPPING_ADDRESS_MISSING` or `PAYMENT_METHOD_NOT_AVAILABLE`.
    """
    if not is_virtual(lines) and choices_of(cart).shipping_address is None:
        raise ActionError("SHIPPING_ADDRESS_MISSING")
    total_minor = grand_total_minor(ctx, cart, lines)
    if given["code"] not in available_methods(ctx, shop_by(ctx, cart), total_minor):
        raise ActionError("PAYMENT_METHOD_NOT_AVAILABLE", code=given["code"])
    number = (given.get("purchase_order_number") or "").strip()
    return {"code": given["code"]} | ({"purchase_order_number": number} if number else {})
