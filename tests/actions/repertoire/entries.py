"""The entries: add an action here."""

from __future__ import annotations

from typing import Final

from .businesses import BUSINESSES, OPERATIONS
from .credits import COUPON_ENTRIES, CREDIT_ENTRIES
from .entry import Entry
from .rows import (
    ADMINISTRATORS,
    CUSTOMERS,
    EVERYBODY,
    GIVE_UP,
    GUEST_CARTS,
    GUESTS,
    MERGE_FROM,
    MERGE_INTO,
    NOBODY,
    OWNERS,
    REGISTER,
    SHOPPERS,
)
from .store import METHODS, OTHER, OWNER, PASSWORD, STORE

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

"""Of a session that somebody may not use, nobody hears why."""

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
    Entry("customer", CUSTOMERS, lambda hand, cart: {}),
    *(
        Entry(
            action,
            REGISTER,
            lambda hand, cart: {"email": OWNER, "firstname": "A", "lastname": "B"},
            words={"taken": "EMAIL_TAKEN"},
        )
        for action in ("createCustomer", "createCustomerV2")
    ),
    Entry(
        "products",
        EVERYBODY,
        lambda hand, cart: hand.of(({"skus": ["many"]}, {"search": "few"}, {"pageSize": 0})),
    ),
    Entry(
        "storeConfig", EVERYBODY, lambda hand, cart: {"store": hand.of(("default", "elsewhere"))}
    ),
    Entry("countries", EVERYBODY, lambda hand, cart: {"country": hand.of(("DE", "us", "XX"))}),
    Entry("isEmailAvailable", EVERYBODY, lambda hand, cart: {"email": hand.of((OWNER, ""))}),
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
