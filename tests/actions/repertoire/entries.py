"""The entries: add an action here."""

from __future__ import annotations

from typing import Final

from .credits import COUPON_ENTRIES, CREDIT_ENTRIES
from .entry import Entry
from .rows import (
    ADMINISTRATORS,
    CANCEL,
    CUSTOMERS,
    DELETE,
    EVERYBODY,
    GIVE_UP,
    GUEST_CARTS,
    GUESTS,
    MEMBERS,
    MERGE_FROM,
    MERGE_INTO,
    NOBODY,
    OF_USER,
    OWNERS,
    SESSION_READERS,
    SHOPPERS,
    SIGNED_IN,
)
from .store import ACCOUNT, METHODS, OTHER, OWNER, PASSWORD, SKUS, STORE

WEB_STORE: Final = STORE["shop"]["web_store_id"]

CARTS: Final = (
    Entry("createEmptyCart", EVERYBODY, lambda hand, cart: {}),
    Entry("createGuestCart", GUESTS, lambda hand, cart: {}),
    Entry("cart", SHOPPERS, lambda hand, cart: {"cart_id": cart.id}),
    Entry("customerCart", CUSTOMERS, lambda hand, cart: {}),
    Entry("setCartAsInactive", GIVE_UP, lambda hand, cart: {"cartId": cart.id}),
    Entry(
        "mergeCarts",
        MERGE_FROM,
        lambda hand, cart: {
            "source_cart_id": cart.id,
            "strategy": hand.of(("sum", "guest", "customer")),
        },
        about="from",
        lines="merge",
    ),
    Entry(
        "mergeCarts",
        MERGE_INTO,
        lambda hand, cart: {
            "source_cart_id": cart.spare,
            "destination_cart_id": cart.id,
            "strategy": hand.of(("sum", "guest", "customer")),
        },
        about="into",
        lines="merge",
    ),
    Entry(
        "assignCustomerToGuestCart",
        MERGE_FROM,
        lambda hand, cart: {"cart_id": cart.id},
        lines="merge",
    ),
)

ITEMS: Final = (
    Entry(
        "addProductsToCart",
        SHOPPERS,
        lambda hand, cart: {"cartId": cart.id, "cartItems": hand.items()},
        lines="grow",
    ),
    Entry("addProductsToNewCart", EVERYBODY, lambda hand, cart: {"cartItems": hand.items()}),
    Entry(
        "updateCartItems",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "cart_items": [{"cart_item_id": hand.line(cart), "quantity": hand.of((1, 0, 3, 8.5))}],
        },
        lines="set",
    ),
    Entry(
        "removeItemFromCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "cart_item_id": hand.line(cart)},
        lines="shrink",
    ),
    *(
        Entry(
            action,
            SHOPPERS,
            lambda hand, cart: {
                "cart_id": cart.id,
                "cart_items": [{"data": item} for item in hand.items()],
            },
            lines="grow",
        )
        for action in ("addSimpleProductsToCart", "addVirtualProductsToCart")
    ),
    Entry("clearCart", SHOPPERS, lambda hand, cart: {"uid": cart.id}, lines="go"),
    Entry("clearCustomerCart", OWNERS, lambda hand, cart: {"cartUid": cart.id}, lines="go"),
)

CHOICES: Final = (
    Entry(
        "setGuestEmailOnCart",
        GUEST_CARTS,
        lambda hand, cart: {"cart_id": cart.id, "email": hand.of(("guest@example.com", "guest"))},
    ),
    Entry(
        "setShippingAddressesOnCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "shipping_addresses": [hand.address()]},
    ),
    Entry(
        "setBillingAddressOnCart",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "billing_address": hand.of(
                (
                    hand.address(),
                    {"same_as_shipping": True},
                    hand.address() | {"use_for_shipping": True},
                )
            ),
        },
    ),
    Entry(
        "setShippingMethodsOnCart",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "shipping_methods": [
                {"carrier_code": hand.of(("flatrate", "pigeon")), "method_code": "flatrate"}
            ],
        },
        cart="shipped",
    ),
    Entry(
        "setPaymentMethodOnCart",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "payment_method": {"code": hand.of(("checkmo", "sandbox", "free", "unknown"))},
        },
        cart="shipped",
    ),
)

ESTIMATES: Final = tuple(
    Entry(
        action,
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "address": {"country_code": hand.of(("US", "DE", "XX"))},
            **hand.maybe(
                shipping_method={"carrier_code": "flatrate", "method_code": "flatrate"},
            ),
        },
    )
    for action in ("estimateShippingMethods", "estimateTotals")
)

ORDERS: Final = (
    Entry(
        "createPaymentOrder",
        SHOPPERS,
        lambda hand, cart: {
            "cartId": cart.id,
            "methodCode": hand.of(METHODS),
            **hand.maybe(paymentSource=hand.of(("tok_ok", "tok_declined", "tok_unavailable"))),
        },
    ),
    Entry("placeOrder", SHOPPERS, lambda hand, cart: {"cart_id": cart.id}, cart="paid"),
    Entry(
        "setPaymentMethodAndPlaceOrder",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "payment_method": {"code": hand.of(("checkmo", "sandbox", "free"))},
        },
        cart="ready",
    ),
)

_SESSION_WORDS: Final = {
    "unknown": "SESSION_ID_INVALID",
    "foreign": "SESSION_NOT_FOUND",
    "gone": "SESSION_NOT_FOUND",
}
"""Of a session that somebody may not use, nobody hears why."""

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

OTHERS: Final = (
    Entry(
        "generateCustomerToken",
        EVERYBODY,
        lambda hand, cart: {
            "email": hand.of((OWNER, OTHER)),
            "password": hand.of((PASSWORD, "wrong")),
        },
    ),
    Entry("revokeCustomerToken", CUSTOMERS, lambda hand, cart: {}),
    Entry(
        "purgeCarts",
        ADMINISTRATORS,
        lambda hand, cart: {"older_s": hand.of((86_400, 3600)), "dry_run": hand.of((False, True))},
    ),
    Entry(
        "eraseCustomer",
        ADMINISTRATORS,
        lambda hand, cart: {"email": "nobody@example.com"},
    ),
    Entry("loadStoreFile", NOBODY, lambda hand, cart: {"file": "/nowhere/store.json"}),
    Entry(
        "loadStore",
        ADMINISTRATORS,
        lambda hand, cart: {
            "store": {
                "shop": STORE["shop"],
                "products": [hand.of(STORE["products"]) | {"price_minor": hand.of((2000, 100))}],
            }
        },
    ),
    Entry(
        "purgeCarts",
        ADMINISTRATORS,
        lambda hand, cart: {"older_s": hand.of((86_400, 3600)), "dry_run": hand.of((False, True))},
    ),
    Entry(
        "eraseCustomer",
        ADMINISTRATORS,
        lambda hand, cart: {"email": "nobody@example.com"},
    ),
    Entry("loadStoreFile", NOBODY, lambda hand, cart: {"file": "store.json"}),
)

ENTRIES: Final = (
    *CARTS,
    *ITEMS,
    *COUPON_ENTRIES,
    *CREDIT_ENTRIES,
    *CHOICES,
    *ESTIMATES,
    *ORDERS,
    *BUSINESSES,
    *OPERATIONS,
    *OTHERS,
)
"""One entry for each action; more where it takes several carts."""
