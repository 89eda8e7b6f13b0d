"""Every condition of payments and orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow import GUEST

from ..buyers import cart_for
from ..conftest import Shop
from .b2b import on_account
from .common import DUFFLE, Call, Case, Cases, sold_out, to_choose

CHECK = {"payment_method": {"code": "checkmo"}}
FREE = {"payment_method": {"code": "free"}}
CARD = {"payment_method": {"code": "sandbox"}}


def changed_after_payment(shop: Shop) -> str:
    cart_id = ready_for_card(shop)
    shop.pay(cart_id, methodCode="sandbox")
    shop.add(cart_id, (DUFFLE, 1))
    return cart_id


def ready_for_card(shop: Shop) -> str:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ready(cart_id, method="sandbox")
    return cart_id


def ready_but_sold_out(shop: Shop) -> str:
    cart_id = sold_out(shop)
    shop.ready(cart_id)
    return cart_id


def empty(shop: Shop) -> str:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ready(cart_id)
    [[line]] = shop.sql(
        "SELECT i.id FROM cart_item i JOIN cart_cart c ON c.id = i.cart_id WHERE masked_id = :id",
        id=cart_id,
    )
    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_id=line)
    return cart_id


def dearest(shop: Shop) -> str:
    """Return a cart that costs more than any amount of money can be."""
    sku = shop.product(
        price_minor=10**10, stock=99_999_999, maximum=99_999_999, type="virtual", tax_class="none"
    )
    return shop.ready(shop.cart((sku, 99_999_999)))


def pay_with(source: str) -> Case:
    return lambda shop: (
        GUEST,
        {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "sandbox", "paymentSource": source},
    )


def paid_by_another_method(shop: Shop) -> Call:
    """Return the call for a cart that was paid by a method which the shop had then."""
    cart_id = ready_for_card(shop)
    paid = shop.pay(cart_id, methodCode="sandbox")["mp_order_id"]
    statement = "UPDATE cart_payment_order SET method_code = 'gone' WHERE mp_order_id = :paid"
    shop.sql(statement, paid=paid)
    return GUEST, {"cartId": cart_id, "methodCode": "sandbox"}


def charged(shop: Shop) -> str:
    """Return a cart that was charged, for which a method that is paid later was chosen then."""
    cart_id = ready_for_card(shop)
    shop.pay(cart_id, methodCode="sandbox")
    shop.pay_by(cart_id)
    return cart_id


def being_paid(shop: Shop) -> str:
    """Return a cart of which nobody knows whether it was charged."""
    cart_id = ready_for_card(shop)
    given = {"cartId": cart_id, "methodCode": "sandbox", "paymentSource": "tok_timeout"}
    shop.refused("createPaymentOrder", by=GUEST, **given)
    return cart_id


def lost_answer(shop: Shop) -> Call:
    caller, given = pay_with("tok_timeout")(shop)
    shop.refused("createPaymentOrder", by=caller, **given)
    return caller, given


def without(step: str, given: Mapping[str, Any]) -> Case:
    """Return the case of a cart that has everything but what one step chooses."""

    def case(shop: Shop) -> Any:
        cart_id = shop.cart((DUFFLE, 1))
        shop.ready(cart_id, without=step)
        return GUEST, {"cart_id": cart_id, **given}

    return case


def elsewhere(given: Mapping[str, Any]) -> Case:
    """Return the case of a cart that is to go where the shop does not sell any more."""

    def case(shop: Shop) -> Any:
        cart_id = shop.cart((DUFFLE, 1))
        shop.ready(cart_id)
        shop.set_rules(countries=["DE"])
        return GUEST, {"cart_id": cart_id, **given}

    return case


def to_place(pay: Mapping[str, Any], card: Mapping[str, Any], free: Mapping[str, Any]) -> Any:
    """Return the cases that placeOrder shares with the action that chooses a method as well.

    Args:
        pay: What else is given, to pay by check.
        card: The same, to pay with the sandbox.
        free: The same, for a cart that costs nothing.
    """
    return {
        **to_choose(**pay),
        **on_account(lambda shop, buyer: {"cart_id": cart_for(shop, buyer), **pay}),
        "GUEST_EMAIL_MISSING": without("email", pay),
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": empty(shop), **free}),
        "SHIPPING_ADDRESS_REQUIRED": elsewhere(pay),
        "SHIPPING_METHOD_REQUIRED": without("shipping_method", pay),
        "BILLING_ADDRESS_INVALID": without("billing_address", pay),
        "INSUFFICIENT_STOCK": lambda shop: (GUEST, {"cart_id": ready_but_sold_out(shop), **pay}),
        "TOTAL_TOO_HIGH": lambda shop: (GUEST, {"cart_id": dearest(shop), **pay}),
        "PAYMENT_IN_PROGRESS": lambda shop: (GUEST, {"cart_id": being_paid(shop), **card}),
        "CART_ALREADY_PAID": lambda shop: (GUEST, {"cart_id": charged(shop), **pay}),
        "PAYMENT_REQUIRED": lambda shop: (GUEST, {"cart_id": ready_for_card(shop), **card}),
        "PAYMENT_AMOUNT_CHANGED": lambda shop: (
            GUEST,
            {"cart_id": changed_after_payment(shop), **card},
        ),
    }


CASES: Cases = {
    "createPaymentOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": "", "methodCode": "checkmo"}),
        **to_choose("cartId", methodCode="checkmo"),
        **on_account(
            lambda shop, buyer: {"cartId": cart_for(shop, buyer), "methodCode": "checkmo"}
        ),
        "CART_EMPTY": lambda shop: (GUEST, {"cartId": shop.cart(), "methodCode": "checkmo"}),
        "INSUFFICIENT_STOCK": lambda shop: (
            GUEST,
            {"cartId": sold_out(shop), "methodCode": "checkmo"},
        ),
        "TOTAL_TOO_HIGH": lambda shop: (GUEST, {"cartId": dearest(shop), "methodCode": "checkmo"}),
        "CART_ALREADY_PAID": paid_by_another_method,
        "PAYMENT_IN_PROGRESS": lost_answer,
        "PAYMENT_METHOD_UNKNOWN": lambda shop: (
            GUEST,
            {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "barter"},
        ),
        "PAYMENT_DECLINED": pay_with("tok_declined"),
        "PAYMENT_UNAVAILABLE": pay_with("tok_unavailable"),
    },
    "placeOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **to_place({}, {}, {}),
        "PAYMENT_METHOD_REQUIRED": without("payment_method", {}),
    },
    "setPaymentMethodAndPlaceOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", **CHECK}),
        "PAYMENT_METHOD_CODE_REQUIRED": lambda shop: (
            GUEST,
            {"cart_id": shop.cart((DUFFLE, 1)), "payment_method": {"code": ""}},
        ),
        **to_place(CHECK, CARD, FREE),
        "SHIPPING_ADDRESS_MISSING": without("shipping_address", CHECK),
        "PAYMENT_METHOD_NOT_AVAILABLE": without("", {"payment_method": {"code": "barter"}}),
    },
}
