"""What the cart plugin brings, as the entry point group `cartflow` finds it.

Handlers are import strings, and the package root imports a name when it is used: so looking at this
table costs next to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import cartflow
from cartflow import hookimpl

_SCHEMAS = files("cartflow.schemas")

_SHARED: Final = (
    "money.json",
    "cart.json",
    "cart-items.json",
    "item-errors.json",
    "address-input.json",
    "cart-summary.json",
    "cart-item.json",
    "checkout-session.json",
    "store.json",
    "customer.json",
)

_HANDLERS: Final = {
    # carts
    "createEmptyCart": "cartflow.actions.carts:create_empty_cart",
    "createGuestCart": "cartflow.actions.carts:create_guest_cart",
    "cart": "cartflow.actions.carts:read",
    "customerCart": "cartflow.actions.carts:read_own",
    "setCartAsInactive": "cartflow.actions.carts:set_inactive",
    # their lines
    "addProductsToCart": "cartflow.actions.items:add_to_cart",
    "addProductsToNewCart": "cartflow.actions.items:add_to_new_cart",
    "updateCartItems": "cartflow.actions.items:update",
    "removeItemFromCart": "cartflow.actions.items:remove",
    "mergeCarts": "cartflow.actions.merging:merge_carts",
    "assignCustomerToGuestCart": "cartflow.actions.assigning:assign_customer",
    "addSimpleProductsToCart": "cartflow.actions.simple_items:add_simple",
    "addVirtualProductsToCart": "cartflow.actions.simple_items:add_simple",
    "clearCart": "cartflow.actions.clearing:clear",
    "clearCustomerCart": "cartflow.actions.clearing:clear_own",
    # coupons, gift cards, store credit, gifts
    "applyCouponToCart": "cartflow.actions.coupons:apply_one",
    "removeCouponFromCart": "cartflow.actions.coupons:remove_one",
    "applyCouponsToCart": "cartflow.actions.coupons:apply_several",
    "removeCouponsFromCart": "cartflow.actions.coupons:remove_several",
    "applyGiftCardToCart": "cartflow.actions.credits:apply_gift_card",
    "removeGiftCardFromCart": "cartflow.actions.credits:remove_gift_card",
    "giftCardAccount": "cartflow.actions.credits:read_gift_card",
    "redeemGiftCardBalanceAsStoreCredit": "cartflow.actions.credits:redeem_gift_card",
    "applyStoreCreditToCart": "cartflow.actions.credits:apply_store_credit",
    "removeStoreCreditFromCart": "cartflow.actions.credits:remove_store_credit",
    "applyRewardPointsToCart": "cartflow.actions.credits:apply_reward_points",
    "removeRewardPointsFromCart": "cartflow.actions.credits:remove_reward_points",
    "setGiftOptionsOnCart": "cartflow.actions.gifts:set_options",
    # what is chosen for the checkout
    "setGuestEmailOnCart": "cartflow.actions.addresses:set_guest_email",
    "setShippingAddressesOnCart": "cartflow.actions.addresses:set_shipping",
    "setBillingAddressOnCart": "cartflow.actions.addresses:set_billing",
    "setShippingMethodsOnCart": "cartflow.actions.delivery:set_method",
    "setPaymentMethodOnCart": "cartflow.actions.paying:set_method",
    "estimateShippingMethods": "cartflow.actions.estimates:methods",
    "estimateTotals": "cartflow.actions.estimates:totals",
    # payments and orders
    "createPaymentOrder": "cartflow.actions.payment:CREATE_PAYMENT_ORDER",
    "placeOrder": "cartflow.actions.placing:place_order",
    "setPaymentMethodAndPlaceOrder": "cartflow.actions.placing:choose_and_place",
    # businesses: carts
    "createCart": "cartflow.actions.b2b.carts:create",
    "addCartItem": "cartflow.actions.b2b.carts:add_item",
    "deleteCart": "cartflow.actions.b2b.carts:delete",
    "getCartItems": "cartflow.actions.b2b.carts:items",
    "getCartPromotions": "cartflow.actions.b2b.carts:promotions",
    "setCheckoutDeliveryMethod": "cartflow.actions.b2b.carts:set_delivery_method",
    # businesses: checkout sessions
    "checkoutSessionAction": "cartflow.actions.b2b.sessions:start",
    "updateCheckoutSessionAction": "cartflow.actions.b2b.sessions:update",
    "updateCheckoutSessionStateAction": "cartflow.actions.b2b.sessions:update",
    "getCheckoutSession": "cartflow.actions.b2b.sessions:read",
    "cancelCartAsyncOperation": "cartflow.actions.b2b.sessions:cancel",
    # businesses: background operations
    "checkCartInventoryAction": "cartflow.actions.b2b.operations:start",
    "priceCart": "cartflow.actions.b2b.operations:start",
    "calcCartPromotionsAction": "cartflow.actions.b2b.operations:start",
    "calcCartShipmentAction": "cartflow.actions.b2b.operations:start",
    "calcCartTaxesAction": "cartflow.actions.b2b.operations:start",
    "cartToOrderAction": "cartflow.actions.b2b.operations:start_order",
    "activateOrderAction": "cartflow.actions.b2b.operations:start_activation",
    "beginCartOperation": "cartflow.actions.b2b.operations:begin",
    "doCartOperation": "cartflow.actions.b2b.operations:do",
    "failCartOperation": "cartflow.actions.b2b.operations:fail",
    # customers and the shop
    "generateCustomerToken": "cartflow.actions.customers:generate_token",
    "revokeCustomerToken": "cartflow.actions.customers:revoke_token",
    "customer": "cartflow.actions.customers:read",
    "createCustomer": "cartflow.actions.registering:create",
    "createCustomerV2": "cartflow.actions.registering:create",
    "products": "cartflow.actions.catalogue:find",
    "storeConfig": "cartflow.actions.catalogue:read_store",
    "countries": "cartflow.actions.forms:list_countries",
    "isEmailAvailable": "cartflow.actions.forms:check_email",
    "loadStore": "cartflow.actions.store:load",
    "loadStoreFile": "cartflow.actions.store:load_file",
    "purgeCarts": "cartflow.actions.purging:purge_carts",
    "eraseCustomer": "cartflow.actions.erasing:erase_customer",
}
"""Each action with its handler; the contract is `schemas/actions/NAME.json`."""

_FLOWS: Final = (
    "login-and-merge-cart",
    "buy-now",
    "restart-checkout",
    "run-cart-operation",
    "wait-for-checkout",
    "b2b-checkout",
    "b2b-change-of-mind",
)


@hookimpl
def cartflow_actions() -> Sequence[cartflow.Action]:
    """Return the cart actions."""
    contracts = _SCHEMAS.joinpath("actions")
    return [
        cartflow.Action.from_file(contracts.joinpath(f"{name}.json"), handler)
        for name, handler in _HANDLERS.items()
    ]


@hookimpl
def cartflow_flows() -> Sequence[Traversable]:
    """Return the flows that ship."""
    folder = files("cartflow.actions").joinpath("flows")
    return [folder.joinpath(f"{name}.flow.yaml") for name in _FLOWS]


@hookimpl
def cartflow_schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the schemas that contracts and flows share."""
    return {name: json.loads(_SCHEMAS.joinpath(name).read_text("utf-8")) for name in _SHARED}


@hookimpl
def cartflow_wrappers() -> Sequence[cartflow.Wrapper]:
    """Return the wrapper that gives up a checkout before its cart is changed."""
    before_edit = "cartflow.actions.checkout:before_edit"
    return [cartflow.Wrapper(before_edit, applies_to=_is_edit, as_system=True)]


def _is_edit(contract: cartflow.Contract) -> bool:
    return bool(contract.extensions.get("x-cart", {}).get("edits"))


@hookimpl
def cartflow_settings() -> Sequence[cartflow.Setting]:
    """Return the settings of the section `cart`."""
    return [
        cartflow.Setting(
            "checkout_policy",
            "cancel",
            "What becomes of a checkout when its cart is changed: cancel it and unlock the cart,"
            " or stay in it with the totals calculated again",
            choices=("cancel", "recalculate"),
        ),
        cartflow.Setting(
            "sandbox_payments",
            False,
            "Whether payment methods of the provider 'sandbox' can be used, to try things out",
        ),
        cartflow.Setting(
            "sandbox_dir",
            "",
            "Where the sandbox remembers its charges; empty: cartflow-sandbox in the system's"
            " folder for temporary files",
        ),
        cartflow.Setting(
            "token_lifetime_s", 3600.0, "How long a customer's token is valid", minimum=1
        ),
        cartflow.Setting(
            "sign_in_failures", 6, "After how many wrong passwords an account is locked", minimum=1
        ),
        cartflow.Setting(
            "sign_in_lock_s", 600.0, "How long an account stays locked then", minimum=0
        ),
    ]


@hookimpl
def cartflow_tables() -> cartflow.Tables:
    """Return the tables of the cart domain."""
    return cartflow.Tables(migrations="cartflow.actions.migrations")


@hookimpl
def cartflow_commands() -> Mapping[str, tuple[str, str]]:
    """Return the command groups for operators, and the demonstration."""
    return {
        "store": ("cartflow.actions.cli:store", "Load products, customers and the like."),
        "carts": ("cartflow.actions.cli:carts", "Delete carts that nobody has changed for long."),
        "customers": ("cartflow.actions.cli:customers", "Erase what is known of a person."),
        "demo": ("cartflow.actions.demo:demo", "See in ten seconds what this is."),
    }


@hookimpl
def cartflow_provide() -> Mapping[str, Mapping[str, str]]:
    """Return what is built in of prices and payments, and how a customer is found by e-mail."""
    return {
        "cart.promotions": {"coupons": "cartflow.actions.cart.pricing.promotions:COUPONS"},
        "cart.shipping": {
            "flat_rate": "cartflow.actions.cart.pricing.shipping:FLAT_RATE",
            "free": "cartflow.actions.cart.pricing.shipping:FREE",
            "table_rate": "cartflow.actions.cart.pricing.shipping:TABLE_RATE",
        },
        "cart.taxes": {"store_rates": "cartflow.actions.cart.pricing.taxes:STORE_RATES"},
        "cart.payment_providers": {
            "offline": "cartflow.actions.cart.providers:OFFLINE",
            "sandbox": "cartflow.actions.cart.providers:SANDBOX",
        },
        "principals": {"customer": "cartflow.actions.cart.sign_in:find_customer_id"},
    }
