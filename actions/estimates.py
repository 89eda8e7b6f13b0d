"""Estimates: what a cart would cost if it were shipped somewhere. They only read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cartflow import ActionError, Context

from .cart.access import check, find_cart
from .cart.addresses import Address, rough_address
from .cart.choices import Choices, choices_of
from .cart.documents import cart_document, totals_of
from .cart.lines import Line, is_virtual, lines_of
from .cart.model import Cart
from .carts import require
from .choosing import shop_by
from .delivery import check_offered


def methods(ctx: Context) -> dict[str, Any]:
    """Return by which methods a cart could be shipped somewhere, and for how much."""
    cart, lines, choices = _sent_elsewhere(ctx)
    addresses = cart_document(ctx, cart, lines, choices)["shipping_addresses"]
    found = addresses[0]["available_shipping_methods"] if addresses else []
    return {"shipping_methods": found}


def totals(ctx: Context) -> dict[str, Any]:
    """Return a cart as if it were shipped somewhere."""
    cart, lines, choices = _sent_elsewhere(ctx)
    wanted = ctx.input.get("shipping_method")
    if wanted is not None:
        method = (wanted["carrier_code"], wanted["method_code"])
        check_offered(totals_of(ctx, cart, lines, choices).quotes, method)
        choices = replace(choices, shipping_method=method)
    return {"cart": cart_document(ctx, cart, lines, choices)}


def _sent_elsewhere(ctx: Context) -> tuple[Cart, list[Line], Choices]:
    """Return the cart of the call, with the address of the call among its choices."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    given = ctx.input["address"]
    if not given["country_code"]:
        raise ActionError("COUNTRY_REQUIRED")
    cart = check(find_cart(ctx.db, cart_id), cart_id, ctx.principal, "read")
    lines, choices = lines_of(ctx.db, cart.id), choices_of(cart)
    address: Address = rough_address(shop_by(ctx, cart).rules, given)
    if is_virtual(lines):  # taxed where it is billed
        return cart, lines, replace(choices, billing_address=address)
    return cart, lines, replace(choices, shipping_address=address)
