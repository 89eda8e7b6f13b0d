from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.bundling import compile_schema
from cartflow.runtime.flow.types.model import ANY, NULL, Type, object_of, type_of_value, union
from cartflow.runtime.flow.types.relations import conflict, describe
from cartflow.runtime.flow.types.schemas import SchemaTypes, part_of
from cartflow.runtime.flow.types.written import to_schema

NAMED = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
TREE = {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}}, "required": ["left"]}


def typed(schema: Any) -> Type:
    return SchemaTypes(schema).type


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (True, "anything"),
        (False, "nothing"),
        ({}, "anything"),
        ({"title": "T"}, "anything"),
        ({"type": "string"}, "a string"),
        ({"type": ["string", "null"]}, "a string or null"),
        ({"type": "number"}, "a number"),
        ({"enum": ["a", 1, None]}, "an integer or 'a' or null"),
        ({"const": 0.5}, "a number"),
        ({"type": "string", "enum": ["a", 1]}, "'a'"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}}, "an integer"),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "integer"}}}, "an integer"),
        ({"$ref": "#/anyOf/0", "anyOf": [{"type": "null"}, {}]}, "null"),
        ({"$ref": "#/$defs/gone"}, "anything"),
        ({"$ref": "#"}, "anything"),
        ({"$ref": "elsewhere.json"}, "anything"),
        ({"$ref": "#anchor"}, "anything"),
        ({"allOf": [{"type": ["string", "null"]}, {"type": ["string", "integer"]}]}, "a string"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "an integer or a string"),
        ({"oneOf": [{"type": "null"}, {"type": "object"}]}, "an object or null"),
        ({"type": ["string", "null"], "anyOf": [{"type": "null"}, {}]}, "a string or null"),
        ({"not": {"type": "string"}}, "anything"),
        ({"if": {"type": "string"}, "then": False}, "anything"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"type": "null", "$id": "https://x.example"}}},
            "anything",
        ),
    ],
)
def test_the_type_of_a_schema(schema: Any, words: str) -> None:
    assert describe(typed(schema)) == words


@pytest.mark.parametrize(
    ("known", "expected", "reason"),
    [
        ("string", "integer", "expected an integer, got a string"),
        ("integer", "number", None),
        ("number", "integer", None),
        ({"const": 0.5}, "integer", "expected an integer, got a number"),
        ({"type": ["string", "null"]}, "null", None),
        ({"enum": ["a"]}, {"enum": ["b", "c"]}, "expected one of 'b', 'c', got 'a'"),
        ({"enum": ["a", "b"]}, {"enum": ["b"]}, None),
        ({}, "integer", None),
        ("integer", {}, None),
        (False, "integer", None),
        (NAMED, {"type": "object", "required": ["name"]}, None),
        (
            {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
            NAMED,
            "it has no member 'name', which is required (it has: a)",
        ),
        (
            NAMED,
            {"type": "object", "additionalProperties": False},
            "there must be no member 'name'",
        ),
        (NAMED, {"properties": {"name": {"type": "null"}}}, "member 'name': expected null, got"),
        ({"type": "object"}, NAMED, None),
        ({"type": "array", "items": {"type": "string"}}, {"items": {"type": "null"}}, None),
        (
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
            {"type": "array", "items": {"type": "null"}},
            "item 0: expected null, got a string",
        ),
        (
            {"const": [1]},
            {"type": "array", "minItems": 2},
            "expected a list with an item 1",
        ),
        ({"const": [1]}, {"type": "array", "maxItems": 0}, None),
        ({"const": [1]}, {"type": "array", "items": False}, "a list without an item 0"),
        (
            {"$ref": "#/$defs/tree", "$defs": {"tree": TREE}},
            {"$ref": "#/$defs/tree", "$defs": {"tree": TREE}},
            None,
        ),
        (
            {"type": "object", "patternProperties": {"x": {}}, "additionalProperties": False},
            NAMED,
            None,
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            {"anyOf": [{"type": "integer"}, {"type": "array"}]},
            "expected an integer or a list, got a string or null",
        ),
    ],
)
def test_whether_a_type_conflicts_with_a_schema(known: Any, expected: Any, reason: Any) -> None:
    types = [typed({"type": it} if isinstance(it, str) else it) for it in (known, expected)]

    found = conflict(*types)

    assert found is None if reason is None else reason in str(found)


def test_the_type_of_a_part() -> None:
    whole = typed(
        {
            "properties": {"a": {"type": "array", "items": NAMED}},
            "additionalProperties": {"type": "null"},
        }
    )

    found = [
        describe(part_of(whole, path))
        for path in (("a", 3, "name"), ("b",), ("a", 0, "other"), (0,), ("a", "b"))
    ]

    assert found == ["a string", "null", "anything", "anything", "anything"]


# ---- written down


def test_what_is_passed_on_keeps_its_schema() -> None:
    schema = {"type": "string", "title": "T", "minLength": 3}

    assert to_schema(typed(schema)) == schema


def test_what_may_be_null_keeps_its_schema() -> None:
    schema = {"type": "string", "title": "T"}

    assert to_schema(union(typed(schema), NULL)) == {"anyOf": [schema, {"type": "null"}]}


@pytest.mark.parametrize("more", [{}, {"minItems": 1}])
def test_an_empty_list_is_written_down_where_the_other_schema_may_refuse_it(more: Any) -> None:
    schema = {"type": "array", "items": {"type": "string"}, **more}

    found = to_schema(union(typed(schema), type_of_value([])))

    assert found == (schema if not more else {"anyOf": [schema, {"type": "array", "items": False}]})


def test_shared_schemas_are_brought_along_once() -> None:
    shared = {
        "cart": {
            "properties": {"lines": {"$ref": "#/$defs/cart/$defs/line"}},
            "$defs": {"line": {}},
        }
    }
    one = typed({"$ref": "#/$defs/cart", "type": "object", "$defs": shared})
    same = typed({"$ref": "#/$defs/cart", "type": "object", "$defs": {**shared, "other": {}}})

    found = to_schema(object_of({"a": one, "b": same}))

    assert found["$defs"] == shared


def test_shared_schemas_of_the_same_name_that_differ_are_told_apart() -> None:
    one = typed({"type": "object", "$ref": "#/$defs/x", "$defs": {"x": {"required": ["a"]}}})
    other = typed({"type": "object", "$ref": "#/$defs/x", "$defs": {"x": {"required": ["b"]}}})

    found = compile_schema(to_schema(object_of({"one": one, "other": other})))

    assert found.is_valid({"one": {"a": 1}, "other": {"b": 1}})
    assert not found.is_valid({"one": {"b": 1}, "other": {"b": 1}})


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, {"a": {"a": {}}}, {"a": {"a": 1}}),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "null"}, "b": {"$ref": "#/properties/a"}},
            },
            {"b": None},
            {"b": 1},
        ),
    ],
)
def test_references_into_the_document_lead_to_the_same(schema: Any, good: Any, bad: Any) -> None:
    found = compile_schema(to_schema(object_of({"x": typed(schema)})))

    assert found.is_valid({"x": good})
    assert not found.is_valid({"x": bad})


def test_a_reference_that_leads_nowhere_is_left_out() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/gone"}}}

    assert to_schema(typed(schema)) == {"type": "object", "properties": {"a": {}}}


def test_a_type_that_holds_itself_is_written_to_some_depth() -> None:
    tree: dict[str, Any] = {
        "type": "object",
        "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}},
        "additionalProperties": False,
    }
    both = union(typed(tree), typed({**tree, "properties": {**tree["properties"], "c": {}}}))
    made = Type(both.kinds, members=both.members)
    value: Any = {}
    for _ in range(30):
        value = {"a": value}

    found = compile_schema(to_schema(made))

    assert found.is_valid(value)
    assert not found.is_valid({"a": {"a": {"d": 1}}})


def test_nothing_is_known_of_anything() -> None:
    assert to_schema(ANY) == {}
