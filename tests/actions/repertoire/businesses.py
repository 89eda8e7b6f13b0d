"""The entries of checkouts for businesses: add an action of that family here."""

from __future__ import annotations

from typing import Final

from .entry import Entry
from .rows import CANCEL, DELETE, MEMBERS, NOBODY, OF_USER, SESSION_READERS, SIGNED_IN
from .store import ACCOUNT, SKUS, STORE

WEB_STORE: Final = STORE["shop"]["web_store_id"]

_SESSION_WORDS: Final = {
    "unknown": "SESSION_ID_INVALID",
    "foreign": "SESSION_NOT_FOUND",
    "gone": "SESSION_NOT_FOUND",
}
_OUT_OF_CHECKOUT: Final = {"gone": "INVALID_OPERATION"}

BUSINESSES: Final = (
    Entry(
        "createCart",
        SIGNED_IN,
        lambda hand, cart: {
            "webStoreId": WEB_STORE,
            "cartInput": hand.maybe(effectiveAccountId=ACCOUNT),
        },
    ),
    Entry(
        "addCartItem",
        MEMBERS,
        lambda hand, cart: {
            "cartStateOrId": cart.id,
            "webStoreId": WEB_STORE,
            "cartItemInput": {
                "productId": hand.of(SKUS),
                "quantity": hand.of(("1", "2", "7.5")),
            },
        },
        lines="grow",
    ),
    Entry(
        "deleteCart",
        DELETE,
        lambda hand, cart: {"cartStateOrId": cart.id, "webStoreId": WEB_STORE},
    ),
    Entry(
        "getCartItems",
        OF_USER,
        lambda hand, cart: {"cartId": cart.id, "userId": cart.user, "webStoreId": WEB_STORE},
    ),
    Entry(
        "getCartPromotions",
        OF_USER,
        lambda hand, cart: {"cartId": cart.id, "userId": cart.user, "webStoreId": WEB_STORE},
    ),
    Entry(
        "setCheckoutDeliveryMethod",
        MEMBERS,
        lambda hand, cart: {
            "cartId": cart.id,
            "deliveryMethodId": "/".join(
                hand.of([(it["carrier"], it["method"]) for it in STORE["shipping"]])
            ),
        },
        cart="shipped",
    ),
    Entry("checkoutSessionAction", MEMBERS, lambda hand, cart: {"cartId": cart.id}),
    *(
        Entry(
            name,
            MEMBERS,
            lambda hand, cart: {
                "checkoutSessionId": cart.session,
                "nextState": hand.of(("activateOrder", "CheckInventory", "Payment")),
                "expCurrentState": hand.of((cart.state, cart.state, "Lost")),
            },
            cart="checkout",
            words=_SESSION_WORDS,
        )
        for name in ("updateCheckoutSessionAction", "updateCheckoutSessionStateAction")
    ),
    Entry(
        "getCheckoutSession",
        SESSION_READERS,
        lambda hand, cart: {"checkoutSessionId": cart.session},
        cart="checkout",
        words=_SESSION_WORDS,
    ),
    Entry(
        "cancelCartAsyncOperation",
        CANCEL,
        lambda hand, cart: {"cartId": cart.id},
        cart="checkout",
        words={"shut": "INVALID_OPERATION"},
    ),
)

OPERATIONS: Final = (
    *(
        Entry(
            name,
            MEMBERS,
            lambda hand, cart: {"cartId": cart.id},
            cart="checkout",
            words=_OUT_OF_CHECKOUT,
        )
        for name in (
            "checkCartInventoryAction",
            "priceCart",
            "calcCartPromotionsAction",
            "calcCartShipmentAction",
            "calcCartTaxesAction",
        )
    ),
    Entry(
        "cartToOrderAction",
        MEMBERS,
        lambda hand, cart: {"cartId": cart.id, **hand.maybe(runAsync=hand.of((False, True)))},
        cart="checkout",
        words=_OUT_OF_CHECKOUT,
    ),
    Entry(
        "activateOrderAction",
        MEMBERS,
        lambda hand, cart: {
            "cartId": cart.id,
            "orderStatus": hand.of(("Activated", "Draft")),
            **hand.maybe(runAsync=hand.of((False, True))),
        },
        cart="checked",
        words=_OUT_OF_CHECKOUT,
    ),
    *(
        Entry(name, NOBODY, lambda hand, cart: {"backgroundOperationId": "none"})
        for name in ("beginCartOperation", "doCartOperation")
    ),
    Entry(
        "failCartOperation",
        NOBODY,
        lambda hand, cart: {"backgroundOperationId": "none", "message": "no"},
    ),
)
