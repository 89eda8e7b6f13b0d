"""Every condition that a cart action declares, provoked through `invoke` on a real store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, SYSTEM, Principal

from .conftest import PASSWORD, Shop

Call = tuple[Principal, dict[str, Any]]
Case = Callable[[Shop], Call]

DUFFLE = "24-WB07"
UNKNOWN = "gVFVNBSJPt7L6uCQis4Q1ryj6QtcwM20"
ITEMS = [{"sku": DUFFLE, "quantity": 1}]


def on_cart(name: str, **given: Any) -> dict[str, Case]:
    """Return the cases of the three conditions that every action on a cart can end with."""

    def foreign(shop: Shop) -> Call:
        return shop.customer(), {name: shop.cart(by=shop.customer()), **given}

    return {
        "CART_NOT_FOUND": lambda shop: (SYSTEM, {name: UNKNOWN, **given}),
        "CART_NOT_ACTIVE": lambda shop: (SYSTEM, {name: shop.cart(status="inactive"), **given}),
        "CART_NOT_OWNED": foreign,
    }


def new(shop: Shop, quantity: float, **product: Any) -> Call:
    """Return a call that puts one product into a new cart."""
    return GUEST, {"cartItems": [{"sku": shop.product(**product), "quantity": quantity}]}


def merge_of(shop: Shop, source: str | None = None, **given: Any) -> Call:
    return shop.customer(), {"source_cart_id": source or shop.cart(), **given}


def foreign_merge(shop: Shop) -> Call:
    return merge_of(shop, destination_cart_id=shop.cart(by=shop.customer()))


def sold_out(shop: Shop, *, is_paid: bool = False) -> str:
    """Return a cart whose product went out of stock afterwards."""
    sku = shop.product()
    cart_id = shop.cart((sku, 2))
    if is_paid:
        shop.pay(cart_id)
    shop.product(sku=sku, stock=1)
    return cart_id


def changed_after_payment(shop: Shop) -> str:
    cart_id = shop.cart((DUFFLE, 1))
    shop.pay(cart_id)
    shop.add(cart_id, (DUFFLE, 1))
    return cart_id


def pay_with(source: str) -> Case:
    return lambda shop: (
        GUEST,
        {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "sandbox", "paymentSource": source},
    )


CASES: Mapping[str, Mapping[str, Case]] = {
    "createEmptyCart": {
        "CART_ID_INVALID": lambda shop: (GUEST, {"cart_id": "short"}),
        "CART_ID_TAKEN": lambda shop: (GUEST, {"cart_id": shop.cart()}),
    },
    "createGuestCart": {
        "CART_ID_INVALID": lambda shop: (GUEST, {"cart_uid": ""}),
        "CART_ID_TAKEN": lambda shop: (GUEST, {"cart_uid": shop.cart()}),
        "GUEST_REQUIRED": lambda shop: (shop.customer(), {}),
    },
    "cart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
    },
    "customerCart": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "setCartAsInactive": {
        "CART_NOT_FOUND": lambda shop: (GUEST, {"cartId": UNKNOWN}),
        "CART_NOT_ACTIVE": lambda shop: (GUEST, {"cartId": shop.cart(status="closed")}),
    },
    "addProductsToCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": "", "cartItems": ITEMS}),
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cartId": shop.cart(), "cartItems": []}),
        **on_cart("cartId", cartItems=ITEMS),
    },
    "addProductsToNewCart": {
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cartItems": []}),
        "PRODUCT_NOT_FOUND": lambda shop: new(shop, 1, enabled=False),
        "NOT_SALABLE": lambda shop: new(shop, 1, stock=0),
        "INSUFFICIENT_STOCK": lambda shop: new(shop, 2, stock=1),
        "INVALID_QUANTITY": lambda shop: new(shop, 0),
        "QUANTITY_BELOW_MINIMUM": lambda shop: new(shop, 1, minimum=2),
        "QUANTITY_ABOVE_MAXIMUM": lambda shop: new(shop, 3, maximum=2),
        "QUANTITY_NOT_INCREMENT": lambda shop: new(shop, 0.5),
    },
    "updateCartItems": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "cart_items": [{}]}),
        "CART_ITEMS_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_items": []}),
        "CART_ITEM_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_items": [{}]}),
        "CART_ITEM_ID_AMBIGUOUS": lambda shop: (
            GUEST,
            {"cart_id": UNKNOWN, "cart_items": [{"cart_item_id": 1, "cart_item_uid": "MQ=="}]},
        ),
        **on_cart("cart_id", cart_items=[{"cart_item_id": 1, "quantity": 1}]),
    },
    "removeItemFromCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "cart_item_id": 1}),
        "CART_ITEM_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "cart_item_id": 0}),
        "CART_ITEM_ID_AMBIGUOUS": lambda shop: (
            GUEST,
            {"cart_id": UNKNOWN, "cart_item_id": 1, "cart_item_uid": "MQ=="},
        ),
        "CART_ITEM_NOT_FOUND": lambda shop: (GUEST, {"cart_id": shop.cart(), "cart_item_id": 1}),
        **on_cart("cart_id", cart_item_id=1),
    },
    "mergeCarts": {
        "SOURCE_REQUIRED": lambda shop: (GUEST, {"source_cart_id": ""}),
        "DESTINATION_EMPTY": lambda shop: merge_of(shop, destination_cart_id=""),
        "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"source_cart_id": shop.cart()}),
        "CART_NOT_FOUND": lambda shop: merge_of(shop, source=UNKNOWN),
        "CART_NOT_ACTIVE": lambda shop: merge_of(shop, source=shop.cart(status="inactive")),
        "CART_NOT_OWNED": foreign_merge,
    },
    "createPaymentOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": "", "methodCode": "checkmo"}),
        **on_cart("cartId", methodCode="checkmo"),
        "CART_EMPTY": lambda shop: (GUEST, {"cartId": shop.cart(), "methodCode": "checkmo"}),
        "INSUFFICIENT_STOCK": lambda shop: (
            GUEST,
            {"cartId": sold_out(shop), "methodCode": "checkmo"},
        ),
        "PAYMENT_METHOD_UNKNOWN": lambda shop: (
            GUEST,
            {"cartId": shop.cart((DUFFLE, 1)), "methodCode": "barter"},
        ),
        "PAYMENT_DECLINED": pay_with("tok_declined"),
        "PAYMENT_UNAVAILABLE": pay_with("tok_unavailable"),
    },
    "placeOrder": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
        "CART_EMPTY": lambda shop: (GUEST, {"cart_id": shop.cart()}),
        "INSUFFICIENT_STOCK": lambda shop: (GUEST, {"cart_id": sold_out(shop, is_paid=True)}),
        "PAYMENT_REQUIRED": lambda shop: (GUEST, {"cart_id": shop.cart((DUFFLE, 1))}),
        "PAYMENT_AMOUNT_CHANGED": lambda shop: (GUEST, {"cart_id": changed_after_payment(shop)}),
    },
    "checkoutSessionAction": {
        **on_cart("cartId"),
        "CART_PROCESSING": lambda shop: (SYSTEM, {"cartId": shop.cart(status="processing")}),
    },
    "cancelCartAsyncOperation": {
        "INVALID_OPERATION": lambda shop: (SYSTEM, {"cartId": shop.cart(status="closed")}),
        **on_cart("cartId"),
    },
    "generateCustomerToken": {
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"email": "", "password": PASSWORD}),
        "PASSWORD_REQUIRED": lambda shop: (GUEST, {"email": "a@example.com", "password": ""}),
        "SIGN_IN_INCORRECT": lambda shop: (GUEST, {"email": "a@example.com", "password": "x"}),
    },
    "revokeCustomerToken": {"CUSTOMER_REQUIRED": lambda shop: (GUEST, {})},
    "loadStore": {"INVALID_STORE": lambda shop: (ADMIN, {"store": {}})},
}

ALL = [(action, code) for action, cases in CASES.items() for code in cases]


@pytest.mark.parametrize(("action", "code"), ALL, ids=map("-".join, ALL))
def test_condition_is_raised_as_declared(shop: Shop, action: str, code: str) -> None:
    condition = shop.app.registry[action].contract.errors[code]
    principal, given = CASES[action][code](shop)

    error = shop.refused(action, by=principal, **given)

    assert error.code == code
    assert (error.status, error.title) == (condition.status, condition.title)
    assert (error.message, error.retryable) == (
        condition.message_for(error.data),
        condition.retryable,
    )
    assert "{" not in error.message


def test_every_declared_condition_has_a_case(sqlite_shop: Shop) -> None:
    declared = {
        (name, code)
        for name, action in sqlite_shop.app.registry.items()
        if action.plugin == "cart" and action.contract.effect != "steps"
        for code in action.contract.errors
    }

    assert set(ALL) == declared
