"""Calls of actions and flows: one result for each input, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cartflow import SYSTEM, Principal
from cartflow.runtime.http.salesforce.catalogue import Catalogue
from cartflow.runtime.http.salesforce.invoking import invoke_each

from .conftest import FLOWS, STANDARD, Org, opened, refusal_of


@pytest.fixture(scope="module")
def strict_org(sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """Give an application in which all inputs of a call succeed, or none does."""
    folder = tmp_path_factory.mktemp("strict")
    with opened(sqlite_tables, folder, CARTFLOW_SALESFORCE_PARTIAL_SAVE="false") as found:
        yield found


def codes_of(response: TestResponse) -> list[str | None]:
    """Return the code of each result's error, None where there is none."""
    results = response.get_json()
    return [result["errors"][0]["statusCode"] if result["errors"] else None for result in results]


def test_a_success_has_all_members_in_order(org: Org) -> None:
    response = org.call("note", {"text": "a"})

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert list(response.get_json()[0].items()) == [
        ("actionName", "note"),
        ("errors", None),
        ("invocationId", None),
        ("isSuccess", True),
        ("outcome", None),
        ("outputValues", {"count": 1}),
        ("sortOrder", -1),
        ("version", 1),
    ]
    assert org.notes() == ["a"]


def test_no_outputs_are_null(org: Org) -> None:
    assert org.call("greet", {}).get_json()[0]["outputValues"] is None


def test_an_only_failure_has_its_status_and_code_where_clients_look(org: Org) -> None:
    response = org.call("note", {"text": "shut"})

    [result] = response.get_json()
    assert len(result.pop("invocationId")) == 20
    assert response.status_code == 403
    assert result == {
        "actionName": "note",
        "errors": [
            {
                "statusCode": "INVALID_OPERATION",
                "message": "the front door is shut",
                "fields": [],
            }
        ],
        "isSuccess": False,
        "outcome": None,
        "outputValues": None,
        "sortOrder": -1,
        "version": 1,
        "errorCode": "INVALID_OPERATION",
        "message": "the front door is shut",
    }


FAILURES: dict[str, tuple[str, Any, int, str]] = {
    "declared": ("note", {"text": "kept"}, 402, "KEPT"),
    "retryable": ("note", {"text": "later"}, 503, "LATER"),
    "published without a code": ("note", {"text": "nameless"}, 422, "NAMELESS"),
    "not the end of a session": ("note", {"text": "stranger"}, 400, "STRANGER"),
    "crash": ("note", {"text": "trap"}, 500, "UNKNOWN_EXCEPTION"),
    "not for him": ("onlyCustomers", {}, 403, "INSUFFICIENT_ACCESS_OR_READONLY"),
    "missing": ("note", {}, 400, "INVALID_API_INPUT"),
    "unknown input": ("greet", {"nam": "x"}, 400, "INVALID_API_INPUT"),
}


@pytest.mark.parametrize("case", FAILURES.values(), ids=FAILURES)
def test_every_failure_has_a_code(org: Org, case: Any) -> None:
    name, given, status, code = case

    response = org.call(name, given)

    assert (response.status_code, response.get_json()[0]["errorCode"]) == (status, code)
    assert "a secret that must not" not in response.get_data(as_text=True)
    org.notes()


def test_what_may_be_tried_again_says_when(org: Org) -> None:
    later, shut = org.call("note", {"text": "later"}), org.call("note", {"text": "shut"})

    assert (later.headers["Retry-After"], "Retry-After" in shut.headers) == ("1", False)


def test_everything_that_is_wrong_with_an_input_is_told(org: Org) -> None:
    [result] = org.call("kinds", {"count": "x", "place": {"city": 3}}).get_json()

    assert [(error["message"], error["fields"]) for error in result["errors"]] == [
        ("Missing required input parameter: text", ["text"]),
        ("/count: expected null or an integer, got a string", ["count"]),
        ("/place/city: expected a string, got an integer", ["place"]),
    ]


def test_null_stands_for_an_input_that_is_left_out(org: Org) -> None:
    response = org.call("write_twice", {"text": "a", "by": None}, flow=True)

    assert response.status_code == 200
    assert org.notes() == ["a", "a"]


# ---- several inputs


def test_what_fails_does_not_keep_the_others_from_happening(org: Org) -> None:
    response = org.call("note", {"text": "a"}, {"text": "shut"}, {}, {"text": "b"})

    assert response.status_code == 400
    assert codes_of(response) == [None, "INVALID_OPERATION", "INVALID_API_INPUT", None]
    assert [result["outputValues"] for result in response.get_json()] == [
        {"count": 1},
        None,
        None,
        {"count": 2},
    ]
    assert org.notes() == ["a", "b"]


def test_two_hundred_inputs_are_called_in_order(org: Org) -> None:
    response = org.call("note", *({"text": str(number)} for number in range(200)))

    counts = [result["outputValues"]["count"] for result in response.get_json()]
    assert (response.status_code, counts) == (200, list(range(1, 201)))
    org.notes()


def test_when_enough_is_answered_the_rest_is_not_called(org: Org) -> None:
    entry = Catalogue(org.app.registry).find("note", is_flow=False)
    inputs = [{"text": text} for text in "abcd"]

    results = invoke_each(org.app, entry, inputs, SYSTEM, None, most=len('{"count":1}'))

    assert [result.document["isSuccess"] for result in results] == [True, True, False, False]
    [error] = results[-1].document["errors"]
    assert error["statusCode"] == "LIMIT_EXCEEDED"
    assert org.notes() == ["a", "b"]


def test_a_key_makes_each_of_the_calls_happen_once(org: Org) -> None:
    headers = {"Idempotency-Key": "k"}

    first = org.call("note", {"text": "a"}, {"text": "b"}, headers=headers)
    again = org.call("note", {"text": "a"}, {"text": "b"}, headers=headers)

    assert first.get_json() == again.get_json()
    assert org.notes() == ["a", "b"]


def test_a_key_may_be_as_long_as_everywhere(org: Org) -> None:
    for _ in range(2):
        headers = {"Idempotency-Key": "k" * 255}
        found = org.call("note", {"text": "a"}, {"text": "b"}, headers=headers)
        assert codes_of(found) == [None, None]

    longer = org.call("note", {"text": "c"}, {"text": "d"}, headers={"Idempotency-Key": "k" * 256})

    assert refusal_of(longer) == (400, "INVALID_API_INPUT")
    assert org.notes() == ["a", "b"]


def test_people_are_signed_in_one_at_a_time(org: Org) -> None:
    given = {"mail": "one-at-a-time", "secret": "wrong"}

    assert refusal_of(org.call("signIn", given, given)) == (400, "INVALID_API_INPUT")
    assert org.notes() == []


def test_what_was_done_before_the_disk_was_full_is_told(org: Org) -> None:
    response = org.call("note", {"text": "a"}, {"text": "full"}, {"text": "b"})

    down = "SERVER_UNAVAILABLE"
    assert (response.status_code, codes_of(response)) == (400, [None, down, down])
    assert org.notes() == ["a"]


# ---- all or none


def test_all_succeed_in_one_transaction(strict_org: Org) -> None:
    response = strict_org.call("note", {"text": "a"}, {"text": "b"})

    assert (response.status_code, codes_of(response)) == (200, [None, None])
    assert strict_org.notes() == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "code"), [("shut", "INVALID_OPERATION"), ("0123456789", "INVALID_API_INPUT")]
)
def test_one_that_fails_takes_all_back(strict_org: Org, text: str, code: str) -> None:
    response = strict_org.call("note", {"text": "a"}, {"text": text}, {"text": "b"})

    rolled_back = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert (response.status_code, codes_of(response)) == (400, [rolled_back, code, rolled_back])
    assert strict_org.notes() == []


def test_what_a_failure_keeps_is_kept_all_the_same(strict_org: Org) -> None:
    response = strict_org.call("note", {"text": "a"}, {"text": "kept"})

    assert codes_of(response) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "KEPT"]
    assert strict_org.notes() == ["kept"]


def test_a_crash_takes_all_back(strict_org: Org) -> None:
    response = strict_org.call("note", {"text": "a"}, {"text": "trap"})

    assert refusal_of(response) == (500, "UNKNOWN_EXCEPTION")
    assert strict_org.notes() == []


@pytest.mark.parametrize("path", [f"{FLOWS}/write_twice", f"{STANDARD}/ring"])
def test_what_cannot_be_taken_back_is_called_for_one_input(strict_org: Org, path: str) -> None:
    response = strict_org.open("POST", path, json={"inputs": [{"text": "a"}, {"text": "b"}]})

    assert refusal_of(response) == (400, "INVALID_API_INPUT")
    assert strict_org.notes() == []


def test_one_input_is_called_whatever_the_action_does(strict_org: Org) -> None:
    assert strict_org.call("ring", {}).status_code == 200
    assert strict_org.call("write_twice", {"text": "a"}, flow=True).status_code == 200
    assert strict_org.notes() == ["a", "a"]


def test_a_key_goes_with_one_input_there(strict_org: Org) -> None:
    headers = {"Idempotency-Key": "k"}
    given = {"text": "a"}

    several = strict_org.call("note", given, given, headers=headers)
    one = [strict_org.call("note", given, headers=headers).status_code for _ in range(2)]

    assert (refusal_of(several), one) == ((400, "BAD_REQUEST"), [200, 200])
    assert strict_org.notes() == ["a"]


# ---- flows


@pytest.mark.parametrize("name", ["write_twice", "write-twice"])
def test_a_flow_tells_that_it_has_finished(org: Org, name: str) -> None:
    [result] = org.call(name, {"text": "a"}, flow=True).get_json()

    assert (result["actionName"], result["outputValues"]) == (
        "write_twice",
        {"count": 2, "Flow__InterviewStatus": "Finished"},
    )
    org.notes()


def test_a_flow_that_fails_tells_why(org: Org) -> None:
    response = org.call("write_twice", {"text": "shut"}, flow=True)

    [result] = response.get_json()
    assert (response.status_code, result["errorCode"], result["message"]) == (
        409,
        "SHUT",
        "the front door is shut",
    )
    assert result["outputValues"] == {"Flow__InterviewStatus": "Error"}


def test_an_action_does_what_its_caller_may(org: Org) -> None:
    token = org.issue(Principal("integration", "shy", frozenset({"actions:invoke:greet"})))

    allowed, refused = org.call("greet", {}, token=token), org.call("note", {}, token=token)

    assert (allowed.status_code, refused.status_code) == (200, 403)
