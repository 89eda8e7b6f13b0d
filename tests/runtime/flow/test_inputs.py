from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from cartflow.runtime.errors import InvalidDocumentError
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

SCHEMAS: dict[str, Any] = {
    "cart-items.json": {"$id": "x", "type": "array", "items": {"$ref": "item.json"}},
    "item.json": {
        "type": "object",
        "properties": {"more": {"$ref": "cart-items.json"}, "sku": {"$ref": "#/$defs/sku"}},
        "$defs": {"sku": {"type": "string", "maxLength": 3}},
    },
}


def parse(inputs: Any) -> Flow:
    text = json.dumps({"flow": "f", "inputs": inputs, "steps": []})
    return parse_flow(load(text.encode(), "a.flow.json"), SCHEMAS)


def is_valid(inputs: Any, given: Any) -> bool:
    schema = dict(parse(inputs).inputs)
    return jsonschema_rs.Draft202012Validator(schema, offline=True).is_valid(given)


@pytest.mark.parametrize(
    ("schema", "optional", "required"),
    [
        ("string", set(), ["a"]),
        ({}, set(), ["a"]),
        ({"optional": False}, set(), ["a"]),
        ({"optional": True}, {"a"}, []),
        ({"default": 1}, set(), []),
        ({"default": None}, set(), []),
        ({"default": 1, "optional": True}, set(), []),
    ],
)
def test_what_must_be_given(schema: Any, optional: set[str], required: list[str]) -> None:
    flow = parse({"a": schema})

    assert flow.optional == optional
    assert flow.inputs["required"] == required
    assert "optional" not in flow.inputs["properties"]["a"]


def test_no_other_inputs_are_accepted() -> None:
    assert not is_valid({"a": "string"}, {"a": "x", "b": 1})


def test_a_shared_schema_brings_those_that_it_names() -> None:
    inputs = {"items": {"$ref": "cart-items.json"}}

    assert is_valid(inputs, {"items": [{"sku": "abc", "more": [{}]}]})
    assert not is_valid(inputs, {"items": [{"more": [{"sku": "abcd"}]}]})


def test_a_part_of_a_shared_schema_can_be_named() -> None:
    inputs = {"sku": {"$ref": "item.json#/$defs/sku"}}

    assert is_valid(inputs, {"sku": "abc"})
    assert not is_valid(inputs, {"sku": "abcd"})


def test_references_inside_an_input_stay_inside_of_it() -> None:
    inputs = {
        "tree": {
            "type": "object",
            "properties": {"left": {"$ref": "#"}, "size": {"$ref": "#/$defs/size"}},
            "$defs": {"size": {"type": "integer"}},
        }
    }

    assert is_valid(inputs, {"tree": {"left": {"left": {"size": 1}}}})
    assert not is_valid(inputs, {"tree": {"left": {"left": {"size": "1"}}}})


def test_what_looks_like_a_reference_in_data_is_left_alone() -> None:
    data = {"$ref": "#/nowhere"}

    flow = parse({"a": {"enum": [data, {"$ref": "x.json"}], "default": data}})

    assert flow.inputs["properties"]["a"]["default"] == data


def test_an_input_may_have_members_that_are_named_like_keywords() -> None:
    inputs = {
        "a": {"properties": {"default": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "null"}}}
    }

    assert is_valid(inputs, {"a": {"default": None}})
    assert not is_valid(inputs, {"a": {"default": 1}})


@pytest.mark.parametrize(
    ("schema", "pointer", "rule", "message"),
    [
        ("strng", "/a", "unknown-type", "there is no type 'strng'; did you mean 'string'?"),
        (5, "/a", "wrong-type", "expected a JSON Schema, or the name of a type alone"),
        (None, "/a", "wrong-type", "expected a JSON Schema"),
        ({"type": "strng"}, "/a/type", "unknown-type", "did you mean 'string'?"),
        ({"items": {"type": "int"}}, "/a/items/type", "unknown-type", "there is no type 'int'"),
        ({"type": 5}, "/a/type", "bad-schema", "not JSON Schema: 5 is not valid"),
        ({"minimum": "1"}, "/a/minimum", "bad-schema", "'1' is not of type 'number'"),
        ({"properties": []}, "/a/properties", "bad-schema", "[] is not of type 'object'"),
        (
            {"defualt": 1},
            "/a/defualt",
            "unknown-key",
            "; did you mean 'default'?",
        ),
        ({"items": {"optional": True}}, "/a/items/optional", "unknown-key", "no keyword"),
        ({"optional": 1}, "/a/optional", "wrong-type", "expected true or false"),
        ({"$ref": "cart-item.json"}, "/a/$ref", "unknown-schema", "mean 'cart-items.json'?"),
        ({"$ref": "https://x.org/a"}, "/a/$ref", "unknown-schema", "there is no schema"),
        ({"items": {"$ref": "no.json"}}, "/a/items/$ref", "unknown-schema", "'no.json'"),
        ({"$ref": "#/$defs/x"}, "/a/$ref", "unknown-schema", "nothing at '#/$defs/x'"),
        ({"$ref": "#x"}, "/a/$ref", "unknown-schema", "nothing at '#x'"),
        ({"$id": "x"}, "/a/$id", "bad-schema", "'$id' cannot be used in an input"),
        ({"type": "string", "default": 5}, "/a/default", "bad-default", "expected a string"),
        ({"enum": ["x"], "default": "y"}, "/a/default", "bad-default", "expected one of 'x'"),
        ({"$ref": "item.json#/no"}, "", "bad-schema", "not JSON Schema: "),
        ({"pattern": "("}, "", "bad-schema", "not JSON Schema: "),
    ],
)
def test_what_is_wrong_with_an_input(schema: Any, pointer: str, rule: str, message: str) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        parse({"a": schema})

    (problem,) = caught.value.problems
    assert (problem.pointer, problem.rule) == (f"/inputs{pointer}", rule)
    assert message in problem.message
    assert problem.line == 1


def test_an_input_may_have_annotations_of_its_own() -> None:
    assert parse({"a": {"type": "string", "x-unit": "kg", "description": "d", "examples": ["1"]}})


def test_everything_that_is_wrong_is_told() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        parse({"a": {"minimum": "1", "maximum": "2"}, "b": {"$ref": "x.json"}, "c": "strng"})

    rules = [problem.rule for problem in caught.value.problems]
    assert rules == ["bad-schema", "bad-schema", "unknown-schema", "unknown-type"]
