"""What the checker warns of: ways that are never taken, names for nothing, effects that stay."""

from __future__ import annotations

import pytest

from cartflow.runtime.contract import Contract
from cartflow.runtime.errors import Problem
from cartflow.runtime.flow.checker import check
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import contract_of
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

from .hotel import HOTEL
from .shop import problems_of

FIND = "{ action: findGuest, with: { guest_id: g1 } }"
BOOK = "{ action: bookRoom, with: { guest_id: g1 } }"
MAIL = "{ action: sendMail, with: { to: a } }"
UNDO = "{ action: cancelRoom, with: { room: r1 } }"


def found(rule: str, steps: str, more: str = "") -> list[Problem]:
    text = f"flow: f\ninputs: {{ x: {{ default: 1 }} }}\n{more}\nsteps:\n{steps}\n"
    return [problem for problem in problems_of(text, HOTEL) if problem.rule == rule]


def lines(rule: str, steps: str, more: str = "") -> list[int]:
    """Return the lines, counted from that of the first step, where a rule is broken."""
    return [problem.line - 4 for problem in found(rule, steps, more)]


# ---- what is never reached


@pytest.mark.parametrize(
    "step",
    [
        "return: {}",
        "fail: { code: A, status: 400 }",
        "{ return: {}, if: true }",
        "{ return: {}, if: '1 == 1' }",
        "{ steps: [value: 1, return: {}] }",
        "{ steps: [value: 1], finally: [fail: { code: A, status: 400 }] }",
        f"{{ steps: [{FIND}, return: {{}}], catch: [{{ on: '*', steps: [return: {{}}] }}] }}",
        "{ switch: [{ if: inputs.x, steps: [return: {}] }], else: { steps: [return: {}] } }",
        "{ repeat: { until: false }, steps: [return: {}] }",
        "{ parallel: { one: [value: 1], two: [fail: { code: A, status: 400 }] } }",
        "{ race: { one: [fail: { code: A, status: 400 }] } }",
    ],
)
def test_nothing_gets_past(step: str) -> None:
    assert lines("unreachable-step", f"- {step}\n- value: 1\n- value: 2") == [2]


@pytest.mark.parametrize(
    "step",
    [
        "{ return: {}, if: inputs.x }",
        "{ return: {}, if: '1 / 0' }",
        "{ steps: [{ return: {}, if: inputs.x }] }",
        f"{{ steps: [{FIND}, return: {{}}], catch: [on: '*'] }}",
        "{ switch: [{ if: inputs.x, steps: [return: {}] }] }",
        "{ switch: [{ if: inputs.x, steps: [] }], else: { steps: [return: {}] } }",
        "{ for: i, in: [1], steps: [return: {}] }",
        "{ repeat: { until: true }, steps: [break: true] }",
        "{ repeat: { until: true }, steps: [continue: true] }",
        "{ race: { one: [value: 1], two: [fail: { code: A, status: 400 }] } }",
        "{ parallel: { one: [value: 1] } }",
    ],
)
def test_something_gets_past(step: str) -> None:
    assert lines("unreachable-step", f"- {step}\n- value: 1") == []


@pytest.mark.parametrize(
    ("step", "column"),
    [
        ("{ value: 1, if: false }", 19),
        ("{ value: 1, if: '2 < 1' }", 19),
        ("{ switch: [{ if: false, steps: [] }] }", 20),
        ("{ switch: [{ if: true, steps: [] }, { if: inputs.x, steps: [] }] }", 39),
        ("{ switch: [{ if: true, steps: [] }], else: { steps: [] } }", 46),
        (f"{{ steps: [{FIND}], catch: [{{ on: '*' }}, {{ on: BUSY }}] }}", 88),
        (f"{{ steps: [{FIND}], catch: [{{ on: [BUSY, TIMEOUT] }}, {{ on: TIMEOUT }}] }}", 100),
        ("{ for: i, in: [1], steps: [{ break: true }, { value: 1 }] }", 47),
    ],
)
def test_what_never_runs_is_told_where_it_stands(step: str, column: int) -> None:
    (problem,) = found("unreachable-step", f"- {step}")

    assert (problem.level, problem.column) == ("warning", column)


def test_a_clause_that_may_decline_leaves_the_error_to_the_next() -> None:
    steps = f"- {{ steps: [{FIND}], catch: [{{ on: '*', if: error.data }}, {{ on: '*' }}] }}"

    assert lines("unreachable-step", steps) == []


# ---- names for nothing


def test_names_that_nobody_uses() -> None:
    text = (
        "flow: f\ninputs: { a: string, b: string }\nsteps:\n  - { id: c, value: '${{ inputs.a }}' }"
    )

    told = [(it.rule, it.line, it.column, it.level) for it in problems_of(text)]

    assert told == [("unused-input", 2, 22, "warning"), ("unused-id", 4, 11, "warning")]


@pytest.mark.parametrize("use", ["steps", "steps['a' ~ 'b']", "[steps.a, inputs.x]"])
def test_names_that_may_be_used(use: str) -> None:
    steps = f"- {{ id: a, value: '${{{{ inputs }}}}' }}\n- value: ${{{{ {use} }}}}"

    assert found("unused-id", steps) + found("unused-input", steps) == []


# ---- effects that stay


@pytest.mark.parametrize(
    "steps",
    [
        f"- {BOOK}\n- {MAIL}",
        f"- steps: [{BOOK}]\n- {MAIL}",
        f"- {BOOK}\n- {{ steps: [{MAIL}], catch: [on: MAIL_DOWN] }}",
        f"- {BOOK}\n- {{ fail: {{ code: A, status: 400 }}, if: inputs.x }}",
        f"- {BOOK}\n- wait: {{ event: e, timeout: 1s }}",
        f"- {{ for: i, in: [1, 2], steps: [{BOOK}] }}",
        f"- {{ parallel: {{ one: [{BOOK}], two: [{MAIL}] }} }}",
        f"- {{ switch: [{{ if: inputs.x, steps: [{BOOK}] }}] }}\n- {MAIL}",
        f"- {{ steps: [{MAIL}], catch: [{{ on: MAIL_DOWN, steps: [{BOOK}] }}] }}\n- {MAIL}",
    ],
)
def test_an_effect_that_nobody_takes_back(steps: str) -> None:
    (problem,) = found("missing-undo", steps)

    assert problem.level == "warning"
    assert "'undo: { action: cancelRoom, … }'" in problem.message


@pytest.mark.parametrize(
    "steps",
    [
        f"- {MAIL}\n- {BOOK}",
        f"- {BOOK}\n- value: 1\n- wait: 1s",
        f"- {BOOK}\n- {{ action: sendMail, with: {{ to: a }}, catch: [on: '*'] }}",
        f"- {{ action: bookRoom, with: {{ guest_id: g1 }}, undo: {UNDO} }}\n- {MAIL}",
        f"- {{ steps: [{BOOK}, {FIND}], undo: {UNDO} }}\n- {MAIL}",
        f"- {UNDO}\n- {MAIL}",
    ],
)
def test_an_effect_that_nothing_follows_or_that_is_taken_back(steps: str) -> None:
    assert found("missing-undo", steps) == []


# ---- turns at once


@pytest.mark.parametrize(
    ("given", "is_shared"),
    [
        ("g1", True),
        ("${{ inputs.x }}", True),
        ("${{ i }}", False),
        ("${{ n }}", False),
        ("guest ${{ inputs.x }} ${{ i.id }}", False),
        ("${{ steps.inner }}", False),
        ("${{ steps.outer }}", True),
        ("${{ steps }}", False),
        ("${{ j }}", False),
    ],
)
def test_turns_at_once_that_change_the_same_thing(given: str, is_shared: bool) -> None:
    call = f"{{ action: extendStay, with: {{ guest_id: '{given}' }} }}"
    inner = f"{{ id: inner, value: 1 }}, {{ for: j, in: [g2], steps: [{call}] }}"
    steps = (
        "- { id: outer, value: 1 }\n"
        f"- {{ for: i, at: n, in: [1], parallel: 2, steps: [{inner}] }}"
    )

    assert bool(found("shared-lane", steps)) is is_shared


@pytest.mark.parametrize("parallel", ["", "parallel: 1,"])
def test_turns_one_after_the_other_may_change_the_same_thing(parallel: str) -> None:
    call = "{ action: extendStay, with: { guest_id: g1 } }"

    assert found("shared-lane", f"- {{ for: i, in: [1], {parallel} steps: [{call}] }}") == []


# ---- flows that call themselves


def flows(*texts: str) -> dict[str, Flow]:
    read = (parse_flow(load(text.encode(), "x.yaml"), {}) for text in texts)
    return {flow.name: flow for flow in read}


def endless(steps: str, *others: str) -> list[str]:
    document = load(f"flow: f\nsteps: [{steps}]".encode(), "f.yaml")
    flow, known = parse_flow(document, {}), flows(*others)
    nothing: dict[str, Contract] = {}
    contracts = {name: contract_of(it, nothing.get) for name, it in {**known, "f": flow}.items()}
    problems = check(flow, document, contracts, known)
    return [problem.message for problem in problems if problem.rule == "endless-call"]


CALL = "{ action: f }"


@pytest.mark.parametrize(
    "steps",
    [
        CALL,
        f"value: 1, {CALL}",
        f"{{ steps: [{CALL}] }}",
        f"{{ parallel: {{ one: [{CALL}] }} }}",
        f"{{ repeat: {{ until: true }}, steps: [{CALL}] }}",
        f"{{ steps: [], finally: [{CALL}] }}",
        "{ action: f, if: true }",
    ],
)
def test_a_flow_that_calls_itself_each_time(steps: str) -> None:
    (message,) = endless(steps)

    assert message == (
        "the flow 'f' calls itself here each time it runs, which ends in LIMIT_EXCEEDED;"
        " put the call under an 'if'"
    )


@pytest.mark.parametrize(
    "steps",
    [
        "{ action: f, if: run.id }",
        f"{{ return: {{}}, if: run.id }}, {CALL}",
        f"{{ steps: [{{ fail: {{ code: A, status: 400 }}, if: run.id }}] }}, {CALL}",
        f"{{ switch: [{{ if: run.id, steps: [{CALL}] }}] }}",
        f"{{ for: i, in: [1], steps: [{CALL}] }}",
        f"{{ steps: [], catch: [{{ on: '*', steps: [{CALL}] }}] }}",
        f"{{ steps: [], undo: {CALL} }}",
    ],
)
def test_a_flow_that_calls_itself_on_a_condition(steps: str) -> None:
    assert endless(steps) == []


def test_a_flow_that_calls_itself_by_way_of_others() -> None:
    (message,) = endless(
        "{ action: g }", "{flow: g, steps: [action: h]}", "{flow: h, steps: [action: f]}"
    )

    assert "each time it runs, by way of 'g', 'h', which" in message


def test_another_flow_that_calls_itself_is_not_this_ones_mistake() -> None:
    assert endless("{ action: g }", "{flow: g, steps: [action: g]}") == []


def test_others_that_call_back_on_a_condition() -> None:
    assert endless("{ action: g }", "{flow: g, steps: [{action: f, if: run.id}]}") == []


# ---- literals beside expressions


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ("{ guest_id: '${{ run.id }}', nights: 0 }", ["with/nights"]),
        ("{ guest_id: '', nights: '${{ inputs.x }}' }", ["with/guest_id"]),
        ("{ guest_id: '$${{ x }}' }", []),
        ("{ guest_id: '${{ run.id }}', note: null }", []),
        ("{ guest_id: g1, nights: null }", []),
    ],
)
def test_what_stands_beside_an_expression_is_held_against_the_schema(
    given: str, places: list[str]
) -> None:
    problems = found("bad-literal", f"- {{ action: bookRoom, with: {given} }}")

    assert [problem.pointer for problem in problems] == [f"/steps/0/{place}" for place in places]


def test_a_deprecated_action_says_what_to_use() -> None:
    (problem,) = found("deprecated-action", "- action: bookBed")

    assert problem.message == "'bookBed' is deprecated: use bookRoom"
    assert (problem.level, problem.column) == ("warning", 11)
