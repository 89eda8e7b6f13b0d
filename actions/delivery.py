"""How a cart is to be delivered."""

from __future__ import annotations

from typing import Any, Final

from cartflow import ActionError, Context

from .cart.choices import choices_of
from .cart.lines import lines_of
from .cart.model import Cart
from .carts import require
from .choosing import cart_to_choose, choose, shop_by

_UNLOADED: Final = [{"carrier": "flatrate", "method": "flatrate"}]
"""What a shop offers that was never told."""


def set_method(ctx: Context) -> dict[str, Any]:
    """Choose one of the shipping methods that the shop offers for a cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    wanted = require(ctx, "shipping_methods", "SHIPPING_METHODS_REQUIRED")
    for one in wanted:
        _check_named(one["carrier_code"], one["method_code"])
    if len(wanted) > 1:
        raise ActionError("SHIPPING_METHODS_MULTIPLE")
    cart = cart_to_choose(ctx, cart_id)
    if not lines_of(ctx.db, cart.id):
        raise ActionError("CART_EMPTY")
    if choices_of(cart).shipping_address is None:
        raise ActionError("SHIPPING_ADDRESS_REQUIRED")
    method = (wanted[0]["carrier_code"], wanted[0]["method_code"])
    _check_offered(ctx, cart, method)
    return choose(ctx, cart, shipping_method=method)


def _check_named(carrier: str, method: str) -> None:
    if not carrier:
        raise ActionError("CARRIER_CODE_REQUIRED")
    if not method:
        raise ActionError("METHOD_CODE_REQUIRED")


def _check_offered(ctx: Context, cart: Cart, method: tuple[str, str]) -> None:
    offered = shop_by(ctx, cart).sections.get("shipping", _UNLOADED)
    if method not in [(one["carrier"], one["method"]) for one in offered]:
        carrier_code, method_code = method
        data = {"carrier_code": carrier_code, "method_code": method_code}
        raise ActionError("SHIPPING_METHOD_NOT_FOUND", **data)
