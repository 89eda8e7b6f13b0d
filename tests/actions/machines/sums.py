"""Carts and orders: every total is the sum of its parts, to the last minor unit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]


def wrong_sums(cart: Document) -> Iterator[str]:
    """Yield what does not add up in a cart of a shop whose prices are without tax."""
    lines, prices = cart["items"], cart["prices"]
    discounts = prices["discounts"] or []
    yield from _unequal(
        ("subtotal_excluding_tax", prices, _sum(it["prices"]["row_total"] for it in lines)),
        (
            "subtotal_including_tax",
            prices,
            _sum(it["prices"]["row_total_including_tax"] for it in lines),
        ),
        ("subtotal_with_discount_excluding_tax", prices, _discounted(cart, discounts)),
        ("grand_total", prices, _grand_total(cart, discounts)),
    )
    for line in lines:
        parts = line["prices"]["discounts"] or []
        off = _sum(it["amount"] for it in parts)
        yield from _unequal(("total_item_discount", line["prices"], off))
    yield from _spread(lines, discounts)


def _discounted(cart: Document, discounts: Iterable[Document]) -> int:
    off = _sum(it["amount"] for it in discounts if it["applied_to"] == "ITEM")
    return _minor(cart["prices"]["subtotal_excluding_tax"]) - off


def _grand_total(cart: Document, discounts: Iterable[Document]) -> int:
    prices, credit = cart["prices"], cart["applied_store_credit"]
    points = cart["applied_reward_points"]
    shipping = [it["selected_shipping_method"] for it in cart["shipping_addresses"]]
    return (
        _minor(prices["subtotal_with_discount_excluding_tax"])
        + _sum(it["amount"] for it in prices["applied_taxes"])
        + _sum(it["price_excl_tax"] for it in shipping if it)
        - _sum(it["amount"] for it in discounts if it["applied_to"] == "SHIPPING")
        + _minor(prices["gift_options"]["gift_wrapping_for_order"])
        - _sum(it["applied_balance"] for it in cart["applied_gift_cards"])
        - (_minor(credit["applied_balance"]) if credit else 0)
        - (_minor(points["money"]) if points else 0)
    )


def _spread(lines: Iterable[Document], discounts: Iterable[Document]) -> Iterator[str]:
    """Yield the discounts of which the lines do not have all parts, no more and no less."""
    wanted = Counter[tuple[str, str]]()
    for it in discounts:
        if it["applied_to"] == "ITEM":
            wanted[_key(it)] += _minor(it["amount"])
    found = Counter[tuple[str, str]]()
    for line in lines:
        for it in line["prices"]["discounts"] or []:
            found[_key(it)] += _minor(it["amount"])
    if wanted != found:
        yield f"discounts of {dict(wanted)}, on the lines {dict(found)}"


def _key(discount: Document) -> tuple[str, str]:
    return discount["label"], (discount["coupon"] or {}).get("code", "")


def _unequal(*claims: tuple[str, Document, int]) -> Iterator[str]:
    for name, amounts, expected in claims:
        if _minor(amounts[name]) != expected or expected < 0:
            yield f"{name} is {_minor(amounts[name])}, its parts make {expected}"


def _sum(amounts: Iterable[Document]) -> int:
    return sum(map(_minor, amounts))


def _minor(amount: Document) -> int:
    return int(amount["amount_minor"])


def wrong_order(order: Document, lines: Iterable[Document], credit: int) -> Iterator[str]:
    """Yield what does not add up in an order of such a shop.

    Args:
        order: Its row.
        lines: The rows of its lines.
        credit: What gift cards, store credit and reward points gave for it, in minor units.
    """
    document, lines = json.loads(order["document"]), list(lines)
    totals = document["totals"]
    off = dict.fromkeys(("ITEM", "SHIPPING"), 0)
    for discount in document["discounts"]:
        off[discount["applied_to"]] += discount["amount_minor"]
    taxes = sum(tax["amount_minor"] for tax in document["taxes"])
    other_taxes = totals["shipping_tax_minor"] + totals["gift_wrapping_tax_minor"]
    parts = {
        "subtotal_minor": sum(line["row_total_minor"] for line in lines),
        "discount_minor": sum(off.values()),
        "tax_minor": sum(line["tax_minor"] for line in lines) + other_taxes,
        "total_minor": totals["subtotal_minor"]
        - totals["discount_minor"]
        + totals["shipping_minor"]
        + totals["gift_wrapping_minor"]
        + totals["tax_minor"],
        "grand_total_minor": totals["total_minor"] - credit,
    }
    for name, expected in parts.items():
        if totals[name] != expected:
            yield f"order {order['number']}: {name} is {totals[name]}, its parts make {expected}"
    claims = (
        ("taxes", taxes, totals["tax_minor"]),
        ("discounts on lines", sum(line["discount_minor"] for line in lines), off["ITEM"]),
        ("what is paid", order["grand_total_minor"], totals["grand_total_minor"]),
    )
    for what, found, expected in claims:
        if found != expected:
            yield f"order {order['number']}: {what} are {found}, expected {expected}"
