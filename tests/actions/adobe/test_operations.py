"""The root fields: each has its action, and each condition of an action its category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from cartflow.actions.adobe.categories import BY_ACTION, BY_CODE, category_of
from cartflow.actions.adobe.operations import OPERATIONS
from cartflow.actions.adobe.operations.carts import CLEAR_CART_TYPES
from cartflow.actions.adobe.operations.orders import CODES
from cartflow.actions.adobe.schema import schema
from cartflow.runtime.errors import BUILTIN_CONDITIONS

from ..conftest import Shop

OF_FLOWS = {"EXPRESSION_FAILED", "LIMIT_EXCEEDED", "CANCELLED"}
OF_US = {"UNKNOWN_ACTION", "INVALID_OUTPUT", "UNDECLARED_ERROR", "INTERNAL"}
"""What the runtime answers where something here is wrong: clients hear nothing of it."""


def declared(shop: Shop) -> Iterator[tuple[str, str]]:
    """Yield action and code of each condition that a root field can end with."""
    for operations in OPERATIONS.values():
        for operation in operations.values():
            contract = shop.app.registry[operation.action].contract
            for code in contract.errors:
                yield contract.name, code


def test_every_root_field_invokes_an_action() -> None:
    built = schema()
    fields = {kind: set(built.type_map[kind].fields) for kind in OPERATIONS}  # type: ignore[attr-defined]

    assert {kind: set(operations) for kind, operations in OPERATIONS.items()} == fields


def test_every_condition_has_a_category_on_purpose(sqlite_shop: Shop) -> None:
    missing = [
        (action, code)
        for action, code in declared(sqlite_shop)
        if code not in BY_CODE and (action, code) not in BY_ACTION
    ]

    assert missing == []
    assert BUILTIN_CONDITIONS.keys() - BY_CODE.keys() == OF_FLOWS | OF_US


def test_no_category_is_for_a_condition_that_nobody_declares(sqlite_shop: Shop) -> None:
    conditions = set(declared(sqlite_shop))
    codes = {code for _, code in conditions}

    assert BY_CODE.keys() - codes <= BUILTIN_CONDITIONS.keys()
    assert BY_ACTION.keys() - conditions == set()
    assert [pair for pair in BY_ACTION if category_of(*pair) == BY_CODE.get(pair[1])] == []


@pytest.mark.parametrize(
    ("action", "codes"),
    [
        ("placeOrder", CODES),
        ("setPaymentMethodAndPlaceOrder", CODES),
        ("clearCart", CLEAR_CART_TYPES),
    ],
)
def test_codes_that_are_data_are_those_that_the_contract_says_are_published(
    sqlite_shop: Shop, action: str, codes: Mapping[str, str]
) -> None:
    conditions = sqlite_shop.app.registry[action].contract.errors
    published = {
        code: condition.published["code"]
        for code, condition in conditions.items()
        if condition.published
    }

    assert published == {code: codes[code] for code in codes if code in conditions}
