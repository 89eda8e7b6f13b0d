"""Orders: what a cart must have before it becomes one, and making it one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from cartflow import ActionError, Context

from .cart.access import check, lock_cart
from .cart.accounts import check_account_of
from .cart.addresses import problems_of
from .cart.checkouts import find_session
from .cart.choices import Choices, choices_of, save_choices
from .cart.coupons import find_coupons, lock_coupons, use_coupons
from .cart.credits import lock_credits, take_credits
from .cart.documents import totals_of
from .cart.drafts import find_draft
from .cart.limits import broken_rule
from .cart.lines import Line, lines_to_order
from .cart.model import Cart
from .cart.order_documents import document_of, summary_of
from .cart.orders import create_order, next_number, take_stock
from .cart.payment_methods import FREE, OFFLINE, available_methods
from .cart.payments import PENDING, Payment, payments_of, record_payment
from .cart.pricing import Totals
from .cart.providers import OFFLINE as OFFLINE_PROVIDER
from .cart.rewards import lock_points, take_points
from .cart.shop import PaymentMethod, Shop
from .cart.states import CHECKOUT
from .carts import leave, require
from .choosing import cart_to_choose, check_guest_checkout, shop_by
from .paying import payment_input, payment_method_of

REFERENCE_LENGTH = 20

MOST_MINOR: Final = 2**53 - 1
"""The highest amount that anybody pays at once: the last that all who read JSON read alike."""


def place_order(ctx: Context) -> dict[str, Any]:
    """Make an order of a cart and close the cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "order")
    check_guest_checkout(ctx, cart)
    check_account_of(ctx.db, ctx.principal, cart)
    return place(ctx, cart, lock_for_order(ctx, cart))


def choose_and_place(ctx: Context) -> dict[str, Any]:
    """Choose a payment method and make an order, or do neither."""
    cart_id, given = payment_input(ctx)
    cart = cart_to_choose(ctx, cart_id)
    check_account_of(ctx.db, ctx.principal, cart)
    lines = lock_for_order(ctx, cart)
    chosen = replace(choices_of(cart), payment_method=payment_method_of(ctx, cart, lines, given))
    return place(ctx, save_choices(ctx.db, ctx.now, cart, chosen), lines)


def lock_for_order(ctx: Context, cart: Cart) -> list[Line]:
    """Lock all that an order of a locked cart takes something from; return the cart's lines.

    What the cart costs from here on is what the order comes to.
    """
    lines, choices = lines_to_order(ctx.db, cart.id), choices_of(cart)
    lock_coupons(ctx.db, choices.coupons)
    lock_credits(ctx.db, choices.gift_cards, cart.customer_id if choices.store_credit else None)
    if choices.reward_points and cart.customer_id is not None:
        lock_points(ctx.db, cart.customer_id)
    return lines


def place(ctx: Context, cart: Cart, lines: list[Line], number: str | None = None) -> dict[str, Any]:
    """Make an order of a cart for which `lock_for_order` was called, and close the cart.

    Args:
        ctx: The call.
        cart: In a state in which it can be ordered.
        lines: Those of the cart, as `lock_for_order` returns them.
        number: The order's number; left out, that of the draft order if there is one.

    Raises:
        ActionError: As `check_complete` does, then `PAYMENT_IN_PROGRESS`, `CART_ALREADY_PAID`,
            `PAYMENT_REQUIRED` or `PAYMENT_AMOUNT_CHANGED`.
    """
    totals = totals_of(ctx, cart, lines)
    method = check_complete(ctx, cart, lines, totals)
    payment_id, reference = _payment(ctx, cart, method, totals.grand_total_minor)
    take_stock(ctx.db, cart.id)
    number = number or _draft_number(ctx, cart) or next_number(ctx.db)
    values = {
        "number": number,
        "cart_id": cart.id,
        "payment_order_id": payment_id,
        "grand_total_minor": totals.grand_total_minor,
        "currency": cart.currency,
        "email": cart.email,
        "created_at": ctx.now,
    }
    document = document_of(choices_of(cart), totals, method)
    _spend(ctx, cart, totals, create_order(ctx.db, values, document, lines, totals.lines))
    leave(ctx, cart, "order")
    return {
        "order_number": number,
        "mp_order_id": reference,
        "amount_minor": totals.grand_total_minor,
        "currency_code": cart.currency,
        "order": summary_of(ctx.now, cart, totals, number),
    }


def _draft_number(ctx: Context, cart: Cart) -> str | None:
    """Return the number that the checkout of a cart has told already; None if it has none."""
    session = find_session(ctx.db, cart.id) if cart.status == CHECKOUT else None
    draft = find_draft(ctx.db, session.id) if session else None
    return draft.number if draft else None


def _spend(ctx: Context, cart: Cart, totals: Totals, order_id: int) -> None:
    """Use up the coupons and credits that took part in the price of an order."""
    spent = [discount.coupon for discount in totals.discounts if discount.coupon is not None]
    coupons = find_coupons(ctx.db, spent, cart.customer_id)
    use_coupons(ctx.db, order_id, cart.customer_id, coupons)
    credit_minor = totals.store_credit_minor
    take_credits(ctx.db, order_id, totals.gift_cards, cart.customer_id, credit_minor)
    points, points_minor = totals.reward_points, totals.reward_points_minor
    take_points(ctx.db, order_id, cart.customer_id, points, points_minor)


def check_complete(ctx: Context, cart: Cart, lines: list[Line], totals: Totals) -> PaymentMethod:
    """Refuse a cart that lacks something, in the platform's order; return how it is paid.

    Raises:
        ActionError: `GUEST_EMAIL_MISSING`, `CART_EMPTY`, `SHIPPING_ADDRESS_REQUIRED`,
            `SHIPPING_METHOD_REQUIRED`, `BILLING_ADDRESS_INVALID`, `PAYMENT_METHOD_REQUIRED`,
            `INSUFFICIENT_STOCK` or `TOTAL_TOO_HIGH`.
    """
    shop, choices = shop_by(ctx, cart), choices_of(cart)
    if not cart.email:
        raise ActionError("GUEST_EMAIL_MISSING")
    if not lines:
        raise ActionError("CART_EMPTY")
    if not totals.is_virtual:
        _check_delivery(shop, choices, totals)
    problems = list(problems_of(shop.rules, choices.billing_address or {}))
    if problems:
        raise ActionError("BILLING_ADDRESS_INVALID", problems=" ".join(problems))
    method = _method(ctx, shop, choices, totals.grand_total_minor)
    check_sellable(lines, totals.grand_total_minor)
    return method


def check_sellable(lines: list[Line], total_minor: int) -> None:
    """Refuse a cart that cannot be bought as it is.

    Raises:
        ActionError: `CART_EMPTY`, `INSUFFICIENT_STOCK` with the SKUs that are the reason, or
            `TOTAL_TOO_HIGH`.
    """
    if not lines:
        raise ActionError("CART_EMPTY")
    skus = [line.sku for line in lines if broken_rule(line, line.quantity_e4)]
    if skus:
        raise ActionError("INSUFFICIENT_STOCK", skus=skus)
    if total_minor > MOST_MINOR:
        raise ActionError("TOTAL_TOO_HIGH", amount_minor=total_minor, most_minor=MOST_MINOR)


def _check_delivery(shop: Shop, choices: Choices, totals: Totals) -> None:
    address = choices.shipping_address
    if address is None or any(problems_of(shop.rules, address)):
        raise ActionError("SHIPPING_ADDRESS_REQUIRED")
    if totals.shipping is None:
        raise ActionError("SHIPPING_METHOD_REQUIRED")


def _method(ctx: Context, shop: Shop, choices: Choices, total_minor: int) -> PaymentMethod:
    """Return the method by which the cart is paid: nothing needs choosing if it costs nothing."""
    if total_minor == 0:
        return FREE
    code = (choices.payment_method or {}).get("code")
    method = available_methods(ctx, shop, total_minor).get(code or "")
    if method is None:
        raise ActionError("PAYMENT_METHOD_REQUIRED", code=code)
    return method


def _payment(ctx: Context, cart: Cart, method: PaymentMethod, amount_minor: int) -> tuple[int, str]:
    """Return number and id of the newest payment order of exactly this amount.

    What is paid later needs none yet.
    """
    known = payments_of(ctx.db, cart.id)
    for payment in known:
        if payment.status == PENDING:
            raise ActionError("PAYMENT_IN_PROGRESS", mp_order_id=payment.mp_order_id)
    payments = [it for it in known if it.method_code == method.code]
    for payment in payments:
        if (payment.amount_minor, payment.currency) == (amount_minor, cart.currency):
            return payment.id, payment.mp_order_id
    if method.provider == OFFLINE:  # what was charged before is not forgotten in silence
        payments = [it for it in known if is_charged(ctx, cart, it)]
        if not payments:
            return _paid_later(ctx, cart, method, amount_minor)
        if method is not FREE:
            raise paid_already(payments[0])
    if not payments:
        raise ActionError("PAYMENT_REQUIRED")
    paid = payments[0].amount_minor
    raise ActionError("PAYMENT_AMOUNT_CHANGED", paid_minor=paid, amount_minor=amount_minor)


def paid_already(payment: Payment) -> ActionError:
    """Return `CART_ALREADY_PAID`: another method than the chosen one was charged."""
    paid = {"method_code": payment.method_code, "mp_order_id": payment.mp_order_id}
    return ActionError("CART_ALREADY_PAID", **paid)


def is_charged(ctx: Context, cart: Cart, payment: Payment) -> bool:
    """Return whether a payment order has cost something, as far as the shop still knows it."""
    method = shop_by(ctx, cart).payment_methods.get(payment.method_code)
    return payment.amount_minor > 0 and (method is None or method.provider != OFFLINE)


def _paid_later(
    ctx: Context, cart: Cart, method: PaymentMethod, amount_minor: int
) -> tuple[int, str]:
    reference = ctx.random_text(REFERENCE_LENGTH)
    answer = OFFLINE_PROVIDER.charge({"method_code": method.code, "reference": reference})
    row = {
        "mp_order_id": reference,
        "cart_id": cart.id,
        "method_code": method.code,
        "provider_order_id": answer["id"],
        "status": answer["status"].upper(),
        "amount_minor": amount_minor,
        "currency": cart.currency,
        "location": None,
        "vault_intent": False,
        "created_at": ctx.now,
    }
    return record_payment(ctx.db, row), reference
