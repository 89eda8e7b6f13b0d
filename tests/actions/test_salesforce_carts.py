"""Whoever names somebody else's cart as a client of Salesforce hears so and has changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartflow import Principal, create_app
from cartflow.runtime.tokens import Tokens

from .conftest import opened
from .repertoire import ENTRIES, Entry
from .stage import FIRST, Stage

ACTIONS = "/services/data/v60.0/actions/standard"
STRANGERS = {("owner", "guest's"), ("owner", "other's"), ("other", "own"), ("other", "closed")}
"""Caller and cart; all but the guest's and the other's are of `owner`."""


class Strangers:
    """Customers who call through the door, with a stage to do it on."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._client = create_app(stage.shop.app).test_client()

    def token(self, principal: Principal, lifetime_s: float = 3600) -> str:
        clock = self.stage.shop.app.clock
        with self.stage.shop.app.database.transaction() as db:
            return Tokens(db, clock.now(), clock.random_text).issue(principal, lifetime_s)

    def call(self, token: str, action: str, *inputs: dict[str, Any]) -> Any:
        """Return the answer to a call."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"inputs": inputs}
        response = self._client.post(f"{ACTIONS}/{action}", json=body, headers=headers)
        assert response.status_code < 500
        return response.get_json()


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strangers]:
    folder: Path = tmp_path_factory.mktemp("strangers")
    for shop in opened(f"sqlite:///{folder}/stage.db", folder):
        yield Strangers(Stage(shop))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_nobody_uses_the_carts_of_others(strangers: Strangers, entry: Entry) -> None:
    stage = strangers.stage
    carts = {
        it: cart
        for it, cart in stage.carts_for(entry).items()
        if it in STRANGERS and entry.expected(*it) != "ok"
    }
    contract = stage.shop.app.registry[entry.action].contract
    before = stage.rows()

    for (caller, whose), cart in carts.items():
        token = strangers.token(stage.callers[caller])
        code = entry.expected(caller, whose)
        published = contract.errors[code].published if code in contract.errors else None
        [result] = strangers.call(token, entry.action, entry.given(FIRST, cart))
        assert result["isSuccess"] is False
        assert result["outputValues"] is None
        if code in contract.errors:
            assert result["errorCode"] == (published["code"] if published else code)

    assert stage.rows() == before


@pytest.mark.parametrize("case", ["none", "unknown", "expired", "revoked", "a cart's id"])
def test_whoever_is_nobody_calls_nothing(strangers: Strangers, case: str) -> None:
    stage = strangers.stage
    cart_id = stage.shop.cart(("many", 1))
    owner = stage.callers["owner"]
    tokens = {
        "none": "",
        "unknown": "x" * 43,
        "a cart's id": cart_id,
        "expired": strangers.token(owner, -1),
        "revoked": strangers.token(owner),
    }
    stage.shop.invoke("revokeCustomerToken", by=owner)
    before = stage.rows()

    [error] = strangers.call(tokens[case], "setCartAsInactive", {"cartId": cart_id})

    assert error["errorCode"] == "INVALID_SESSION_ID"
    assert stage.rows() == before


def test_a_key_calls_no_more_than_it_covers(strangers: Strangers) -> None:
    stage = strangers.stage
    cart_id = stage.shop.cart(("many", 1))
    key = Principal("integration", "narrow", frozenset({"actions:invoke:cart"}))
    before = stage.rows()

    [read] = strangers.call(strangers.token(key), "cart", {"cart_id": cart_id})
    [refused] = strangers.call(strangers.token(key), "clearCart", {"uid": cart_id})

    assert read["isSuccess"]
    assert refused["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert stage.rows() == before
