from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartflow.runtime.contract import Condition, Contract
from cartflow.runtime.errors import BUILTIN_CONDITIONS, InvalidDocumentError, Problem

from . import shop
from .conformance_cases import cases_that_run
from .shop import ACTIONS

CARELESS = {"unused-id", "unused-input", "unreachable-step"}
"""Warnings that flows of a line or two cannot help; they have tests of their own."""


def problems_of(text: str, actions: Mapping[str, Contract] = ACTIONS) -> list[Problem]:
    found = shop.problems_of(text, actions)
    return [problem for problem in found if problem.rule not in CARELESS]


def check(text: str, place: tuple[int, int], rule: str, message: str = "") -> None:
    """Assert that a flow has this problem and no other."""
    (problem,) = problems_of(text)
    assert (problem.line, problem.column, problem.rule) == (*place, rule)
    assert message in problem.message


def check_step(text: str, column: int, rule: str, message: str = "") -> None:
    check(f"flow: f\ninputs: {{ x: string }}\nsteps:\n  - {text}", (4, column), rule, message)


def rules_of(steps: str) -> list[str]:
    return [problem.rule for problem in problems_of(f"flow: f\nsteps:\n{steps}")]


# ---- names


@pytest.mark.parametrize(
    ("step", "column", "rule", "message"),
    [
        ("value: ${{ input.x }}", 12, "unknown-name", "did you mean 'inputs'?"),
        ("value: ${{ x }}", 12, "unknown-name", "(there is: inputs, run, steps)"),
        ("value: ${{ inputs.y }}", 12, "unknown-member", "'inputs' has no member 'y'"),
        ("value: ${{ inputs['xx'] }}", 12, "unknown-member", "did you mean 'x'?"),
        ("value: ${{ run.ids }}", 12, "unknown-member", "did you mean 'id'?"),
        ("value: ${{ steps.one }}", 12, "unknown-step", "there is no step 'one'"),
        ("value: ${{ error.code }}", 12, "unknown-name", "there is no name 'error' here"),
        ("value: ${{ secrets.key }}", 12, "misplaced-secret", "use 'secrets.NAME' in the 'with'"),
        ("{ action: open, with: { x: '${{ secrets }}' } }", 32, "misplaced-secret", "by its name"),
        ("value: { a: [1, 'x ${{ y }}'] }", 21, "unknown-name", "'y'"),
        ("{ value: 1, if: y }", 21, "unknown-name", "'y'"),
        ("{ action: open, with: { x: '${{ y }}' } }", 32, "unknown-name", "'y'"),
        ("{ steps: [], result: '${{ y }}' }", 26, "unknown-name", "'y'"),
        ("{ switch: [{ if: y, steps: [] }] }", 22, "unknown-name", "'y'"),
        ("{ switch: [{ if: '1', steps: [], result: '${{ y }}' }] }", 46, "unknown-name", "'y'"),
        ("{ for: i, in: y, steps: [] }", 19, "unknown-name", "'y'"),
        ("{ for: i, in: i, steps: [] }", 19, "unknown-name", "'i'"),
        ("{ for: i, in: [], steps: [], result: '${{ y }}' }", 42, "unknown-name", "'y'"),
        ("return: { a: '${{ y }}' }", 18, "unknown-name", "'y'"),
        ("fail: { code: A, status: 400, message: '${{ y }}' }", 44, "unknown-name", "'y'"),
        ("fail: { code: A, status: 400, data: { a: '${{ y }}' } }", 46, "unknown-name", "'y'"),
        ("{ action: look, catch: [{ on: GONE, if: y }] }", 45, "unknown-name", "'y'"),
        ("{ action: look, catch: [{ on: GONE, result: '${{ y }}' }] }", 49, "unknown-name", "'y'"),
        (
            "{ action: look, undo: { action: open, with: { x: '${{ y }}' } } }",
            54,
            "unknown-name",
            "y",
        ),
        ("{ steps: [], finally: [value: '${{ error }}'] }", 35, "unknown-name", "'error'"),
    ],
)
def test_a_name_that_there_is_not(step: str, column: int, rule: str, message: str) -> None:
    check_step(step, column, rule, message)


def test_a_name_in_the_outputs() -> None:
    check("flow: f\nsteps: []\noutputs: { a: '${{ steps.b }}' }", (3, 15), "unknown-step")


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("- value: ${{ [inputs, run.principal.kind, steps] }}", id="all there is"),
        pytest.param(
            "- { for: i, in: [[1]], at: n, steps: [{ for: j, in: i, steps: [value: '${{ n + j }}']"
            " }] }",
            id="variables of the loops around",
        ),
        pytest.param("- { action: look, catch: [{ on: '*', if: error.data, result: '${{ error.code"
                     " }}' }] }", id="error in catch"),
        pytest.param(
            "- { action: reserve, undo: [{ action: open, with: { x: '${{ error.step }}' } }] }",
            id="error in undo",
        ),
        pytest.param(
            "- action: look\n  catch: [{ on: '*', steps: [{ steps: [], finally: [value: '${{ error"
            " }}'] }] }]",
            id="error in a finally inside of a handler",
        ),
        pytest.param("- value: ${{ steps | length }}", id="steps as a whole"),
        pytest.param("- value: ${{ steps['a' ~ 'b'] | default(1) }}", id="a computed name"),
    ],
)  # fmt: skip
def test_names_that_there_are(steps: str) -> None:
    assert rules_of(steps) == []


# ---- steps in sight


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("- { id: a, value: 1 }\n- value: ${{ steps.a }}", id="earlier in the list"),
        pytest.param("- { id: a, value: 1, if: false }\n- value: ${{ steps.a }}", id="skipped"),
        pytest.param("- { id: a, value: 1 }\n- steps: [value: '${{ steps.a }}']", id="around"),
        pytest.param("- steps: [{ id: a, value: 1 }]\n- value: ${{ steps.a }}", id="in a block"),
        pytest.param("- { steps: [{ id: a, value: 1 }], result: '${{ steps.a }}' }", id="result"),
        pytest.param(
            "- switch: [{ if: true, steps: [{ id: a, value: 1 }], result: '${{ steps.a }}' }]\n"
            "- value: ${{ steps.a }}",
            id="in a case",
        ),
        pytest.param(
            "- { for: i, in: [], steps: [{ id: a, value: 1 }, value: '${{ steps.a }}'],"
            " result: '${{ steps.a }}' }",
            id="in the same turn",
        ),
        pytest.param(
            "- steps: [{ id: a, value: 1 }]\n  catch: [{ on: '*', result: '${{ steps.a }}' }]\n"
            "  finally: [value: '${{ steps.a }}']",
            id="handlers see the body",
        ),
        pytest.param(
            "- action: look\n  catch: [{ on: GONE, steps: [{ id: a, value: 1 }],"
            " result: '${{ steps.a }}' }]",
            id="in a handler",
        ),
        pytest.param(
            "- { id: a, action: reserve, undo: [{ id: b, action: open, with: { x: '${{ steps.a }}'"
            " } }, { action: open, with: { x: '${{ steps.b }}' } }] }",
            id="its own result in undo",
        ),
        pytest.param(
            "- { id: b, steps: [{ id: a, value: 1 }], undo: { action: open,"
            " with: { x: '${{ [steps.a, steps.b] }}' } } }",
            id="what a block had in its undo",
        ),
    ],
)
def test_steps_that_have_completed(steps: str) -> None:
    assert set(rules_of(steps)) <= {"may-be-null"}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("- value: ${{ steps.a }}\n- { id: a, value: 1 }", id="later in the list"),
        pytest.param("- { id: a, value: '${{ steps.a }}' }", id="itself"),
        pytest.param("- { id: a, steps: [value: '${{ steps.a }}'] }", id="the block around"),
        pytest.param("- { id: a, action: look, if: steps.a }", id="its own if"),
        pytest.param(
            "- { id: a, action: look, catch: [{ on: GONE, result: '${{ steps.a }}' }] }",
            id="the step whose error is handled",
        ),
        pytest.param(
            "- { for: i, in: [], steps: [{ id: a, value: 1 }] }\n- value: ${{ steps.a }}",
            id="a turn from outside",
        ),
        pytest.param(
            "- { for: i, in: [], steps: [value: '${{ steps.a }}', { id: a, value: 1 }] }",
            id="the turn before",
        ),
        pytest.param(
            "- switch: [{ if: true, steps: [{ id: a, value: 1 }] }, { if: steps.a, steps: [] }]",
            id="another case",
        ),
        pytest.param(
            "- { action: look, catch: [{ on: GONE, steps: [{ id: a, value: 1 }] }] }\n"
            "- value: ${{ steps.a }}",
            id="a handler from outside",
        ),
        pytest.param(
            "- { steps: [], finally: [{ id: a, value: 1 }] }\n- value: ${{ steps.a }}",
            id="a finally from outside",
        ),
        pytest.param(
            "- { action: reserve, undo: { id: a, action: look } }\n- value: ${{ steps.a }}",
            id="an undo from outside",
        ),
        pytest.param(
            "- { action: reserve, undo: { action: open, with: { x: '${{ steps.a }}' } } }\n"
            "- { id: a, value: 1 }",
            id="a later step in undo",
        ),
    ],
)
def test_steps_that_have_not_completed(steps: str) -> None:
    assert rules_of(steps) == ["not-completed"]


# ---- calls


@pytest.mark.parametrize(
    ("step", "column", "rule", "message"),
    [
        ("action: odrer", 13, "unknown-action", "'odrer'; did you mean 'order'?"),
        ("action: order", 13, "missing-input", "'order' needs the input 'cart_id'"),
        (
            "{ action: order, with: { cart_id: a, nope: 1 } }",
            42,
            "unknown-input",
            "no input 'nope'; did you mean 'note'? (it has: cart_id, count, note, lines)",
        ),
        ("{ action: order, with: { cart_id: 1 } }", 39, "bad-literal", "expected a string"),
        ("{ action: order, with: { cart_id: } }", 39, "bad-literal", "got null"),
        ("{ action: order, with: { cart_id: a, count: 0 } }", 49, "bad-literal", "at least 1"),
        (
            "{ action: order, with: { cart_id: a, lines: [{ sku: a }, { sku: 1 }] } }",
            69,
            "bad-literal",
            "expected a string, got an integer",
        ),
        (
            "{ action: order, with: { cart_id: a, lines: [{}] } }",
            50,
            "bad-literal",
            "the member 'sku' is missing",
        ),
    ],
)  # fmt: skip
def test_a_call_that_cannot_work(step: str, column: int, rule: str, message: str) -> None:
    check_step(step, column, rule, message)


def test_what_stands_beside_an_expression_where_null_may_stand_too() -> None:
    city = {"type": "object", "properties": {"city": {}, "zip": {}}, "required": ["zip"]}
    schema = {
        "type": "object",
        "properties": {"to": {"oneOf": [{"$ref": "#/$defs/city"}, {"type": "null"}]}},
        "$defs": {"city": {**city, "additionalProperties": False}},
    }
    actions = {"ship": shop.contract("ship", schema=schema)}

    found = problems_of(
        "flow: f\nsteps:\n  - { action: ship, with: { to: { city: '${{ 1 }}', zap: a } } }", actions
    )

    assert sorted(problem.message for problem in found) == [
        "the member 'zip' is missing",
        "unknown member 'zap'; did you mean 'zip'?",
    ]


@pytest.mark.parametrize(
    "given",
    [
        "{ cart_id: a, count: 1, note: null, lines: [] }",
        "{ cart_id: a, count: null, lines: null }",
        "{ cart_id: '${{ run.id }}', count: '${{ run.id | int }}' }",
        "{ cart_id: 'x ${{ run.id }}', lines: [{ sku: '${{ run.id }}' }] }",
        "{ cart_id: '$${{ x }}' }",
    ],
)
def test_a_call_that_can_work(given: str) -> None:
    assert rules_of(f"- {{ action: order, with: {given} }}") == []


def test_an_action_that_takes_anything_has_no_unknown_input() -> None:
    assert rules_of("- { action: open, with: { y: 1 } }") == []


def test_a_flow_may_call_itself() -> None:
    steps = "- { action: f, if: false }\n- { action: f, if: false, with: { a: 1 } }"

    assert rules_of(steps) == ["unknown-input"]


# ---- errors


@pytest.mark.parametrize(
    ("step", "column", "message"),
    [
        (
            "{ action: look, catch: [on: GON] }",
            33,
            "nothing in this step raises 'GON'; did you mean 'GONE'? (it can raise: GONE, SLOW)",
        ),
        ("{ action: look, catch: [on: [GONE, SHUT]] }", 40, "'SHUT'"),
        ("{ steps: [value: 1], catch: [on: GONE] }", 38, "none of its own"),
        ("{ steps: [{ action: look, catch: [on: '*'] }], catch: [on: GONE] }", 64, "'GONE'"),
    ],
)
def test_a_catch_of_what_nothing_raises(step: str, column: int, message: str) -> None:
    check_step(step, column, "impossible-catch", message)


def test_a_problem_with_a_single_code_points_at_it() -> None:
    (problem,) = problems_of("flow: f\nsteps: [{ action: look, catch: [on: GON] }]")

    assert problem.pointer == "/steps/0/catch/0/on"


@pytest.mark.parametrize(
    "step",
    [
        "{ action: look, catch: [on: [GONE, TIMEOUT, BUSY, EXPRESSION_FAILED]] }",
        "{ steps: [], catch: [on: '*'] }",
        "{ steps: [fail: { code: OWN, status: 400 }], catch: [on: OWN] }",
        "{ steps: [{ action: look, catch: [{ on: GONE, if: false }] }], catch: [on: GONE] }",
        "{ steps: [action: look], finally: [action: pay], catch: [on: SLOW] }",
    ],
)
def test_a_catch_of_what_can_happen(step: str) -> None:
    assert rules_of(f"- {step}") == []


def test_an_error_that_is_raised_again_can_be_caught() -> None:
    inner = "{ steps: [fail: '${{ error }}'], catch: [{ on: GONE }, { on: SLOW }] }"

    found = rules_of(f"- {{ action: look, catch: [{{ on: GONE, steps: [{inner}] }}] }}")

    assert found == ["impossible-catch"]  # SLOW is not what is handled there


def test_an_undo_may_catch_the_error_that_it_runs_for() -> None:
    undo = "{ steps: [fail: '${{ error }}'], catch: [{ on: GONE }, { on: DECLINED }] }"

    found = rules_of(f"- {{ action: reserve, undo: {undo} }}\n- action: look")

    assert found == ["impossible-catch"]  # nothing here raises DECLINED


def test_what_an_unknown_action_raises_is_not_guessed() -> None:
    assert rules_of("- { action: lock, catch: [on: GONE], retry: {} }") == ["unknown-action"]


@pytest.mark.parametrize("again", ["${{ inputs }}", "x ${{ error }}", "${{ error.data }}"])
def test_fail_raises_again_what_error_is_and_nothing_else(again: str) -> None:
    steps = f"- {{ action: look, catch: [{{ on: GONE, steps: [fail: '{again}'] }}] }}"

    assert rules_of(steps) == ["unknown-error"]


def test_fail_with_error_where_there_is_none() -> None:
    check_step("fail: ${{ error }}", 11, "unknown-name", "there is no name 'error' here")


@pytest.mark.parametrize(
    ("retry", "column", "message"),
    [
        ("{ on: [GONE, SHUT] }", 41, "nothing in this step raises 'SHUT'"),
        ("{ on: SHUT }", 34, "nothing in this step raises 'SHUT'"),
    ],
)
def test_a_retry_of_what_nothing_raises_is_a_warning(retry: str, column: int, message: str) -> None:
    (problem,) = problems_of(f"flow: f\nsteps:\n  - {{ action: look, retry: {retry} }}")

    assert (problem.level, problem.rule, problem.line) == ("warning", "impossible-retry", 3)
    assert problem.column == column
    assert message in problem.message


def test_a_retry_of_nothing_retryable_is_a_warning() -> None:
    (problem,) = problems_of("flow: f\nsteps: [{ action: order, with: { cart_id: a }, retry: {} }]")

    assert (problem.level, problem.rule) == ("warning", "impossible-retry")
    assert "name those to try again under 'on'" in problem.message


@pytest.mark.parametrize(
    "step",
    [
        "{ action: look, retry: {} }",
        "{ action: look, retry: { on: '*' } }",
        "{ action: look, retry: { on: [GONE, BUSY] } }",
        "{ steps: [{ action: reserve }, { action: look }], retry: {} }",
    ],
)
def test_a_retry_that_can_happen(step: str) -> None:
    assert rules_of(f"- {step}") == []


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    steps = "- { action: order }\n- value: ${{ x }}\n- action: lock\n"

    assert rules_of(steps) == ["missing-input", "unknown-name", "unknown-action"]


# ---- what runs is not refused


def _scripted(case: dict[str, Any]) -> dict[str, Contract]:
    """Return contracts of a case's actions, each with every code that the case speaks of."""
    codes = set(re.findall(r"\b[A-Z][A-Z_]{3,}\b", json.dumps(case))) - {*BUILTIN_CONDITIONS}
    errors = {code: Condition(code, 409, code, code) for code in codes}
    return {
        name: Contract(
            name=name,
            title=name,
            input=script.get("input", {"type": "object"}),
            output={},
            errors=errors,
        )
        for name, script in {**case.get("actions", {}), **case.get("flows", {})}.items()
    }


def _cases() -> list[Any]:
    return [pytest.param(case, id=f"{case['rule']} {case['title']}") for case in cases_that_run()]


@pytest.mark.parametrize("case", _cases())
def test_no_case_of_the_language_is_refused(case: dict[str, Any]) -> None:
    text = json.dumps({"flow": "case", **case["flow"]})

    problems = problems_of(text, _scripted(case))

    errors = [found for found in problems if found.level == "error"]
    refused = {found.rule for found in errors if "there is no action" not in found.message}
    assert refused == {case[word] for word in ("checked",) if word in case}, errors


# ---- any flow

WORDS = st.sampled_from(
    "a b steps.a inputs.x error error.code i run.id x".split()  # noqa: SIM905  reads better
)
TEXTS = WORDS.map(lambda word: f"${{{{ {word} }}}}")
CODES = st.sampled_from(["GONE", "SHUT", "BUSY", "*", "NOPE"])


def _step(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    steps = st.lists(inner, max_size=2)
    clause = st.fixed_dictionaries(
        {"on": CODES}, optional={"steps": steps, "if": WORDS, "result": TEXTS}
    )
    guards: dict[str, Any] = {
        "catch": st.lists(clause, max_size=2),
        "retry": st.fixed_dictionaries({}, optional={"on": CODES}),
        "undo": steps,
    }
    return st.one_of(
        st.fixed_dictionaries(
            {"action": st.sampled_from([*ACTIONS, "f", "nope"])},
            optional={**guards, "with": st.dictionaries(st.sampled_from("xy"), TEXTS)},
        ),
        st.fixed_dictionaries({"steps": steps}, optional={**guards, "finally": steps}),
        st.fixed_dictionaries({"for": st.just("i"), "in": WORDS, "steps": steps}, optional=guards),
        st.fixed_dictionaries({"fail": TEXTS | st.just({"code": "OWN", "status": 400})}),
        st.fixed_dictionaries({"return": st.dictionaries(st.just("a"), TEXTS)}),
    )


STEPS = st.recursive(TEXTS.map(lambda text: {"value": text}), _step, max_leaves=8)


@settings(max_examples=100)
@given(st.lists(STEPS, max_size=4))
def test_any_flow_is_checked(steps: list[Any]) -> None:
    with contextlib.suppress(InvalidDocumentError):
        for problem in problems_of(json.dumps({"flow": "f", "steps": steps})):
            assert problem.line == 1
            assert problem.column > 1


def test_a_long_flow_with_many_mistakes_is_checked_quickly() -> None:
    steps = "".join(f"- {{ id: a{n}, value: '${{{{ steps.b{n} }}}}' }}\n" for n in range(3000))
    started = time.process_time()

    found = rules_of(steps)

    assert found == ["unknown-step"] * 3000
    assert time.process_time() - started < 10
