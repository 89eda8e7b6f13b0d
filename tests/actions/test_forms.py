"""What forms are told: countries, their regions, and nothing about other people."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import ActionError
from cartflow.actions.cart.countries import countries

from .conftest import Shop


def listed(shop: Shop, **given: Any) -> list[Any]:
    found: list[Any] = shop.invoke("countries", **given)["countries"]
    return found


def test_every_country_has_names_of_its_own() -> None:
    known = countries()

    assert set(known.names) == known.codes
    assert all(len(name.three_letter_code) == 3 for name in known.names.values())
    assert len({name.three_letter_code for name in known.names.values()}) == len(known.codes)
    assert len({name.name for name in known.names.values()}) == len(known.codes)


def test_countries_are_listed_by_name_with_what_an_address_needs(shop: Shop) -> None:
    shop.set_rules(countries=["US", "IE", "AT"])

    austria, ireland, states = listed(shop)

    assert austria["name"] == "Austria"
    assert ireland == {
        "code": "IE",
        "three_letter_code": "IRL",
        "name": "Ireland",
        "postcode_required": False,
        "region_required": False,
        "regions": [],
    }
    assert (states["postcode_required"], states["region_required"]) == (True, True)
    assert {"region_id": 12, "code": "CA", "label": "California"} in states["regions"]


def test_a_shop_without_rules_sells_everywhere(shop: Shop) -> None:
    assert {country["code"] for country in listed(shop)} == countries().codes


def test_a_country_is_found_in_any_case_if_the_shop_sells_there(shop: Shop) -> None:
    shop.set_rules(countries=["DE"])

    [country] = listed(shop, country="de")

    assert country["three_letter_code"] == "DEU"
    with pytest.raises(ActionError) as caught:
        listed(shop, country="FR")
    assert caught.value.code == "COUNTRY_UNKNOWN"


def test_nobody_hears_who_has_an_account(shop: Shop) -> None:
    taken, free = shop.email(), "nobody-at-all@example.com"

    answers = [shop.invoke("isEmailAvailable", email=email) for email in (taken, free)]

    assert answers == [{"is_email_available": True}] * 2
