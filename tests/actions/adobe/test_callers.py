"""Who calls: a customer as long as the token lives, a key for what it covers, else a guest."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import Principal

from ..strangers import rows
from .conftest import WORDINGS, Door

NARROW = Principal("integration", "narrow", frozenset({"actions:invoke:cart"}))
CUSTOMER = "{ customer { email } }"
CART = "query($id: String!) { cart(cart_id: $id) { id items { product { name url_key } } } }"
CLEAR = "mutation($id: ID!) { clearCart(input: { uid: $id }) { cart { id } } }"


def asked(door: Door, token: str, text: str, **variables: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"query": text, "variables": variables}
    return door.client.post("/graphql", json=body, headers=headers).get_json()


@pytest.mark.parametrize("wording", WORDINGS)
def test_signing_out_ends_all_tokens(server_doors: dict[str, Door], wording: str) -> None:
    door = server_doors[wording]
    customer = door.shop.customer()
    tokens = [door.token(customer), door.token(customer)]

    done = asked(door, tokens[0], "mutation { revokeCustomerToken { result } }")

    assert done == {"data": {"revokeCustomerToken": {"result": True}}}
    for token in tokens:
        [error] = asked(door, token, CUSTOMER)["errors"]
        assert error["message"] == (
            "User token has been revoked"
            if wording == "2.4.8"
            else "The current customer isn't authorized."
        )


@pytest.mark.parametrize("lifetime_s", [-1, 3600])
def test_a_token_speaks_for_nobody_after_its_time(sqlite_door: Door, lifetime_s: float) -> None:
    token = sqlite_door.token(sqlite_door.shop.customer(), lifetime_s)

    answered = asked(sqlite_door, token, CUSTOMER)

    assert ("errors" in answered) == (lifetime_s < 0)


def test_a_key_calls_no_more_than_it_covers(door: Door) -> None:
    cart_id = door.shop.cart(("24-WB07", 1))
    before = rows(door.shop)

    answered = door.ask(CLEAR, by=NARROW, id=cart_id)

    [error] = answered["errors"]
    assert error["message"] == (
        "the API key does not cover 'clearCart'; it needs the scope 'actions:invoke'"
        " or 'actions:invoke:clearCart'"
    )
    assert error["extensions"] == {"category": "graphql-authorization"}
    assert rows(door.shop) == before


def test_what_is_read_beside_a_cart_needs_to_be_covered_too(door: Door) -> None:
    cart_id = door.shop.cart(("24-WB07", 1))

    answered = door.ask(CART, by=NARROW, id=cart_id)

    [error] = answered["errors"]
    [line] = answered["data"]["cart"]["items"]
    assert line["product"]["url_key"] is None
    assert error["path"] == ["cart", "items", 0, "product", "url_key"]
    assert error["message"].startswith("the API key does not cover 'products'")
    assert error["extensions"] == {"category": "graphql-authorization"}


def test_of_many_errors_some_are_told(sqlite_door: Door) -> None:
    products = [(sqlite_door.shop.product(), 1) for _ in range(51)]
    cart_id = sqlite_door.shop.cart(*products)

    answered = sqlite_door.ask(
        CART.replace("url_key", "url_key again: url_key"), by=NARROW, id=cart_id
    )

    assert len(answered["errors"]) == 100
    assert len(answered["data"]["cart"]["items"]) == 51
