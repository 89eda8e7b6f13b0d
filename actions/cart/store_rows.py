"""What the records of a store file are in the tables; a member left out gets its default.

The values are those of JSON, in which they go to the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .addresses import TEXTS
from .catalogue import search_text
from .quantities import from_json
from .store_checks import region_of

Record = Mapping[str, Any]
Row = dict[str, Any]

_COLUMNS_OF_SHOP = ("name", "currency", "web_store_id")


def shop_row(record: Record) -> Row:
    """Return the row of the shop; rules that are left out get their defaults."""
    rules = {name: value for name, value in record.items() if name not in _COLUMNS_OF_SHOP}
    return {
        "id": 1,
        "name": record["name"],
        "currency": record["currency"],
        "web_store_id": record.get("web_store_id", "shop"),
        "rules": json.dumps(rules, sort_keys=True),
    }


def section_row(name: str, section: Any) -> Row:
    """Return the row of a section that is kept as it is."""
    return {"name": name, "document": json.dumps(section)}


def product_row(record: Record) -> Row:
    """Return the row of a product."""
    return {
        "sku": record["sku"],
        "name": record["name"],
        "type": record.get("type", "simple"),
        "price_minor": int(record["price_minor"]),
        "stock_e4": from_json(record.get("stock", 0)),
        "enabled": record.get("enabled", True),
        "minimum_e4": from_json(record.get("minimum", 0)),
        "maximum_e4": from_json(record.get("maximum", 10_000)),
        "increment_e4": from_json(record.get("increment", 1)),
        "back_orders": record.get("back_orders", False),
        "tax_class": record.get("tax_class", "default"),
        "url_key": record.get("url_key"),
        "image": json.dumps(record["image"], sort_keys=True) if "image" in record else None,
        "weight_e4": from_json(record["weight"]) if "weight" in record else None,
        "search_text": search_text(record["name"], record["sku"]),
    }


def method_row(record: Record) -> Row:
    """Return the row of a payment method."""
    return {
        "code": record["code"],
        "title": record["title"],
        "provider": record.get("provider", "offline"),
        "enabled": record.get("enabled", True),
    }


def customer_row(email: str, password_hash: str, record: Record) -> Row:
    """Return the row of a customer."""
    return {
        "email": email,
        "firstname": record["firstname"],
        "lastname": record["lastname"],
        "customer_group": record.get("group", "general"),
        "password_hash": password_hash,
    }


def address_row(customer_id: int, position: int, record: Record) -> Row:
    """Return the row of an address in a customer's address book."""
    address = {name: record.get(name) for name in TEXTS}
    address |= {
        "street": record["street"],
        "region": region_of(record),
        "country_code": record["country_code"].upper(),
    }
    return {
        "customer_id": customer_id,
        "position": position,
        "address": json.dumps(address, sort_keys=True),
        "is_default_shipping": record.get("default_shipping", False),
        "is_default_billing": record.get("default_billing", False),
    }


def account_row(record: Record) -> Row:
    """Return the row of a business account."""
    return {
        "public_id": record["id"],
        "name": record["name"],
        "enabled": record.get("enabled", True),
        "is_store_member": record.get("store_member", True),
    }


def coupon_row(record: Record) -> Row:
    """Return the row of a coupon, for a new one without uses."""
    return {
        "code": record["code"],
        "folded_code": record["code"].casefold(),
        "rule": json.dumps(record, sort_keys=True),
        "enabled": record.get("enabled", True),
        "uses": 0,
    }


def gift_card_row(record: Record) -> Row:
    """Return the row of a gift card."""
    return {
        "code": record["code"],
        "balance_minor": int(record["balance_minor"]),
        "expires_on": record.get("expires_on"),
        "enabled": record.get("enabled", True),
    }
