"""Carts for businesses: creating one, putting products into it, reading and deleting it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from cartflow import ActionError, Context

from ..cart.access import check, find_cart, find_customer, lock_cart, own_cart
from ..cart.accounts import Account, check_account, check_account_of
from ..cart.adding import add_products
from ..cart.choices import choices_of, save_choices
from ..cart.documents import read_cart, totals_of
from ..cart.lines import lines_of
from ..cart.model import Cart
from ..cart.names import name_cart
from ..carts import OWN_CART, leave, new_cart
from ..choosing import cart_to_choose, shop_by
from ..delivery import check_offered
from .documents import cart_item, cart_items, cart_summary, promotion

_CART_ID = re.compile(r"[A-Za-z0-9]{32}")
_USER_ID = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")


def create(ctx: Context) -> dict[str, Any]:
    """Create a cart, for a business account if one is named."""
    given = ctx.input["cartInput"]
    public_id = given.get("effectiveAccountId")
    account = check_account(ctx.db, ctx.principal, public_id) if public_id is not None else None
    customer = find_customer(ctx.db, ctx.principal, lock=True)
    cart = new_cart(ctx, None, customer, account.id if account else None)
    _check_store(ctx, cart)
    name_cart(ctx.db, cart.id, given.get("name"))
    return {"cartSummary": cart_summary(ctx, cart, account, read_cart(ctx, cart))}


def add_item(ctx: Context) -> dict[str, Any]:
    """Add a product to a cart."""
    cart, _ = _cart_to(ctx, "edit")
    wanted = ctx.input["cartItemInput"]
    if not _DECIMAL.fullmatch(wanted["quantity"]):
        raise ActionError("INVALID_QUANTITY", sku=wanted["productId"])
    sku, quantity = wanted["productId"], float(wanted["quantity"])
    changes = add_products(ctx.db, cart.id, [{"sku": sku, "quantity": quantity}])
    for refused in changes.refused.values():
        raise ActionError(refused.code, refused.message, **refused.data)
    changes.write(ctx.db, ctx.now, cart.id)
    lines = read_cart(ctx, cart)["items"]
    [line] = [line for line in lines if line["product"]["sku"] == sku]
    return {"addedCartItem": cart_item(cart, line)}


def delete(ctx: Context) -> dict[str, Any]:
    """Delete a cart, together with the checkout that it may be in."""
    cart, _ = _cart_to(ctx, "delete")
    leave(ctx, cart, "delete")
    return {"success": True}


def items(ctx: Context) -> dict[str, Any]:
    """Return the lines of a cart."""
    cart, account = _cart_of_user(ctx)
    return {"cartItems": cart_items(ctx, cart, account)}


def promotions(ctx: Context) -> dict[str, Any]:
    """Return the promotions of a cart."""
    cart, _ = _cart_of_user(ctx)
    discounts = totals_of(ctx, cart, lines_of(ctx.db, cart.id)).discounts
    return {
        "cartPromotions": {
            "cartId": cart.masked_id,
            "promotions": [promotion(cart, discount) for discount in discounts],
        }
    }


def set_delivery_method(ctx: Context) -> dict[str, Any]:
    """Choose one of the shipping methods that the shop offers for a cart."""
    cart = cart_to_choose(ctx, ctx.input["cartId"])
    check_account_of(ctx.db, ctx.principal, cart)
    carrier, _, method = ctx.input["deliveryMethodId"].partition("/")
    quotes = totals_of(ctx, cart, lines_of(ctx.db, cart.id)).quotes
    check_offered(quotes, (carrier, method))
    chosen = replace(choices_of(cart), shipping_method=(carrier, method))
    save_choices(ctx.db, ctx.now, cart, chosen)
    return {"deliveryMethodId": f"{carrier}/{method}"}


def _cart_to(ctx: Context, event: str) -> tuple[Cart, Account | None]:
    """Return the cart that is named, locked, if the caller may do to it what *event* says."""
    wanted, account_id = ctx.input["cartStateOrId"], ctx.input.get("effectiveAccountId")
    cart_id = wanted
    if wanted in OWN_CART:
        customer = find_customer(ctx.db, ctx.principal, lock=True)
        own = own_cart(ctx.db, customer, account_id) if customer else None
        cart_id = own.masked_id if own else wanted
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, event)
    _check_store(ctx, cart)
    return cart, _account_for(ctx, cart, account_id)


def _cart_of_user(ctx: Context) -> tuple[Cart, Account | None]:
    """Return the cart that is named to be read, if it is the one of the user who is named too."""
    for name in ("cartId", "userId", "webStoreId"):
        if not ctx.input[name]:
            raise ActionError("REQUIRED_FIELD_MISSING", parameter=name)
    cart_id, user_id = ctx.input["cartId"], ctx.input["userId"]
    for name, pattern in (("cartId", _CART_ID), ("userId", _USER_ID)):
        if not pattern.fullmatch(ctx.input[name]):
            raise ActionError("ID_INVALID", parameter=name, id=ctx.input[name])
    cart = check(find_cart(ctx.db, cart_id), cart_id, ctx.principal, "read")
    if ctx.input["webStoreId"] != shop_by(ctx, cart).web_store_id:
        raise ActionError("ID_INVALID", parameter="webStoreId", id=ctx.input["webStoreId"])
    if str(cart.customer_id) != user_id:
        raise ActionError("CART_NOT_OWNED", cart_id=cart_id)
    return cart, _account_for(ctx, cart, ctx.input.get("effectiveAccountId"))


def _account_for(ctx: Context, cart: Cart, account_id: str | None) -> Account | None:
    """Return the account that a cart buys for; it must be *account_id*, if that is given."""
    if account_id is not None:
        named = check_account(ctx.db, ctx.principal, account_id)
        if named.id != cart.account_id:
            raise ActionError("CART_NOT_OWNED", cart_id=cart.masked_id)
        return named
    return check_account_of(ctx.db, ctx.principal, cart)


def _check_store(ctx: Context, cart: Cart) -> None:
    """Refuse another store than that of the cart.

    Raises:
        ActionError: `WEB_STORE_INVALID`.
    """
    web_store_id = ctx.input["webStoreId"]
    if web_store_id != shop_by(ctx, cart).web_store_id:
        raise ActionError("WEB_STORE_INVALID", web_store_id=web_store_id)
