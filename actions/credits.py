"""Gift cards, store credit and reward points: what pays before any payment method does.

Balances go down with the order, not before. Choosing them does not cancel a checkout.
"""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context

from .cart.access import check, find_customer, lock_cart
from .cart.choices import choices_of
from .cart.credits import GiftCard, find_gift_cards, lock_credits, redeem
from .cart.model import Cart
from .carts import require
from .choosing import choose, shop_by


def apply_gift_card(ctx: Context) -> dict[str, Any]:
    """Let a gift card pay for a cart, after those that were applied before."""
    cart, code = _cart_and_code(ctx)
    applied = choices_of(cart).gift_cards
    card = _card(ctx, code)
    if card is None or not card.balance_minor or code in applied:
        raise ActionError("GIFT_CARD_NOT_ADDED")
    return choose(ctx, cart, gift_cards=(*applied, code))


def remove_gift_card(ctx: Context) -> dict[str, Any]:
    """Take a gift card off a cart."""
    cart, code = _cart_and_code(ctx)
    applied = choices_of(cart).gift_cards
    if code not in applied:
        raise ActionError("GIFT_CARD_NOT_REMOVED")
    return choose(ctx, cart, gift_cards=tuple(it for it in applied if it != code))


def read_gift_card(ctx: Context) -> dict[str, Any]:
    """Return what is left on a gift card."""
    card = _card(ctx, ctx.input["gift_card_code"])
    if card is None:
        raise ActionError("GIFT_CARD_NOT_FOUND")
    return _document(card)


def redeem_gift_card(ctx: Context) -> dict[str, Any]:
    """Move the whole balance of a gift card to the store credit of the customer who calls."""
    code = ctx.input["gift_card_code"]
    customer = find_customer(ctx.db, ctx.principal, lock=True)
    if customer is None:
        raise ActionError("CUSTOMER_REQUIRED")
    lock_credits(ctx.db, [code], customer.id)
    card = _card(ctx, code)
    if card is None or not card.balance_minor:
        raise ActionError("GIFT_CARD_NOT_FOUND")
    redeem(ctx.db, card, customer.id)
    return _document(card._replace(balance_minor=0))


def apply_store_credit(ctx: Context) -> dict[str, Any]:
    """Let the customer's store credit pay for a cart, after its gift cards."""
    return _use_store_credit(ctx, use=True)


def remove_store_credit(ctx: Context) -> dict[str, Any]:
    """Keep the customer's store credit for later."""
    return _use_store_credit(ctx, use=False)


def _use_store_credit(ctx: Context, *, use: bool) -> dict[str, Any]:
    cart = _cart(ctx, require(ctx, "cart_id", "CART_ID_REQUIRED"))
    if cart.customer_id is None:
        raise ActionError("CUSTOMER_REQUIRED")
    return choose(ctx, cart, store_credit=use)


def apply_reward_points(ctx: Context) -> dict[str, Any]:
    """Let all reward points of the customer pay for a cart, or as many as it takes."""
    cart = _cart_of_customer(ctx)
    if "reward_points" not in shop_by(ctx, cart).rules:
        raise ActionError("REWARD_POINTS_NOT_OFFERED")
    return choose(ctx, cart, reward_points=True)


def remove_reward_points(ctx: Context) -> dict[str, Any]:
    """Keep the customer's reward points for later."""
    return choose(ctx, _cart_of_customer(ctx), reward_points=False)


def _cart_of_customer(ctx: Context) -> Cart:
    """Return the cart that points are for; the platform refuses guests before it looks for it."""
    cart_id = require(ctx, "cartId", "CART_ID_REQUIRED")
    if ctx.principal.kind == "guest":
        raise ActionError("CUSTOMER_REQUIRED")
    cart = _cart(ctx, cart_id)
    if cart.customer_id is None:
        raise ActionError("CUSTOMER_REQUIRED")
    return cart


def _cart_and_code(ctx: Context) -> tuple[Cart, str]:
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    code = require(ctx, "gift_card_code", "GIFT_CARD_CODE_REQUIRED")
    return _cart(ctx, cart_id), code


def _cart(ctx: Context, cart_id: str) -> Cart:
    """Return a cart, locked, for which the caller may choose how it is paid."""
    return check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "choose")


def _card(ctx: Context, code: str) -> GiftCard | None:
    """Return the gift card with a code, if it is one that shoppers can use today."""
    today = ctx.now.date()
    return next((it for it in find_gift_cards(ctx.db, [code]) if it.is_valid(today)), None)


def _document(card: GiftCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "balance": {"amount_minor": card.balance_minor, "currency": card.currency},
        "expiration_date": card.expires_on.isoformat() if card.expires_on else None,
    }
