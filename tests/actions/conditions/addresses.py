"""Every condition of a guest's e-mail and of addresses."""

from __future__ import annotations

from typing import Any

from cartflow import ADMIN, GUEST

from ..conftest import ADDRESS, Shop
from .common import Call, Case, Cases, to_choose

EMAIL = "guest@example.com"
VIRTUAL = "240-LV04"


def shipping(**members: Any) -> dict[str, Any]:
    return {"shipping_addresses": [members]}


def billing(**members: Any) -> dict[str, Any]:
    return {"billing_address": members}


def wrong_addresses(given: Any) -> dict[str, Case]:
    """Return the cases of the conditions of both kinds of addresses."""

    def with_(**members: Any) -> Case:
        return lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), **given(address={**ADDRESS, **members})},
        )

    def foreign(shop: Shop) -> Call:
        number = shop.address_of(shop.customer())
        customer = shop.customer()
        return customer, {"cart_id": shop.cart(by=customer), **given(customer_address_id=number)}

    def unknown(shop: Shop) -> Call:
        customer = shop.customer()
        return customer, {"cart_id": shop.cart(by=customer), **given(customer_address_id=10**9)}

    return {
        "ADDRESS_REQUIRED": lambda shop: (GUEST, {"cart_id": shop.cart(), **given()}),
        "ADDRESS_AMBIGUOUS": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), **given(address=ADDRESS, customer_address_id=1)},
        ),
        "CUSTOMER_REQUIRED": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), **given(customer_address_id=1)},
        ),
        "ADDRESS_NOT_FOUND": unknown,
        "ADDRESS_NOT_OWNED": foreign,
        "COUNTRY_NOT_AVAILABLE": with_(country_code="XX"),
        "TOO_MANY_STREET_LINES": with_(street=["a", "b", "c"]),
        "REGION_MISMATCH": with_(region_id=57),
        "REGION_AMBIGUOUS": with_(region="AE"),
        "REGION_REQUIRED": with_(region=None),
        "ADDRESS_INCOMPLETE": with_(postcode=None),
    }


CASES: Cases = {
    "setGuestEmailOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "email": EMAIL}),
        "EMAIL_REQUIRED": lambda shop: (GUEST, {"cart_id": shop.cart(), "email": ""}),
        "EMAIL_INVALID": lambda shop: (GUEST, {"cart_id": shop.cart(), "email": "guest"}),
        **to_choose(email=EMAIL),
        "CART_NOT_OWNED": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(by=shop.customer()), "email": EMAIL},
        ),
        "GUEST_REQUIRED": lambda shop: (
            ADMIN,
            {"cart_id": shop.cart(by=shop.customer()), "email": EMAIL},
        ),
    },
    "setShippingAddressesOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", **shipping()}),
        "SHIPPING_ADDRESSES_REQUIRED": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), "shipping_addresses": []},
        ),
        **to_choose(**shipping(address=ADDRESS)),
        **wrong_addresses(shipping),
        "SHIPPING_ADDRESSES_MULTIPLE": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), "shipping_addresses": [{}, {}]},
        ),
        "SHIPPING_NOT_NEEDED": lambda shop: (
            GUEST,
            {"cart_id": shop.cart((VIRTUAL, 1)), **shipping(address=ADDRESS)},
        ),
    },
    "setBillingAddressOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", **billing()}),
        **to_choose(**billing(address=ADDRESS)),
        **wrong_addresses(billing),
        "SHIPPING_ADDRESS_NOT_SET": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), **billing(same_as_shipping=True)},
        ),
        "SHIPPING_NOT_NEEDED": lambda shop: (
            GUEST,
            {
                "cart_id": shop.cart((VIRTUAL, 1)),
                **billing(address=ADDRESS, use_for_shipping=True),
            },
        ),
    },
}
