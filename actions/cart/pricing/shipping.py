"""The stage of shipping, and the kinds of cost that are built in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..quantities import row_total_minor
from .amounts import checked
from .basket import Basket, Sale, ShippingCost, ShippingKind, region_code
from .taxes import Levy
from .totals import Quote

DEFAULT_METHODS: Final = (
    {
        "carrier": "flatrate",
        "method": "flatrate",
        "carrier_title": "Flat Rate",
        "method_title": "Fixed",
        "kind": "flat_rate",
        "options": {"amount_minor": 500, "per": "item"},
    },
)
"""How a shop ships whose store file never said."""

UNAVAILABLE: Final = (
    "This shipping method is not available. To use this shipping method, please contact us."
)


def quotes_of(sale: Sale, levy: Levy) -> list[Quote]:
    """Return what each shipping method costs for this cart, taxed by *levy*.

    A cart of which nothing is shipped, or with no address to ship to, has none.
    """
    basket = sale.basket
    if basket.choices.shipping_address is None or not shipped_e4(basket):
        return []
    methods = basket.shop.sections.get("shipping", DEFAULT_METHODS)
    return [quote for method in methods if (quote := _quote(sale, levy, method))]


def _quote(sale: Sale, levy: Levy, method: Mapping[str, Any]) -> Quote | None:
    kind = sale.basket.hooks.shipping.get(method["kind"])
    cost: ShippingCost | None = {"error_message": UNAVAILABLE}  # its plugin is not there
    if kind is not None:
        cost = kind.cost(sale, method.get("options", {}))
    if cost is None:
        return None
    amount = checked(cost.get("amount_minor", 0), f"the way to ship {method['kind']!r}")
    names = (method["carrier"], method["carrier_title"], method["method"], method["method_title"])
    net, gross, _ = levy.split(amount)
    return Quote(*names, amount, net, gross, cost.get("error_message", ""))


def chosen_of(basket: Basket, quotes: list[Quote]) -> Quote | None:
    """Return the quote of the shipping method that was chosen, as long as it can be had."""
    for quote in quotes:
        if (quote.carrier_code, quote.method_code) == basket.choices.shipping_method:
            return None if quote.error_message else quote
    return None


def shipped_e4(basket: Basket) -> int:
    """Return how many pieces are shipped, in 1/10000."""
    return sum(line.quantity_e4 for line in basket.lines if line.type != "virtual")


class FlatRate:
    """One price for each piece that is shipped, or for the order."""

    def cost(self, sale: Sale, options: Mapping[str, Any]) -> ShippingCost | None:
        """Return the price of the options."""
        amount = options["amount_minor"]
        if options["per"] == "item":
            amount = row_total_minor(amount, shipped_e4(sale.basket))
        return {"amount_minor": amount}


class Free:
    """Nothing to pay, from a subtotal on."""

    def cost(self, sale: Sale, options: Mapping[str, Any]) -> ShippingCost | None:
        """Return no price at all, unless what is left to pay for the lines is too little."""
        if sale.subtotal_left < options.get("minimum_subtotal_minor", 0):
            return None
        return {"amount_minor": 0}


class TableRate:
    """A price by country, region and subtotal.

    Of the rows for the address those that name its region count, else those that name its country
    alone, else those that name none; of these the one with the highest minimum that is reached.
    """

    def cost(self, sale: Sale, options: Mapping[str, Any]) -> ShippingCost | None:
        """Return the price of the row that fits; None if none does."""
        fitting = list(_fitting(sale, options["rows"]))
        return {"amount_minor": max(fitting)[-1]} if fitting else None


def _fitting(sale: Sale, rows: list[Mapping[str, Any]]) -> Iterator[tuple[int, int, int]]:
    """Yield how exactly each fitting row names the address, its minimum and its amount."""
    address = sale.basket.choices.shipping_address or {}
    place = {"country": address.get("country_code"), "region": region_code(address)}
    subtotal = sale.subtotal_left
    for row in rows:
        named = [name for name in place if name in row]
        minimum = row["minimum_subtotal_minor"]
        if minimum <= subtotal and all(row[name] == place[name] for name in named):
            yield len(named) + named.count("region"), minimum, row["amount_minor"]


FLAT_RATE: Final[ShippingKind] = FlatRate()
FREE: Final[ShippingKind] = Free()
TABLE_RATE: Final[ShippingKind] = TableRate()
