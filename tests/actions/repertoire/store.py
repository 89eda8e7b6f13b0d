"""A small store for the proofs: little of everything, so that there is something to fight over."""

from __future__ import annotations

from typing import Any, Final

PASSWORD: Final = "correct horse battery"
OWNER, OTHER = "owner@example.com", "other@example.com"

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

SKUS: Final = ("many", "few", "half", "virtual", "backorder", "limited", "disabled", "unknown")
"""Spelled like their quirks; `unknown` does not exist."""

STORE: Final[dict[str, Any]] = {
    "shop": {"name": "Proof", "currency": "USD"},
    "payment_methods": [
        {"code": "checkmo", "title": "Check / Money order"},
        {"code": "sandbox", "title": "Sandbox", "provider": "sandbox"},
    ],
    "customers": [
        {"email": email, "firstname": "A", "lastname": "B", "password": PASSWORD}
        for email in (OWNER, OTHER)
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
