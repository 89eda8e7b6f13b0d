"""What is kept of an order beside its columns, and what is told of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from .choices import Choices
from .documents import discount_document
from .model import Cart
from .money import MoneyOf
from .pricing import Discount, Totals
from .shop import PaymentMethod

PENDING: Final = "pending"
"""The platform's status of an order of which nothing more is known."""


def document_of(choices: Choices, totals: Totals, method: PaymentMethod) -> dict[str, Any]:
    """Return addresses, methods and totals, for JSON; the amounts of lines are with the lines."""
    shipping, number = totals.shipping, (choices.payment_method or {}).get("purchase_order_number")
    return {
        "is_virtual": totals.is_virtual,
        "shipping_address": None if totals.is_virtual else choices.shipping_address,
        "billing_address": choices.billing_address,
        "shipping_method": None if shipping is None else shipping._asdict(),
        "payment_method": {
            "code": method.code,
            "title": method.title,
            "purchase_order_number": number,
        },
        "totals": _amounts(totals),
        "discounts": [_discount(discount) for discount in totals.discounts],
        "taxes": [tax._asdict() for tax in totals.taxes],
        "reward_points": totals.reward_points,
        "gift_cards": [card._asdict() for card in totals.gift_cards if card.amount_minor],
        "gift_options": choices.gift_options,
    }


def summary_of(now: datetime, cart: Cart, totals: Totals, number: str) -> dict[str, Any]:
    """Return a new order as it is told to who made it."""
    money, shipping = MoneyOf(cart.currency), totals.shipping
    return {
        "number": number,
        "status": PENDING,
        "order_date": now.isoformat(timespec="seconds"),
        "email": cart.email,
        "is_virtual": totals.is_virtual,
        "shipping_method": shipping and f"{shipping.carrier_title} - {shipping.method_title}",
        "total": {
            "grand_total": money[totals.grand_total_minor],
            "subtotal_excl_tax": money[totals.subtotal_excluding_tax_minor],
            "subtotal_incl_tax": money[totals.subtotal_including_tax_minor],
            "total_shipping": money[totals.shipping_minor],
            "total_tax": money[totals.tax_minor],
            "discounts": [discount_document(discount, money) for discount in totals.discounts],
        },
    }


def _amounts(totals: Totals) -> dict[str, Any]:
    return {
        "prices_include_tax": totals.prices_include_tax,
        "subtotal_minor": totals.subtotal_minor,
        "subtotal_excluding_tax_minor": totals.subtotal_excluding_tax_minor,
        "subtotal_including_tax_minor": totals.subtotal_including_tax_minor,
        "discount_minor": totals.discount_minor,
        "shipping_minor": totals.shipping_minor,
        "shipping_tax_minor": totals.shipping_tax_minor,
        "gift_wrapping_minor": totals.gift_wrapping_minor,
        "gift_wrapping_tax_minor": totals.gift_wrapping_tax_minor,
        "tax_minor": totals.tax_minor,
        "total_minor": totals.total_minor,
        "reward_points_minor": totals.reward_points_minor,
        "store_credit_minor": totals.store_credit_minor,
        "grand_total_minor": totals.grand_total_minor,
    }


def _discount(discount: Discount) -> dict[str, Any]:
    """Return a discount; its parts are with the lines."""
    return {name: value for name, value in discount._asdict().items() if name != "parts"}
