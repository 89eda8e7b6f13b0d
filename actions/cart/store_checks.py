"""What no schema can say about the records of a store file, each of which satisfies its schema."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import date
from typing import Any, Final

from cartflow import ActionError

from .countries import countries, find_region
from .emails import LONGEST
from .quantities import from_json

Finding = tuple[str, str, str]
"""Where in the record, by which rule, and what is wrong."""

_QUANTITIES = ("stock", "minimum", "maximum", "increment", "weight")
_PERCENTAGES = ("rate", "percent")
_DEFAULTS = ("default_shipping", "default_billing")


def check_shop(shop: Mapping[str, Any], _shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the countries of a shop that there are not, and quantities that are none."""
    yield from _decimals(shop, "low_stock")
    for index, code in enumerate(shop.get("countries", ())):
        if code not in countries().codes:
            yield f"/countries/{index}", "country", f"there is no country {code!r}"


def check_taxes(taxes: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the rates."""
    for index, rate in enumerate(taxes["rates"]):
        yield from _decimals(rate, "rate", f"/rates/{index}")
        yield from _places(rate, f"/rates/{index}")


def check_shipping(method: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the places of a table of rates."""
    if method["kind"] == "table_rate":
        for index, row in enumerate(method["options"]["rows"]):
            yield from _places(row, f"/options/rows/{index}")


def check_product(product: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with a product of *shop*."""
    for name in _QUANTITIES:
        yield from _decimals(product, name)
    currency = shop.get("currency")
    if product.get("currency", currency) != currency:
        yield "/currency", "currency", f"the shop sells in {currency!r}; leave the currency out"
    least, most = product.get("minimum", 0), product.get("maximum", 10_000)
    step = from_json(product.get("increment", 1)) or 1
    if least > most:
        yield "/minimum", "limits", f"the minimum {least} is more than the maximum {most}"
    elif (top := from_json(most) or 0) - top % step < max(from_json(least) or 0, step):
        message = "no multiple of the increment lies between minimum and maximum"
        yield "/increment", "limits", message


def check_customer(customer: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with a customer's e-mail address and address book."""
    if len(customer["email"].casefold()) > LONGEST:
        message = f"in small letters it has more than {LONGEST} characters"
        yield "/email", "maxLength", message
    allowed = shop.get("street_lines", 2)
    earlier: dict[str, int] = {}
    for index, address in enumerate(customer.get("addresses", ())):
        pointer = f"/addresses/{index}"
        if len(address["street"]) > allowed:
            message = f"a street has at most {allowed} lines here; see shop.street_lines"
            yield f"{pointer}/street", "street-lines", message
        yield from _region(address, pointer)
        for name in _DEFAULTS:
            if address.get(name, False) and (first := earlier.setdefault(name, index)) != index:
                yield f"{pointer}/{name}", "duplicate", f"addresses/{first} is the {name} already"


def check_coupon(coupon: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with a coupon."""
    yield from _decimals(coupon, "percent")
    starts, ends = yield from _days(coupon, "starts_on", "ends_on")
    if starts and ends and starts > ends:
        yield "/ends_on", "order", f"it ends on {ends}, before it starts on {starts}"


def check_gift_card(card: Mapping[str, Any], shop: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with a gift card."""
    yield from _days(card, "expires_on")


def region_of(address: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the region of an address as carts have it; code, name or number is enough.

    Raises:
        ActionError: There is no such region, or the country needs one.
    """
    given = address.get("region") or {}
    country, name = address["country_code"].upper(), given.get("code") or given.get("label")
    region = find_region(country, name, given.get("region_id"))
    return region.to_json() if region else None


def _region(address: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    code = address["country_code"]
    if code.upper() not in countries().codes:
        yield f"{pointer}/country_code", "country", f"there is no country {code!r}"
        return
    try:
        region_of(address)
    except ActionError:
        message = f"expected a region of {code.upper()!r}, by its code, label or region_id"
        yield f"{pointer}/region", "region", message


def _places(record: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    """Yield country and region of a record that there are not."""
    country, region = record.get("country"), record.get("region")
    if country is None:
        return
    known = {it.code for it in countries().regions.get(country, ())}
    if country not in countries().codes:
        yield f"{pointer}/country", "country", f"there is no country {country!r}"
    elif region is not None and known and region not in known:
        yield f"{pointer}/region", "region", f"{country!r} has no region {region!r}"


def _decimals(record: Mapping[str, Any], name: str, pointer: str = "") -> Iterator[Finding]:
    if name in record and from_json(record[name]) is None:
        what = "a percentage" if name in _PERCENTAGES else "a quantity"
        yield f"{pointer}/{name}", "decimals", f"{what} may have at most 4 decimals"


def _days(record: Mapping[str, Any], *names: str) -> Generator[Finding, None, list[date | None]]:
    """Yield the dates that no calendar has; return the others, None for each that is missing."""
    found: list[date | None] = []
    for name in names:
        try:
            found.append(date.fromisoformat(record[name]) if name in record else None)
        except ValueError:
            found.append(None)
            yield f"/{name}", "date", f"there is no day {record[name]!r}"
    return found


CHECKS: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[Finding]]]] = {
    "shop": check_shop,
    "taxes": check_taxes,
    "shipping": check_shipping,
    "products": check_product,
    "customers": check_customer,
    "coupons": check_coupon,
    "gift_cards": check_gift_card,
}
"""Section of the store file to what checks it, or one record of it, beside the shop's record."""
