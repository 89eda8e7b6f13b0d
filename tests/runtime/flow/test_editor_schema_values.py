"""The schema with the actions that there are refuses nothing that the checker takes."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cartflow.runtime.bundling import references
from cartflow.runtime.contract import Contract, read_contract
from cartflow.runtime.flow.checker import check
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.editor_schema import schema_of_flows
from cartflow.runtime.flow.inference import contract_of
from cartflow.runtime.flow.parse import parse_flow

SHARED: Final = {
    "item.json": {
        "type": "object",
        "properties": {"sku": {"$ref": "#/$defs/sku"}, "parts": {"$ref": "items.json"}},
        "required": ["sku"],
        "additionalProperties": False,
        "$defs": {"sku": {"type": "string", "maxLength": 3}},
    },
    "items.json": {"type": "array", "items": {"$ref": "item.json"}, "uniqueItems": True},
}


def contract(name: str, *, required: tuple[str, ...] = (), **properties: Any) -> Contract:
    document: dict[str, Any] = {
        "name": name,
        "title": f"The title of {name}",
        "description": f"What {name} does.",
        "input": {
            "type": "object",
            "properties": properties,
            "required": list(required),
            "additionalProperties": False,
            "$defs": {"key": {"maxLength": 2}},
        },
        "output": {},
        "errors": {"SOLD_OUT": {"status": 409, "title": "Sold Out", "message": "no {sku} left"}},
    }
    return read_contract(document, name, SHARED)


SEND: Final = contract(
    "send",
    required=("to", "items"),
    to={
        "type": "string",
        "minLength": 3,
        "pattern": "^[a-z]+$",
        "title": "To",
        "description": "Whom.",
    },
    items={"$ref": "items.json", "maxItems": 2},
    speed={"enum": ["slow", "fast"], "default": "slow", "description": "How fast."},
    weight={"type": "number", "exclusiveMinimum": 0},
    size={"const": {"x": 1, "y": [2]}},
    range={"const": [1, 2]},
    note={
        "oneOf": [
            {"type": "string", "maxLength": 4},
            {"type": "array", "items": {"type": "integer"}},
        ]
    },
    extra={
        "type": "object",
        "additionalProperties": {"not": {"const": "x"}},
        "propertyNames": {"$ref": "#/$defs/key"},
        "patternProperties": {"^n": {"type": "integer"}},
        "if": {"required": ["a"]},
        "then": {"required": ["b"]},
    },
    speeds={"type": "array", "items": {"$ref": "#/properties/speed"}},
    pair={
        "allOf": [{"type": "array"}, {"maxItems": 3}],
        "prefixItems": [{"type": "boolean"}],
        "contains": {"const": 7},
        "maxContains": 1,
        "unevaluatedItems": {"type": "integer"},
    },
)
PING: Final = contract("ping")
SCHEMA: Final = schema_of_flows([SEND, PING], SHARED)
VALIDATOR: Final = jsonschema_rs.Draft202012Validator(SCHEMA)

WHOLE: Final[dict[str, Any]] = {
    "to": "anna",
    "items": [{"sku": "abc", "parts": [{"sku": "d"}]}, {"sku": "e"}],
    "speed": "fast",
    "speeds": ["slow"],
    "weight": 1.5,
    "size": {"x": 1, "y": [2]},
    "range": [1, 2],
    "note": [1, 2],
    "extra": {"a": 1, "b": "y", "n": 3},
    "pair": [True, 7, 1],
}
"""An input of the action `send` with a value at every place."""


def call(sent: Any = None, **more: Any) -> dict[str, Any]:
    """Return a flow with one step, which invokes `send`."""
    return {
        "flow": "f",
        "steps": [{"action": "send", "with": WHOLE if sent is None else sent, **more}],
    }


def is_valid(flow: Any) -> bool:
    return VALIDATOR.is_valid(flow)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_it_is_complete_in_itself() -> None:
    for _, name in references(SCHEMA):
        target: Any = SCHEMA
        for part in name.removeprefix("#/").split("/"):
            target = target[part]


def test_what_the_action_takes_is_taken() -> None:
    assert SEND.input_validator.is_valid(WHOLE)
    assert is_valid(call())


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value inside of a value."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from _places(inner, (*path, key))


PLACES: Final = list(_places(WHOLE))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
@pytest.mark.parametrize("text", ["${{ steps.a }}", "a ${{ inputs.b }} c"], ids=["whole", "part"])
def test_an_expression_may_stand_wherever_a_value_may(
    path: tuple[str | int, ...], text: str
) -> None:
    sent = copy.deepcopy(WHOLE)
    owner: Any = sent
    for part in path[:-1]:
        owner = owner[part]
    owner[path[-1]] = text

    assert is_valid(call(sent))


@pytest.mark.parametrize(
    "changed",
    [
        {"too": "anna"},
        {"to": "al"},
        {"to": None},
        {"to": 5},
        {"items": [{"sku": "abcd"}]},
        {"items": [{"skuu": "abc"}]},
        {"items": [{"sku": "a", "parts": [{}]}]},
        {"items": [{"sku": "a"}] * 3},
        {"speed": "quick"},
        {"speeds": ["quick"]},
        {"weight": 0},
        {"note": "too long"},
        {"note": [1, "2"]},
        {"extra": {"long": 1}},
        {"extra": {"n": "x"}},
        {"pair": [1]},
    ],
    ids=str,
)
def test_what_the_action_refuses_is_refused(changed: dict[str, Any]) -> None:
    sent = {**WHOLE, **changed}

    assert not SEND.input_validator.is_valid(sent)
    assert not is_valid(call(sent))


VALUES: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        7,
        2.5,
        "",
        "a",
        "abc",
        "slow",
        "${{ inputs.b }}",
        "a ${{ inputs.b }}",
        [],
        {},
    ]
)


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """A whole input with some values replaced, or names removed or added."""
    sent = copy.deepcopy(WHOLE)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        owner: Any = sent
        with contextlib.suppress(LookupError, TypeError):
            for part in path[:-1]:
                owner = owner[part]
            if draw(st.booleans()):
                owner[path[-1]] = copy.deepcopy(draw(VALUES))
            else:
                del owner[path[-1]]
    return sent


@settings(max_examples=100)
@given(changed())
def test_what_the_checker_takes_is_taken(sent: dict[str, Any]) -> None:
    document = {**call(sent), "inputs": {"b": {}}}
    found = load(json.dumps(document).encode(), "a.flow.json")
    flow = parse_flow(found, {})
    contracts = {"send": SEND, "f": contract_of(flow, {"send": SEND}.get)}

    problems = [it for it in check(flow, found, contracts) if it.level == "error"]

    assert problems or is_valid(document)


def test_an_optional_input_may_be_null() -> None:
    assert is_valid(call({**WHOLE, "speed": None, "weight": None, "note": None}))


def test_a_required_input_must_be_there() -> None:
    assert not is_valid(call({"to": "anna"}))
    assert not is_valid({"flow": "f", "steps": [{"action": "send"}]})


def test_an_action_without_required_inputs_needs_no_with() -> None:
    assert is_valid({"flow": "f", "steps": [{"action": "ping"}]})


def test_an_unknown_action_is_refused() -> None:
    assert not is_valid({"flow": "f", "steps": [{"action": "pong"}]})


def test_without_actions_every_action_is_refused() -> None:
    validator = jsonschema_rs.Draft202012Validator(schema_of_flows([], ()))

    assert validator.is_valid({"flow": "f", "steps": [{"value": 1}]})
    assert not validator.is_valid({"flow": "f", "steps": [{"action": "ping"}]})
