from __future__ import annotations

from typing import Any

import pytest

from cartflow import ActionError
from cartflow.actions.cart.addresses import address_from, missing_fields, problems_of
from cartflow.actions.cart.countries import countries

from ..conftest import ADDRESS


def made(rules: Any = None, **members: Any) -> dict[str, Any]:
    return address_from(rules or {}, {**ADDRESS, **members})


def refusal(rules: Any = None, **members: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(ActionError) as caught:
        made(rules, **members)
    return caught.value.code, dict(caught.value.data)


def test_an_address_is_kept_in_one_form() -> None:
    assert made(country_code="us", region="california", middlename="Q.", fax=" ") == {
        "firstname": "John",
        "lastname": "Doe",
        "middlename": "Q.",
        "company": None,
        "street": ["3320 N Crescent Dr"],
        "city": "Los Angeles",
        "region": {"code": "CA", "label": "California", "region_id": 12},
        "postcode": "90210",
        "country_code": "US",
        "telephone": "123-456-0000",
        "fax": None,
        "vat_id": None,
    }


@pytest.mark.parametrize(
    ("country", "given", "region"),
    [
        ("US", {"region": "tx"}, ("TX", "Texas", 57)),
        ("US", {"region_id": 57, "region": None}, ("TX", "Texas", 57)),
        ("US", {"region_id": 57, "region": "Texas"}, ("TX", "Texas", 57)),
        ("US", {"region_id": 9, "region": "AE"}, ("AE", "Armed Forces Europe", 9)),
        ("US", {"region_id": 0, "region": "NY"}, ("NY", "New York", 43)),
        ("CH", {"region": "Zürich"}, ("ZH", "Zürich", 129)),
        ("DE", {"region": "BAY"}, ("BAY", "Bayern", 81)),
        ("DE", {"region": "Franken"}, ("Franken", "Franken", None)),
        ("FR", {"region": "Bretagne"}, ("Bretagne", "Bretagne", None)),
    ],
)
def test_a_region_is_found(
    country: str, given: dict[str, Any], region: tuple[str, str, int | None]
) -> None:
    found = made(country_code=country, **given)["region"]

    assert (found["code"], found["label"], found["region_id"]) == region


def test_a_country_without_required_regions_needs_none() -> None:
    assert made(country_code="DE", region=None)["region"] is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"region_id": 66}, "REGION_MISMATCH"),
        ({"region_id": 57}, "REGION_MISMATCH"),
        ({"region_id": 1, "region": None, "country_code": "FR"}, "REGION_MISMATCH"),
        ({"region": "AE"}, "REGION_AMBIGUOUS"),
        ({"region": "Atlantis"}, "REGION_REQUIRED"),
        ({"region": " "}, "REGION_REQUIRED"),
        ({"country_code": "ZZ", "region": None}, "COUNTRY_NOT_AVAILABLE"),
        ({"country_code": "", "street": []}, "COUNTRY_NOT_AVAILABLE"),
        ({"country_code": "ß", "region": None}, "COUNTRY_NOT_AVAILABLE"),
        ({"street": ["a", "b", "c"], "region": None}, "TOO_MANY_STREET_LINES"),
    ],
)
def test_the_first_rule_that_is_broken_is_told(given: dict[str, Any], code: str) -> None:
    assert refusal(**given)[0] == code


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"firstname": " "}, "firstname"),
        ({"lastname": ""}, "lastname"),
        ({"street": [None, ""]}, "street"),
        ({"city": ""}, "city"),
        ({"telephone": None}, "telephone"),
        ({"postcode": None}, "postcode"),
    ],
)
def test_what_every_address_needs(given: dict[str, Any], field: str) -> None:
    assert refusal(**given) == ("ADDRESS_INCOMPLETE", {"field": field})


def test_a_country_without_postcodes_needs_none() -> None:
    assert made(country_code="HK", region=None, postcode=None)["postcode"] is None


def test_the_shop_has_rules_of_its_own() -> None:
    rules = {"countries": ["DE"], "street_lines": 1, "company_required": True}
    german = {"country_code": "DE", "region": None}

    assert refusal(rules) == ("COUNTRY_NOT_AVAILABLE", {"country_code": "US"})
    assert refusal(rules, **german, street=["a", "b"])[1] == {"street_lines": 1}
    assert refusal(rules, **german)[1] == {"field": "company"}
    assert made(rules, **german, company="Acme")["company"] == "Acme"
    assert made({"telephone_required": False}, telephone=None)["telephone"] is None


def test_an_address_stops_being_usable_when_the_rules_change() -> None:
    address, german = made(), {"countries": ["DE"]}

    assert list(problems_of({}, address)) == []
    assert list(problems_of(german, address)) == ["Country is not available"]
    assert list(problems_of({}, {**address, "region": None})) == ["Region is required."]
    assert list(problems_of({"company_required": True}, address)) == [
        '"company" is required. Enter and try again.'
    ]


def test_no_address_at_all_has_nothing_that_is_needed() -> None:
    missing = ["firstname", "lastname", "street", "city", "telephone", "postcode", "countryId"]

    assert list(missing_fields({}, {})) == missing


def test_every_region_belongs_to_a_country_and_has_a_number_of_its_own() -> None:
    known = countries()
    numbers = [region.region_id for regions in known.regions.values() for region in regions]

    assert len(known.codes) == 249
    assert known.regions.keys() | known.region_required | known.without_postcode <= known.codes
    assert numbers == list(range(1, 130))
    assert [region.region_id for region in known.regions["US"]] == list(range(1, 66))
