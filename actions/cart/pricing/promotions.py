"""The stage of promotions, and the rule that is built in: coupons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .amounts import checked, part, percent_e4, spread
from .basket import ItemDiscount, PromotionRule, Sale, ShippingDiscount
from .totals import ITEM, SHIPPING, Discount

DEFAULT_LABEL: Final = "Discount"


def discount_items(sale: Sale) -> None:
    """Let each promotion take something off the lines; none takes more than is left."""
    for name, rule in sorted(sale.basket.hooks.promotions.items()):
        source = f"the promotion {name!r}"
        for found in rule.on_items(sale):
            pairs = zip(found["amounts"], sale.left, strict=True)
            parts = [min(checked(amount, source), left) for amount, left in pairs]
            if amount_minor := sum(parts):
                sale.left = [left - part for left, part in zip(sale.left, parts, strict=True)]
                coupon = found.get("coupon")
                sale.discounts.append(Discount(found["label"], ITEM, coupon, amount_minor, parts))


def discount_shipping(sale: Sale, price_minor: int) -> None:
    """Let each promotion take something off the price of shipping."""
    sale.shipping_left = price_minor
    if not price_minor:
        return
    for name, rule in sorted(sale.basket.hooks.promotions.items()):
        for found in rule.on_shipping(sale):
            wanted = checked(found["amount_minor"], f"the promotion {name!r}")
            if amount_minor := min(wanted, sale.shipping_left):
                sale.shipping_left -= amount_minor
                coupon = found.get("coupon")
                sale.discounts.append(Discount(found["label"], SHIPPING, coupon, amount_minor, ()))


class Coupons:
    """The coupons of the store file, in the order of being applied.

    A percentage is taken off each line for itself. An amount is spread over the lines in proportion
    to what is left of them, so that it never takes more than there is.
    """

    def on_items(self, sale: Sale) -> Iterator[ItemDiscount]:
        """Yield what each coupon takes off the lines that it is for."""
        for rule in sale.basket.coupons:
            amounts = _percentages(sale, rule) if "percent" in rule else _parts(sale, rule)
            yield {"label": _label(rule), "amounts": amounts, "coupon": rule["code"]}

    def on_shipping(self, sale: Sale) -> Iterator[ShippingDiscount]:
        """Yield what each coupon takes off shipping."""
        for rule in sale.basket.coupons:
            amount_minor = _off_shipping(sale, rule)
            yield {"label": _label(rule), "amount_minor": amount_minor, "coupon": rule["code"]}


def _label(rule: Mapping[str, Any]) -> str:
    return str(rule.get("label", DEFAULT_LABEL))


def _discountable(sale: Sale, rule: Mapping[str, Any]) -> Sequence[int]:
    """Return what is left of each line that the coupon is for, and 0 for the others."""
    if "skus" not in rule:
        return sale.left
    skus = frozenset(rule["skus"])
    pairs = zip(sale.lines, sale.left, strict=True)
    return [left if line.sku in skus else 0 for line, left in pairs]


def _percentages(sale: Sale, rule: Mapping[str, Any]) -> list[int]:
    share = percent_e4(rule["percent"])
    return [part(left, share) for left in _discountable(sale, rule)]


def _parts(sale: Sale, rule: Mapping[str, Any]) -> list[int]:
    weights = _discountable(sale, rule)
    amount_minor = min(rule["amount_minor"], sum(weights))
    return spread(amount_minor, weights, [line.sku for line in sale.lines])


def _off_shipping(sale: Sale, rule: Mapping[str, Any]) -> int:
    if rule.get("free_shipping"):
        return sale.shipping_left
    if not rule.get("applies_to_shipping"):
        return 0
    if "percent" in rule:
        return part(sale.shipping_left, percent_e4(rule["percent"]))
    taken = sum(it.amount_minor for it in sale.discounts if it.coupon == rule["code"])
    return int(rule["amount_minor"]) - taken


COUPONS: Final[PromotionRule] = Coupons()
