"""What a cart costs: the amounts that pricing results in, all of them in minor units.

*Listed* amounts are in the terms of the catalogue: with tax where the shop's prices include it,
without where they do not. Discounts are listed amounts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

ITEM: Final = "ITEM"
SHIPPING: Final = "SHIPPING"


class Discount(NamedTuple):
    """What one promotion takes off.

    Attributes:
        applied_to: `ITEM` or `SHIPPING`.
        coupon: The code that it is due to; None if it needs none.
        amount_minor: All of it, more than 0.
        parts: What it takes off each line, in the order of the lines; empty for shipping.
    """

    label: str
    applied_to: str
    coupon: str | None
    amount_minor: int
    parts: Sequence[int]


class Tax(NamedTuple):
    """What is due under one label, on lines, shipping and gift wrapping together."""

    label: str
    amount_minor: int


class Quote(NamedTuple):
    """What a shipping method costs for a cart, before discounts on shipping.

    Attributes:
        amount_minor: The listed amount.
        error_message: Why the method cannot be had; empty if it can.
    """

    carrier_code: str
    carrier_title: str
    method_code: str
    method_title: str
    amount_minor: int
    excluding_tax_minor: int
    including_tax_minor: int
    error_message: str = ""


class LineTotals(NamedTuple):
    """The amounts of one line.

    Attributes:
        row_minor: The listed price of all pieces.
        row_excluding_tax_minor: The same without tax, before discounts.
        row_including_tax_minor: The same with tax, before discounts.
        discount_minor: All discounts on the line.
        tax_minor: The tax on what the discounts leave.
    """

    price_excluding_tax_minor: int
    price_including_tax_minor: int
    row_minor: int
    row_excluding_tax_minor: int
    row_including_tax_minor: int
    discount_minor: int
    tax_minor: int


class Applied(NamedTuple):
    """What is taken from a gift card."""

    code: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a cart. Of each kind, those of the lines add up to the cart's.

    Attributes:
        lines: In the order of the basket's.
        is_virtual: Whether there are lines and none of them is shipped.
        prices_include_tax: What listed amounts are.
        discounts: In the order of being applied.
        taxes: By label; none of 0.
        quotes: The shipping methods that the shop offers for this cart.
        shipping: The one that was chosen, as long as it is offered.
        shipping_tax_minor: The tax on what discounts left of the price of shipping.
        gift_wrapping_minor: The listed price of the wrapping.
        reward_points: How many are taken.
        reward_points_minor: What they pay.
        gift_cards: What is taken from each that was applied, in that order; 0 where nothing is.
        store_credit_minor: What is taken from the store credit.
        total_minor: What the cart costs, with tax, before reward points and other credits.
    """

    lines: Sequence[LineTotals]
    is_virtual: bool
    prices_include_tax: bool
    discounts: Sequence[Discount]
    taxes: Sequence[Tax]
    quotes: Sequence[Quote]
    shipping: Quote | None
    shipping_tax_minor: int
    gift_wrapping_minor: int
    gift_wrapping_tax_minor: int
    reward_points: int
    reward_points_minor: int
    gift_cards: Sequence[Applied]
    store_credit_minor: int
    subtotal_minor: int
    subtotal_excluding_tax_minor: int
    subtotal_including_tax_minor: int
    subtotal_with_discount_excluding_tax_minor: int
    total_minor: int

    @property
    def grand_total_minor(self) -> int:
        """What is left to be paid."""
        return self.total_minor - self.credits_minor

    @property
    def credits_minor(self) -> int:
        """What reward points, gift cards and store credit pay."""
        cards_minor = sum(card.amount_minor for card in self.gift_cards)
        return self.reward_points_minor + cards_minor + self.store_credit_minor

    @property
    def tax_minor(self) -> int:
        """All taxes."""
        return sum(tax.amount_minor for tax in self.taxes)

    @property
    def discount_minor(self) -> int:
        """All discounts, those on shipping included."""
        return sum(discount.amount_minor for discount in self.discounts)

    @property
    def shipping_minor(self) -> int:
        """The listed price of shipping, before discounts; 0 if no method was chosen."""
        return self.shipping.amount_minor if self.shipping else 0

    @property
    def grand_total_excluding_tax_minor(self) -> int:
        """What is left to be paid but for the taxes, at least 0."""
        return max(self.grand_total_minor - self.tax_minor, 0)
