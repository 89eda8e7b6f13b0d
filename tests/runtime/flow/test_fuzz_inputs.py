"""Schemas of inputs that would keep a validator busy, or lead it astray: refused, or harmless."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.bundling import compile_schema
from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow
from cartflow.runtime.violations import violations


def read(schema: Any) -> Flow | list[Problem]:
    """Return a flow with an input of that schema, or what is wrong."""
    document = {"flow": "a", "inputs": {"x": schema}, "steps": [{"value": 1}]}
    try:
        return parse_flow(load(json.dumps(document).encode(), "a.flow.json"), {})
    except InvalidDocumentError as error:
        return list(error.problems)


def rules(schema: Any) -> set[str]:
    found = read(schema)
    return set() if isinstance(found, Flow) else {problem.rule for problem in found}


def chain(length: int, link: Any) -> dict[str, Any]:
    """A schema that leads from one definition to the next; *link* makes each of the next's name."""
    definitions = {f"d{at}": link({"$ref": f"#/$defs/d{at + 1}"}) for at in range(length)}
    return {"$defs": {**definitions, f"d{length}": {"type": "string"}}, "$ref": "#/$defs/d0"}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"$ref": "#"}, id="itself"),
        pytest.param({"allOf": [{"$ref": "#"}]}, id="itself in allOf"),
        pytest.param({"anyOf": [{"type": "null"}, {"$ref": "#"}]}, id="itself in anyOf"),
        pytest.param({"not": {"$ref": "#"}}, id="not itself"),
        pytest.param({"if": {"$ref": "#"}}, id="if itself"),
        pytest.param({"dependentSchemas": {"a": {"$ref": "#"}}}, id="itself by dependency"),
        pytest.param({"properties": {"a": {"$ref": "#/properties/a"}}}, id="a member is itself"),
        pytest.param(
            {
                "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
                "$ref": "#/$defs/a",
            },
            id="each other",
        ),
        pytest.param(chain(40, lambda part: {"allOf": [part, part]}), id="twice, forty times"),
        pytest.param(chain(40, lambda part: {"anyOf": [part, part]}), id="two ways, forty times"),
        pytest.param(chain(40, lambda part: {"if": part, "then": part}), id="if and then"),
        pytest.param(chain(5000, lambda part: part), id="a chain of thousands"),
    ],
)
def test_references_that_never_end_or_multiply_are_refused(schema: dict[str, Any]) -> None:
    started = time.process_time()

    assert rules(schema) == {"bad-schema"}
    assert time.process_time() - started < 5  # a shared machine


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param(
            {"properties": {"next": {"$ref": "#"}}}, {"next": {"next": {}}}, id="a list of nodes"
        ),
        pytest.param({"type": "array", "items": {"$ref": "#"}}, [[[]], []], id="lists of lists"),
        pytest.param(chain(150, lambda part: part), "a", id="a chain of a hundred and fifty"),
        pytest.param(
            chain(40, lambda part: {"properties": {"a": part, "b": part}}),
            {"a": {"b": {"a": {}}}},
            id="two members, forty levels",
        ),
        pytest.param({"allOf": [{}, {"type": "array"}], "$ref": "#/allOf/1"}, [], id="by index"),
    ],
)
def test_references_that_end_are_fine(schema: dict[str, Any], value: Any) -> None:
    flow = read(schema)

    assert isinstance(flow, Flow)
    assert list(violations(compile_schema(dict(flow.inputs)), flow.inputs, {"x": value})) == []


@pytest.mark.parametrize(
    "target",
    [
        *("#/allOf/2", "#/allOf/-1", "#/allOf/01", "#/allOf/\u0661", "#/allOf/\xb2", "#/allOf/+1"),
        *("#/allOf/" + "9" * 5000, "#/allOf/0/x", "#x", "#//", "#/%zz", "#/allOf/~", "##"),
        *("", "?", "http://169.254.169.254/", "file:///etc/passwd", "/etc/passwd", "../x.json"),
        *("https://json-schema.org/draft/2020-12/schema", "urn:x", "\x00", "javascript:1"),
    ],
    ids=lambda target: repr(target[:20]),
)
def test_references_to_nowhere_and_to_the_world_are_refused(target: str) -> None:
    assert rules({"allOf": [{}, {}], "$ref": target}) == {"unknown-schema"}


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("(", id="no regular expression"),
        pytest.param("a{1000000}", id="a million times"),
        pytest.param("((a{1000}){1000}){1000}", id="a milliard times"),
        pytest.param(r"(\p{L}{100}){100}", id="large classes many times"),
        pytest.param("(" * 100_000 + ")" * 100_000, id="deep"),
        pytest.param("[" * 100_000, id="deep classes"),
        pytest.param("(?=" * 50_000 + ")" * 50_000, id="deep look-ahead"),
        pytest.param("(?:a|" * 50_000 + "b" + ")" * 50_000, id="deep alternatives"),
    ],
)
def test_a_pattern_that_cannot_be_compiled_is_refused_quickly(pattern: str) -> None:
    started = time.process_time()

    found = read({"type": "string", "pattern": pattern})

    assert not isinstance(found, Flow)
    assert {problem.rule for problem in found} == {"bad-schema"}
    assert max(len(problem.message) for problem in found) < 400
    assert time.process_time() - started < 5  # a shared machine


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        r"^(a|aa)+\1$",
        "^(?=a)(a+)+$",
        "(?<=a)(a|a)*$(?!b)",
        r"^(\w+\s?)*$",
        "^(?=(a*))(a*)*b(?!c)",
    ],
)
def test_a_pattern_that_goes_back_and_forth_gives_up_soon(pattern: str) -> None:
    flow = read({"type": "string", "pattern": pattern})
    started = time.process_time()

    if isinstance(flow, Flow):
        list(violations(compile_schema(dict(flow.inputs)), flow.inputs, {"x": "a" * 5000 + "!"}))

    assert time.process_time() - started < 5  # a shared machine


KEYWORDS = st.sampled_from(
    [
        *("type", "$ref", "$defs", "allOf", "anyOf", "oneOf", "not", "properties", "items", "enum"),
        *("const", "default", "required", "pattern", "format", "minimum", "multipleOf", "optional"),
        *("minLength", "uniqueItems", "prefixItems", "dependentSchemas", "additionalProperties"),
        *("$id", "$anchor", "$schema", "$dynamicRef", "writeOnly", "examples", "x-own", "typo", ""),
    ]
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(
        [
            *(None, True, False, 0, -1, 1.5, 10**300, "", "string", "object", "#", "#/$defs/a"),
            *("#/properties/a", "a.json", "^a+$", "(", "date-time", "a", {}, []),
        ]
    ),
    lambda inner: (
        st.dictionaries(KEYWORDS, inner, max_size=4)
        | st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=12,
)


@given(SCHEMAS.filter(lambda schema: isinstance(schema, dict) and "$schema" not in schema))
def test_the_quick_validator_takes_no_schema_that_the_careful_one_refuses(schema: Any) -> None:
    if jsonschema_rs.meta.is_valid(schema):
        jsonschema.Draft202012Validator.check_schema(schema)


@given(SCHEMAS)
def test_any_schema_is_refused_or_can_be_used(schema: Any) -> None:
    flow = read(schema)

    if isinstance(flow, Flow):
        validator = compile_schema(dict(flow.inputs))
        values: list[Any] = [None, 1, "a", [], {"a": {"b": []}}]
        for value in values:
            assert isinstance(list(violations(validator, flow.inputs, {"x": value})), list)
