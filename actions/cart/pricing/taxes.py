"""The stage of taxes, and the rule that is built in: the rates of the store file.

Tax is calculated on each row for itself, on what discounts left of it, with all rates that match
added up, and rounded once; what is due under each label is a part of what is due in all. Where
prices include tax, a listed amount is what shoppers pay wherever they live, and the tax is what is
in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from .amounts import checked, part, percent_e4, spread, without
from .basket import DEFAULT_TAX_CLASS, Basket, Rate, TaxRule, region_code
from .totals import Tax


class Split(NamedTuple):
    """An amount without the tax, with it, and the tax."""

    net: int
    gross: int
    tax: int


class Levy:
    """The rates that hold for one tax class, and what is due by them.

    Attributes:
        share_e4: All rates together, in 1/10000 percent.
    """

    def __init__(self, rates: Sequence[tuple[str, int]], *, include_tax: bool) -> None:
        self._rates = rates
        self._include_tax = include_tax
        self._due_minor = 0
        self.share_e4 = sum(share for _, share in rates)

    def split(self, amount_minor: int) -> Split:
        """Return a listed amount without and with the tax."""
        if self._include_tax:
            net = without(amount_minor, self.share_e4)
            return Split(net, amount_minor, amount_minor - net)
        tax = part(amount_minor, self.share_e4)
        return Split(amount_minor, amount_minor + tax, tax)

    def collect(self, split: Split) -> Split:
        """Note that the tax of an amount is due; return the amount."""
        self._due_minor += split.tax
        return split

    def due(self) -> Iterator[tuple[str, int]]:
        """Yield what is due under each label."""
        if not self._due_minor:
            return
        parts = spread(self._due_minor, [share for _, share in self._rates])
        yield from zip((label for label, _ in self._rates), parts, strict=True)


class Levies:
    """The taxes of one basket: the rules are asked once for each tax class."""

    def __init__(self, basket: Basket) -> None:
        classes = {line.tax_class for line in basket.lines}
        self.of_class = {name: _levy(basket, name) for name in classes}
        self.on_shipping = _levy(basket, DEFAULT_TAX_CLASS, shipping=True)
        self.on_wrapping = _levy(basket, DEFAULT_TAX_CLASS)

    @property
    def is_free(self) -> bool:
        """Whether no line is taxed."""
        return not any(levy.share_e4 for levy in self.of_class.values())

    def taxes(self) -> list[Tax]:
        """Return what is due in all, by label."""
        due: dict[str, int] = {}
        for levy in (*self.of_class.values(), self.on_shipping, self.on_wrapping):
            for label, amount in levy.due():
                due[label] = due.get(label, 0) + amount
        return [Tax(label, amount) for label, amount in sorted(due.items()) if amount]


def _levy(basket: Basket, tax_class: str, *, shipping: bool = False) -> Levy:
    rates = [
        (rate["label"], checked(rate["percent_e4"], f"the tax rule {name!r}"))
        for name, rule in sorted(basket.hooks.taxes.items())
        for rate in rule.rates(basket, tax_class, shipping=shipping)
    ]
    return Levy(rates, include_tax=basket.prices_include_tax)


class StoreRates:
    """The rates of the store file, by country, region, postcode and tax class."""

    def rates(self, basket: Basket, tax_class: str, *, shipping: bool) -> Iterable[Rate]:
        """Yield each rate that matches the address; without an address there is none."""
        address = basket.destination
        if address is None:
            return
        for rate in basket.shop.sections.get("taxes", {}).get("rates", ()):
            if (
                rate.get("tax_class", DEFAULT_TAX_CLASS) == tax_class
                and _is_for(rate, address)
                and (not shipping or rate.get("applies_to_shipping", True))
            ):
                yield {"label": rate["label"], "percent_e4": percent_e4(rate["rate"])}


def _is_for(rate: Mapping[str, Any], address: Mapping[str, Any]) -> bool:
    place = {
        "country": address["country_code"],
        "region": region_code(address),
        "postcode": address.get("postcode"),
    }
    return all(rate[name] == place[name] for name in place if name in rate)


STORE_RATES: Final[TaxRule] = StoreRates()
