"""Whoever names somebody else's cart hears so and has changed nothing, whatever the operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cartflow.actions.adobe.operations import OPERATIONS

from ..repertoire import ENTRIES
from ..strangers import People, inputs_with_the_cart, people_of, refusals_of, rows
from .asking import Root, roots
from .conftest import Door

ROOTS = roots()
WITH_CARTS = [(name, cart) for name, root in ROOTS.items() for cart in root.carts()]
WISHES = {"createEmptyCart", "createGuestCart"}
"""What they are given is the id that a new cart is to have."""

CATEGORIES = {
    "CART_NOT_FOUND": "graphql-no-such-entity",
    "CART_NOT_OWNED": "graphql-authorization",
    "CUSTOMER_REQUIRED": "graphql-authorization",
}


@pytest.fixture(scope="session")
def _known() -> dict[int, People]:
    return {}


@pytest.fixture
def people(door: Door, _known: dict[int, People]) -> People:
    """Give the same people to all tests of a door: who is refused changes nothing."""
    if id(door) not in _known:
        _known[id(door)] = people_of(door.shop)
    return _known[id(door)]


def expected(door: Door, root: Root, cart: str) -> Iterator[tuple[str, str, str]]:
    """Yield caller, cart and the code of each call that must be refused."""
    action = OPERATIONS[root.kind.capitalize()][root.name].action
    [entry] = [it for it in ENTRIES if it.action == action and cart in inputs_with_the_cart(it)]
    yield from refusals_of(entry)


def messages(answered: Any) -> Iterator[str]:
    """Yield what is said to be wrong, at the top or in the payload."""
    if isinstance(answered, dict):
        for name, value in answered.items():
            if name in ("message", "error") and isinstance(value, str):
                yield value
            yield from messages(value)
    elif isinstance(answered, list):
        for value in answered:
            yield from messages(value)


@pytest.mark.parametrize(("name", "cart"), [it for it in WITH_CARTS if it[0] not in WISHES])
def test_nobody_uses_the_carts_of_others(
    door: Door, people: People, name: str, cart: str, caplog: pytest.LogCaptureFixture
) -> None:
    root = ROOTS[name]
    contract = door.shop.app.registry[OPERATIONS[root.kind.capitalize()][name].action].contract
    spares = {other: people.spare for other in root.carts() if other == "source_cart_id"}
    before = rows(door.shop)

    for caller, whose, code in expected(door, root, cart):
        asked = root.arguments(**spares | {cart: people.carts[whose]})
        answered = door.ask(root.document(), by=people.callers[caller], **asked)
        text = contract.errors[code].message or contract.errors[code].title
        wanted = re.sub(r"\{\w+\}", people.carts[whose], text)
        assert list(messages(answered)) == [wanted], (caller, whose, answered)
        for error in answered.get("errors", ()):
            assert error["extensions"]["category"] == CATEGORIES.get(code, "graphql-input")

    assert rows(door.shop) == before
    assert caplog.records == []


@pytest.mark.parametrize("name", sorted(WISHES))
@pytest.mark.parametrize("caller", ["guest", "owner"])
def test_nobody_gets_a_cart_by_wishing_for_its_id(
    door: Door, people: People, name: str, caller: str
) -> None:
    root = ROOTS[name]
    before = rows(door.shop)

    answered = door.ask(
        root.document(),
        by=people.callers[caller],
        input={root.carts()[0]: people.carts["other's"]},
    )

    assert people.carts["other's"] not in str(answered.get("data"))
    assert rows(door.shop) == before


def test_every_input_that_holds_a_cart_is_found() -> None:
    taking = {name for name, _ in WITH_CARTS}
    others = {
        *("customerCart", "customer", "giftCardAccount", "storeConfig", "products"),
        *("addProductsToNewCart", "redeemGiftCardBalanceAsStoreCredit"),
        *("generateCustomerToken", "revokeCustomerToken", "createCustomer", "createCustomerV2"),
        *("availableStores", "currency", "checkoutAgreements", "recaptchaV3Config"),
        *("countries", "country", "isEmailAvailable"),
    }

    assert {name for name in ROOTS if name not in others} == taking
