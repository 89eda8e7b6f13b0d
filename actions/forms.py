"""What the forms of a shop need to know before they are sent."""

from __future__ import annotations

from typing import Any

from cartflow import ActionError, Context

from .cart.countries import Countries, countries
from .cart.emails import is_email
from .cart.shop import current_shop


def list_countries(ctx: Context) -> dict[str, Any]:
    """Return the countries that the shop sells to, or one of them."""
    known = countries()
    sold = known.codes.intersection(current_shop(ctx.db).rules.get("countries", known.codes))
    wanted = ctx.input.get("country")
    if wanted is not None:
        sold = sold.intersection([wanted.upper()])
        if not wanted:
            raise ActionError("COUNTRY_REQUIRED")
        if not sold:
            raise ActionError("COUNTRY_UNKNOWN", country=wanted)
    by_name = sorted(sold, key=lambda code: known.names[code].name)
    return {"countries": [_document_of(code, known) for code in by_name]}


def _document_of(code: str, known: Countries) -> dict[str, Any]:
    name = known.names[code]
    return {
        "code": code,
        "three_letter_code": name.three_letter_code,
        "name": name.name,
        "postcode_required": code not in known.without_postcode,
        "region_required": code in known.region_required,
        "regions": [region.to_json() for region in known.regions.get(code, ())],
    }


def check_email(ctx: Context) -> dict[str, Any]:
    """Return that an address may be registered, whoever has it."""
    email = ctx.input["email"].strip()
    if not email:
        raise ActionError("EMAIL_REQUIRED")
    if not is_email(email):
        raise ActionError("EMAIL_INVALID", email=email)
    return {"is_email_available": True}
