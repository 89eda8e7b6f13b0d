"""createPaymentOrder: prepare reads the cart, call asks the provider, settle records the answer.

A cart is charged once, whoever calls however often: there is one pending payment order of a cart,
and what was paid already is not paid again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

from cartflow import ActionError, Context, Failure, Remote

from .cart.access import check, lock_cart
from .cart.accounts import check_account_of
from .cart.choices import choices_of, save_choices
from .cart.documents import grand_total_minor
from .cart.lines import lines_of
from .cart.model import Cart
from .cart.payment_methods import OFFLINE, available_methods, options_of
from .cart.payments import (
    CREATED,
    PENDING,
    Ask,
    Payment,
    ask_again,
    payments_of,
    record_answer,
    record_pending,
)
from .cart.providers import EXTENSION_POINT, PaymentProvider
from .cart.shop import PaymentMethod
from .cart.states import CURRENT, allows
from .carts import require
from .choosing import check_guest_checkout, shop_by
from .placing import check_sellable, is_charged, paid_already

REFERENCE_LENGTH = 20

PATIENCE: Final = timedelta(minutes=1)
"""How long a provider may take, before somebody else asks it the same again."""

Extensions = Callable[[str], Mapping[str, Any]]


def _prepare(ctx: Context) -> dict[str, Any]:
    """Return what the payment is for; from here on the amount is fixed."""
    cart_id = require(ctx, "cartId", "CART_ID_REQUIRED")
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "pay")
    check_guest_checkout(ctx, cart)
    check_account_of(ctx.db, ctx.principal, cart)
    lines = lines_of(ctx.db, cart.id)
    total_minor = grand_total_minor(ctx, cart, lines)
    check_sellable(lines, total_minor)
    method = available_methods(ctx, shop_by(ctx, cart), total_minor).get(ctx.input["methodCode"])
    if method is None:
        raise ActionError("PAYMENT_METHOD_UNKNOWN", method_code=ctx.input["methodCode"])
    known = payments_of(ctx.db, cart.id)
    if pending := next((it for it in known if it.status == PENDING), None):
        return _ask_again(ctx, pending)
    made = _made(ctx, cart, method, [it for it in known if it.amount_minor == total_minor])
    request = {
        "amount_minor": total_minor,
        "currency": cart.currency,
        "method_code": method.code,
        "source": ctx.input.get("paymentSource"),
        "vault_intent": ctx.input["vaultIntent"],
        "reference": made.mp_order_id if made else ctx.random_text(REFERENCE_LENGTH),
        "cart_id": cart_id,
        "idempotency_key": ctx.idempotency_key,
        "options": dict(options_of(ctx, method) or {}),
    }
    ask = {
        "provider": method.provider,
        "cart": cart.id,
        "location": ctx.input.get("location"),
        "request": request,
        "asked_by": ctx.idempotency_key,
    }
    if made:
        return {**ask, "made": made.provider_order_id}
    record_pending(ctx.db, _columns(ask, ctx.now), ask)
    return ask


def _ask_again(ctx: Context, pending: Payment) -> dict[str, Any]:
    """Return what was asked for a cart and never answered, for this call to ask it again.

    Raises:
        ActionError: `PAYMENT_IN_PROGRESS` if the answer may still come.
    """
    if ctx.now - pending.asked_at < PATIENCE:
        raise ActionError("PAYMENT_IN_PROGRESS", mp_order_id=pending.mp_order_id)
    ask = {**pending.ask, "asked_by": ctx.idempotency_key}
    ask_again(ctx.db, ctx.now, pending, ask)
    asked = ask["request"]
    is_same = asked["method_code"] == ctx.input["methodCode"]
    is_wanted = is_same and asked["source"] == ctx.input.get("paymentSource")
    return {**ask, "is_wanted": is_wanted}


def _made(
    ctx: Context, cart: Cart, method: PaymentMethod, made: Sequence[Payment]
) -> Payment | None:
    """Return the payment order by which a cart is paid already; None if it is not.

    Args:
        ctx: The call.
        cart: The cart, locked.
        method: By which it is to be paid.
        made: The payment orders of exactly the amount, the newest first.

    Raises:
        ActionError: `CART_ALREADY_PAID` if another method was charged: this one is not, too.
    """
    for payment in made:
        if payment.method_code == method.code:
            return payment
    charged = [it for it in made if is_charged(ctx, cart, it)]
    if charged and method.provider != OFFLINE:
        raise paid_already(charged[0])
    return None


def _call(state: dict[str, Any], extensions: Extensions) -> dict[str, Any]:
    """Return the provider's answer; who was paid already is not asked."""
    if "made" in state:
        return {"status": "created", "id": state["made"]}
    provider = cast(PaymentProvider, extensions(EXTENSION_POINT)[state["provider"]])
    return dict(provider.charge(state["request"]))


def _settle(ctx: Context, state: dict[str, Any], answer: dict[str, Any]) -> Any:
    """Record the answer; a declined payment order stays on record as an attempt.

    So does the charge of a cart that cannot be ordered any more: whoever called is told its id, to
    give the money back.
    """
    request = state["request"]
    cart = lock_cart(ctx.db, request["cart_id"])
    payment = record_answer(ctx.db, _columns(state, ctx.now), state, answer)
    if payment is None or payment.status != CREATED:
        return Failure(_refusal(state, payment))
    if payment.method_code != ctx.input["methodCode"]:
        return Failure(paid_already(payment))
    if cart is None or cart.status not in CURRENT:  # ordered or given up in the meantime
        paid = {"cart_id": request["cart_id"], "mp_order_id": payment.mp_order_id}
        return Failure(ActionError("CART_NOT_ACTIVE", **paid))
    if allows(cart.status, "choose"):
        _select(ctx, cart, payment.method_code)
    return {
        "id": payment.provider_order_id,
        "mp_order_id": payment.mp_order_id,
        "amount_minor": payment.amount_minor,
        "currency_code": payment.currency,
        "status": payment.status,
    }


def _refusal(state: dict[str, Any], payment: Payment | None) -> ActionError:
    """Return why a call that was not charged has no payment order.

    Who has asked again what somebody else had asked may try his own now that this is known.
    """
    reference = state["request"]["reference"]
    if (payment and payment.status == PENDING) or not state.get("is_wanted", True):
        return ActionError("PAYMENT_IN_PROGRESS", mp_order_id=reference)
    if payment is None:
        return ActionError("PAYMENT_UNAVAILABLE")
    return ActionError("PAYMENT_DECLINED", mp_order_id=reference)


def _columns(ask: Ask, now: datetime) -> dict[str, Any]:
    """Return the columns of a payment order before it is answered."""
    request = ask["request"]
    return {
        "mp_order_id": request["reference"],
        "cart_id": ask["cart"],
        "method_code": request["method_code"],
        "amount_minor": request["amount_minor"],
        "currency": request["currency"],
        "location": ask["location"],
        "vault_intent": request["vault_intent"],
        "created_at": now,
    }


def _select(ctx: Context, cart: Cart, method_code: str) -> None:
    """Let the method that a locked cart was paid by be the one that is chosen."""
    choices = choices_of(cart)
    if (choices.payment_method or {}).get("code") != method_code:
        chosen = replace(choices, payment_method={"code": method_code})
        save_choices(ctx.db, ctx.now, cart, chosen)


CREATE_PAYMENT_ORDER = Remote(_prepare, _call, _settle)
"""The three parts of createPaymentOrder."""
