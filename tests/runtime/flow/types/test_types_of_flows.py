"""Types, followed through whole flows: what they give, and what the checker says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cartflow.runtime.contract import Contract
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import infer, output_schema
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

from ..hotel import HOTEL
from ..lab import Lab, read
from ..random_flows import flows, scripts
from ..shop import problems_of
from ..test_conformance import CASES

GUEST: dict[str, Any] = {
    "type": "object",
    "title": "Guest",
    "properties": {
        "name": {"type": "string", "description": "As on the passport."},
        "age": {"type": ["integer", "null"]},
        "mail": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "status": {"enum": ["in", "out"]},
    },
    "required": ["name", "age", "tags", "status"],
    "additionalProperties": False,
}
TAKES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "status": {"enum": ["in", "late"]},
        "note": {"type": ["string", "null"]},
        "list": {"type": "array", "items": {"type": "integer"}},
        "deep": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
    "required": ["name"],
    "additionalProperties": False,
}
FIND = replace(HOTEL["findGuest"], input={"type": "object"}, output=GUEST)
TAKE = replace(HOTEL["cancelRoom"], name="take", input=TAKES, output={"type": "object"})
KNOWN: Mapping[str, Contract] = {"find": replace(FIND, name="find"), "take": TAKE}
G = "- { id: g, action: find }\n"


def schema_of(steps: str, value: str, more: str = "") -> Any:
    """Return the schema of the output `x` of a flow."""
    text = f"flow: f\ninputs: {{ n: integer, o: {{ type: string, optional: true }} }}\n{more}"
    document = f"{text}\nsteps:\n{steps}\noutputs: {{ x: {value} }}"
    return output_schema(_parsed(document), KNOWN.get)["properties"]["x"]


def _parsed(text: str) -> Flow:
    return parse_flow(load(text.encode(), "a.flow.yaml"), {})


TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


@pytest.mark.parametrize(
    ("steps", "value", "schema"),
    [
        pytest.param("- value: 1", "${{ inputs.n }}", WHOLE, id="an input"),
        pytest.param(
            "- value: 1",
            "${{ inputs.o }}",
            {"anyOf": [TEXT, {"type": "null"}]},
            id="an optional input",
        ),
        pytest.param(
            "- value: 1", "${{ inputs.o | default('') }}", TEXT, id="an optional input, defaulted"
        ),
        pytest.param(
            G,
            "${{ steps.g.name }}",
            {"type": "string", "description": "As on the passport."},
            id="an output",
        ),
        pytest.param(G, "${{ steps.g }}", GUEST, id="all of an output"),
        pytest.param(
            "- { id: g, action: find, if: inputs.n }",
            "${{ steps.g }}",
            {"anyOf": [GUEST, {"type": "null"}]},
            id="of a step that may be skipped",
        ),
        pytest.param(
            "- { id: g, action: find, catch: [on: '*'] }",
            "${{ steps.g }}",
            {"anyOf": [GUEST, {"type": "null"}]},
            id="of a step that may fail",
        ),
        pytest.param(
            "- { id: g, action: find, catch: [{ on: '*', steps: [return: { x: 1 }] }] }",
            "${{ steps.g.name }}",
            {"anyOf": [{"type": "string", "description": "As on the passport."}, WHOLE]},
            id="a return in the handler",
        ),
        pytest.param(
            "- { id: v, for: i, in: [1, 2], steps: [value: 1], result: '${{ i }}' }",
            "${{ steps.v }}",
            {"type": "array", "items": WHOLE},
            id="a loop",
        ),
        pytest.param(
            "- { id: v, for: i, in: [1], steps: [{ continue: true, if: i }], result: a }",
            "${{ steps.v }}",
            {"type": "array", "items": {"type": ["string", "null"], "enum": ["a", None]}},
            id="a loop with continue",
        ),
        pytest.param(
            "- { id: v, repeat: { until: true }, steps: [value: 1], result: 1 }",
            "${{ steps.v }}",
            WHOLE,
            id="a repeat",
        ),
        pytest.param(
            "- { id: v, repeat: { until: true }, steps: [break: true], result: 1 }",
            "${{ steps.v }}",
            {"type": "null"},
            id="a repeat with nothing but break",
        ),
        pytest.param(
            "- { id: v, switch: [{ if: inputs.n, steps: [], result: 1 }],"
            " else: { steps: [], result: a } }",
            "${{ steps.v }}",
            {"type": ["integer", "string"]},
            id="a switch",
        ),
        pytest.param(
            "- { id: v, switch: [{ if: inputs.n, steps: [], result: 1 }] }",
            "${{ steps.v }}",
            {"type": ["integer", "null"]},
            id="a switch without else",
        ),
        pytest.param(
            "- { id: v, parallel: { a: [{ id: g, action: find }], b: [] },"
            " result: '${{ steps.g.tags }}' }",
            "${{ steps.v | first }}",
            TEXT,
            id="a parallel",
        ),
        pytest.param(
            "- { id: v, race: { a: [], b: [] } }",
            "${{ steps.v.winner }}",
            {"type": "string", "enum": ["a", "b"]},
            id="a race",
        ),
        pytest.param(
            "- { id: v, steps: [{ id: g, action: find }], result: '${{ steps.g.age }}' }",
            "${{ steps.v }}",
            {"type": ["integer", "null"]},
            id="a block",
        ),
        pytest.param(
            "- { id: v, emit: { type: t, data: { a: 1 } } }",
            "${{ steps.v.data.a }}",
            WHOLE,
            id="an event",
        ),
        pytest.param("- { id: v, wait: 1s }", "${{ steps.v }}", {"type": "null"}, id="a wait"),
        pytest.param(
            "- { id: v, wait: { event: t } }", "${{ steps.v.source }}", TEXT, id="a wait for it"
        ),
        pytest.param("- { id: v, action: unknown }", "${{ steps.v.a }}", {}, id="who knows"),
        pytest.param("- value: 1", "${{ run.principal.kind }}", TEXT, id="run"),
    ],
)
def test_the_schema_of_an_output(steps: str, value: str, schema: Any) -> None:
    assert schema_of(steps, f'"{value}"') == schema


def test_what_a_flow_catches_itself_is_its_output() -> None:
    flow = _parsed(
        "flow: f\nsteps: [action: find]\noutputs: { x: 1 }\ncatch:"
        " [{ on: '*', result: { x: '${{ error.code }}' } }, { on: TIMEOUT }]"
    )

    assert output_schema(flow, KNOWN.get) == {
        "type": "object",
        "properties": {"x": {"type": ["integer", "string"]}},
        "additionalProperties": False,
    }


def test_a_flow_that_never_ends_well_gives_nothing() -> None:
    flow = _parsed("flow: f\nsteps: [fail: { code: A, status: 400 }]\noutputs: { x: 1 }")

    assert output_schema(flow, KNOWN.get) == {"type": "object"}


# ---- flows that call each other

CALLER = "flow: a\nsteps: [{ id: b, action: b }]\noutputs: { x: '${{ steps.b.y }}' }"
CALLED = "flow: b\nsteps: [{ id: g, action: find }]\noutputs: { y: '${{ steps.g.name }}' }"
AGAIN = """\
flow: count
inputs: { n: integer }
steps:
  - { id: less, if: inputs.n > 0, action: count, with: { n: "${{ inputs.n - 1 }}" } }
outputs: { n: "${{ (steps.less.n | default(0)) + 1 }}" }
"""
NESTED = """\
flow: nest
inputs: { n: integer }
steps:
  - { id: inner, if: inputs.n > 0, action: nest, with: { n: "${{ inputs.n - 1 }}" } }
outputs: { a: "${{ steps.inner }}", b: "${{ steps.inner }}" }
"""


def test_types_go_through_a_flow_that_is_called() -> None:
    found = infer({"a": _parsed(CALLER), "b": _parsed(CALLED)}, KNOWN.get)

    assert found["a"].output["properties"]["x"]["type"] == "string"


def test_a_flow_that_calls_itself_has_a_type() -> None:
    found = infer({"count": _parsed(AGAIN)}, KNOWN.get)

    assert found["count"].output["properties"] == {"n": {"type": "number"}}


def test_a_type_that_would_hold_itself_does_not_grow_for_ever() -> None:
    found = infer({"nest": _parsed(NESTED)}, KNOWN.get)["nest"].output_validator
    leaf = {"a": None, "b": None}
    deep: dict[str, Any] = leaf
    for _ in range(20):
        deep = {"a": deep, "b": leaf}

    assert found.is_valid(deep)
    assert not found.is_valid({"a": 1, "b": None})


def test_flows_that_only_read_change_nothing() -> None:
    found = infer({"a": _parsed(CALLER), "b": _parsed(CALLED)}, KNOWN.get)

    assert not found["a"].has_effect


def test_a_flow_that_calls_itself_and_reads_changes_nothing() -> None:
    assert not infer({"count": _parsed(AGAIN)}, KNOWN.get)["count"].has_effect


# ---- what the checker says


def rules_of(steps: str) -> list[tuple[str, str]]:
    inputs = "inputs: { n: integer, t: string, o: { type: string, optional: true } }"
    found = problems_of(f"flow: f\n{inputs}\nsteps:\n{G}{steps}", KNOWN)
    kept = ("unknown-member", "type-mismatch", "may-be-null", "impossible-operation")
    return [(it.rule, it.message) for it in found if it.rule in kept]


def take(given: str) -> str:
    return f"- {{ action: take, with: {{ {given} }} }}"


@pytest.mark.parametrize(
    ("steps", "rule", "said"),
    [
        (take("name: '${{ steps.g.nam }}'"), "unknown-member", "did you mean 'name'?"),
        (take("name: '${{ inputs.n }}'"), "type-mismatch", "expected a string, got an integer"),
        (take("name: '${{ steps.g.tags }}'"), "type-mismatch", "expected a string, got a list"),
        (take("name: a, age: 'x ${{ inputs.n }}'"), "", ""),
        (take("name: a, age: '${{ inputs.t }}'"), "type-mismatch", "'age' in the input of 'take'"),
        (take("name: a, age: '${{ inputs.t | int }}'"), "", ""),
        (take("name: a, age: '${{ steps.g.age }}'"), "", ""),
        (take("name: a, note: '${{ steps.g.age }}'"), "", ""),
        (take("name: a, status: '${{ steps.g.status }}'"), "", ""),
        (take("name: a, list: '${{ steps.g.tags }}'"), "", ""),
        (take("name: a, list: ['${{ inputs.t }}']"), "type-mismatch", "'list.0' in the input"),
        (take("name: a, deep: { name: '${{ inputs.n }}' }"), "type-mismatch", "'deep.name'"),
        (take("name: a, deep: '${{ steps.g }}'"), "", ""),
        (take("name: a, deep: \"${{ {'name': 1} }}\""), "type-mismatch", "member 'name'"),
        (take("name: '${{ steps.g.mail }}'"), "may-be-null", "'mail' may be absent"),
        (take("name: \"${{ steps.g.mail | default('') }}\""), "", ""),
        (take("name: '${{ inputs.o }}'"), "may-be-null", "if it is null"),
        (take("name: a, note: '${{ inputs.o }}'"), "", ""),
        (take("name: a, deep: { name: '${{ inputs.o }}' }"), "may-be-null", "'deep.name'"),
        ("- { for: i, in: '${{ inputs.t }}', steps: [] }", "impossible-operation", "a list"),
        ("- { for: i, in: '${{ steps.g.tags }}', steps: [value: '${{ i.x }}'] }", "unknown-member",
         "a string has no member 'x'"),
        ("- { wait: { until: '${{ inputs.n }}' } }", "impossible-operation", "a time"),
        ("- value: ${{ error.data.x }}", "", ""),
        ("- value: ${{ run.principal.name }}", "unknown-member", "'name'"),
        ("- { value: 1, if: steps.g.foo }", "unknown-member", "no member 'foo'"),
        ("- { value: 1, timeout: '${{ steps.g.foo }}' }", "unknown-member", "no member 'foo'"),
        ("- { id: e, return: {}, if: inputs.n }\n- value: ${{ steps.e.x }}", "unknown-member",
         "null has no member 'x': the step ends what it stands in, and is null if it did not run"),
        ("- { id: e, return: {}, if: inputs.n }\n- value: ${{ steps.e }}", "may-be-null", "'e'"),
        ("- { id: e, return: {}, if: inputs.n }\n- value: ${{ steps.e is none }}", "", ""),
        ("- { id: e, return: {} }\n- value: ${{ steps.e.x }}", "", ""),  # that never runs
        ("- steps: [{ id: e, return: {} }]\n- value: ${{ steps.e }}", "", ""),
    ],
)  # fmt: skip
def test_what_the_checker_says_of_a_value(steps: str, rule: str, said: str) -> None:
    found = rules_of(steps)

    assert [it[0] for it in found] == ([rule] if rule else [])
    assert all(said in message for _, message in found)


MAYBE = "- { id: m, action: find, if: inputs.n }\n"


@pytest.mark.parametrize(
    ("steps", "warns"),
    [
        ("- value: ${{ steps.m }}", True),
        ("- value: ${{ steps.m.name }}", True),
        ("- value: x ${{ steps.m }}", True),
        ("- value: ${{ steps.m | default(none) }}", False),
        ("- value: ${{ steps.m.name | default('x') }}", False),
        ("- { value: '${{ steps.m.name }}', if: steps.m }", False),
        ("- { value: '${{ steps.m.name }}', if: steps.m.name }", True),
        ("- { value: '${{ steps.m.name }}', if: not steps.m }", True),
        ("- { return: {}, if: not steps.m }\n- value: ${{ steps.m.name }}", False),
        ("- { value: 1, if: not steps.m }\n- value: ${{ steps.m.name }}", True),
        (
            "- switch: [{ if: steps.m is none, steps: [] }]\n"
            "  else: { steps: [value: '${{ steps.m.name }}'] }",
            False,
        ),
        ("- { value: 1, if: steps.m }", False),
        ("- { action: take, with: { name: a, note: '${{ steps.m }}' } }", False),
    ],
)
def test_whether_a_step_that_may_be_null_is_warned_of(steps: str, warns: bool) -> None:
    found = {rule for rule, _ in rules_of(MAYBE + steps)} - {"type-mismatch"}

    assert found == ({"may-be-null"} if warns else set())


@pytest.mark.parametrize(
    ("steps", "warns"),
    [
        ("- steps: [{ id: a, action: find }]", False),
        ("- { steps: [{ id: a, action: find }], catch: [on: '*'] }", True),
        (
            "- steps: [{ id: a, action: find }]\n  catch: [{ on: '*', steps: [return: {}] }]",
            False,
        ),
        ("- switch: [{ if: inputs.n, steps: [{ id: a, action: find }] }]", True),
        (
            "- switch: [{ if: inputs.n, steps: [{ id: a, action: find }] }]\n"
            "  else: { steps: [return: {}] }",
            False,
        ),
        ("- parallel: { x: [{ id: a, action: find }], y: [] }", False),
        ("- race: { x: [{ id: a, action: find }], y: [] }", True),
    ],
)
def test_whether_a_step_inside_of_another_may_be_null(steps: str, warns: bool) -> None:
    found = [rule for rule, _ in rules_of(f"{steps}\n- value: ${{{{ steps.a.name }}}}")]

    assert found == (["may-be-null"] if warns else [])


# ---- never narrower than what happens

ANSWER: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}


@given(flows(), scripts())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_output_of_a_run_has_its_type(flow: Any, scripts: Mapping[str, Any]) -> None:
    contracts = {name: replace(TAKE, name=name, output=ANSWER) for name in scripts}
    typed = {name: {**script, "output_schema": ANSWER} for name, script in scripts.items()}

    report = Lab(typed).run(flow)

    if report.error is None:
        contract = infer({"case": read(flow)}, contracts.get)["case"]
        assert contract.output_validator.is_valid(report.output), contract.output


@pytest.mark.parametrize("case", CASES)
def test_the_output_of_a_case_has_its_type(case: Mapping[str, Any]) -> None:
    expected = case["expect"].get("outputs", case["expect"].get("output"))
    if expected is None:
        return
    flows = {name: read({"flow": name, **it}) for name, it in case.get("flows", {}).items()}

    found = infer({"case": read(case["flow"]), **flows}, lambda _: None)["case"]

    assert found.output_validator.is_valid(expected), found.output
