"""`flow.schema.json` says to editors what the parser says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, validators

from cartflow.runtime.errors import BUILTIN_CONDITIONS, InvalidDocumentError
from cartflow.runtime.flow.document import load, load_file
from cartflow.runtime.flow.inputs import KEYWORDS, TYPES
from cartflow.runtime.flow.parse import parse_flow
from cartflow.runtime.flow.parts import RESERVED_NAMES
from cartflow.runtime.flow.steps import KINDS, MAX_PARALLEL, MAX_TURNS
from cartflow.runtime.principal import KINDS as PRINCIPALS

from .runtime.flow import test_parse, test_parse_kinds
from .runtime.flow.conformance_cases import cases_that_run
from .runtime.flow.random_flows import flows

ROOT = Path(__file__).parents[1]
SCHEMA: Final[dict[str, Any]] = json.loads(
    files("cartflow.schemas").joinpath("flow.schema.json").read_text("utf-8")
)
DEFINITIONS: Final[dict[str, Any]] = SCHEMA["$defs"]
VALIDATOR: Final = jsonschema_rs.Draft202012Validator(SCHEMA)


def violations(flow: Any) -> list[str]:
    """Return what the schema has against a flow."""
    return [
        f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}"
        for error in VALIDATOR.iter_errors(flow)
    ]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


_SINCE_DRAFT_7 = {
    *("prefixItems", "unevaluatedItems", "unevaluatedProperties", "dependentRequired"),
    *("dependentSchemas", "minContains", "maxContains", "$dynamicRef", "$anchor"),
}


def test_it_uses_nothing_that_the_yaml_language_server_does_not_know() -> None:
    used = {keyword for schema in schemas_in(SCHEMA) for keyword in schema}

    assert used.isdisjoint(_SINCE_DRAFT_7)


# ---- what is a flow satisfies it

FLOW_FILES = [
    *ROOT.glob("actions/flows/*.flow.yaml"),
    *ROOT.glob("tests/**/*.flow.yaml"),
]


@pytest.mark.parametrize("file", FLOW_FILES, ids=lambda file: file.name)
def test_flow_files_satisfy_it(file: Path) -> None:
    assert violations(load_file(file).value) == []


def _conformance() -> Iterator[Any]:
    for case in cases_that_run():
        found = {"case": case["flow"], **case.get("flows", {})}
        for name, flow in found.items():
            yield pytest.param({"flow": name, **flow}, id=f"{case['title']} ({name})")


@pytest.mark.parametrize("flow", list(_conformance()))
def test_flows_of_the_conformance_cases_satisfy_it(flow: Any) -> None:
    assert violations(flow) == []


@given(flows())
@settings(max_examples=60)
def test_random_flows_satisfy_it(flow: dict[str, Any]) -> None:
    assert violations({"flow": "random", **flow}) == []


@given(test_parse.STEP_LISTS)
def test_what_the_parser_takes_satisfies_it(steps: list[Any]) -> None:
    flow = {"flow": "f", "steps": steps}
    is_flow = not _problems(flow)

    assert not (is_flow and violations(flow))


def _problems(flow: Any) -> list[str]:
    """Return what the parser has against a flow."""
    try:
        parse_flow(load(json.dumps(flow).encode(), "a.flow.json"), test_parse.SCHEMAS)
    except InvalidDocumentError as error:
        return [problem.message for problem in error.problems]
    return []


# ---- what is no flow does not

_NOT_OF_SHAPE: Final[Mapping[str, str]] = {
    "bad-expression": "what stands in an expression",
    "duplicate-id": "compares steps with each other",
    "name-taken": "compares loops with those around them",
    "undeclared-error": "compares steps with 'errors'",
    "unknown-output": "compares steps with 'outputs'",
    "cannot-leave": "depends on what stands around",
    "outside-loop": "depends on what stands around",
    "bad-schedule": "the numbers in a schedule",
    "bad-timezone": "which time zones there are",
}
"""What the schema leaves to the checker: the rule, with the reason."""

_TOO_MUCH = "999999999d"
"""A duration that is too long, but is one."""


def _cases() -> Iterator[tuple[str, str, str]]:
    """Yield place, text and rule of everything that the tests of the parser show refused."""
    for module in (test_parse, test_parse_kinds):
        for name, before in (
            ("test_what_is_wrong_with_a_flow", ""),
            ("test_what_is_wrong_with_a_step", "flow: f\nsteps:\n"),
            ("test_what_is_wrong_with_a_trigger", "flow: f\nsteps: []\ntriggers:\n"),
        ):
            test = getattr(module, name, None)
            for mark in getattr(test, "pytestmark", ()):
                for text, *_, rule, _message in mark.args[1]:
                    dash = "" if not before or text.lstrip().startswith("- ") else "  - "
                    yield name, before + dash + text, rule

    valueless = test_parse.test_a_key_without_a_value_is_told_once
    for mark in getattr(valueless, "pytestmark", ()):
        for step in mark.args[1]:
            yield valueless.__name__, f"flow: f\nsteps:\n  - {step}", "wrong-type"


CASES = list(_cases())


def test_the_tables_of_the_parser_are_found() -> None:
    assert {name for name, _, _ in CASES} == {
        "test_what_is_wrong_with_a_flow",
        "test_what_is_wrong_with_a_step",
        "test_what_is_wrong_with_a_trigger",
        "test_a_key_without_a_value_is_told_once",
    }


@pytest.mark.parametrize(
    "text",
    [text for _, text, rule in CASES if rule not in _NOT_OF_SHAPE and _TOO_MUCH not in text],
)
def test_what_the_parser_refuses_for_its_shape_it_refuses(text: str) -> None:
    assert violations(load(text.encode(), "a.flow.yaml").value) != []


@pytest.mark.parametrize(
    "step",
    [
        "title: 'a ${{ b }}'",
        "if: ''",
        "with: { a: { '${{ b }}': 1 } }",
        "timeout: P",
        "timeout: PT",
        "timeout: 'x${{ a }}'",
        "retry: { on: ['*'] }",
        "undo: 5",
    ],
)
def test_more_that_both_refuse(step: str) -> None:
    document = load(f"flow: f\nsteps: [{{ action: a, {step} }}]".encode(), "a.flow.yaml")

    with pytest.raises(InvalidDocumentError):
        parse_flow(document, {})
    assert violations(document.value) != []


@pytest.mark.parametrize(
    "schema",
    [
        "strng",
        {"type": "strng"},
        {"tpye": "string"},
        {"$id": "x"},
        {"optional": 1},
        {"required": "a"},
        {"minLength": -1},
        {"properties": {"a": {"optional": True}}},
        {"properties": {"a": 5}},
        {"items": {"itms": {}}},
        ["string"],
    ],
    ids=str,
)
def test_inputs_that_both_refuse(schema: Any) -> None:
    flow = {"flow": "f", "inputs": {"a": schema}, "steps": []}

    with pytest.raises(InvalidDocumentError):
        parse_flow(load(json.dumps(flow).encode(), "a.flow.json"), {})
    assert violations(flow) != []


DURATIONS = ["0s", "1.5h", "250ms", "P1W", "P1DT2H", "PT5M", "PT0.5S", "P3D", "${{ a }}"]


@pytest.mark.parametrize("duration", DURATIONS)
def test_durations_that_both_take(duration: str) -> None:
    flow = {"flow": "f", "timeout": duration, "steps": []}

    parse_flow(load(json.dumps(flow).encode(), "a.flow.json"), {})
    assert violations(flow) == []


# ---- it has the words of the parser


def schemas_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema, and each schema in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in ("not", "items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from schemas_in(schema.get(keyword))
    for keyword in ("anyOf", "allOf"):
        for inner in schema.get(keyword, ()):
            yield from schemas_in(inner)
    for keyword in ("properties", "patternProperties", "$defs"):
        for inner in schema.get(keyword, {}).values():
            yield from schemas_in(inner)


def _kind(name: str) -> str:
    return f"{name}Step"


def _asked() -> Iterator[tuple[str, str]]:
    """Yield each key that is asked for to tell the kind of a step, and what the step is then."""
    schema = DEFINITIONS["step"]
    while "if" in schema:
        [key] = schema["if"]["required"]
        yield key, schema["then"]["$ref"]
        schema = schema["else"]


def test_a_step_is_of_the_kind_that_the_parser_takes_it_for() -> None:
    assert list(_asked()) == [(kind, f"#/$defs/{_kind(kind)}") for kind in KINDS]


def test_a_new_step_may_become_one_of_each_kind() -> None:
    assert list(DEFINITIONS["newStep"]["properties"]) == ["id", "title", "if", *KINDS]


def _effort(depth: int) -> int:
    """Return how many objects are looked at in a flow with handlers inside of handlers."""
    looked = 0

    def count(*arguments: Any) -> Any:
        nonlocal looked
        looked += 1
        return Draft202012Validator.VALIDATORS["properties"](*arguments)

    steps: list[Any] = []
    for _ in range(depth):
        steps = [{"steps": [], "catch": [{"on": "A", "steps": steps}]}]
    counting: Any = validators.extend
    validator = counting(Draft202012Validator, {"properties": count})(SCHEMA)
    assert list(validator.iter_errors({"flow": "f", "steps": steps})) == []
    return looked


def test_handlers_inside_of_handlers_are_looked_at_once() -> None:
    efforts = [_effort(depth) for depth in range(1, 5)]

    assert len({more - less for less, more in pairwise(efforts)}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_told_by_its_key(kind: str) -> None:
    assert DEFINITIONS[_kind(kind)]["required"][0] == kind


_STEP = "flow: f\nsteps: [{{ {}, zzz: 1 }}]"
_INSIDE = "flow: f\nsteps: [{}]"
PLACES = {
    "": "flow: f\nsteps: []\nzzz: 1",
    **{f"$defs/{_kind(kind)}": _STEP.format(f"{kind}: x") for kind in KINDS},
    "properties/errors/additionalProperties": "flow: f\nsteps: []\nerrors: { A: { zzz: 1 } }",
    "$defs/retry": _INSIDE.format("{ action: a, retry: { zzz: 1 } }"),
    "$defs/catch/items": _INSIDE.format("{ action: a, catch: [{ zzz: 1 }] }"),
    "$defs/switchStep/properties/switch/items": _INSIDE.format("{ switch: [{ zzz: 1 }] }"),
    "$defs/switchStep/properties/else": _INSIDE.format("{ switch: [], else: { zzz: 1 } }"),
    "$defs/repeatStep/properties/repeat": _INSIDE.format("{ repeat: { zzz: 1 } }"),
    "$defs/waitStep/properties/wait/anyOf/1": _INSIDE.format("wait: { until: x, zzz: 1 }"),
    "$defs/waitStep/properties/wait/anyOf/2": _INSIDE.format("wait: { event: x, zzz: 1 }"),
    "$defs/emitStep/properties/emit": _INSIDE.format("emit: { type: x, zzz: 1 }"),
    "$defs/failStep/properties/fail/anyOf/1": _INSIDE.format("fail: { code: X, zzz: 1 }"),
    "$defs/trigger/anyOf/0": "flow: f\nsteps: []\ntriggers: [{ schedule: x, zzz: 1 }]",
    "$defs/trigger/anyOf/1": "flow: f\nsteps: []\ntriggers: [{ event: x, zzz: 1 }]",
}
"""Where an object with known keys stands in the schema, with a flow that has another key there."""


@pytest.mark.parametrize(("place", "text"), PLACES.items(), ids=lambda value: value[:60])
def test_it_knows_the_keys_of_the_parser(place: str, text: str) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        parse_flow(load(text.encode(), "a.flow.yaml"), {})
    [told] = [p.message for p in caught.value.problems if "unknown key 'zzz'" in p.message]
    schema: Any = SCHEMA
    for part in filter(None, place.split("/")):
        schema = schema[int(part) if isinstance(schema, list) else part]

    assert sorted(schema["properties"]) == sorted(told.partition("one of ")[2].split(", "))
    assert schema["additionalProperties"] is False


def test_every_closed_object_is_compared_with_the_parser() -> None:
    closed = [
        schema for schema in schemas_in(SCHEMA) if schema.get("additionalProperties") is False
    ]

    # and the keywords of JSON Schema, in 'inputs', and what has no kind yet
    assert len(closed) == len(PLACES) + 2


@pytest.mark.parametrize("keyword", DEFINITIONS["keywords"]["properties"])
def test_inputs_have_the_keywords_that_it_knows(keyword: str) -> None:
    example = DEFINITIONS["keywords"]["properties"][keyword]["examples"][0]
    flow = {"flow": "f", "inputs": {"a": {keyword: example}}, "steps": []}

    assert [problem for problem in _problems(flow) if "no keyword" in problem] == []


@pytest.mark.parametrize("keyword", sorted(KEYWORDS))
def test_it_knows_the_keywords_of_inputs(keyword: str) -> None:
    assert keyword in DEFINITIONS["keywords"]["properties"]


def test_its_lists_are_those_of_the_runtime() -> None:
    assert DEFINITIONS["type"]["enum"] == list(TYPES)
    assert SCHEMA["properties"]["access"]["items"]["enum"] == list(PRINCIPALS)
    assert DEFINITIONS["ownCode"]["not"]["enum"] == list(BUILTIN_CONDITIONS)
    assert DEFINITIONS["variable"]["not"]["enum"] == sorted(RESERVED_NAMES)
    assert DEFINITIONS["forStep"]["properties"]["parallel"]["maximum"] == MAX_PARALLEL
    repeat = DEFINITIONS["repeatStep"]["properties"]["repeat"]["properties"]
    assert repeat["max"]["maximum"] == MAX_TURNS


# ---- it explains


def _properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for schema in schemas_in(SCHEMA):
        for keyword in ("properties", "patternProperties"):
            yield from schema.get(keyword, {}).items()


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what its `$ref` leads to, as an editor shows it."""
    found = dict(schema)
    while "$ref" in found:
        target: Any = SCHEMA
        for part in found.pop("$ref").removeprefix("#/").split("/"):
            target = target[part]
        found = {**target, **found}
    return found


def test_every_key_is_explained_with_an_example() -> None:
    lacking = [
        name
        for name, schema in _properties()
        if not {"description", "examples"} <= _resolved(schema).keys()
    ]

    assert lacking == []


def test_every_kind_has_a_title_and_is_explained() -> None:
    kinds = [DEFINITIONS[_kind(kind)] for kind in KINDS]

    assert [kind for kind in kinds if not {"title", "description"} <= kind.keys()] == []


def test_every_example_satisfies_its_own_schema() -> None:
    wrong = []
    for name, schema in [*_properties(), *DEFINITIONS.items()]:
        validator = jsonschema_rs.Draft202012Validator({**schema, "$defs": DEFINITIONS})
        examples = _resolved(schema).get("examples", ())
        wrong += [(name, example) for example in examples if not validator.is_valid(example)]

    assert wrong == []
