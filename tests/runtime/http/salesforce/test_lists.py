"""What there is: versions, lists of actions, and what each says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import Principal

from .conftest import FLOWS, STANDARD, V60, Org


@pytest.mark.parametrize("path", ["/services/data", "/services/data/"])
def test_everybody_may_ask_for_the_versions(org: Org, path: str) -> None:
    versions = org.client.get(path).get_json()

    assert {"label": "Spring '24", "url": V60, "version": "60.0"} in versions
    assert [entry["label"] for entry in versions[:2]] == ["Winter '21", "Spring '21"]


@pytest.mark.parametrize("version", ["v20.0", "v32.0", "v99.0"])
def test_every_version_is_answered(org: Org, version: str) -> None:
    resources = org.get(f"/services/data/{version}")

    assert org.get(resources["actions"]) == {
        "standard": f"/services/data/{version}/actions/standard",
        "custom": f"/services/data/{version}/actions/custom",
    }


def test_actions_are_listed_with_their_addresses(org: Org) -> None:
    [found] = [it for it in org.get(f"{STANDARD}/")["actions"] if it["name"] == "note"]

    assert found == {
        "label": "Take a Note",
        "name": "note",
        "type": "NOTE",
        "url": f"{STANDARD}/note",
    }
    assert org.get(found["url"])["name"] == "note"


def test_flows_are_listed_by_names_of_the_platform(org: Org) -> None:
    found = org.get(FLOWS)["actions"]

    assert [it["name"] for it in found] == ["half-way", "half_way", "write_twice"]
    assert found[2] == {
        "label": "Write it down twice",
        "name": "write_twice",
        "type": "FLOW",
        "url": f"{FLOWS}/write_twice",
    }


@pytest.mark.parametrize("name", ["half-way", "half_way"])
def test_flows_whose_names_would_be_the_same_keep_them(org: Org, name: str) -> None:
    [result] = org.call(name, {}, flow=True).get_json()

    assert (result["actionName"], result["isSuccess"]) == (name, True)


def test_who_may_not_call_an_action_does_not_see_it_listed(org: Org) -> None:
    scopes = frozenset({"actions:invoke:greet"})
    found = {}
    for name, principal in (
        ("customer", Principal("customer", "7")),
        ("key", Principal("integration", "x", scopes)),
    ):
        actions = org.get(STANDARD, token=org.issue(principal))["actions"]
        found[name] = {action["name"] for action in actions}

    assert "onlyCustomers" in found["customer"]
    assert found["key"] == {"greet"}


def test_of_other_custom_actions_there_are_none(org: Org) -> None:
    custom = org.get(f"{V60}/actions/custom")

    assert {name: org.get(url) for name, url in custom.items() if name != "flow"} == {
        "apex": {"actions": []},
        "emailAlert": {},
        "quickAction": {},
    }
    assert org.get(f"{V60}/actions/custom/quickAction/Case") == {"actions": []}


# ---- descriptions


def condition(
    code: str, status: int, title: str, message: str, *, retryable: bool = False
) -> dict[str, Any]:
    """Return a condition as a description has it."""
    return {
        "code": code,
        "status": status,
        "title": title,
        "message": message,
        "retryable": retryable,
    }


def test_an_action_describes_itself_with_its_errors(org: Org) -> None:
    assert org.get(f"{STANDARD}/note") == {
        "allowsTransactionControl": True,
        "capabilityTypes": None,
        "category": "Notes",
        "configurationEditor": None,
        "description": "Write a text down.",
        "errors": [
            condition("INVALID_OPERATION", 403, "Shut", "the {door} door is shut"),
            condition("KEPT", 402, "Kept", "refused, and written down"),
            condition("NAMELESS", 422, "Nameless", "something is wrong"),
            condition("STRANGER", 400, "Stranger", "who are you"),
            condition("LATER", 503, "Later", "not now", retryable=True),
        ],
        "genericTypes": None,
        "hasCallout": False,
        "iconName": None,
        "inputs": [
            {
                "apexClass": None,
                "description": None,
                "label": "text",
                "maxOccurs": 1,
                "name": "text",
                "picklistValues": None,
                "sobjectType": None,
                "type": "STRING",
                "byteLength": 0,
                "defaultValue": None,
                "required": True,
            }
        ],
        "label": "Take a Note",
        "name": "note",
        "outputs": [
            {
                "apexClass": None,
                "description": None,
                "label": "count",
                "maxOccurs": 1,
                "name": "count",
                "picklistValues": None,
                "sobjectType": None,
                "type": "INTEGER",
            }
        ],
        "standard": True,
        "targetEntityName": None,
        "type": "NOTE",
    }


def test_types_are_those_of_the_platform(org: Org) -> None:
    inputs = org.get(f"{STANDARD}/kinds")["inputs"]

    assert {it["name"]: (it["type"], it["maxOccurs"]) for it in inputs} == {
        "text": ("STRING", 1),
        "count": ("INTEGER", 1),
        "size": ("DOUBLE", 1),
        "colour": ("PICKLIST", 1),
        "day": ("DATE", 1),
        "is_new": ("BOOLEAN", 1),
        "words": ("STRING", 3),
        "town": ("TIME", 1),
        "place": ("APEX", 1),
        "fixed": ("STRING", 1),
        "anything": ("STRING", 1),
    }
    [colour] = [it for it in inputs if it["name"] == "colour"]
    assert [(it["value"], it["defaultValue"]) for it in colour["picklistValues"]] == [
        ("red", True),
        ("green", False),
    ]


def test_a_flow_describes_how_its_run_may_end(org: Org) -> None:
    found = org.get(f"{FLOWS}/write-twice")

    outputs: dict[str, Any] = {it["name"]: it for it in found["outputs"]}
    assert list(outputs) == ["count", "Flow__InterviewStatus"]
    assert outputs["Flow__InterviewStatus"]["type"] == "PICKLIST"
    assert (found["type"], found["standard"]) == ("FLOW", False)
    assert next((it["code"], it["status"]) for it in found["errors"]) == ("SHUT", 409)


def test_calls_to_the_outside_are_told(org: Org) -> None:
    found = org.get(f"{STANDARD}/ring")

    assert (found["hasCallout"], found["allowsTransactionControl"]) == (True, False)


def test_the_headers_of_a_description_can_be_had_alone(org: Org) -> None:
    response = org.open("HEAD", f"{STANDARD}/note")

    assert (response.status_code, response.get_data()) == (200, b"")
    assert int(response.headers["Content-Length"]) > 500


@pytest.mark.parametrize(
    ("wanted", "known"), [("If-Modified-Since", "Last-Modified"), ("If-None-Match", "ETag")]
)
def test_a_description_that_is_known_is_not_sent_again(org: Org, wanted: str, known: str) -> None:
    first = org.open("GET", f"{STANDARD}/note")

    again = org.open("GET", f"{STANDARD}/note", headers={wanted: first.headers[known]})
    other = org.open(
        "GET", f"{STANDARD}/note", headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}
    )

    assert (again.status_code, again.get_data(), other.status_code) == (304, b"", 200)
