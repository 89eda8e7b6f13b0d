"""Addresses: from what a shopper gives to what carts, orders and the address book keep.

An address is a dictionary for JSON: `firstname`, `lastname`, `company`, `street` (the lines),
`city`, `region` (`code`, `label`, `region_id`; or None), `postcode`, `country_code` in capitals,
`telephone`, `fax`, `vat_id`; those of `_OPTIONAL` and `customer_address_id` only if there is one;
and in a cart `number`, by which the platform knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cartflow import ActionError

from .countries import countries, find_region

Address = dict[str, Any]

_NAMES: Final = ("firstname", "lastname")
_DETAILS: Final = ("telephone", "fax", "vat_id")
_PARTS_OF_NAMES: Final = ("middlename", "prefix", "suffix")
_OPTIONAL: Final = (*_PARTS_OF_NAMES, "customer_notes")

TEXTS: Final = (*_NAMES, *_PARTS_OF_NAMES, "company", "city", "postcode", *_DETAILS)
"""The members that are a text or null, in the order in which they are shown."""

_OF_CART: Final = ("number", "customer_notes", "customer_address_id")

_STREET_LINES: Final = 2


def address_from(rules: Mapping[str, Any], given: Mapping[str, Any]) -> Address:
    """Return the address that a shopper gives.

    Args:
        rules: The shop's, see `shop.Shop`: `countries`, `street_lines` and the like.
        given: As `address-input.json` describes it; region and region number are apart.

    Raises:
        ActionError: In this order `COUNTRY_NOT_AVAILABLE`, `TOO_MANY_STREET_LINES`,
            `REGION_MISMATCH`, `REGION_AMBIGUOUS`, `REGION_REQUIRED`, `ADDRESS_INCOMPLETE`.
    """
    country = country_from(rules, given["country_code"])
    street = [line for part in given["street"] if (line := (part or "").strip())]
    if len(street) > (most := rules.get("street_lines", _STREET_LINES)):
        raise ActionError("TOO_MANY_STREET_LINES", street_lines=most)
    region = find_region(country, _text(given, "region"), given.get("region_id"))
    address = {name: _text(given, name) for name in _NAMES} | {
        "company": _text(given, "company"),
        "street": street,
        "city": _text(given, "city"),
        "region": region.to_json() if region else None,
        "postcode": _text(given, "postcode"),
        "country_code": country,
        **{name: _text(given, name) for name in _DETAILS},
        **{name: text for name in _OPTIONAL if (text := _text(given, name))},
    }
    for field in missing_fields(rules, address):
        raise ActionError("ADDRESS_INCOMPLETE", field=field)
    return address


def rough_address(rules: Mapping[str, Any], given: Mapping[str, Any]) -> Address:
    """Return an address of which only the place matters, for an estimate.

    Args:
        rules: The shop's.
        given: `country_code`, and perhaps `postcode` and `region`, which has `region_code` or
            `region`, and `region_id`.

    Raises:
        ActionError: `COUNTRY_NOT_AVAILABLE`, `REGION_MISMATCH` or `REGION_AMBIGUOUS`.
    """
    country, place = country_from(rules, given["country_code"]), given.get("region") or {}
    name = _text(place, "region_code") or _text(place, "region")
    region = find_region(country, name, place.get("region_id"), is_rough=True)
    return {
        **dict.fromkeys((*_NAMES, "company", "city", *_DETAILS)),
        "street": [],
        "region": region.to_json() if region else None,
        "postcode": _text(given, "postcode"),
        "country_code": country,
        "number": 0,
    }


def country_from(rules: Mapping[str, Any], code: str) -> str:
    """Return the code of a country in capitals.

    Raises:
        ActionError: `COUNTRY_NOT_AVAILABLE` if there is no such country, or the shop leaves it out.
    """
    country = code.upper() if code.isascii() else ""  # a sharp s would be South Sudan
    if country not in countries().codes.intersection(rules.get("countries", countries().codes)):
        raise ActionError("COUNTRY_NOT_AVAILABLE", country_code=code)
    return country


def missing_fields(rules: Mapping[str, Any], address: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an address must have and has not; `{}` has nothing of it."""
    country = address.get("country_code")
    needed = [*_NAMES, "street", "city"]
    if rules.get("telephone_required", True):
        needed.append("telephone")
    if country not in countries().without_postcode:
        needed.append("postcode")
    if rules.get("company_required", False):
        needed.append("company")
    yield from (name for name in needed if not address.get(name))
    if not country:
        yield "countryId"  # the platform's name of it


def problems_of(rules: Mapping[str, Any], address: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for everything for which an address cannot be used; `{}` lacks it all.

    An address that was fine when it was given may have become useless by other rules of the shop.
    """
    for field in missing_fields(rules, address):
        yield f'"{field}" is required. Enter and try again.'
    country = address.get("country_code")
    if country and country not in rules.get("countries", countries().codes):
        yield "Country is not available"
    if country in countries().region_required and not address["region"]:
        yield "Region is required."


def numbered(address: Address, number: int) -> Address:
    """Return *address* as one of a cart."""
    return {**address, "number": number}


def plain(address: Mapping[str, Any]) -> Address:
    """Return *address* without what only a cart knows of it."""
    return {name: value for name, value in address.items() if name not in _OF_CART}


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two plain addresses say the same; what is null need not be there."""
    return _said(one) == _said(other)


def _said(address: Mapping[str, Any]) -> Address:
    return {name: value for name, value in address.items() if value is not None}


def _text(given: Mapping[str, Any], name: str) -> str | None:
    """Return a text without blanks around it; None if nothing is left."""
    return (given.get(name) or "").strip() or None
