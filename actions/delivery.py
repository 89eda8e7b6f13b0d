"""How a cart is to be delivered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cartflow import ActionError, Context

from .cart.choices import choices_of
from .cart.documents import totals_of
from .cart.lines import lines_of
from .cart.pricing import Quote
from .carts import require
from .choosing import cart_to_choose, choose


def set_method(ctx: Context) -> dict[str, Any]:
    """Choose one of the shipping methods that the shop offers for a cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    wanted = require(ctx, "shipping_methods", "SHIPPING_METHODS_REQUIRED")
    for one in wanted:
        _check_named(one["carrier_code"], one["method_code"])
    if len(wanted) > 1:
        raise ActionError("SHIPPING_METHODS_MULTIPLE")
    cart = cart_to_choose(ctx, cart_id)
    lines = lines_of(ctx.db, cart.id)
    if not lines:
        raise ActionError("CART_EMPTY")
    if choices_of(cart).shipping_address is None:
        raise ActionError("SHIPPING_ADDRESS_MISSING")
    method = (wanted[0]["carrier_code"], wanted[0]["method_code"])
    check_offered(totals_of(ctx, cart, lines).quotes, method)
    return choose(ctx, cart, shipping_method=method)


def _check_named(carrier: str, method: str) -> None:
    if not carrier:
        raise ActionError("CARRIER_CODE_REQUIRED")
    if not method:
        raise ActionError("METHOD_CODE_REQUIRED")


def check_offered(quotes: Iterable[Quote], method: tuple[str, str]) -> None:
    """Refuse a shipping method that the shop does not offer for a cart.

    Raises:
        ActionError: `SHIPPING_METHOD_NOT_FOUND`.
    """
    if method not in [(it.carrier_code, it.method_code) for it in quotes if not it.error_message]:
        carrier_code, method_code = method
        data = {"carrier_code": carrier_code, "method_code": method_code}
        raise ActionError("SHIPPING_METHOD_NOT_FOUND", **data)
