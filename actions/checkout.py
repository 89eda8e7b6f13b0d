"""Checkout: orders, and the wrapper that keeps edits and checkouts apart."""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context, Proceed

from .cart import states
from .cart.access import check, find_customer, lock_cart, lock_carts, own_cart
from .cart.documents import grand_total_minor
from .cart.limits import broken_rule
from .cart.lines import Line, lines_to_order
from .cart.model import Cart
from .cart.orders import Payment, create_order, payments_of
from .carts import OWN_CART, leave, require


def place_order(ctx: Context) -> dict[str, Any]:
    """Make an order of a paid cart and close the cart."""
    cart_id = require(ctx, "cart_id", "CART_ID_REQUIRED")
    cart = check(lock_cart(ctx.db, cart_id), cart_id, ctx.principal, "order")
    lines = lines_to_order(ctx.db, cart.id)
    check_sellable(lines)  # before the payment is asked for: nobody shall pay in vain
    payment = _payment_of(ctx, cart, grand_total_minor(ctx, cart, lines))
    number = create_order(ctx.db, ctx.now, cart, payment, lines)
    leave(ctx, cart, "order")
    return {
        "order_number": number,
        "mp_order_id": payment.mp_order_id,
        "amount_minor": payment.amount_minor,
        "currency_code": payment.currency,
    }


def check_sellable(lines: list[Line]) -> None:
    """Refuse a cart that cannot be bought as it is.

    Raises:
        ActionError: `CART_EMPTY`, or `INSUFFICIENT_STOCK` with the SKUs that are the reason.
    """
    if not lines:
        raise ActionError("CART_EMPTY")
    skus = [line.sku for line in lines if broken_rule(line, line.quantity_e4)]
    if skus:
        raise ActionError("INSUFFICIENT_STOCK", skus=skus)


def _payment_of(ctx: Context, cart: Cart, amount_minor: int) -> Payment:
    """Return the newest payment order of exactly this amount."""
    payments = payments_of(ctx.db, cart.id)
    if not payments:
        raise ActionError("PAYMENT_REQUIRED")
    for payment in payments:
        if (payment.amount_minor, payment.currency) == (amount_minor, cart.currency):
            return payment
    paid = payments[0].amount_minor
    raise ActionError("PAYMENT_AMOUNT_CHANGED", paid_minor=paid, amount_minor=amount_minor)


def before_edit(ctx: Context, proceed: Proceed) -> Any:
    """Lock the carts that are going to be changed and give up the checkouts they are in.

    A cart input that is optional and left out stands for the own cart of the customer, and so do
    the platform's words for it; `own` says that this is one of the carts in any case.
    """
    about = ctx.contract.extensions["x-cart"]
    given = [ctx.input.get(name) for name in about["carts"]]
    masked_ids = [text for text in given if text is not None and text not in OWN_CART]
    if len(masked_ids) < len(given) or about.get("own"):
        customer = find_customer(ctx.db, ctx.principal, lock=True)
        account_id = ctx.input.get("effectiveAccountId")
        own = own_cart(ctx.db, customer, account_id) if customer else None
        masked_ids += [own.masked_id] if own else []
    for cart in lock_carts(ctx.db, masked_ids).values():
        if cart.status == states.CHECKOUT and ctx.settings["checkout_policy"] == "cancel":
            ctx.invoke("cancelCartAsyncOperation", {"cartId": cart.masked_id})
    return proceed()
