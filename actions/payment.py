"""createPaymentOrder: prepare reads the cart, call asks the provider, settle records the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from cartflow import ActionError, Context, Failure, Remote

from .cart.access import check, lock_cart
from .cart.accounts import check_account_of
from .cart.choices import choices_of, save_choices
from .cart.documents import grand_total_minor
from .cart.lines import lines_of
from .cart.model import Cart
from .cart.orders import record_payment
from .cart.payment_methods import available_methods, options_of
from .cart.providers import EXTENSION_POINT, PaymentProvider
from .cart.states import CURRENT, allows
from .carts import require
from .choosing import check_guest_checkout, shop_by
from .placing import check_sellable

REFERENCE_LENGTH = 20

Extensions = Callable[[str], Mapping[str, Any]]


def _prepare(ctx: Context) -> dict[str, Any]:
    """Return what the payment is for; from here on the amount is fixed."""
    cart_id = require(ctx, "cartId", "CART_ID_REQUIRED")
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "pay")
    check_guest_checkout(ctx, cart)
    check_account_of(ctx.db, ctx.principal, cart)
    lines = lines_of(ctx.db, cart.id)
    check_sellable(lines)
    method_code, total_minor = ctx.input["methodCode"], grand_total_minor(ctx, cart, lines)
    method = available_methods(ctx, shop_by(ctx, cart), total_minor).get(method_code)
    if method is None:
        raise ActionError("PAYMENT_METHOD_UNKNOWN", method_code=method_code)
    request = {
        "amount_minor": total_minor,
        "currency": cart.currency,
        "method_code": method_code,
        "source": ctx.input.get("paymentSource"),
        "vault_intent": ctx.input["vaultIntent"],
        "reference": ctx.random_text(REFERENCE_LENGTH),
        "cart_id": cart_id,
        "idempotency_key": ctx.idempotency_key,
        "options": dict(options_of(ctx, method) or {}),
    }
    return {"provider": method.provider, "cart": cart.id, "request": request}


def _call(state: dict[str, Any], extensions: Extensions) -> dict[str, Any]:
    """Return the provider's answer."""
    provider = cast(PaymentProvider, extensions(EXTENSION_POINT)[state["provider"]])
    return dict(provider.charge(state["request"]))


def _settle(ctx: Context, state: dict[str, Any], answer: dict[str, Any]) -> Any:
    """Record the payment order; a declined one stays on record as an attempt.

    So does the charge of a cart that cannot be ordered any more: whoever called is told its id, to
    give the money back.
    """
    if answer["status"] == "unavailable":
        raise ActionError("PAYMENT_UNAVAILABLE")
    request, status = state["request"], answer["status"].upper()
    row = {
        "mp_order_id": request["reference"],
        "cart_id": state["cart"],
        "method_code": request["method_code"],
        "provider_order_id": answer.get("id"),
        "status": status,
        "amount_minor": request["amount_minor"],
        "currency": request["currency"],
        "location": ctx.input.get("location"),
        "vault_intent": request["vault_intent"],
        "created_at": ctx.now,
    }
    record_payment(ctx.db, row)
    if status == "DECLINED":
        return Failure(ActionError("PAYMENT_DECLINED", mp_order_id=request["reference"]))
    cart = lock_cart(ctx.db, request["cart_id"])
    if cart is None or cart.status not in CURRENT:  # ordered or given up in the meantime
        paid = {"cart_id": request["cart_id"], "mp_order_id": request["reference"]}
        return Failure(ActionError("CART_NOT_ACTIVE", **paid))
    if allows(cart.status, "choose"):
        _select(ctx, cart, request["method_code"])
    return {
        "id": answer["id"],
        "mp_order_id": request["reference"],
        "amount_minor": request["amount_minor"],
        "currency_code": request["currency"],
        "status": status,
    }


def _select(ctx: Context, cart: Cart, method_code: str) -> None:
    """Let the method that a locked cart was paid by be the one that is chosen."""
    choices = choices_of(cart)
    if (choices.payment_method or {}).get("code") != method_code:
        chosen = replace(choices, payment_method={"code": method_code})
        save_choices(ctx.db, ctx.now, cart, chosen)


CREATE_PAYMENT_ORDER = Remote(_prepare, _call, _settle)
"""The three parts of createPaymentOrder."""
