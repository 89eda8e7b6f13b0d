"""GraphQL over HTTP: requests of each shape, those that are none, headers and statuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cartflow import GUEST

from ..conftest import Shop
from .conftest import WORDINGS, Door

CART = "query Mine($id: String!) { cart(cart_id: $id) { id } }"
UNKNOWN = 'Could not find a cart with ID "x"'


def test_a_query_may_come_by_get_with_its_variables_as_json(sqlite_door: Door) -> None:
    cart_id = sqlite_door.shop.cart()
    query = {"query": CART, "variables": json.dumps({"id": cart_id}), "operationName": "Mine"}

    response = sqlite_door.client.get("/graphql", query_string=query)

    assert response.get_json() == {"data": {"cart": {"id": cart_id}}}
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == "application/json"


def test_a_mutation_by_get_is_refused_and_changes_nothing(sqlite_door: Door) -> None:
    cart_id = sqlite_door.shop.cart()
    text = f'mutation {{ setCartAsInactive(cartId: "{cart_id}") {{ success }} }}'

    response = sqlite_door.client.get("/graphql", query_string={"query": text})

    [error] = response.get_json()["errors"]
    assert error["message"] == "Mutation requests allowed only for POST requests"
    assert sqlite_door.shop.status(cart_id) == "active"


def test_the_operation_is_chosen_by_its_name(sqlite_door: Door) -> None:
    text = "query A { a: __typename } query B { b: __typename }"

    response = sqlite_door.client.post("/graphql", json={"query": text, "operationName": "B"})

    assert response.get_json() == {"data": {"b": "Query"}}


def test_options_say_what_there_is(sqlite_door: Door) -> None:
    response = sqlite_door.client.options("/graphql")

    assert (response.status_code, response.headers["Allow"]) == (204, "GET, POST, OPTIONS")


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"{}", "text/plain", "Request content type must be application/json"),
        (b"{", "application/json", "the body cannot be read: line 1, column 2: expected"),
        (b"", "application/json", "the body cannot be read: line 1, column 1: expected"),
        (b"3", "application/json", "an operation: expected an object with the member 'query', got"),
        (b"{}", "application/json", "'query': expected the text of a query, got nothing"),
        (b'{"query": 1}', "application/json", "'query': expected the text of a query, got a numb"),
        (b'{"query": "{a}", "variables": []}', "application/json", "Cannot query field"),
        (b'{"query": "{a}", "variables": [1]}', "application/json", "'variables': expected an obj"),
        (b'{"query": "{a}", "operationName": 1}', "application/json", "'operationName': expected"),
        (b"[]", "application/json", "A request may hold 1 to 10 operations, got 0."),
        (b" " * ((1 << 20) + 1), "application/json", "Request body is too large."),
    ],
)
def test_a_request_that_is_none_is_told_what_is_wrong(
    sqlite_door: Door, body: bytes, content_type: str, message: str
) -> None:
    response = sqlite_door.client.post("/graphql", data=body, content_type=content_type)

    [error] = response.get_json()["errors"]
    assert response.status_code == 200
    assert error["message"].startswith(message)
    assert error["extensions"] == {"category": "graphql-input"}


def test_a_batch_is_answered_part_by_part(sqlite_door: Door) -> None:
    parts = [{"query": "{ __typename }"}, {"query": CART, "variables": {"id": "x"}}, {"query": "{"}]

    response = sqlite_door.client.post("/graphql", json=parts)

    first, second, third = response.get_json()
    assert first == {"data": {"__typename": "Query"}}
    assert second["errors"][0]["message"] == UNKNOWN
    assert third["errors"][0]["message"].startswith("Syntax Error")


def test_a_batch_of_too_many_is_refused_whole(sqlite_door: Door) -> None:
    response = sqlite_door.client.post("/graphql", json=[{"query": "{ __typename }"}] * 11)

    [error] = response.get_json()["errors"]
    assert error["message"] == "A request may hold 1 to 10 operations, got 11."


def test_a_hash_without_text_is_answered_with_what_makes_clients_send_the_text(
    sqlite_door: Door,
) -> None:
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}

    response = sqlite_door.client.post("/graphql", json={"extensions": hashed})
    with_text = {"query": "{ __typename }", "extensions": hashed}

    [error] = response.get_json()["errors"]
    assert error["message"] == "PersistedQueryNotSupported"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert sqlite_door.client.post("/graphql", json=with_text).get_json() == {
        "data": {"__typename": "Query"}
    }


@pytest.mark.parametrize("header", ["Bearer dead", "Basic YTpi"])
@pytest.mark.parametrize("wording", WORDINGS)
def test_a_dead_token_is_a_guest_until_servers_say_that_it_is_dead(
    server_doors: dict[str, Door], wording: str, header: str
) -> None:
    body = {"query": CART, "variables": {"id": "x"}}
    headers = {"Authorization": header}

    response = server_doors[wording].client.post("/graphql", json=body, headers=headers)

    [error] = response.get_json()["errors"]
    if wording == "2.4.8":
        assert (response.status_code, error["message"]) == (401, "User token has been revoked")
        assert error["extensions"] == {"category": "graphql-authentication"}
    else:
        assert (response.status_code, error["message"]) == (200, UNKNOWN)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{ __typename }", 200),
        ('{ cart(cart_id: "x") { id } }', 200),
        ("{ customerCart { id } }", 403),
        ("{", 400),
        ("{ nothing }", 400),
    ],
)
@pytest.mark.parametrize("wording", WORDINGS)
def test_only_2_4_8_has_statuses(
    server_doors: dict[str, Door], wording: str, text: str, status: int
) -> None:
    response = server_doors[wording].send(text)

    assert response.status_code == (status if wording == "2.4.8" else 200)


def test_a_key_makes_each_field_happen_once(sqlite_door: Door) -> None:
    text = "mutation { a: createEmptyCart b: createEmptyCart }"
    headers = {"Idempotency-Key": "0123456789abcdefghijklmnop"}

    first, second = (
        sqlite_door.client.post("/graphql", json={"query": text}, headers=headers).get_json()
        for _ in range(2)
    )

    assert first == second
    assert first["data"]["a"] != first["data"]["b"]


def test_what_nobody_expected_is_an_internal_error_and_a_line_in_the_log(
    sqlite_door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    shop: Shop = sqlite_door.shop
    cart_id = shop.cart()
    shop.sql("UPDATE cart_cart SET choices = 'secret' WHERE masked_id = :id", id=cart_id)

    answer: Any = sqlite_door.ask(CART, id=cart_id, by=GUEST)

    assert answer == {
        "errors": [
            {
                "message": "Internal server error",
                "locations": [{"line": 1, "column": 28}],
                "path": ["cart"],
            }
        ],
        "data": {"cart": None},
    }
    [record] = caplog.records
    assert (record.levelname, record.exc_info is None) == ("ERROR", False)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Store": "default"}, None),
        ({"Store": " shop "}, None),
        ({"Store": ""}, None),
        ({"Store": "french"}, "Requested store is not found"),
        ({"Store": "x" * 65}, "Requested store is not found"),
        ({"Content-Currency": "usd"}, None),
        ({"Content-Currency": "EUR"}, "Please correct the target currency"),
        ({"Store": "default", "Content-Currency": "EUR"}, "Please correct the target currency"),
    ],
)
def test_headers_name_the_one_store_and_its_currency(
    sqlite_door: Door, headers: dict[str, str], message: str | None
) -> None:
    body = {"query": "{ storeConfig { store_code } }"}

    answer = sqlite_door.client.post("/graphql", json=body, headers=headers).get_json()

    if message is None:
        assert answer == {"data": {"storeConfig": {"store_code": "default"}}}
    else:
        assert answer == {
            "errors": [{"message": message, "extensions": {"category": "graphql-input"}}]
        }
