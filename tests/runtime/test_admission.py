from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, SYSTEM, ActionError, Principal
from cartflow.runtime.admission import admit, check_key
from cartflow.runtime.contract import Contract

CUSTOMER = Principal("customer", "42")


def key_with(*scopes: str) -> Principal:
    return Principal("integration", "k1", frozenset(scopes))


def contract(access: frozenset[str] | None = None, **members: Any) -> Contract:
    schema = {"type": "object", "properties": members, "additionalProperties": False}
    return Contract("payBill", "Pay", schema, {}, access=access)


def refusal(of: Contract, given: Any = None, principal: Principal = GUEST) -> ActionError:
    with pytest.raises(ActionError) as caught:
        admit(of, given, principal)
    return caught.value


@pytest.mark.parametrize(
    "principal", [GUEST, CUSTOMER, ADMIN, SYSTEM, key_with("actions:invoke")], ids=str
)
def test_an_action_without_access_is_for_everybody(principal: Principal) -> None:
    assert admit(contract(), {}, principal) == {}


@pytest.mark.parametrize(
    ("principal", "code"),
    [
        (GUEST, "NOT_AUTHENTICATED"),
        (CUSTOMER, "NOT_AUTHORIZED"),
        (SYSTEM, "NOT_AUTHORIZED"),
        (key_with("actions:invoke"), "NOT_AUTHORIZED"),
    ],
    ids=["guest", "customer", "system", "integration"],
)
def test_others_than_access_names_are_refused(principal: Principal, code: str) -> None:
    assert refusal(contract(frozenset({"admin"})), {}, principal).code == code


@pytest.mark.parametrize("scope", ["actions:invoke", "actions:invoke:payBill"])
def test_an_api_key_with_the_scope_may_call(scope: str) -> None:
    assert admit(contract(), {}, key_with(scope)) == {}


@pytest.mark.parametrize("scope", ["", "actions:invoke:pay", "actions", "actions:invoke:*"])
def test_an_api_key_needs_the_scope_even_where_everybody_may_call(scope: str) -> None:
    error = refusal(contract(), {}, key_with(scope))

    assert (error.code, "'actions:invoke:payBill'" in error.message) == ("NOT_AUTHORIZED", True)


def test_access_is_asked_before_the_input_is_looked_at() -> None:
    assert refusal(contract(frozenset({"admin"})), {"x": 1}).code == "NOT_AUTHENTICATED"


def test_invalid_input_lists_all_violations() -> None:
    error = refusal(contract(n={"type": "integer"}), {"n": "1", "x": 2})

    assert [(v["path"], v["rule"]) for v in error.data["violations"]] == [
        ("/n", "type"),
        ("", "additionalProperties"),
    ]


@pytest.mark.parametrize("given", [[], "text", 7, True], ids=str)
def test_input_that_is_no_object_is_refused(given: Any) -> None:
    assert refusal(contract(), given).code == "INVALID_INPUT"


@pytest.mark.parametrize(
    "value", [datetime(2026, 1, 1, tzinfo=UTC), {1, 2}, b"x", object], ids=["time", "set", "b", "o"]
)
def test_input_that_is_not_json_is_refused(value: Any) -> None:
    assert refusal(contract(n={"type": "string"}), {"n": value}).code == "INVALID_INPUT"


def test_no_input_is_an_empty_object() -> None:
    assert admit(contract(), None, GUEST) == {}


def test_any_mapping_will_do() -> None:
    assert admit(contract(n={}), MappingProxyType({"n": 1}), GUEST) == {"n": 1}


def test_defaults_of_the_top_level_are_filled_in() -> None:
    wanted = contract(n={"default": 1}, m={"default": 2})

    assert admit(wanted, {"m": 5}, GUEST) == {"n": 1, "m": 5}


def test_a_default_that_a_handler_changes_is_new_for_the_next_call() -> None:
    wanted = contract(tags={"default": []})
    admit(wanted, {}, GUEST)["tags"].append("changed")

    assert admit(wanted, {}, GUEST) == {"tags": []}


@pytest.mark.parametrize("key", ["k", "k" * 255, "ключ"])
def test_a_key_of_a_customer_may_be_short(key: str) -> None:
    check_key(key, CUSTOMER)


@pytest.mark.parametrize("key", ["", "k" * 256, "a\nb", "a\x00b", "\ud800"])
def test_a_key_must_be_printable_and_not_too_long(key: str) -> None:
    with pytest.raises(ActionError, match="INVALID_INPUT"):
        check_key(key, CUSTOMER)


def test_a_key_of_a_guest_must_be_long_enough_to_be_unguessable() -> None:
    check_key("k" * 22, GUEST)
    with pytest.raises(ActionError, match="at least 128 of its bits random"):
        check_key("k" * 21, GUEST)
