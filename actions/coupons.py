"""Coupons: applying their codes to carts and taking them off again.

What an applied coupon is worth is calculated whenever a cart is read; it is used up by an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from cartflow import ActionError, Context

from .cart.choices import choices_of, save_choices
from .cart.coupons import fold, valid_coupons
from .cart.documents import cart_document
from .cart.lines import Line, lines_of
from .cart.model import Cart
from .cart.shop import shop_of
from .carts import require
from .items import cart_to_edit

DEFAULT_MAX_COUPONS: Final = 1
"""How many coupons a cart may have, unless the shop's rules say otherwise."""


def apply_one(ctx: Context) -> dict[str, Any]:
    """Apply the first coupon of a cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    code = require(ctx, "coupon_code", "COUPON_CODE_REQUIRED")
    cart = cart_to_edit(ctx, cart_id)
    if choices_of(cart).coupons:
        raise ActionError("COUPON_ALREADY_APPLIED")
    lines = _lines(ctx, cart)
    valid = valid_coupons(ctx.db, cart, lines, [code], ctx.now.date())
    if not valid:
        raise ActionError("COUPON_NOT_VALID", coupon_code=code)
    return _save(ctx, cart, lines, [coupon.code for coupon in valid])


def remove_one(ctx: Context) -> dict[str, Any]:
    """Take the coupons off a cart, if it has any."""
    cart = cart_to_edit(ctx, require(ctx, "cart_id", "CART_ID_REQUIRED"))
    return _save(ctx, cart, _lines(ctx, cart), ())


def apply_several(ctx: Context) -> dict[str, Any]:
    """Apply coupons beside those of a cart, or instead of them; all of them or none."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    codes = require(ctx, "coupon_codes", "COUPON_CODES_REQUIRED")
    cart = cart_to_edit(ctx, cart_id)
    lines = _lines(ctx, cart)
    coupons = valid_coupons(ctx.db, cart, lines, codes, ctx.now.date())
    valid = [coupon.code for coupon in coupons]
    known = {fold(code) for code in valid}
    refused = [code for code in codes if fold(code) not in known]
    if refused:
        raise ActionError("COUPONS_NOT_VALID", codes=", ".join(refused), coupon_codes=refused)
    kept = choices_of(cart).coupons if ctx.input["type"] == "APPEND" else ()
    applied = list(dict.fromkeys((*kept, *valid)))
    most = shop_of(ctx.db, cart.revision).rules.get("max_coupons", DEFAULT_MAX_COUPONS)
    if len(applied) > most:
        raise ActionError("TOO_MANY_COUPONS", max_coupons=most)
    return _save(ctx, cart, lines, applied)


def remove_several(ctx: Context) -> dict[str, Any]:
    """Take coupons off a cart, without any code all of them; others are left alone."""
    cart = cart_to_edit(ctx, require(ctx, "cart_id", "CART_ID_REQUIRED"))
    removed = {fold(code) for code in ctx.input["coupon_codes"]}
    applied = choices_of(cart).coupons
    kept = [code for code in applied if removed and fold(code) not in removed]
    return _save(ctx, cart, lines_of(ctx.db, cart.id), kept)


def _lines(ctx: Context, cart: Cart) -> list[Line]:
    lines = lines_of(ctx.db, cart.id)
    if not lines:
        raise ActionError("CART_EMPTY")
    return lines


def _save(ctx: Context, cart: Cart, lines: list[Line], codes: Sequence[str]) -> dict[str, Any]:
    """Return the cart with exactly these coupons."""
    choices = choices_of(cart)
    if choices.coupons != tuple(codes):
        cart = save_choices(ctx.db, ctx.now, cart, replace(choices, coupons=tuple(codes)))
    return {"cart": cart_document(ctx, cart, lines)}
