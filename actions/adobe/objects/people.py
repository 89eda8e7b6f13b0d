"""Customers and their address books."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

from .members import Fields, Json, constant, listed, member, moment, no_elements, no_matches


def _region(address: Json, _: Any) -> Json:
    """Return the region in the words that address books have for it; it has none if there is none.

    Clients look into it without asking.
    """
    region = address["region"] or {}
    return {
        "region": region.get("label"),
        "region_code": region.get("code"),
        "region_id": region.get("region_id"),
    }


def _region_id(address: Json, _: Any) -> int | None:
    return (address["region"] or {}).get("region_id")


def _group(customer: Json, _: Any) -> Json:
    return {"uid": b64encode(customer["group"].encode()).decode("ascii")}


FIELDS: Final[Fields] = {
    "Customer": {
        "id": member("uid"),
        "created_at": moment("created_at"),
        "is_subscribed": constant(False),
        "dob": member("date_of_birth"),
        "group": _group,
        "confirmation_status": constant("ACCOUNT_CONFIRMATION_NOT_REQUIRED"),
        "is_confirmed": constant(True),
        "allow_remote_shopping_assistance": constant(False),
        "custom_attributes": no_matches,
    },
    "CustomerAddress": {
        "region": _region,
        "region_id": _region_id,
        "country_code": listed("country_code", "CountryCodeEnum"),
        "custom_attributesV2": no_matches,
        "extension_attributes": no_elements,
    },
}
