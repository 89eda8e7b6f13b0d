"""Every condition of the businesses' carts and checkout sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cartflow import SYSTEM

from ..buyers import STORE, Buyer, buyer, cart_for, change_account
from ..conftest import Shop
from .common import DUFFLE, UNKNOWN, Call, Case, Cases, on_cart, sold_out

Given = Callable[[str], dict[str, Any]]
"""Makes the input of a call of the id of the cart that it is about."""


def session_of(shop: Shop, cart_id: str) -> str:
    """Return the id of the session of a cart, started if need be."""
    return str(shop.invoke("checkoutSessionAction", by=SYSTEM, cartId=cart_id)["id"])


def spoilt(given: Callable[[Shop, Buyer], dict[str, Any]], **change: Any) -> Case:
    """Return a call of a buyer whose account is changed just before."""

    def make(shop: Shop) -> Call:
        found = buyer(shop)
        call = found.principal, given(shop, found)
        change_account(shop, found, **change)
        return call

    return make


def on_account(given: Callable[[Shop, Buyer], dict[str, Any]]) -> dict[str, Case]:
    """Return the cases of an action for an account that can no longer buy."""
    return {
        "ACCOUNT_INVALID": spoilt(given, enabled=False),
        "STORE_MEMBERSHIP_REQUIRED": spoilt(given, store_member=False),
    }


def in_store(given: Given) -> dict[str, Case]:
    """Return the cases of an action on a cart of a store."""
    cases = {
        "WEB_STORE_INVALID": lambda shop: (
            SYSTEM,
            given(shop.cart()) | {"webStoreId": "elsewhere"},
        ),
        "CART_NOT_FOUND": lambda shop: (SYSTEM, given(UNKNOWN)),
        "CART_NOT_ACTIVE": lambda shop: (SYSTEM, given(shop.cart(status="processing"))),
        "CART_NOT_OWNED": lambda shop: (shop.customer(), given(shop.cart(by=shop.customer()))),
    }
    return {**cases, **on_account(lambda shop, buyer: given(cart_for(shop, buyer)))}


def added(shop: Shop, quantity: str, **product: Any) -> Call:
    """Return a call that adds a product which is like *product* to a guest's cart."""
    wanted = {"productId": shop.product(**product), "quantity": quantity}
    given = {"cartStateOrId": shop.cart(), "webStoreId": STORE, "cartItemInput": wanted}
    return SYSTEM, given


def reading(**change: Any) -> Case:
    """Return a call that reads a customer's cart, with one input changed."""

    def make(shop: Shop) -> Call:
        customer = shop.customer()
        cart_id = shop.cart(by=customer)
        given = {"cartId": cart_id, "userId": customer.id, "webStoreId": STORE}
        return customer, given | change

    return make


def foreign_user(shop: Shop) -> Call:
    _, given = reading()(shop)
    return SYSTEM, given | {"userId": shop.customer().id}


READ: dict[str, Case] = {
    "REQUIRED_FIELD_MISSING": reading(userId=""),
    "ID_INVALID": reading(webStoreId="elsewhere"),
    "CART_NOT_FOUND": reading(cartId=UNKNOWN),
    "CART_NOT_ACTIVE": lambda shop: (
        SYSTEM,
        {"cartId": shop.cart(status="closed"), "userId": "1", "webStoreId": STORE},
    ),
    "CART_NOT_OWNED": foreign_user,
    **on_account(
        lambda shop, buyer: {
            "cartId": cart_for(shop, buyer),
            "userId": buyer.id,
            "webStoreId": STORE,
        }
    ),
}


def moved_on(shop: Shop) -> Call:
    given = {
        "checkoutSessionId": session_of(shop, shop.cart()),
        "nextState": "CheckInventory",
        "expCurrentState": "Start",
    }
    shop.invoke("updateCheckoutSessionAction", by=SYSTEM, **given)
    return SYSTEM, given


def processed(shop: Shop, cart_id: str = "") -> Call:
    cart_id = cart_id or shop.cart()
    session_id = session_of(shop, cart_id)
    shop.sql(
        "UPDATE cart_checkout_session SET is_processing = :yes WHERE public_id = :id",
        yes=True,
        id=session_id,
    )
    return SYSTEM, {"checkoutSessionId": session_id, "nextState": "x", "expCurrentState": "Start"}


def archived(shop: Shop) -> Call:
    cart_id = shop.cart()
    session_id = session_of(shop, cart_id)
    shop.invoke("cancelCartAsyncOperation", by=SYSTEM, cartId=cart_id)
    return SYSTEM, {"checkoutSessionId": session_id, "nextState": "x", "expCurrentState": "Start"}


def foreign_session(shop: Shop) -> Call:
    return shop.customer(), {"checkoutSessionId": session_of(shop, shop.cart(by=shop.customer()))}


UPDATE: dict[str, Case] = {
    "SESSION_ID_INVALID": lambda shop: (
        SYSTEM,
        {"checkoutSessionId": "gone", "nextState": "x", "expCurrentState": "Start"},
    ),
    "SESSION_NOT_FOUND": archived,
    "SESSION_PROCESSING": processed,
    "SESSION_STATE_CHANGED": moved_on,
    **on_account(
        lambda shop, buyer: {
            "checkoutSessionId": session_of(shop, cart_for(shop, buyer)),
            "nextState": "CheckInventory",
            "expCurrentState": "Start",
        }
    ),
}


def started(given: Given) -> Case:
    """Return a call about a cart of nobody that is in checkout."""

    def make(shop: Shop) -> Call:
        cart_id = shop.cart((DUFFLE, 1))
        session_of(shop, cart_id)
        return SYSTEM, given(cart_id)

    return make


def of_job(given: Given) -> dict[str, Case]:
    """Return the cases that all actions that start an operation share."""

    def foreign(shop: Shop) -> Call:
        cart_id = shop.cart(by=shop.customer())
        session_of(shop, cart_id)
        return shop.customer(), given(cart_id)

    def for_account(shop: Shop, buyer: Buyer) -> dict[str, Any]:
        cart_id = cart_for(shop, buyer)
        session_of(shop, cart_id)
        return given(cart_id)

    return {
        "CART_NOT_FOUND": lambda shop: (SYSTEM, given(UNKNOWN)),
        "INVALID_OPERATION": lambda shop: (SYSTEM, given(shop.cart())),
        "CART_NOT_OWNED": foreign,
        "ALREADY_IN_PROCESS": lambda shop: (SYSTEM, given(shop.cart(status="processing"))),
        **on_account(for_account),
    }


def activation(cart_id: str) -> dict[str, Any]:
    return {"cartId": cart_id, "orderStatus": "Activated"}


def announce(shop: Shop, cart_id: str, state: str = "Start") -> Call:
    """Return a call that activates the order of a cart whose session is at that step."""
    shop.invoke(
        "updateCheckoutSessionAction",
        by=SYSTEM,
        checkoutSessionId=session_of(shop, cart_id),
        expCurrentState=state,
        nextState="activateOrder",
    )
    return SYSTEM, activation(cart_id)


def not_valid(shop: Shop) -> Call:
    cart_id = sold_out(shop)
    session_of(shop, cart_id)
    shop.invoke("checkCartInventoryAction", by=SYSTEM, cartId=cart_id)
    [[session]] = shop.sql(
        "SELECT s.public_id FROM cart_checkout_session s JOIN cart_cart c ON c.id = s.cart_id"
        " WHERE c.masked_id = :id",
        id=cart_id,
    )
    given = {"checkoutSessionId": session, "expCurrentState": "Error"}
    shop.invoke("updateCheckoutSessionAction", by=SYSTEM, nextState="activateOrder", **given)
    return SYSTEM, activation(cart_id)


def flagged(shop: Shop) -> Call:
    """Return a call about a session that is marked as processing although nothing works for it."""
    cart_id = shop.cart()
    processed(shop, cart_id)
    return SYSTEM, activation(cart_id)


CASES: Cases = {
    "createCart": {
        "WEB_STORE_INVALID": lambda shop: (SYSTEM, {"webStoreId": "elsewhere", "cartInput": {}}),
        "ACCOUNT_INVALID": lambda shop: (
            shop.customer(),
            {"webStoreId": STORE, "cartInput": {"effectiveAccountId": buyer(shop).account}},
        ),
        "STORE_MEMBERSHIP_REQUIRED": lambda shop: (
            SYSTEM,
            {
                "webStoreId": STORE,
                "cartInput": {"effectiveAccountId": buyer(shop, store_member=False).account},
            },
        ),
    },
    "addCartItem": {
        **in_store(
            lambda cart_id: {
                "cartStateOrId": cart_id,
                "webStoreId": STORE,
                "cartItemInput": {"productId": DUFFLE, "quantity": "1"},
            }
        ),
        "PRODUCT_NOT_FOUND": lambda shop: added(shop, "1", enabled=False),
        "NOT_SALABLE": lambda shop: added(shop, "1", stock=0),
        "INSUFFICIENT_STOCK": lambda shop: added(shop, "2", stock=1),
        "INVALID_QUANTITY": lambda shop: added(shop, "many"),
        "QUANTITY_BELOW_MINIMUM": lambda shop: added(shop, "1", minimum=2),
        "QUANTITY_ABOVE_MAXIMUM": lambda shop: added(shop, "3", maximum=2),
        "QUANTITY_NOT_INCREMENT": lambda shop: added(shop, "3", increment=2),
    },
    "deleteCart": in_store(lambda cart_id: {"cartStateOrId": cart_id, "webStoreId": STORE}),
    "getCartItems": READ,
    "getCartPromotions": READ,
    "setCheckoutDeliveryMethod": {
        **on_cart("cartId", deliveryMethodId="flatrate/flatrate"),
        **on_account(
            lambda shop, buyer: {
                "cartId": cart_for(shop, buyer),
                "deliveryMethodId": "flatrate/flatrate",
            }
        ),
        "SHIPPING_METHOD_NOT_FOUND": lambda shop: (
            SYSTEM,
            {"cartId": shop.cart(), "deliveryMethodId": "by owl"},
        ),
    },
    "checkoutSessionAction": {
        **on_cart("cartId"),
        "CART_PROCESSING": lambda shop: (SYSTEM, {"cartId": shop.cart(status="processing")}),
        **on_account(lambda shop, buyer: {"cartId": cart_for(shop, buyer)}),
    },
    "updateCheckoutSessionAction": UPDATE,
    "updateCheckoutSessionStateAction": UPDATE,
    "getCheckoutSession": {
        "SESSION_ID_INVALID": lambda shop: (SYSTEM, {"checkoutSessionId": "gone"}),
        "SESSION_NOT_FOUND": foreign_session,
    },
    "cancelCartAsyncOperation": {
        "INVALID_OPERATION": lambda shop: (SYSTEM, {"cartId": shop.cart(status="closed")}),
        **on_cart("cartId"),
    },
    **{
        name: of_job(lambda cart_id: {"cartId": cart_id})
        for name in (
            "checkCartInventoryAction",
            "priceCart",
            "calcCartPromotionsAction",
            "calcCartShipmentAction",
            "calcCartTaxesAction",
            "cartToOrderAction",
        )
    },
    "activateOrderAction": {
        **of_job(activation),
        "ORDER_STATUS_INVALID": lambda shop: (
            SYSTEM,
            {"cartId": shop.cart(), "orderStatus": "Draft"},
        ),
        "SESSION_PROCESSING": flagged,
        "SESSION_NOT_ACTIVATING": started(activation),
        "CART_VALIDATION_FAILED": not_valid,
        "ORDER_SUMMARY_NOT_CREATED": lambda shop: announce(shop, shop.cart((DUFFLE, 1))),
    },
    **{
        name: {"OPERATION_ENDED": lambda shop: (SYSTEM, {"backgroundOperationId": "none"})}
        for name in ("beginCartOperation", "doCartOperation")
    },
    "failCartOperation": {
        "OPERATION_ENDED": lambda shop: (
            SYSTEM,
            {"backgroundOperationId": "none", "message": "no"},
        ),
    },
}
