"""Addresses as the document of a cart shows them, with the ways to ship there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .addresses import TEXTS, is_same, plain
from .model import uid_of
from .money import MoneyOf
from .pricing import Basket, Quote, Totals


def billing_document(basket: Basket) -> dict[str, Any] | None:
    """Return whom the bill goes to."""
    address = basket.choices.billing_address
    return None if address is None else _address_document(address)


def shipping_documents(basket: Basket, totals: Totals, money: MoneyOf) -> list[dict[str, Any]]:
    """Return where the cart is shipped to: one place, or none if nothing is shipped."""
    address = basket.choices.shipping_address
    if address is None or totals.is_virtual:
        return []
    chosen = totals.shipping
    document = {
        **_address_document(address),
        "customer_notes": address.get("customer_notes"),
        "same_as_billing": _is_same(address, basket.choices.billing_address),
        "available_shipping_methods": [_quote_document(one, money) for one in totals.quotes],
        "selected_shipping_method": None if chosen is None else _method_document(chosen, money),
    }
    return [document]


def _address_document(address: Mapping[str, Any]) -> dict[str, Any]:
    of_book = address.get("customer_address_id")
    code = address["country_code"]
    return {
        "uid": uid_of(address["number"]),
        "customer_address_uid": None if of_book is None else uid_of(of_book),
        **{name: address.get(name) for name in TEXTS},
        "street": address["street"],
        "region": address["region"],
        "country": {"code": code, "label": code},
    }


def _is_same(shipping: Mapping[str, Any], billing: Mapping[str, Any] | None) -> bool:
    return billing is not None and is_same(plain(shipping), plain(billing))


def _method_document(quote: Quote, money: MoneyOf) -> dict[str, Any]:
    return {
        "carrier_code": quote.carrier_code,
        "carrier_title": quote.carrier_title,
        "method_code": quote.method_code,
        "method_title": quote.method_title,
        "amount": money[quote.amount_minor],
        "price_excl_tax": money[quote.excluding_tax_minor],
        "price_incl_tax": money[quote.including_tax_minor],
    }


def _quote_document(quote: Quote, money: MoneyOf) -> dict[str, Any]:
    return {
        **_method_document(quote, money),
        "available": not quote.error_message,
        "error_message": quote.error_message,
    }
