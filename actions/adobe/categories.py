"""Which category of the platform each condition has; none has one without being named here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .errors import ALREADY_EXISTS, AUTHENTICATION, AUTHORIZATION, INPUT, NO_SUCH_ENTITY

_BY_CATEGORY: Final[Mapping[str | None, tuple[str, ...]]] = {
    INPUT: (
        *("CART_ID_REQUIRED", "CART_ID_INVALID", "SOURCE_REQUIRED", "DESTINATION_EMPTY"),
        *("CART_ITEMS_REQUIRED", "CART_ITEM_ID_REQUIRED", "CART_ITEM_ID_AMBIGUOUS"),
        *("INVALID_QUANTITY", "NOT_SALABLE", "INSUFFICIENT_STOCK"),
        *("QUANTITY_BELOW_MINIMUM", "QUANTITY_ABOVE_MAXIMUM", "QUANTITY_NOT_INCREMENT"),
        *("COUPON_CODE_REQUIRED", "COUPON_CODES_REQUIRED"),
        *("COUPON_ALREADY_APPLIED", "TOO_MANY_COUPONS"),
        *("GIFT_CARD_CODE_REQUIRED", "GIFT_CARD_NOT_ADDED", "REWARD_POINTS_NOT_OFFERED"),
        *("ADDRESS_REQUIRED", "ADDRESS_AMBIGUOUS", "ADDRESS_INCOMPLETE", "TOO_MANY_STREET_LINES"),
        *("SHIPPING_ADDRESSES_REQUIRED", "SHIPPING_ADDRESSES_MULTIPLE", "SHIPPING_NOT_NEEDED"),
        *("SHIPPING_ADDRESS_NOT_SET", "SHIPPING_ADDRESS_MISSING", "SHIPPING_ADDRESS_REQUIRED"),
        *("COUNTRY_REQUIRED", "COUNTRY_NOT_AVAILABLE"),
        *("REGION_REQUIRED", "REGION_AMBIGUOUS", "REGION_MISMATCH"),
        *("SHIPPING_METHODS_REQUIRED", "SHIPPING_METHODS_MULTIPLE", "SHIPPING_METHOD_REQUIRED"),
        *("CARRIER_CODE_REQUIRED", "METHOD_CODE_REQUIRED", "BILLING_ADDRESS_INVALID"),
        *("PAYMENT_METHOD_CODE_REQUIRED", "PAYMENT_METHOD_NOT_AVAILABLE"),
        *("PAYMENT_METHOD_REQUIRED", "PAYMENT_METHOD_UNKNOWN", "PAYMENT_DECLINED"),
        *("PAYMENT_REQUIRED", "PAYMENT_AMOUNT_CHANGED", "CART_ALREADY_PAID"),
        *("CART_EMPTY", "TOTAL_TOO_HIGH", "GUEST_EMAIL_MISSING"),
        *("EMAIL_REQUIRED", "EMAIL_INVALID", "EMAIL_TAKEN", "PASSWORD_REQUIRED"),
        *("PASSWORD_TOO_LONG", "PASSWORD_TOO_SHORT", "PASSWORD_TOO_SIMPLE"),
        *("PASSWORD_PADDED", "PASSWORD_IS_EMAIL", "NAME_REQUIRED", "NAME_INVALID"),
        *("DATE_OF_BIRTH_INVALID", "DATE_OF_BIRTH_IN_FUTURE", "GENDER_INVALID"),
        *("PAGE_SIZE_INVALID", "PAGE_INVALID", "PAGE_UNKNOWN", "STORE_NOT_FOUND"),
        *("INVALID_INPUT", "IDEMPOTENCY_KEY_REUSED"),
    ),
    NO_SUCH_ENTITY: (
        *("CART_NOT_FOUND", "CART_NOT_ACTIVE", "CART_ITEM_NOT_FOUND", "PRODUCT_NOT_FOUND"),
        *("COUPON_NOT_VALID", "COUPONS_NOT_VALID", "GIFT_CARD_NOT_FOUND", "GIFT_CARD_NOT_REMOVED"),
        *("GIFT_WRAPPING_NOT_FOUND", "ADDRESS_NOT_FOUND", "SHIPPING_METHOD_NOT_FOUND"),
        "COUNTRY_UNKNOWN",
    ),
    ALREADY_EXISTS: ("CART_ID_TAKEN",),
    AUTHORIZATION: (
        *("CART_NOT_OWNED", "CUSTOMER_REQUIRED", "GUEST_CHECKOUT_DISABLED", "ADDRESS_NOT_OWNED"),
        *("ACCOUNT_INVALID", "STORE_MEMBERSHIP_REQUIRED", "REGISTRATION_CLOSED"),
        "NOT_AUTHORIZED",
    ),
    AUTHENTICATION: ("SIGN_IN_INCORRECT", "NOT_AUTHENTICATED"),
    # nobody's fault: the platform has no category for what works if it is tried again
    None: (
        *("PAYMENT_UNAVAILABLE", "PAYMENT_IN_PROGRESS", "TOO_MANY_REGISTRATIONS"),
        *("IN_PROGRESS", "BUSY", "TIMEOUT"),
    ),
}

BY_CODE: Final[Mapping[str, str | None]] = {
    code: category for category, codes in _BY_CATEGORY.items() for code in codes
}
"""By the code of a condition."""

BY_ACTION: Final[Mapping[tuple[str, str], str]] = {
    ("createGuestCart", "GUEST_REQUIRED"): ALREADY_EXISTS,
    ("setGuestEmailOnCart", "GUEST_REQUIRED"): INPUT,
    ("applyCouponToCart", "CART_EMPTY"): NO_SUCH_ENTITY,
    ("applyCouponsToCart", "CART_EMPTY"): NO_SUCH_ENTITY,
    ("removeCouponFromCart", "CART_EMPTY"): NO_SUCH_ENTITY,
}
"""By action and code, where the platform has different ones for the same condition."""


def category_of(action: str, code: str) -> str | None:
    """Return the category of a condition; None if it has none."""
    return BY_ACTION.get((action, code)) or BY_CODE.get(code)
