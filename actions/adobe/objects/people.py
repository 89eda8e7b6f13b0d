"""Customers and their address books."""

from __future__ import annotations

from typing import Any, Final

from .members import Fields, Json, constant, listed, member, moment


def _region(address: Json, _: Any) -> Json | None:
    """Return the region in the words that address books have for it."""
    region = address["region"]
    return region and {
        "region": region["label"],
        "region_code": region["code"],
        "region_id": region["region_id"],
    }


def _region_id(address: Json, _: Any) -> int | None:
    return (address["region"] or {}).get("region_id")


FIELDS: Final[Fields] = {
    "Customer": {
        "id": member("uid"),
        "created_at": moment("created_at"),
        "is_subscribed": constant(False),
    },
    "CustomerAddress": {
        "region": _region,
        "region_id": _region_id,
        "country_code": listed("country_code", "CountryCodeEnum"),
    },
}
