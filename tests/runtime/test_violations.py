from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.bundling import compile_schema
from cartflow.runtime.violations import MAX_DESCRIBED, nearest, pointer_of, violations


def found(schema: dict[str, Any], value: Any) -> list[dict[str, str]]:
    return violations(compile_schema(schema), schema, value)


@pytest.mark.parametrize(
    ("schema", "value", "message", "kind"),
    [
        ({"type": "integer"}, "7", "expected an integer, got a string", "string"),
        ({"type": "string"}, None, "expected a string, got null", "null"),
        ({"type": "array"}, {}, "expected an array, got an object", "object"),
        ({"required": ["sku"]}, {}, "the member 'sku' is missing", "object"),
        ({"enum": ["a", "b"]}, "c", "expected one of 'a', 'b'", "string"),
        ({"const": 3}, 4, "expected 3", "integer"),
        ({"minLength": 3}, "ab", "expected at least 3 character(s)", "string"),
        ({"maxLength": 1}, "ab", "expected at most 1 character(s)", "string"),
        ({"minItems": 1}, [], "expected at least 1 item(s)", "array"),
        ({"maxItems": 1}, [1, 2], "expected at most 1 item(s)", "array"),
        ({"uniqueItems": True}, [1, 1], "expected items that differ from each other", "array"),
        ({"minProperties": 1}, {}, "expected at least 1 member(s)", "object"),
        ({"minimum": 1}, 0, "expected a number of at least 1", "integer"),
        ({"maximum": 1}, 1.5, "expected a number of at most 1", "number"),
        ({"exclusiveMinimum": 0}, 0, "expected a number greater than 0", "integer"),
        ({"multipleOf": 2}, 3, "expected a multiple of 2", "integer"),
        ({"pattern": "^a"}, "b", "expected a string that matches '^a'", "string"),
        ({"not": {}}, True, "expected a value that satisfies 'not', got a boolean", "boolean"),
        (
            {"properties": {"a": False}},
            {"a": 1},
            "expected nothing here, got an integer",
            "integer",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) and value else None,
)
def test_a_violation_says_what_was_expected_and_the_type(
    schema: dict[str, Any], value: Any, message: str, kind: str
) -> None:
    (violation,) = found(schema, value)

    assert (violation["message"], violation["type"]) == (message, kind)


def test_every_violation_is_found_with_pointer_and_rule() -> None:
    schema = {
        "type": "object",
        "properties": {"a/b": {"type": "string"}, "n": {"items": {"minimum": 1}}},
        "required": ["missing"],
    }

    places = [(v["path"], v["rule"]) for v in found(schema, {"a/b": 1, "n": [1, 0]})]

    assert sorted(places) == [("", "required"), ("/a~1b", "type"), ("/n/1", "minimum")]


@pytest.mark.parametrize(
    "rule",
    [{"minLength": 50}, {"pattern": "^x"}, {"enum": ["x"]}, {"const": "x"}, {"type": "integer"}],
    ids=lambda rule: next(iter(rule)),
)
def test_a_violation_never_shows_the_value(rule: dict[str, Any]) -> None:
    schema = {"properties": {"password": {**rule, "writeOnly": True}}}

    assert "hunter2" not in str(found(schema, {"password": "hunter2"}))


def test_where_one_schema_is_meant_its_violations_are_told() -> None:
    x = {"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 1}]}
    point = {"type": "object", "required": ["x"], "properties": {"x": x}}
    schema = {
        "properties": {"at": {"oneOf": [{"$ref": "#/$defs/point"}, {"type": "null"}]}},
        "$defs": {"point": {**point, "additionalProperties": False}},
    }

    told = [(v["path"], v["message"]) for v in found(schema, {"at": {"width": 1}})]

    assert sorted(told) == [
        ("/at", "the member 'x' is missing"),
        ("/at", "unknown member 'width'"),
    ]
    assert [v["path"] for v in found(schema, {"at": {"x": 0}})] == ["/at/x"]


def test_where_no_schema_or_several_are_meant_the_rule_is_told() -> None:
    schema = {"oneOf": [{"type": "object", "required": ["x"]}, {"required": ["y"]}]}

    assert [v["rule"] for v in found(schema, {})] == ["oneOf"]
    assert [v["rule"] for v in found(schema, {"x": 1, "y": 1})] == ["oneOf"]
    assert [v["rule"] for v in found({"anyOf": [{"type": "null"}, {"type": "array"}]}, 1)] == [
        "anyOf"
    ]


def test_an_unknown_member_comes_with_the_nearest_known_one() -> None:
    schema = {"properties": {"quantity": {}}, "additionalProperties": False}

    (violation,) = found(schema, {"quantty": 1})

    assert violation["message"] == "unknown member 'quantty'; did you mean 'quantity'?"


def test_the_nearest_member_is_found_behind_a_reference() -> None:
    item = {"type": "object", "properties": {"sku": {}}, "additionalProperties": False}
    schema = {"properties": {"item": {"$ref": "#/$defs/item"}}, "$defs": {"item": item}}

    (violation,) = found(schema, {"item": {"skuu": 1}})

    assert violation["message"] == "unknown member 'skuu'; did you mean 'sku'?"


def test_an_object_without_members_names_the_unknown_one() -> None:
    schema = {"type": "object", "additionalProperties": False}

    assert found(schema, {"a": 1})[0]["message"] == "unknown member 'a'"


def test_of_absurdly_many_violations_the_rest_is_counted() -> None:
    items = {"items": {"type": "integer"}}

    many = found(items, ["x"] * (MAX_DESCRIBED + 7))

    assert (len(many), many[-1]["message"]) == (MAX_DESCRIBED + 1, "and 7 more")


def test_of_many_unknown_members_ten_are_named() -> None:
    schema = {"type": "object", "additionalProperties": False}

    message = found(schema, {f"m{number:02}": 1 for number in range(12)})[0]["message"]

    assert message.endswith("'m09' and 2 more")


def test_a_pointer_escapes_slash_and_tilde() -> None:
    assert pointer_of(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"


def test_what_resembles_nothing_gets_no_suggestion() -> None:
    assert nearest("zzz", ["mergeCarts"]) == ""
