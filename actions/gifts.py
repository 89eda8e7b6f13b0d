"""setGiftOptionsOnCart: the message, the wrapping and the papers that make an order a gift."""

from __future__ import annotations

from typing import Any, Final

from cartflow import ActionError, Context

from .cart.access import check, lock_cart
from .cart.choices import choices_of
from .cart.model import Cart
from .cart.shop import shop_of
from .carts import require
from .choosing import choose

_OPTIONS: Final = (
    "gift_message",
    "gift_wrapping_id",
    "gift_receipt_included",
    "printed_card_included",
)


def set_options(ctx: Context) -> dict[str, Any]:
    """Change the options that are given; null takes one off."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "choose")
    _check_wrapping(ctx, cart, ctx.input.get("gift_wrapping_id"))
    given = {name: ctx.input[name] for name in _OPTIONS if name in ctx.input}
    options = choices_of(cart).gift_options | given
    return choose(
        ctx, cart, gift_options={k: v for k, v in options.items() if v not in (None, False)}
    )


def _check_wrapping(ctx: Context, cart: Cart, wrapping_id: str | None) -> None:
    if wrapping_id is None:
        return
    offered = shop_of(ctx.db, cart.revision).sections.get("gift_wrappings", ())
    if all(wrapping["id"] != wrapping_id for wrapping in offered):
        raise ActionError("GIFT_WRAPPING_NOT_FOUND", gift_wrapping_id=wrapping_id)
