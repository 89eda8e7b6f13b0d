"""Countries and their regions: what is known of them, and what an address in each must have.

The codes of countries are those of ISO 3166-1; regions have the numbers, codes and names that the
platform has always given them, so that a client's list of regions keeps its meaning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from cartflow import ActionError


class Region(NamedTuple):
    """A part of a country.

    Attributes:
        region_id: The platform's number of it; None for a text of the shopper's own.
        code: Such as `TX`; armed forces share one.
        label: The name.
    """

    region_id: int | None
    code: str
    label: str

    def to_json(self) -> dict[str, Any]:
        """Return it as addresses have it."""
        return {"code": self.code, "label": self.label, "region_id": self.region_id}


class Name(NamedTuple):
    """What a country is called.

    Attributes:
        three_letter_code: Of ISO 3166-1.
        name: In English.
    """

    three_letter_code: str
    name: str


@dataclass(frozen=True, slots=True)
class Countries:
    """What `countries.json` says.

    Attributes:
        codes: Every country, in capitals.
        names: What each of them is called.
        without_postcode: Where an address needs no postcode.
        region_required: Where an address needs one of the regions that are listed.
        regions: Country to its regions, for those countries of which they are known.
    """

    codes: frozenset[str]
    names: Mapping[str, Name]
    without_postcode: frozenset[str]
    region_required: frozenset[str]
    regions: Mapping[str, tuple[Region, ...]]


@cache
def countries() -> Countries:
    """Return what is known of all countries."""
    file = files("cartflow.actions.cart").joinpath("countries.json")
    found = json.loads(file.read_text("utf-8"))
    return Countries(
        codes=frozenset(found["countries"]),
        names={country: Name(*name) for country, name in found["names"].items()},
        without_postcode=frozenset(found["without_postcode"]),
        region_required=frozenset(found["region_required"]),
        regions={
            country: tuple(Region(*region) for region in regions)
            for country, regions in found["regions"].items()
        },
    )


def find_region(
    country: str, name: str | None, region_id: int | None, *, is_rough: bool = False
) -> Region | None:
    """Return the region that an address names; None if it names none and needs none.

    Args:
        country: One of `Countries.codes`.
        name: A code or a name, in any case; where the country has no list, or needs none of its
            regions, any text.
        region_id: The platform's number.
        is_rough: Whether nothing is going to be sent there, so that no region is needed.

    Raises:
        ActionError: `REGION_MISMATCH`, `REGION_AMBIGUOUS` or `REGION_REQUIRED`.
    """
    known = countries().regions.get(country, ())
    named = [region for region in known if name and _is_called(region, name)]
    if region_id:
        chosen = [region for region in (named if name else known) if region.region_id == region_id]
        if not chosen:
            raise ActionError("REGION_MISMATCH", region_id=region_id, country_code=country)
        return chosen[0]
    if len(named) > 1:
        raise ActionError("REGION_AMBIGUOUS", region=name, country_code=country)
    if named:
        return named[0]
    if country in countries().region_required and not is_rough:
        raise ActionError("REGION_REQUIRED", country_code=country)
    return Region(None, name, name) if name else None


def _is_called(region: Region, name: str) -> bool:
    return name.casefold() in (region.code.casefold(), region.label.casefold())
