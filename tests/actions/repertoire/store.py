"""A small store for the proofs: little of everything, so that there is something to fight over."""

from __future__ import annotations

from typing import Any, Final

PASSWORD: Final = "correct horse battery"
OWNER, OTHER = "owner@example.com", "other@example.com"

SKUS: Final = ("many", "few", "half", "virtual", "backorder", "limited", "disabled", "unknown")
"""Spelled like their quirks; `unknown` does not exist."""

COUPONS: Final = ("tenth", "five", "wholesale", "once", "unknown")
GIFT_CARDS: Final = ("card", "small", "expired", "unknown")
WRAPPINGS: Final = ("red", None, "unknown")
METHODS: Final = ("checkmo", "sandbox", "unknown")
ACCOUNT: Final = "account"

ADDRESS: Final[dict[str, Any]] = {
    "firstname": "John",
    "lastname": "Doe",
    "street": ["3320 N Crescent Dr"],
    "city": "Los Angeles",
    "region": "CA",
    "postcode": "90210",
    "country_code": "US",
    "telephone": "123-456-0000",
}
ELSEWHERE: Final = {
    **ADDRESS,
    "city": "Berlin",
    "region": None,
    "postcode": "10115",
    "country_code": "de",
}

_IN_BOOK: Final = {
    **ADDRESS,
    "region": {"code": "CA", "label": "California", "region_id": 12},
    "default_shipping": True,
}

STORE: Final[dict[str, Any]] = {
    "shop": {
        "name": "Proof",
        "currency": "USD",
        "web_store_id": "proof",
        "max_coupons": 2,
        "reward_points": {"points": 7, "amount_minor": 130},
    },
    "taxes": {
        "rates": [
            {"label": "CA", "country": "US", "region": "CA", "rate": 8.25},
            {"label": "VAT", "country": "DE", "rate": 19, "applies_to_shipping": False},
        ]
    },
    "shipping": [
        {
            "carrier": "flatrate",
            "method": "flatrate",
            "carrier_title": "Flat Rate",
            "method_title": "Fixed",
            "kind": "flat_rate",
            "options": {"amount_minor": 333, "per": "item"},
        },
        {
            "carrier": "freeshipping",
            "method": "freeshipping",
            "carrier_title": "Free Shipping",
            "method_title": "Free",
            "kind": "free",
            "options": {"minimum_subtotal_minor": 10_000},
        },
    ],
    "gift_wrappings": [{"id": "red", "design": "Red", "price_minor": 199}],
    "payment_methods": [
        {"code": "checkmo", "title": "Check / Money order"},
        {"code": "sandbox", "title": "Sandbox", "provider": "sandbox"},
    ],
    "customers": [
        {
            "email": email,
            "firstname": "A",
            "lastname": "B",
            "password": PASSWORD,
            "group": group,
            "store_credit_minor": 5000,
            "reward_points": 250,
            "addresses": [_IN_BOOK],
        }
        for email, group in ((OWNER, "general"), (OTHER, "wholesale"))
    ],
    "accounts": [{"id": ACCOUNT, "name": "Buyers", "members": [OWNER, OTHER]}],
    "coupons": [
        {"code": "tenth", "type": "percent", "percent": 10},
        {"code": "five", "type": "fixed", "amount_minor": 500, "applies_to_shipping": True},
        {"code": "wholesale", "type": "percent", "percent": 33.3333, "groups": ["wholesale"]},
        {"code": "once", "type": "percent", "percent": 50, "uses": 1, "free_shipping": True},
    ],
    "gift_cards": [
        {"code": "card", "balance_minor": 10_000},
        {"code": "small", "balance_minor": 7},
        {"code": "expired", "balance_minor": 100, "expires_on": "2020-01-01"},
    ],
    "products": [
        {"sku": "many", "name": "Many", "price_minor": 1999, "stock": 1000},
        {"sku": "few", "name": "Few", "price_minor": 3333, "stock": 9},
        {"sku": "half", "name": "Half", "price_minor": 701, "stock": 40, "increment": 0.5},
        {"sku": "virtual", "name": "Virtual", "price_minor": 1, "stock": 60, "type": "virtual"},
        {"sku": "backorder", "name": "Later", "price_minor": 10, "stock": 1, "back_orders": True},
        {"sku": "limited", "name": "Limited", "price_minor": 500, "stock": 30, "maximum": 2},
        {"sku": "disabled", "name": "Gone", "price_minor": 100, "stock": 5, "enabled": False},
    ],
}
