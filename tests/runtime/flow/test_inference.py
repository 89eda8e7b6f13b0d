from __future__ import annotations

import pytest

from cartflow.runtime.contract import Contract
from cartflow.runtime.errors import BUILTIN_CONDITIONS
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import changes_data
from cartflow.runtime.flow.parse import parse_flow

from .shop import ACTIONS, contract_for


def contract_with(steps: str, more: str = "") -> Contract:
    return contract_for(f"flow: f\nerrors: {{ OWN: {{ status: 418 }} }}\n{more}\nsteps:\n{steps}")


# ---- conditions


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        pytest.param("- value: 1", [], id="nothing"),
        pytest.param("- action: reserve", ["SOLD_OUT", "SHUT"], id="of an action"),
        pytest.param("- action: unknown", [], id="of an unknown action"),
        pytest.param("- fail: { code: OWN }", ["OWN"], id="fail"),
        pytest.param("- { action: reserve, if: false }", ["SOLD_OUT", "SHUT"], id="of a maybe"),
        pytest.param(
            "- { action: reserve }\n- { action: pay }",
            ["SOLD_OUT", "SHUT", "DECLINED", "AWAY"],
            id="of several, in order",
        ),
        pytest.param(
            "- switch: [{ if: true, steps: [action: reserve] }]\n  else: { steps: [action: look] }",
            ["SOLD_OUT", "SHUT", "GONE", "SLOW"],
            id="of all cases",
        ),
        pytest.param(
            "- { for: i, in: [], steps: [action: look] }", ["GONE", "SLOW"], id="of a loop"
        ),
        pytest.param(
            "- { repeat: { until: true }, steps: [action: look] }", ["GONE", "SLOW"], id="of turns"
        ),
        pytest.param(
            "- parallel: { a: [action: reserve], b: [action: look] }",
            ["SOLD_OUT", "SHUT", "GONE", "SLOW"],
            id="of all branches",
        ),
        pytest.param(
            "- race: { a: [action: reserve], b: [{ value: 1 }, { action: look }] }",
            ["SOLD_OUT", "SHUT", "GONE", "SLOW"],
            id="of all runners: each can be the first to fail",
        ),
        pytest.param("- { wait: 1s, timeout: 1s }", [], id="the runtime's own are not listed"),
        pytest.param("- { action: reserve, catch: [on: SHUT] }", ["SOLD_OUT"], id="one is caught"),
        pytest.param("- { action: reserve, catch: [on: [SHUT, SOLD_OUT]] }", [], id="a list is"),
        pytest.param("- { action: reserve, catch: [on: '*'] }", [], id="all are caught"),
        pytest.param("- { action: reserve, catch: [on: TIMEOUT] }", ["SOLD_OUT", "SHUT"]),
        pytest.param(
            "- { action: reserve, catch: [{ on: '*', if: error.data.x }] }",
            ["SOLD_OUT", "SHUT"],
            id="a clause with `if` may decline",
        ),
        pytest.param(
            "- { action: reserve, catch: [{ on: '*', if: error.data.x }, { on: SHUT }] }",
            ["SOLD_OUT"],
            id="and the next one is asked",
        ),
        pytest.param(
            "- { action: reserve, catch: [{ on: SHUT, steps: [action: look] }] }",
            ["SOLD_OUT", "GONE", "SLOW"],
            id="of a handler",
        ),
        pytest.param(
            "- { action: reserve, catch: [{ on: SHUT, steps: [fail: '${{ error }}'] }] }",
            ["SOLD_OUT", "SHUT"],
            id="raised again",
        ),
        pytest.param(
            "- { action: reserve, catch: [{ on: SHUT }, { on: '*', steps: [fail: '${{ error }}'] }]"
            " }",
            ["SOLD_OUT"],
            id="raised again is what is left",
        ),
        pytest.param(
            "- { action: reserve, catch: [{ on: SHUT, steps: [fail: { code: OWN }] }] }",
            ["SOLD_OUT", "OWN"],
            id="made another one",
        ),
        pytest.param(
            """\
- action: reserve
  catch:
    - on: SHUT
      steps:
        - action: look
          catch: [{ on: '*', steps: [fail: '${{ error }}'] }]
        - fail: ${{ error }}
""",
            ["SOLD_OUT", "GONE", "SLOW", "SHUT"],
            id="the innermost is raised again",
        ),
        pytest.param(
            "- { steps: [action: reserve], catch: [on: '*'], finally: [action: look] }",
            ["GONE", "SLOW"],
            id="of finally",
        ),
        pytest.param(
            "- { action: reserve, catch: [on: '*'], undo: { action: look } }",
            [],
            id="what fails in an undo does not leave it",
        ),
    ],
)
def test_the_conditions_that_can_leave_a_flow(steps: str, codes: list[str]) -> None:
    assert list(contract_with(steps).errors) == codes


def test_the_flow_itself_catches_like_a_block() -> None:
    found = contract_with("- action: reserve", "catch: [on: SHUT]\nfinally: [action: look]")

    assert list(found.errors) == ["SOLD_OUT", "GONE", "SLOW"]


def test_conditions_are_those_of_the_action() -> None:
    found = contract_with("- action: reserve")

    assert found.errors["SOLD_OUT"] == ACTIONS["reserve"].errors["SOLD_OUT"]


@pytest.mark.parametrize(
    ("fail", "status", "title", "message"),
    [
        ("{ code: OWN }", 418, "OWN", "OWN"),
        ("{ code: OWN, status: 400, title: Mine, message: Oh }", 400, "Mine", "Oh"),
        ("{ code: OWN, title: Mine, message: 'x ${{ run.id }}' }", 418, "Mine", "Mine"),
    ],
)
def test_a_condition_of_the_flows_own(fail: str, status: int, title: str, message: str) -> None:
    own = contract_with(f"- fail: {fail}").errors["OWN"]

    assert (own.status, own.title, own.message, own.retryable) == (status, title, message, False)


def test_the_runtimes_own_conditions_are_not_listed() -> None:
    found = contract_with("- { action: look, catch: [{ on: '*', steps: [fail: '${{ error }}'] }] }")

    assert not found.errors.keys() & BUILTIN_CONDITIONS.keys()


# ---- retryable: nothing happened


@pytest.mark.parametrize(
    ("steps", "promised"),
    [
        pytest.param("- action: reserve", {"SHUT"}, id="the first"),
        pytest.param("- action: look\n- action: reserve", {"SLOW", "SHUT"}, id="behind a look"),
        pytest.param("- action: reserve\n- action: look", {"SHUT"}, id="not behind an effect"),
        pytest.param("- action: reserve\n- action: reserve", set(), id="not if twice"),
        pytest.param("- action: unknown\n- action: look", set(), id="who knows"),
        pytest.param("- { for: i, in: [], steps: [action: reserve] }", set(), id="not in turns"),
        pytest.param("- { for: i, in: [], steps: [action: look] }", {"SLOW"}, id="but of looks"),
        pytest.param(
            "- parallel: { a: [action: reserve], b: [action: look] }", set(), id="not beside"
        ),
        pytest.param(
            "- repeat: { until: true }\n  steps: [action: reserve]", set(), id="not in a repeat"
        ),
        pytest.param(
            "- race: { a: [action: look], b: [action: look] }", {"SLOW"}, id="but of runners"
        ),
        pytest.param("- { action: reserve, retry: { on: SOLD_OUT } }", set(), id="not after more"),
        pytest.param("- { action: look, retry: {} }", {"SLOW"}, id="but after looks"),
        pytest.param("- { action: reserve, catch: [on: SOLD_OUT] }", {"SHUT"}, id="passing catch"),
        pytest.param(
            "- { action: reserve, catch: [{ on: SHUT, steps: [fail: '${{ error }}'] }] }",
            set(),
            id="not again",
        ),
        pytest.param(
            "- { steps: [action: look], finally: [action: reserve] }", set(), id="not with finally"
        ),
        pytest.param(
            "- switch: [{ if: true, steps: [action: reserve] }]\n  else: { steps: [action: look] }",
            {"SHUT", "SLOW"},
            id="in either case",
        ),
    ],
)
def test_a_flow_promises_that_nothing_happened_only_if_nothing_did(
    steps: str, promised: set[str]
) -> None:
    errors = contract_with(steps).errors.values()

    assert {condition.code for condition in errors if condition.retryable} == promised


# ---- the rest of the contract


def test_a_contract_has_what_the_file_says() -> None:
    found = contract_for(
        "flow: f\ntitle: T\ndescription: D\ncategory: C\naccess: [admin]\nsteps: []"
    )

    assert (found.name, found.title, found.description, found.category) == ("f", "T", "D", "C")
    assert (found.access, found.effect, found.source) == (
        frozenset({"admin"}),
        "steps",
        "a.flow.yaml",
    )


def test_a_contract_of_a_flow_that_says_little() -> None:
    found = contract_for("flow: f\nsteps: []")

    assert (found.title, found.access) == ("f", None)


@pytest.mark.parametrize(
    ("text", "output", "is_valid"),
    [
        ("steps: []", {}, True),
        ("steps: []", {"a": 1}, False),
        ("outputs: { a: 1 }\nsteps: []", {"a": 2}, True),
        ("outputs: { a: 1 }\nsteps: []", {"a": "x"}, False),
        ("outputs: { a: 1 }\nsteps: []", {}, False),
        ("outputs: { a: 1 }\nsteps: []", {"a": 1, "b": 2}, False),
        ("steps: [return: { a: 1 }]", {"a": 1}, True),
        ("outputs: { a: 1, b: 2 }\nsteps: [return: { a: 1 }]", {"a": 1}, True),
        ("outputs: { a: 1 }\nsteps: [return: { a: 1 }]", {"b": 1}, False),
        ("steps: []\ncatch: [{ on: '*', result: { x: 1 } }]", {"x": 1}, True),
        ("outputs: { a: 1 }\nsteps: []\ncatch: [{ on: '*', result: { x: 1 } }]", {"x": 1}, True),
        ("outputs: { a: 1 }\nsteps: []\ncatch: [{ on: '*' }]", {}, True),
        ("outputs: { a: 1 }\nsteps: []\ncatch: [{ on: '*' }]", {"x": 1}, False),
        ("steps: []", [], False),
    ],
)
def test_the_schema_of_the_output(text: str, output: object, is_valid: bool) -> None:
    assert contract_for(f"flow: f\n{text}").output_validator.is_valid(output) is is_valid


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ("value: 1", False),
        ("action: look", False),
        ("action: reserve", True),
        ("action: unknown", True),
        ("{ action: look, undo: { action: pay } }", True),
        ("{ action: look, catch: [{ on: GONE, steps: [action: pay] }] }", True),
        ("{ steps: [], finally: [action: pay] }", True),
        ("{ switch: [{ if: true, steps: [action: pay] }] }", True),
        ("{ for: i, in: [], steps: [action: look] }", False),
    ],
)
def test_whether_a_flow_changes_data(step: str, changes: bool) -> None:
    flow = parse_flow(load(f"flow: f\nsteps: [{step}]".encode(), "a.yaml"), {})

    assert changes_data(flow, ACTIONS.get) is changes
