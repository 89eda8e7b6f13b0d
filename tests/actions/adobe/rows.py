"""The rows of the platform's error tables: its words, and the category that it gives them.

Words that stand in a contract with `{name}` in them do so here as well. Where an operation has a
category of its own for words that others use too, it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_INPUT: Final = """
Required parameter "source_cart_id" is missing
Required parameter "destination_cart_id" is missing
The parameter "destination_cart_id" cannot be empty
Required parameter "cart_id" is missing
Required parameter "cart_id" is missing.
Required parameter "cartId" is missing
Required parameter "cartUid" is missing
Required parameter "uid" is missing
Required parameter "cartItems" is missing
Required parameter "cart_items" is missing
Required parameter "cart_items" is missing.
Required parameter "cart_item_id" is missing.
Required parameter "cart_item_id" for "cart_items" is missing.
`cart_item_id` and `cart_item_uid` can't be used at the same time.
Cart ID length should to be 32 symbols.
Please enter a number greater than 0 in this field.
Could not add the product with SKU {sku} to the shopping cart: Product that you are trying to add is not available.
Could not add the product with SKU {sku} to the shopping cart: The requested qty is not available
Could not add the product with SKU {sku} to the shopping cart: The fewest you may purchase is {minimum}
Could not add the product with SKU {sku} to the shopping cart: The most you may purchase is {maximum}
Could not add the product with SKU {sku} to the shopping cart: You can buy this product only in quantities of {increment} at a time.
Required parameter "coupon_code" is missing
Required parameter "coupon_codes" is missing
A coupon is already applied to the cart. Please remove it to apply another
Maximum allowed number of applied coupons was exceeded.
Required parameter "gift_card_code" is missing
The gift card code couldn't be added. Verify your information and try again.
Required parameter "email" is missing
Invalid email format
The request is not allowed for logged in customers
Required parameter "shipping_addresses" is missing
You cannot specify multiple shipping addresses.
The shipping address must contain either "customer_address_id" or "address".
The shipping address cannot contain "customer_address_id" and "address" at the same time.
Country is not available
"Street Address" cannot contain more than {street_lines} lines.
Region is required.
Region input is ambiguous. Specify region_id.
The region_id does not match the selected country or region
"{field}" is required. Enter and try again.
Shipping address is not allowed on cart: cart contains no items for shipment.
The billing address must contain either "customer_address_id", "address", or "same_as_shipping".
The billing address cannot contain "customer_address_id" and "address" at the same time.
Could not use the "same_as_shipping" option, because the shipping address has not been set.
Required parameter "shipping_methods" is missing
Required parameter "carrier_code" is missing.
Required parameter "method_code" is missing.
You cannot specify multiple shipping methods.
The shipping method can't be set for an empty cart. Add an item to cart and try again.
The shipping address is missing. Set the address and try again.
Required parameter "code" for "payment_method" is missing.
The requested Payment Method is not available.
Required parameter "country_code" is missing
Specify the "email" value.
Specify the "password" value.
Requested store is not found
Required parameters are missing: Email
A customer with the same email address already exists in an associated website.
The requested Payment Method is not available.
"""  # noqa: E501 - a row is one line

_NO_SUCH_ENTITY: Final = """
Could not find a cart with ID "{cart_id}"
The cart isn't active.
Current user does not have an active cart.
Could not find a product with SKU "{sku}"
The cart doesn't contain the item
Cart does not contain products.
Cart does not contain products
The coupon code isn't valid. Verify the code and try again.
The following coupon codes could not be applied: {codes}
The gift card couldn't be deleted from the quote.
Gift card not found
Could not find a address with ID "{address_id}"
Carrier with such method not found: {carrier_code}, {method_code}
"""

_ALREADY_EXISTS: Final = """
Cart with ID "{cart_id}" already exists.
Use `Query.customerCart` for logged in customer.
"""

_AUTHORIZATION: Final = """
The current customer isn't authorized.
The current user cannot perform operations on cart
The current user cannot perform operations on cart "{cart_id}"
The request is allowed for logged in customer
Current customer does not have permission to address with ID "{address_id}"
Guest checkout is not allowed. Register a customer account or login with existing one.
Please specify a valid customer.
"""

_AUTHENTICATION: Final = """
The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.
"""  # noqa: E501 - a row is one line

CATEGORIES: Final[Mapping[str, str]] = {
    words: f"graphql-{category}"
    for category, rows in (
        ("input", _INPUT),
        ("no-such-entity", _NO_SUCH_ENTITY),
        ("already-exists", _ALREADY_EXISTS),
        ("authorization", _AUTHORIZATION),
        ("authentication", _AUTHENTICATION),
    )
    for words in rows.strip().splitlines()
}
"""By words."""

PLACING: Final[Mapping[str, str]] = {
    'Could not find a cart with ID "{cart_id}"': "CART_NOT_FOUND",
    "The cart isn't active.": "CART_NOT_ACTIVE",
    "Guest email for cart is missing.": "GUEST_EMAIL_MISSING",
    "A server error stopped your order from being placed. Please try to place your order again": (
        "UNABLE_TO_PLACE_ORDER"
    ),
    "Some addresses can't be used due to the configurations for specific countries.": (
        "UNABLE_TO_PLACE_ORDER"
    ),
    "The shipping method is missing. Select the shipping method and try again.": (
        "UNABLE_TO_PLACE_ORDER"
    ),
    "Please check the billing address information. {problems}": "UNABLE_TO_PLACE_ORDER",
    "Enter a valid payment method and try again.": "UNABLE_TO_PLACE_ORDER",
    "Some of the products are out of stock.": "UNABLE_TO_PLACE_ORDER",
    "The cart costs more than can be paid at once. Take lines out of it.": "UNABLE_TO_PLACE_ORDER",
    "The cart has no payment order. Create one and try again.": "UNDEFINED",
    'The cart was paid by "{method_code}" already.': "UNDEFINED",
    "Another payment of the cart is under way. Try again in a minute.": "UNDEFINED",
    "The cart's total changed after its payment. Create a new payment order and try again.": (
        "UNDEFINED"
    ),
}
"""By words: what `placeOrder` answers as data, with its code."""

CLEARING: Final[Mapping[str, str]] = {
    'Could not find a cart with ID "{cart_id}"': "NOT_FOUND",
    "The cart isn't active.": "INACTIVE",
    'The current user cannot perform operations on cart "{cart_id}"': "UNAUTHORISED",
}
"""By words: what `clearCart` answers as data, with its type."""

SERVERS: Final[Mapping[tuple[str, str], str]] = {
    ("mergeCarts", "Current user does not have an active cart."): "The cart isn't active.",
    ("mergeCarts", "The current user cannot perform operations on cart"): (
        'The current user cannot perform operations on cart "{cart_id}"'
    ),
    ("mergeCarts", 'Required parameter "destination_cart_id" is missing'): (
        'The parameter "destination_cart_id" cannot be empty'
    ),
}
"""By operation and words of its page: the words of servers since 2.4.2."""

ERROR_CODES: Final[Mapping[str, str]] = {
    'Could not find a cart with ID "{cart_id}"': "CART_NOT_FOUND",
    "The cart isn't active.": "CART_NOT_ACTIVE",
    "Current user does not have an active cart.": "CART_NOT_ACTIVE",
}
"""By words: the error codes of 2.4.8."""

OURS: Final[Mapping[str, str | None]] = {
    "ACCOUNT_INVALID": "graphql-authorization",
    "CART_ALREADY_PAID": "graphql-input",
    "CART_EMPTY": "graphql-input",
    "DATE_OF_BIRTH_INVALID": "graphql-input",
    "DATE_OF_BIRTH_IN_FUTURE": "graphql-input",
    "EMAIL_INVALID": "graphql-input",
    "EMAIL_REQUIRED": "graphql-input",
    "GENDER_INVALID": "graphql-input",
    "GIFT_WRAPPING_NOT_FOUND": "graphql-no-such-entity",
    "INSUFFICIENT_STOCK": "graphql-input",
    "NAME_INVALID": "graphql-input",
    "NAME_REQUIRED": "graphql-input",
    "PASSWORD_IS_EMAIL": "graphql-input",
    "PASSWORD_PADDED": "graphql-input",
    "PASSWORD_TOO_LONG": "graphql-input",
    "PASSWORD_TOO_SHORT": "graphql-input",
    "PASSWORD_TOO_SIMPLE": "graphql-input",
    "PAYMENT_DECLINED": "graphql-input",
    "PAYMENT_IN_PROGRESS": None,
    "PAYMENT_UNAVAILABLE": None,
    "REGISTRATION_CLOSED": "graphql-authorization",
    "REWARD_POINTS_NOT_OFFERED": "graphql-input",
    "STORE_MEMBERSHIP_REQUIRED": "graphql-authorization",
    "TOO_MANY_REGISTRATIONS": None,
    "TOTAL_TOO_HIGH": "graphql-input",
}
"""By code: what the platform's tables do not have, or have no category for."""
