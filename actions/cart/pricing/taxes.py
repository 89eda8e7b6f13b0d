"""The stage of taxes, and the rule that is built in: the rates of the store file.

Tax is calculated on each row for itself, on what discounts left of it, with all rates that match
added up; it is rounded once, and what is due under each label is a part of that. Where prices
include tax, a listed amount is what shoppers pay wherever they live, and the tax is what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from .amounts import part, percent_e4, spread, without
from .basket import DEFAULT_TAX_CLASS, Basket, Rate, TaxRule, region_code
from .totals import Tax


class Split(NamedTuple):
    """An amount without the tax, with it, and the tax."""

    net: int
    gross: int
    tax: int


@dataclass(slots=True)
class Levy:
    """The rates that hold for one tax class, as labels and 1/10000 percent."""

    rates: list[tuple[str, int]]
    prices_include_tax: bool
    share_e4: int = field(init=False)

    def __post_init__(self) -> None:
        self.share_e4 = sum(share for _, share in self.rates)

    def split(self, amount_minor: int) -> Split:
        """Return a listed amount without and with the tax."""
        if self.prices_include_tax:
            net = without(amount_minor, self.share_e4)
            return Split(net, amount_minor, amount_minor - net)
        tax = part(amount_minor, self.share_e4)
        return Split(amount_minor, amount_minor + tax, tax)

    def labelled(self, tax_minor: int) -> Iterator[tuple[str, int]]:
        """Yield what of a tax is due under each label."""
        if len(self.rates) == 1:
            yield self.rates[0][0], tax_minor
            return
        parts = spread(tax_minor, [share for _, share in self.rates])
        for (label, _), amount in zip(self.rates, parts, strict=True):
            yield label, amount


class Levies:
    """The taxes of one basket: the rules are asked once for each tax class."""

    def __init__(self, basket: Basket) -> None:
        classes = {line.tax_class for line in basket.lines}
        self.of_class = {name: _levy(basket, name) for name in classes}
        self.on_shipping = _levy(basket, DEFAULT_TAX_CLASS, shipping=True)
        self.on_wrapping = _levy(basket, DEFAULT_TAX_CLASS)
        self._due: dict[str, int] = {}

    @property
    def is_free(self) -> bool:
        """Whether no line is taxed."""
        return not any(levy.share_e4 for levy in self.of_class.values())

    def collect(self, levy: Levy, tax_minor: int) -> None:
        """Note that a tax is due."""
        for label, amount in levy.labelled(tax_minor):
            self._due[label] = self._due.get(label, 0) + amount

    def taxes(self) -> list[Tax]:
        """Return what is due, by label."""
        return [Tax(label, amount) for label, amount in sorted(self._due.items()) if amount]


def _levy(basket: Basket, tax_class: str, *, shipping: bool = False) -> Levy:
    rates = [
        (rate["label"], _checked(rate["percent_e4"], name))
        for name, rule in sorted(basket.hooks.taxes.items())
        for rate in rule.rates(basket, tax_class, shipping=shipping)
    ]
    return Levy(rates, basket.prices_include_tax)


def _checked(percent_e4: int, rule: str) -> int:
    if percent_e4 < 0:
        message = f"the tax rule {rule!r} gives {percent_e4}; expected a rate of 0 or more"
        raise ValueError(message)
    return percent_e4


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
