from __future__ import annotations

import contextlib
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.errors import InvalidDocumentError
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import (
    ActionStep,
    BlockStep,
    BreakStep,
    ContinueStep,
    Duration,
    FailStep,
    Flow,
    ForStep,
    Retry,
    ReturnStep,
    SwitchStep,
    ValueStep,
)
from cartflow.runtime.flow.parse import parse_flow

SCHEMAS = {"cart.json": {"type": "object"}}

Found = tuple[int, int, str]
"""Line, column and rule of a problem."""


def parse(text: str) -> Flow:
    return parse_flow(load(text.encode(), "a.flow.yaml"), SCHEMAS)


def parse_steps(text: str) -> Any:
    """Return the steps of a flow of which only `steps` is given, from line 2 on."""
    return parse(f"flow: f\nsteps:\n{text}").body.steps


def problems_of(text: str) -> list[tuple[int, int, str, str]]:
    with pytest.raises(InvalidDocumentError) as caught:
        parse(text)
    return [(p.line, p.column, p.rule, p.message) for p in caught.value.problems]


def check(text: str, place: tuple[int, int], rule: str, message: str = "") -> None:
    """Assert that a flow has this problem and no other."""
    ((line, column, found, said),) = problems_of(text)
    assert (line, column, found) == (*place, rule)
    assert message in said


def check_step(text: str, place: tuple[int, int], rule: str, message: str = "") -> None:
    check(f"flow: f\nsteps:\n{text}", place, rule, message)


# ---- what a flow says


WHOLE = """\
flow: buy-now
title: Buy
description: Buys.
category: Checkout
version: "3"
access: [guest, admin]
inputs:
  cart: { $ref: cart.json }
  count: integer
  note: { type: string, optional: true }
  method: { type: string, default: checkmo }
errors:
  SOLD_OUT: { status: 409, title: Sold Out }
  ODD: { status: 400 }
steps:
  - id: one
    value: ${{ inputs.count }}
outputs:
  count: ${{ steps.one }}
catch:
  - on: SOLD_OUT
    result: { count: 0 }
finally:
  - value: done
"""


def test_a_flow_with_everything() -> None:
    flow = parse(WHOLE)

    assert (flow.name, flow.title, flow.description) == ("buy-now", "Buy", "Buys.")
    assert (flow.category, flow.version, flow.access) == ("Checkout", "3", ("guest", "admin"))
    assert flow.errors == {"SOLD_OUT": (409, "Sold Out"), "ODD": (400, "ODD")}
    assert flow.optional == {"note"}
    assert flow.step_ids == {"one"}
    assert flow.digest == hashlib.sha256(WHOLE.encode()).hexdigest()
    assert flow.source == "a.flow.yaml"
    assert flow.outputs is not None
    assert flow.outputs["count"].expressions[0][1].path == ("steps", "one")
    assert (flow.body.at, flow.body.catch[0].on) == ((), ("SOLD_OUT",))
    assert isinstance(flow.body.finally_[0], ValueStep)


def test_the_inputs_become_a_closed_schema() -> None:
    assert parse(WHOLE).inputs == {
        "type": "object",
        "properties": {
            "cart": {"$ref": "#/$defs/cart.json"},
            "count": {"type": "integer"},
            "note": {"type": "string"},
            "method": {"type": "string", "default": "checkmo"},
        },
        "required": ["cart", "count"],
        "additionalProperties": False,
        "$defs": {"cart.json": {"type": "object"}},
    }


def test_a_flow_with_the_least() -> None:
    flow = parse("flow: f\nsteps: []")

    assert (flow.title, flow.version, flow.access, flow.outputs) == ("", None, None, None)
    assert flow.inputs["properties"] == {}


def test_an_action_step() -> None:
    (step,) = parse_steps(
        """\
  - id: pay
    title: Pay
    if: inputs.x
    action: createPaymentOrder
    with: { cartId: "${{ a.b }}" }
    retry: { on: [A, B], max_attempts: 5, delay: 250ms, backoff: 1.5, max_delay: PT1M, jitter: no }
""".replace("jitter: no", "jitter: false")
    )

    assert isinstance(step, ActionStep)
    assert (step.id, step.title, step.action, step.kind) == (
        "pay",
        "Pay",
        "createPaymentOrder",
        "action",
    )
    assert step.condition is not None
    assert step.condition.expressions[0][1].path == ("inputs", "x")
    assert step.input.raw == {"cartId": "${{ a.b }}"}
    assert step.at == ("steps", 0)
    at = ("steps", 0, "retry")
    delay, max_delay = Duration(0.25, at=(*at, "delay")), Duration(60.0, at=(*at, "max_delay"))
    assert step.retry == Retry(("A", "B"), 5, delay, 1.5, max_delay, jitter=False, at=at)


def test_what_retry_leaves_out() -> None:
    (step,) = parse_steps("  - { action: a, retry: {} }")

    at = ("steps", 0, "retry")
    delay, max_delay = Duration(1.0, at=(*at, "delay")), Duration(30.0, at=(*at, "max_delay"))
    assert step.retry == Retry(None, 3, delay, 2.0, max_delay, jitter=True, at=at)


def test_with_left_out_is_an_empty_object() -> None:
    (step,) = parse_steps("  - action: a")

    assert step.input.constant == {}


def test_every_kind_of_step() -> None:
    steps = parse_steps("""\
  - { steps: [], result: 1 }
  - switch: [{ if: a, steps: [] }, { if: true, steps: [], result: x }]
    else: { steps: [] }
  - for: item
    in: inputs.items
    at: index
    steps:
      - continue: true
      - break: true
    result: ${{ item }}
  - value: null
  - fail: { code: A, status: 400, title: T, message: "m ${{ a }}", data: { b: "${{ c }}" } }
  - fail: ${{ error }}
  - return: { a: 1 }
""")

    kinds = [type(step) for step in steps]
    assert kinds == [BlockStep, SwitchStep, ForStep, ValueStep, FailStep, FailStep, ReturnStep]
    assert [case.condition is None for case in steps[1].cases] == [False, False, True]
    assert (steps[2].variable, steps[2].index) == ("item", "index")
    assert [type(step) for step in steps[2].steps] == [ContinueStep, BreakStep]
    assert steps[3].value.constant is None
    assert (steps[4].code, steps[4].status, steps[4].error_title) == ("A", 400, "T")
    assert steps[5].again is not None


def test_for_takes_a_list_as_it_stands() -> None:
    (step,) = parse_steps("  - { for: i, in: [1, '${{ a }}'], steps: [] }")

    assert step.items.raw == [1, "${{ a }}"]


def test_fail_takes_status_and_title_from_the_flow() -> None:
    flow = parse("flow: f\nerrors: { A: { status: 418, title: Tea } }\nsteps: [fail: { code: A }]")

    (step,) = flow.body.steps
    assert isinstance(step, FailStep)
    assert (step.status, step.error_title) == (418, "Tea")


def test_guards_of_a_block() -> None:
    (step,) = parse_steps("""\
  - steps: []
    catch:
      - { on: A, result: 1 }
      - { on: [B, C], if: error.data.x, steps: [value: 1] }
      - on: "*"
    finally: [value: 2]
    undo: { action: a }
""")

    assert [clause.on for clause in step.catch] == [("A",), ("B", "C"), ("*",)]
    assert [len(clause.steps) for clause in step.catch] == [0, 1, 0]
    assert step.catch[1].at == ("steps", 0, "catch", 1)
    assert [inner.at for inner in step.finally_] == [("steps", 0, "finally", 0)]
    assert [inner.at for inner in step.undo] == [("steps", 0, "undo")]


def test_undo_takes_a_list_too() -> None:
    (step,) = parse_steps("  - { action: a, undo: [{ action: b }, { action: c }] }")

    assert [inner.action for inner in step.undo] == ["b", "c"]


# ---- what is wrong with it


@pytest.mark.parametrize(
    ("text", "place", "rule", "message"),
    [
        ("[]", (1, 1), "wrong-type", "an object with 'flow' and 'steps', got an array"),
        ("steps: []", (1, 1), "missing-key", "'flow'"),
        ("flow: f", (1, 1), "missing-key", "'steps'"),
        ("flow: 1x\nsteps: []", (1, 7), "bad-name", "expected a name: a letter"),
        ("flow: ${{ x }}\nsteps: []", (1, 7), "bad-name", ""),
        ("flow: 5\nsteps: []", (1, 7), "bad-name", ""),
        ("flow: f\nstepps: []\nsteps: []", (2, 1), "unknown-key", "did you mean 'steps'?"),
        ("flow: f\ntitle: 5\nsteps: []", (2, 8), "wrong-type", "expected a text, got an integer"),
        ("flow: f\ntitle:\nsteps: []", (2, 1), "wrong-type", "the key 'title' has no value"),
        ("flow: f\ntitle: a ${{ b }}\nsteps: []", (2, 8), "bad-expression", "never evaluated"),
        (
            "flow: f\nerrors: { A: { status: 400, title: '${{ a }}' } }\nsteps: []",
            (2, 36),
            "bad-expression",
            "never",
        ),
        ("flow: f\nversion: 1.0\nsteps: []", (2, 10), "wrong-type", "expected a text"),
        ("flow: f\nsteps: {}", (2, 8), "wrong-type", "expected a list, got an object"),
        ("flow: f\ntimeout: 5\nsteps: []", (2, 10), "bad-duration", "such as 250ms"),
        ("flow: f\ntriggers: 5\nsteps: []", (2, 11), "wrong-type", "expected a list"),
        ("flow: f\nsecrets: []\nsteps: []", (2, 1), "unknown-key", "'secrets'"),
        ("flow: f\naccess: gest\nsteps: []", (2, 9), "wrong-type", "expected a list"),
        ("flow: f\naccess: []\nsteps: []", (2, 9), "wrong-type", "at least one of guest"),
        ("flow: f\naccess: [gest]\nsteps: []", (2, 10), "unknown-principal", "mean 'guest'?"),
        ("flow: f\nerrors: []\nsteps: []", (2, 9), "wrong-type", "expected an object"),
        ("flow: f\nerrors: { a: { status: 400 } }\nsteps: []", (2, 14), "bad-code", "capitals"),
        ("flow: f\nerrors: { A: {} }\nsteps: []", (2, 14), "missing-key", "'status'"),
        ("flow: f\nerrors: { A: { status: 200 } }\nsteps: []", (2, 24), "bad-status", "400 to 599"),
        ("flow: f\nerrors: { A: { status: 400, x: 1 } }\nsteps: []", (2, 29), "unknown-key", "'x'"),
        ("flow: f\nerrors: { BUSY: { status: 503 } }\nsteps: []", (2, 17), "reserved-code", ""),
        ("flow: f\noutputs: []\nsteps: []", (2, 10), "wrong-type", "expected an object"),
        ("flow: f\noutputs: { a b: 1 }\nsteps: []", (2, 12), "bad-name", "letters, digits"),
        ("flow: f\noutputs: { a: '${{ }}' }\nsteps: []", (2, 15), "bad-expression", "empty"),
        ("flow: f\ninputs: { '${{ a }}': string }\nsteps: []", (2, 11), "bad-name", "letters"),
        ("flow: f\nsteps: []\nfinally: { value: 1 }", (3, 10), "wrong-type", "expected a list"),
        ("flow: f\nsteps: []\ncatch: { on: A }", (3, 8), "wrong-type", "expected a list"),
    ],
)
def test_what_is_wrong_with_a_flow(
    text: str, place: tuple[int, int], rule: str, message: str
) -> None:
    check(text, place, rule, message)


@pytest.mark.parametrize(
    ("text", "place", "rule", "message"),
    [
        ("  - 5", (3, 5), "wrong-type", "expected a step, an object, got an integer"),
        ("  - id: a", (3, 5), "no-kind", "expected one of action, for, repeat"),
        ("  - acton: a", (3, 5), "no-kind", "did you mean 'action'?"),
        ("  - { action: a, value: 1 }", (3, 18), "two-kinds", "'action' and 'value'"),
        ("  - { action: a, steps: [] }", (3, 18), "two-kinds", "'action' and 'steps'"),
        ("  - { action: a, wiht: {} }", (3, 18), "unknown-key", "did you mean 'with'?"),
        ("  - { action: 5 }", (3, 15), "wrong-type", "expected a text"),
        ("  - { action: '${{ a }}' }", (3, 15), "bad-name", "the name of an action"),
        ("  - { action: a, with: [] }", (3, 24), "wrong-type", "expected an object, got an array"),
        ("  - { action: a, with: '${{ inputs }}' }", (3, 24), "wrong-type", "got a string"),
        ("  - { action: a, with: { '${{ b }}': 1 } }", (3, 26), "bad-expression", "never"),
        ("  - { action: a, with: { b: [0, '${{ c d }}'] } }", (3, 33), "bad-expression", "'d'"),
        ("  - { id: 1a, value: 1 }", (3, 11), "bad-name", "expected an id"),
        ("  - { id: '${{ a }}', value: 1 }", (3, 11), "bad-name", "expected an id"),
        ("  - { id: a, value: 1 }\n  - { id: a, value: 1 }", (4, 11), "duplicate-id", "line 3"),
        ("  - { if: 'a b', value: 1 }", (3, 11), "bad-expression", "unexpected 'b'"),
        ("  - { if: 'x ${{ a }}', value: 1 }", (3, 11), "bad-expression", ""),
        ("  - { if: 5, value: 1 }", (3, 11), "wrong-type", "expected an expression, got"),
        ("  - { title: '${{ a }}', value: 1 }", (3, 14), "bad-expression", "titles are never"),
        ("  - { title: [], value: 1 }", (3, 14), "wrong-type", "expected a text"),
        ("  - { value: '${{ f() }}' }", (3, 14), "bad-expression", "calls are not allowed"),
        ("  - { value: 1, undo: { value: 2 } }", (3, 17), "unknown-key", "'undo'"),
        ("  - { value: 1, finally: [] }", (3, 17), "unknown-key", "'finally'"),
        ("  - { action: a, finally: [] }", (3, 18), "unknown-key", "'finally'"),
        ("  - { action: a, undo: }", (3, 18), "wrong-type", "the key 'undo' has no value"),
        ("  - { switch: [] }", (3, 15), "missing-key", "at least one case"),
        ("  - { switch: [{ steps: [] }] }", (3, 16), "missing-key", "'if'"),
        ("  - { switch: [{ if: a }] }", (3, 16), "missing-key", "'steps'"),
        ("  - { switch: [5] }", (3, 16), "wrong-type", ""),
        ("  - { value: 1, else: {} }", (3, 17), "unknown-key", "'else'"),
        ("  - { for: i, steps: [] }", (3, 5), "missing-key", "'in'"),
        ("  - { for: i, in: [] }", (3, 5), "missing-key", "'steps'"),
        ("  - { for: i, in: 5, steps: [] }", (3, 19), "wrong-type", "expected a list"),
        ("  - { for: 1, in: [], steps: [] }", (3, 12), "wrong-type", "expected a text"),
        ("  - { for: steps, in: [], steps: [] }", (3, 12), "name-taken", "the language"),
        ("  - { for: none, in: [], steps: [] }", (3, 12), "name-taken", "the language"),
        ("  - { for: i, at: i, in: [], steps: [] }", (3, 19), "name-taken", "different names"),
        (
            "  - { for: i, in: [], steps: [{ for: i, in: [], steps: [] }] }",
            (3, 38),
            "name-taken",
            "a loop around",
        ),
        ("  - { fail: OUT }", (3, 13), "wrong-type", "${{ error }}"),
        ("  - { fail: 5 }", (3, 13), "wrong-type", ""),
        ("  - { fail: { status: 400 } }", (3, 13), "missing-key", "'code'"),
        ("  - { fail: { code: A } }", (3, 21), "undeclared-error", "needs a 'status'"),
        ("  - { fail: { code: a-b, status: 400 } }", (3, 21), "bad-code", "capitals"),
        ("  - { fail: { code: TIMEOUT, status: 400 } }", (3, 21), "reserved-code", "the runtime"),
        (
            "  - { fail: { code: A, status: 400, title: 'a ${{ b }}' } }",
            (3, 44),
            "bad-expression",
            "titles are never evaluated",
        ),
        ("  - { fail: { code: A, status: 600 } }", (3, 32), "bad-status", "400 to 599"),
        ("  - { fail: { code: A, status: 400, data: 5 } }", (3, 43), "wrong-type", "an object"),
        ("  - { fail: { code: A, status: 400, data: x } }", (3, 43), "wrong-type", "an object"),
        ("  - { fail: { code: A, status: 400, data: null } }", (3, 43), "wrong-type", "got null"),
        *[
            (f"  - {{ fail: {{ code: A, status: 400 }}, {key}: [] }}", (3, 39), "unknown-key", key)
            for key in ("retry", "catch", "timeout", "undo", "finally")
        ],
        ("  - { return: 5 }", (3, 15), "wrong-type", "expected an object"),
        ("  - { return: { '${{ a }}': 5 } }", (3, 17), "bad-name", ""),
        ("  - { break: true }", (3, 7), "outside-loop", "'break' stands outside of"),
        ("  - { continue: true }", (3, 7), "outside-loop", "'continue' stands outside"),
        ("  - { for: i, in: [], steps: [break: 5] }", (3, 38), "wrong-type", "expected true"),
        ("  - { action: a, retry: 5 }", (3, 25), "wrong-type", "expected an object"),
        ("  - { action: a, retry: { max: 5 } }", (3, 27), "unknown-key", "'max'"),
        ("  - { action: a, retry: { max_attempts: 0 } }", (3, 41), "wrong-type", "at least 1"),
        ("  - { action: a, retry: { backoff: 0.5 } }", (3, 36), "wrong-type", "from 1 to 100"),
        ("  - { action: a, retry: { jitter: 1 } }", (3, 35), "wrong-type", "true or false"),
        ("  - { action: a, retry: { delay: 5 } }", (3, 34), "bad-duration", "such as 250ms"),
        ("  - { action: a, retry: { max_delay: 5x } }", (3, 38), "bad-duration", "such as 250ms"),
        ("  - { action: a, retry: { delay: '${{ a b }}' } }", (3, 34), "bad-expression", "'b'"),
        ("  - { action: a, retry: { delay: 'x${{ a }}' } }", (3, 34), "bad-expression", ""),
        ("  - { action: a, retry: { on: [] } }", (3, 31), "bad-code", "at least one"),
        ("  - { action: a, retry: { on: [A, '*'] } }", (3, 35), "bad-code", "'*' alone"),
        ("  - { action: a, catch: [on: CANCELLED] }", (3, 30), "impossible-catch", "never caught"),
        ("  - { action: a, retry: { on: [CANCELLED] } }", (3, 32), "impossible-catch", "again"),
        ("  - { action: a, catch: [on: oops] }", (3, 30), "bad-code", "OUT_OF_STOCK"),
        ("  - { action: a, catch: [result: 1] }", (3, 26), "missing-key", "'on'"),
        ("  - { action: a, catch: [{ on: A, then: 1 }] }", (3, 35), "unknown-key", "'then'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_step(
    text: str, place: tuple[int, int], rule: str, message: str
) -> None:
    check_step(text, place, rule, message)


@pytest.mark.parametrize(
    "step",
    [
        *("switch: ", "fail: ", "return: ", "action: ", "{ action: a, with: }"),
        *("{ action: a, retry: { delay: } }", "{ action: a, retry: { max_attempts: } }"),
        *("{ action: a, retry: { on: } }", "{ action: a, catch: [on: ] }", "{ if: , value: 1 }"),
        *("{ for: , in: [], steps: [] }", "{ for: i, in: , steps: [] }", "{ id: , value: 1 }"),
    ],
)
def test_a_key_without_a_value_is_told_once(step: str) -> None:
    ((_, _, rule, message),) = problems_of(f"flow: f\nsteps:\n  - {step}")

    assert rule == "wrong-type"
    assert "has no value; give it one, or leave it out" in message


@pytest.mark.parametrize("leave", ["return: {}", "break: true", "continue: true"])
@pytest.mark.parametrize(
    "around",
    [
        "{ action: a, undo: [LEAVE] }",
        "{ steps: [], finally: [LEAVE] }",
        "{ steps: [], finally: [{ for: j, in: [], steps: [LEAVE] }] }",
        "{ action: a, undo: { switch: [{ if: true, steps: [LEAVE] }] } }",
    ],
)
def test_nothing_leaves_an_undo_or_finally(around: str, leave: str) -> None:
    step = around.replace("LEAVE", f"{{ {leave} }}")

    ((_, _, rule, message),) = problems_of(
        f"flow: f\nsteps: [{{ for: i, in: [], steps: [{step}] }}]"
    )

    assert rule == "cannot-leave"
    assert "cannot stand in 'undo' or 'finally'" in message


def test_fail_may_stand_in_finally() -> None:
    assert parse_steps("  - { steps: [], finally: [fail: { code: A, status: 400 }] }")


@pytest.mark.parametrize(
    "step",
    [
        "{ steps: [LEAVE] }",
        "{ switch: [{ if: true, steps: [LEAVE] }], else: { steps: [LEAVE] } }",
        "{ action: a, catch: [{ on: A, steps: [LEAVE] }] }",
    ],
)
def test_a_turn_is_left_through_blocks_switches_and_handlers(step: str) -> None:
    inner = step.replace("LEAVE", "{ break: true }, { continue: true }, { return: {} }")

    assert parse_steps(f"  - {{ for: i, in: [], steps: [{inner}] }}")


def test_a_handler_of_the_loop_itself_is_outside_of_it() -> None:
    step = "  - { for: i, in: [], steps: [], catch: [{ on: A, steps: [break: true] }] }"

    check_step(step, (3, 59), "outside-loop")


def test_return_gives_only_outputs_that_the_flow_has() -> None:
    text = "flow: f\nsteps: [return: { ammount: 1 }]\noutputs: { amount: 2, more: 3 }"

    check(text, (2, 19), "unknown-output", "did you mean 'amount'?")


def test_ids_in_handlers_are_unique_in_the_whole_file() -> None:
    text = """\
  - { id: a, value: 1 }
  - steps: []
    catch: [{ on: A, steps: [{ id: a, value: 1 }] }]
    finally: [{ id: a, value: 1 }]
    undo: { id: a, value: 1 }
"""

    found = problems_of(f"flow: f\nsteps:\n{text}")

    assert [rule for _, _, rule, _ in found] == ["duplicate-id"] * 3


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    text = """\
flow: 1
tilte: x
inputs: { a: strng }
steps:
  - { id: a, value: "${{ }}" }
  - { id: a, fail: X }
outputs: { b: "${{ c | nope }}" }
"""

    found = [(line, rule) for line, _, rule, _ in problems_of(text)]

    assert found == [
        (1, "bad-name"),
        (2, "unknown-key"),
        (3, "unknown-type"),
        (5, "bad-expression"),
        (6, "duplicate-id"),
        (6, "wrong-type"),
        (7, "bad-expression"),
    ]


def test_problems_name_file_and_pointer() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        parse("flow: f\nsteps:\n  - { value: '${{ }}' }")

    (problem,) = caught.value.problems
    assert (problem.source, problem.pointer) == ("a.flow.yaml", "/steps/0/value")
    assert str(problem) == ("a.flow.yaml:3:14: error bad-expression the expression is empty")


def test_json_flows_have_places_too() -> None:
    text = '{\n "flow": "f",\n "steps": [{"fail": "x"}]\n}'

    with pytest.raises(InvalidDocumentError) as caught:
        parse_flow(load(text.encode(), "a.flow.json"), {})

    assert [(p.line, p.column) for p in caught.value.problems] == [(3, 21)]


WORDS = st.sampled_from(
    """
    flow steps inputs outputs errors access catch finally undo retry action with for in at switch
    else if value fail return on break continue result code status data title id type default
    optional $ref delay backoff max_attempts parallel properties A x
    """.split()  # noqa: SIM905  a list of words reads better
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "x", "A", "*", "5s", "string", "${{ x }}", "${{", "#/x", "cart.json", "#"]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)
STEP_LISTS = st.lists(st.dictionaries(WORDS, VALUES, max_size=5), max_size=4)


@given(st.dictionaries(WORDS, VALUES), STEP_LISTS)
def test_any_document_is_a_flow_or_refused(raw: dict[str, Any], steps: list[Any]) -> None:
    document = load(json.dumps({**raw, "flow": "f", "steps": steps}).encode(), "a.flow.json")

    with contextlib.suppress(InvalidDocumentError):
        parse_flow(document, SCHEMAS)
