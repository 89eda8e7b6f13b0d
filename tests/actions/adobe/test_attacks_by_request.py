"""Requests made to get more done than is allowed, or to have said what must not be said."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from ..conftest import Shop
from .conftest import Door
from .floods import calls_in

KEY = "0123456789abcdefghijkl"
CART = "query Mine($id: String!) { cart(cart_id: $id) { id } }"
SIGN_IN = 'generateCustomerToken(email: "x@example.com", password: "x") { token }'
MADE = "mutation Make { createEmptyCart }"


@pytest.fixture(scope="module")
def closed_door(sqlite_shop: Shop) -> Iterator[Door]:
    door = Door(sqlite_shop, introspection=False)
    yield door
    door.close()


def carts(door: Door) -> int:
    [[count]] = door.shop.sql("SELECT count(*) FROM cart_cart")
    return int(count)


@pytest.mark.parametrize(
    "query",
    [
        {"query": MADE},
        {"query": f"query Ask {{ __typename }} {MADE}", "operationName": "Make"},
        {"query": f"{MADE} query Ask {{ __typename }}"},
        {"query": f"query Ask {{ __typename }} {MADE}", "operationName": ""},
        {"query": f"query Ask {{ __typename }} {MADE}", "operationName": "make"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_changes_but_by_post(sqlite_door: Door, method: str, query: Any) -> None:
    before = carts(sqlite_door)

    response = sqlite_door.client.open(
        "/graphql", method=method, query_string=query, json={"query": MADE}
    )

    assert (response.status_code, carts(sqlite_door)) == (200, before)
    if method == "GET":
        assert "data" not in response.get_json() or response.get_json()["data"] is None


def test_the_root_fields_of_a_request_are_limited(sqlite_door: Door) -> None:
    before = carts(sqlite_door)
    text = "mutation { " + " ".join(f"a{n}: createEmptyCart" for n in range(21)) + " }"

    [error] = sqlite_door.ask(text)["errors"]

    assert error["message"] == "Max query root fields should be 20 but got 21."
    assert carts(sqlite_door) == before


@pytest.mark.parametrize(
    "text",
    [
        f"mutation {{ a: {SIGN_IN} ... {{ b: {SIGN_IN} }} ...C }}"
        f" fragment C on Mutation {{ c: {SIGN_IN} }}",
        f"mutation {{ ...A ...B }} fragment A on Mutation {{ ...B a: {SIGN_IN} }}"
        f" fragment B on Mutation {{ b: {SIGN_IN} }}",
    ],
)
def test_a_batch_has_no_more_root_fields_than_one_operation(sqlite_door: Door, text: str) -> None:
    parts = [{"query": "mutation { createEmptyCart }"}] + [{"query": text}] * 9
    before = carts(sqlite_door)

    response = sqlite_door.client.post("/graphql", json=parts)

    [error] = response.get_json()["errors"]
    assert error["message"] == "Max query root fields should be 20 but got 28."
    assert error["extensions"] == {"category": "graphql-input"}
    assert carts(sqlite_door) == before


def test_the_texts_of_a_batch_are_limited_together(sqlite_door: Door) -> None:
    text = "{ __typename }" + " " * 40_000

    response = sqlite_door.client.post("/graphql", json=[{"query": text}] * 3)

    [error] = response.get_json()["errors"]
    assert error["message"] == (
        "The queries are too long: expected at most 100000 characters, got 120042."
    )


@pytest.mark.parametrize(
    "element", [1, None, "x", {"sku": "x", "quantitx": 1}, {"sku": "x", "quantity": 1}, [[[]]]]
)
def test_values_cost_no_more_than_they_are_many(sqlite_door: Door, element: Any) -> None:
    text = """mutation($items: [CartItemInput!]!) {
        addProductsToNewCart(cartItems: $items) { __typename } }"""
    sqlite_door.ask(text, items=[element])  # what is done once only is done now

    some, twice = (
        calls_in(partial(sqlite_door.ask, text, items=[element] * count)) for count in (1100, 2200)
    )

    assert twice < 2.2 * some


@pytest.mark.parametrize("size", [301, 10_000, 2**31 - 1])
def test_pages_of_the_catalogue_are_limited(sqlite_door: Door, size: int) -> None:
    text = 'query($n: Int) { products(search: "a", pageSize: $n) { total_count } }'

    assert sqlite_door.errors(text, n=size) == [
        (f"Max page size should be 300 but got {size}.", "graphql-input")
    ]
    assert sqlite_door.data(text, n=300)["products"]["total_count"] > 0


@pytest.mark.parametrize("place", ["variable", "text", "alias", "data"])
def test_an_answer_is_not_many_times_as_long_as_its_request(sqlite_door: Door, place: str) -> None:
    fields = " ".join(f"a{n}: cart(cart_id: $id) {{ id }}" for n in range(20))
    text, long = f"query($id: String!) {{ {fields} }}", "x" * 90_000
    if place == "data":
        fields = " ".join(f"a{n}: setCartAsInactive(cartId: $id) {{ error }}" for n in range(20))
        text = f"mutation($id: String!) {{ {fields} }}"
    if place == "text":
        text = text.replace("$id)", f'"{long}")', 1)
    elif place == "alias":
        text = text.replace("a0:", f"{long}:")

    response = sqlite_door.send(text, id=long if place in ("variable", "data") else "x")

    assert ("errors" in response.get_json()) == (place != "data")
    assert len(response.data) < 100_000


def test_an_error_names_no_more_than_some_places(sqlite_door: Door) -> None:
    text = "{ cart(" + 'cart_id: "x" ' * 1000 + ") { id } }"

    [error] = sqlite_door.ask(text)["errors"]

    assert len(error["locations"]) == 20


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Cart") { name } }',
        "{ ...F } fragment F on Query { a: __schema { queryType { name } } }",
        '{ ... { ... on Query { b: __type(name: "Cart") { name } } } }',
        '{ customer { id } } fragment Unused on Query { __type(name: "Cart") { name } }',
    ],
)
def test_introspection_is_off_wherever_it_is_asked_for(
    closed_door: Door, sqlite_door: Door, text: str
) -> None:
    sqlite_door.ask(text)  # where it is on, the text is known now

    assert closed_door.errors(text) == [
        (
            "GraphQL introspection is not allowed, but the query contained __schema or __type",
            "graphql-input",
        )
    ]
    assert closed_door.data("{ __typename }") == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ cars }", {}),
        ("{ cart(cart_ie: 1) { id } }", {}),
        ('{ cart(cart_id: "x") { itemsV2(sort: {field: CREATED_AX, order: ASC}) { a } } }', {}),
        ("{ ... on Querx { id } }", {}),
        (
            "mutation($i: [CartItemInput!]!) {"
            " addProductsToNewCart(cartItems: $i) { __typename } }",
            {"i": [{"sku": "x", "quantity": 1, "parent_skx": ""}]},
        ),
    ],
)
def test_without_introspection_no_error_suggests_a_name(
    closed_door: Door, sqlite_door: Door, text: str, variables: Any
) -> None:
    assert "Did you mean" in str(sqlite_door.errors(text, **variables))
    assert "Did you mean" not in str(closed_door.errors(text, **variables))


@pytest.mark.parametrize("name", ["createEmptyCart", "x" * 60])
def test_a_guests_key_does_not_grow_with_the_name_of_a_field(sqlite_door: Door, name: str) -> None:
    text = f"mutation {{ {name}: createEmptyCart }}"
    headers = {"Idempotency-Key": KEY[:-1]}

    response = sqlite_door.client.post("/graphql", json={"query": text}, headers=headers)

    [error] = response.get_json()["errors"]
    assert error["message"].startswith("the idempotency key must have 22 to 255")


def test_a_key_makes_each_operation_of_a_batch_happen_once(sqlite_door: Door) -> None:
    parts, headers = [{"query": MADE}, {"query": MADE}], {"Idempotency-Key": f"{KEY}:batch"}

    first, again = (
        sqlite_door.client.post("/graphql", json=parts, headers=headers).get_json()
        for _ in range(2)
    )

    assert first == again
    assert first[0]["data"] != first[1]["data"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer " + "x" * 60_000},
        {"Authorization": "Bearer \xe9\x00".replace("\x00", "")},
        {"Authorization": "Bearer"},
        {"Authorization": ", ".join(["Bearer a"] * 500)},
        {"Idempotency-Key": "\xe9" * 300},
        {"Idempotency-Key": '"' * 255},
        {"Store": "\xe9" * 5000},
        {"Content-Currency": "U\tSD"},
        {"Content-Encoding": "gzip"},
        {"X-HTTP-Method-Override": "GET"},
    ],
)
def test_garbled_headers_are_answered(
    sqlite_door: Door, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    body = gzip.compress(b" " * 10_000_000) if "Content-Encoding" in headers else None
    body = body or json.dumps({"query": MADE}).encode()

    response = sqlite_door.client.post(
        "/graphql", data=body, headers=headers, content_type="application/json"
    )

    assert response.status_code == 200
    assert len(response.data) < 1000
    assert "data" in response.get_json() or "errors" in response.get_json()
    assert caplog.records == []


@pytest.mark.parametrize("quantity", ["1e309", "-1e309", "9" * 400, "-0", "1e-300", "1e308"])
def test_numbers_beyond_all_bounds_are_refused(
    door: Door, quantity: str, caplog: pytest.LogCaptureFixture
) -> None:
    item = f'{{ sku: "24-WB07", quantity: {quantity} }}'
    text = f"mutation {{ addProductsToNewCart(cartItems: [{item}]) {{ cart {{ id }} }} }}"
    before = carts(door)

    answered = door.ask(text)

    assert "Internal server error" not in str(answered)
    assert (carts(door), caplog.records) == (before, [])


@pytest.mark.parametrize("text", ["\0", "a\0b", "\u202e", "\ufeff", "\U0001f600", "\x7f", "'\"\\"])
def test_odd_characters_are_looked_for_and_not_found(
    door: Door, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = f'Could not find a cart with ID "{text}"'

    assert door.errors(CART, id=text) == [(unknown, "graphql-no-such-entity")]
    assert caplog.records == []


@pytest.mark.parametrize("text", [r"\ud800", r"\u{d800}", r"\udc00\ud800", r"\u{110000}"])
def test_halves_of_characters_are_no_text(door: Door, text: str) -> None:
    [(message, category)] = door.errors(f'{{ cart(cart_id: "{text}") {{ id }} }}')
    body = f'{{"query": "{{ __typename }}", "variables": {{"a": "{text}"}}}}'.encode()
    response = door.client.post("/graphql", data=body, content_type="application/json")

    assert message.startswith("Syntax Error: Invalid Unicode escape sequence")
    assert category == "graphql-input"
    assert "the body cannot be read" in response.get_json()["errors"][0]["message"]
