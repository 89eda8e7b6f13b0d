"""Carts as a whole: what they cost, how they are paid and given."""

from __future__ import annotations

from typing import Any, Final

from .addresses import shipping_addresses
from .lines import lines_of, page_of_lines
from .members import Fields, Json, constant, member, nothing
from .money import money

_NOT_CHOSEN: Final = {"code": "", "title": "", "purchase_order_number": None}
"""How the platform says that no payment method was chosen."""


def _selected_payment_method(cart: Json, _: Any) -> Json:
    return cart["selected_payment_method"] or _NOT_CHOSEN


def _discount(prices: Json, _: Any) -> Json | None:
    """Return all discounts in one, as older clients want them: what is taken off is negative."""
    discounts: list[Json] = prices["discounts"]
    if not discounts:
        return None
    total_minor = sum(one["amount"]["amount_minor"] for one in discounts)
    amount = money(-total_minor, discounts[0]["amount"])
    return {"amount": amount, "label": [one["label"] for one in discounts]}


def _gift_options(prices: Json, _: Any) -> Json:
    """Return what presents cost; lines are not wrapped, and cards cost nothing."""
    free = money(0, prices["grand_total"])
    return {
        "gift_wrapping_for_items": free,
        "gift_wrapping_for_items_incl_tax": free,
        "printed_card": free,
        "printed_card_incl_tax": free,
        **prices["gift_options"],
    }


def _image(wrapping: Json, _: Any) -> Json | None:
    url = wrapping["image"]
    return url and {"label": wrapping["design"], "url": url}


FIELDS: Final[Fields] = {
    "Cart": {
        "items": lines_of,
        "itemsV2": page_of_lines,
        "shipping_addresses": shipping_addresses,
        "selected_payment_method": _selected_payment_method,
        "applied_reward_points": member("applied_reward_points"),
        "rules": nothing,
        "total_summary_quantity_including_config": member("total_quantity"),
        "has_available_free_gifts": constant(False),
    },
    "CartPrices": {"discount": _discount, "gift_options": _gift_options},
    "GiftWrapping": {"uid": member("id"), "image": _image},
}
