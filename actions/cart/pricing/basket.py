"""What is priced, and what may have a say in it: promotions, shipping and taxes.

A plugin provides objects at the extension points, by name, and the built-in rules come through the
same points. They get the records of this module to read, and answer with plain dictionaries: so a
plugin imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple, NotRequired, Protocol, TypedDict

from ..choices import NOTHING, Choices
from ..coupons import GUESTS
from ..credits import GiftCard
from ..lines import Line
from ..shop import Shop
from .totals import Discount

PROMOTIONS: Final = "cart.promotions"
SHIPPING_KINDS: Final = "cart.shipping"
TAXES: Final = "cart.taxes"

DEFAULT_TAX_CLASS: Final = "default"


class ItemDiscount(TypedDict):
    """What a promotion takes off lines.

    Attributes:
        amounts: What it takes off each line, in the order of the lines, in minor units. What is
            more than is left of a line counts as what is left.
        coupon: The code that it is due to; left out if it needs none.
    """

    label: str
    amounts: Sequence[int]
    coupon: NotRequired[str | None]


class ShippingDiscount(TypedDict):
    """What a promotion takes off shipping; limited like what it takes off lines."""

    label: str
    amount_minor: int
    coupon: NotRequired[str | None]


class ShippingCost(TypedDict, total=False):
    """What a shipping method costs, or why it cannot be had: one of the two."""

    amount_minor: int
    error_message: str


class Rate(TypedDict):
    """A tax: its label, and 1/10000 of a percent (19 % is 190000)."""

    label: str
    percent_e4: int


class PromotionRule(Protocol):
    """A promotion, at the extension point `cart.promotions`.

    Rules have their turn in the alphabetical order of their names, and each sees what the earlier
    ones left.
    """

    def on_items(self, sale: Sale) -> Iterable[ItemDiscount]:
        """Return what is taken off the lines; `sale.left` says how much there is to take."""

    def on_shipping(self, sale: Sale) -> Iterable[ShippingDiscount]:
        """Return what is taken off shipping; `sale.shipping_left` says how much there is to take.

        It is asked when all discounts on lines are known.
        """


class ShippingKind(Protocol):
    """A way to calculate what shipping costs, at the extension point `cart.shipping`.

    The shipping methods of the store file name it as their `kind`.
    """

    def cost(self, sale: Sale, options: Mapping[str, Any]) -> ShippingCost | None:
        """Return what it costs to ship; None: not offered for this cart.

        It is asked for carts with a shipping address and something to ship, when all discounts on
        lines are known.

        Args:
            sale: The cart with its discounts so far.
            options: Those of the shipping method in the store file.
        """


class TaxRule(Protocol):
    """A source of taxes, at the extension point `cart.taxes`."""

    def rates(self, basket: Basket, tax_class: str, *, shipping: bool) -> Iterable[Rate]:
        """Return the rates for one tax class, which are added to those of the other rules.

        Args:
            basket: The cart; `basket.destination` is the address, or None.
            tax_class: Of products; `default` for shipping and gift wrapping.
            shipping: Whether it is asked for shipping.
        """


class Hooks(NamedTuple):
    """Who has a say in the price, by name."""

    promotions: Mapping[str, PromotionRule]
    shipping: Mapping[str, ShippingKind]
    taxes: Mapping[str, TaxRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """A cart with all that its price depends on. To read only.

    Attributes:
        lines: Products with their quantities, in the order of the cart.
        group: The customer's group; `guest` for guests.
        today: The day in UTC.
        choices: What the shopper chose.
        coupons: The rules of the applied coupons that are valid now, as the store file has them.
        gift_cards: In the order of being applied.
        store_credit_minor: What the customer has of it, whether it is to be used or not.
        reward_points: How many the customer has; 0 if they are not to be used.
    """

    lines: Sequence[Line]
    shop: Shop
    hooks: Hooks
    today: date
    group: str = GUESTS
    choices: Choices = NOTHING
    coupons: Sequence[Mapping[str, Any]] = ()
    gift_cards: Sequence[GiftCard] = ()
    store_credit_minor: int = 0
    reward_points: int = 0

    @property
    def is_virtual(self) -> bool:
        """Whether there are lines and none of them is shipped."""
        return bool(self.lines) and all(line.type == "virtual" for line in self.lines)

    @property
    def prices_include_tax(self) -> bool:
        """Whether the prices of products, shipping and gift wrapping contain the tax."""
        return bool(self.shop.sections.get("taxes", {}).get("prices_include_tax", False))

    @property
    def destination(self) -> Mapping[str, Any] | None:
        """The address that taxes go by: where it is shipped to, or who is billed if nothing is."""
        choices = self.choices
        return choices.billing_address if self.is_virtual else choices.shipping_address


@dataclass(slots=True)
class Sale:
    """A basket on its way through the stages of pricing. For rules to read only.

    Attributes:
        rows: The price of each line, as listed in the catalogue, in minor units.
        left: What the discounts so far left of each.
        discounts: Those so far.
        shipping_left: What the discounts so far left of the price of the chosen shipping method; 0
            before that is known.
    """

    basket: Basket
    rows: Sequence[int]
    left: list[int]
    discounts: list[Discount]
    shipping_left: int = 0

    @property
    def lines(self) -> Sequence[Line]:
        """The lines of the basket."""
        return self.basket.lines

    @property
    def subtotal_left(self) -> int:
        """What the discounts so far left of all lines."""
        return sum(self.left)


def region_code(address: Mapping[str, Any]) -> str | None:
    """Return the code of an address's region; None if it has none."""
    return (address.get("region") or {}).get("code")
