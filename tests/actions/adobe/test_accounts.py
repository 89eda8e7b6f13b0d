"""Accounts through GraphQL, as storefronts create and show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from .conftest import Door

PASSWORD = "Analytical-1843"
PERSON = """
  id email firstname lastname middlename prefix suffix date_of_birth gender taxvat is_subscribed
  created_at default_billing default_shipping addresses { id }
"""
CREATE_V2 = (
    "mutation Create($input: CustomerCreateInput!)"
    f" {{ createCustomerV2(input: $input) {{ customer {{ {PERSON} }} }} }}"
)
CREATE = (
    "mutation Create($input: CustomerInput!)"
    f" {{ createCustomer(input: $input) {{ customer {{ {PERSON} }} }} }}"
)
SIGN_IN = """
mutation SignIn($email: String!, $password: String!) {
  generateCustomerToken(email: $email, password: $password) { token }
}
"""
BOTH = pytest.mark.parametrize("create", [CREATE_V2, CREATE], ids=["new", "older"])
_numbers = count(1)


def person(**members: Any) -> dict[str, Any]:
    email = f"storefront{next(_numbers)}@example.com"
    names = {"firstname": "Ada", "lastname": "Byron"}
    return {"email": email, **names, "password": PASSWORD, **members}


@BOTH
def test_who_creates_an_account_signs_in_and_is_known(door: Door, create: str) -> None:
    given = person(is_subscribed=True, prefix=None, date_of_birth="1815-12-10", gender=2)

    [created] = door.data(create, input=given).values()
    signed_in = door.data(SIGN_IN, email=given["email"], password=PASSWORD)
    headers = {"Authorization": f"Bearer {signed_in['generateCustomerToken']['token']}"}
    body = {"query": f"{{ customer {{ {PERSON} }} }}"}
    found = door.client.post("/graphql", json=body, headers=headers).get_json()["data"]

    customer = created["customer"]
    assert found == {"customer": customer}
    assert customer.pop("id")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", customer.pop("created_at"))
    assert customer == {
        "email": given["email"],
        "firstname": "Ada",
        "lastname": "Byron",
        "middlename": None,
        "prefix": None,
        "suffix": None,
        "date_of_birth": "1815-12-10",
        "gender": 2,
        "taxvat": None,
        "is_subscribed": False,
        "default_billing": None,
        "default_shipping": None,
        "addresses": [],
    }


@BOTH
@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"email": "email@example"}, '"email@example" is not a valid email address.'),
        ({"firstname": ""}, '"First Name" is a required value.'),
        (
            {"password": "Ab1"},
            "The password needs at least 8 characters. Create a new password and try again.",
        ),
        (
            {"email": "roni_cost@example.com"},
            "A customer with the same email address already exists in an associated website.",
        ),
    ],
    ids=["e-mail", "name", "password", "taken"],
)
def test_what_is_wrong_with_an_account_is_an_error_of_input(
    door: Door, create: str, members: dict[str, Any], message: str
) -> None:
    assert door.errors(create, input=person(**members)) == [(message, "graphql-input")]


def test_the_older_input_has_another_name_of_the_date_of_birth(door: Door) -> None:
    [created] = door.data(CREATE, input=person(dob="1815-12-10")).values()

    assert created["customer"]["date_of_birth"] == "1815-12-10"


def test_guests_are_told_that_they_are_no_customers(door: Door) -> None:
    assert door.ask("{ customer { email } }")["data"] == {"customer": None}
    assert door.errors("{ customer { email } }") == [
        ("The current customer isn't authorized.", "graphql-authorization")
    ]


@pytest.fixture
def ruled_door(door: Door) -> Iterator[Door]:
    """Give a door whose shop may get other rules."""
    yield door
    door.shop.forget_rules()


def test_a_storefront_hears_how_its_pages_are(ruled_door: Door) -> None:
    pages = {"locale": "en_US", "product_url_suffix": ".html", "media_url": "https://m.example/"}
    ruled_door.shop.set_rules(pages=pages)

    found = ruled_door.data(
        "{ storeConfig { store_code locale product_url_suffix secure_base_media_url base_url"
        " magento_reward_general_is_enabled } }"
    )

    assert found["storeConfig"] == {
        "store_code": "default",
        "locale": "en_US",
        "product_url_suffix": ".html",
        "secure_base_media_url": "https://m.example/",
        "base_url": None,
        "magento_reward_general_is_enabled": "0",
    }
