"""What the runtime itself refuses, in words that a client of GraphQL understands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cartflow import GUEST, ActionError, DatabaseError, Principal, Request, Response
from cartflow.actions.adobe.door import answer
from cartflow.actions.adobe.plugin import cartflow_settings
from cartflow.actions.adobe.wording import words_of

from .conftest import WORDINGS, Door

QUERY = '{ cart(cart_id: "x") { id } }'


def answered(error: Exception, wording: str) -> Response:
    """Return the response to a query whose action ends with an error."""

    def invoke(name: str, given: Any, key: str | None = None) -> Any:
        raise error

    return asked(QUERY, wording, invoke)


def asked(query: str, wording: str, invoke: Callable[..., Any]) -> Response:
    """Return the response to a query whose actions *invoke* answers."""
    settings = {setting.name: setting.default for setting in cartflow_settings()}
    settings["wording"] = wording
    body = json.dumps({"query": query}).encode()
    headers = {"content-type": "application/json"}
    return answer(Request("POST", "/graphql", {}, {}, headers, body, GUEST, invoke, settings))


@pytest.mark.parametrize(
    ("code", "category", "status"),
    [
        ("INVALID_INPUT", "graphql-input", 200),
        ("IDEMPOTENCY_KEY_REUSED", "graphql-input", 200),
        ("NOT_AUTHENTICATED", "graphql-authentication", 401),
        ("NOT_AUTHORIZED", "graphql-authorization", 403),
        ("IN_PROGRESS", None, 200),
        ("BUSY", None, 200),
        ("TIMEOUT", None, 200),
    ],
)
@pytest.mark.parametrize("wording", WORDINGS)
def test_what_the_runtime_says_is_said(
    wording: str, code: str, category: str | None, status: int
) -> None:
    response = answered(ActionError(code, "what is wrong"), wording)

    [error] = response.body["errors"]
    assert (error["message"], error["path"]) == ("what is wrong", ["cart"])
    assert error.get("extensions") == (category and {"category": category})
    assert response.body["data"] == {"cart": None}
    assert response.status == (status if wording == "2.4.8" else 200)


@pytest.mark.parametrize(
    "error",
    [
        ActionError("INTERNAL", "a secret"),
        ActionError("INVALID_OUTPUT", "a secret"),
        ActionError("UNDECLARED_ERROR", "a secret"),
        DatabaseError("a secret"),
        RuntimeError("a secret"),
    ],
    ids=lambda error: str(error).split(maxsplit=1)[0],
)
@pytest.mark.parametrize("wording", WORDINGS)
def test_what_is_wrong_with_us_is_not_told(error: Exception, wording: str) -> None:
    response = answered(error, wording)

    assert response.body["errors"] == [
        {
            "message": "Internal server error",
            "locations": [{"line": 1, "column": 3}],
            "path": ["cart"],
        }
    ]
    assert response.status == (500 if wording == "2.4.8" else 200)


def test_a_database_that_is_gone_is_asked_once_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cart = {
        "items": [
            {
                "product": {"sku": sku, "type": "simple"},
                "prices": {"original_item_price": {"value": 45, "currency": "USD"}},
            }
            for sku in ("WS12", "24-WB07")
        ]
    }
    invoked = []

    def invoke(name: str, given: Any, key: str | None = None) -> Any:
        invoked.append(name)
        if name == "products":
            message = "the database is gone"
            raise DatabaseError(message)
        return {"cart": cart}

    response = asked('{ cart(cart_id: "x") { items { product { url_key } } } }', "2.4.8", invoke)

    assert invoked == ["cart", "products"]
    assert {error["message"] for error in response.body["errors"]} == {"Internal server error"}
    [record] = caplog.records
    assert "the database is gone" in record.getMessage()


@pytest.mark.parametrize(
    ("text", "variables", "message"),
    [
        *(
            (
                f"mutation {{ updateCartItems{arguments} {{ cart {{ id }} }} }}",
                {},
                "\"input\": the member 'cart_id' is missing;"
                " \"input\": the member 'cart_items' is missing",
            )
            for arguments in ("", "(input: null)")
        ),
        (
            "mutation ($input: AddSimpleProductsToCartInput) {"
            " addSimpleProductsToCart(input: $input) { cart { id } } }",
            {
                "input": {
                    "cart_id": "x",
                    "cart_items": [{"data": {"sku": "s" * 65, "quantity": 1}}],
                }
            },
            '"input.cart_items.0.data.sku": expected at most 64 character(s)',
        ),
        (
            "mutation ($item: CartItemInput!) {"
            ' addProductsToCart(cartId: "x", cartItems: [$item]) { cart { id } } }',
            {"item": {"sku": "s" * 65, "quantity": 1}},
            '"cartItems.0.sku": expected at most 64 character(s)',
        ),
    ],
)
def test_values_that_no_action_takes_are_called_as_in_the_document(
    sqlite_door: Door, text: str, variables: dict[str, Any], message: str
) -> None:
    assert sqlite_door.errors(text, **variables) == [(message, "graphql-input")]


def test_a_key_of_another_call_is_told_in_words(sqlite_door: Door) -> None:
    headers = {"Idempotency-Key": "another-call-0123456789abcdef"}
    text = "mutation ($id: String!) { setCartAsInactive(cartId: $id) { success } }"

    for cart_id in ("x", "y"):
        body = {"query": text, "variables": {"id": cart_id}}
        found = sqlite_door.client.post("/graphql", json=body, headers=headers).get_json()

    [error] = found["errors"]
    assert "idempotency key" in error["message"].lower()
    assert error["extensions"] == {"category": "graphql-input"}


def test_a_customer_of_an_app_that_may_not_hears_so(sqlite_door: Door) -> None:
    app = Principal("integration", "app", frozenset({"actions:invoke"}))

    [error] = sqlite_door.errors("{ customerCart { id } }", by=app)

    assert error == (
        "'customerCart' is for customer or guest; the caller is integration",
        "graphql-authorization",
    )


def test_what_a_plugin_refuses_is_told_in_its_own_words_if_it_says_no_more() -> None:
    error = ActionError("CART_NOT_OWNED", "ask Ada first")

    assert words_of(error, "mergeCarts", "2.4.7") == "ask Ada first"
    error.data["cart_id"] = "x"
    assert words_of(error, "mergeCarts", "2.4.7").endswith('operations on cart "x"')
