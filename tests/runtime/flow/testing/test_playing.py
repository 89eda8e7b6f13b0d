"""Flow tests, run: what mocks answer, what is expected, what is undone, what takes time."""

from __future__ import annotations

import time

import pytest

from cartflow.runtime.flow.testing.verdicts import Verdict
from cartflow.runtime.workbench import Workbench

from .bakery import Kitchen

BAKE = """\
flow: snack
inputs: { kind: { type: string, default: rye } }
steps:
  - id: loaf
    action: bake
    with: { kind: "${{ inputs.kind }}" }
    undo: { action: discard, with: { batch: "${{ steps.loaf.batch }}" } }
  - id: locked
    action: lock
outputs: { batch: "${{ steps.loaf.batch }}", bread: "${{ steps.loaf.bread }}" }
"""
RETRY = """\
flow: snack
steps:
  - id: loaf
    action: bake
    with: { kind: rye }
    retry: { on: OVEN_COLD, max_attempts: 3, delay: 1h, max_delay: 7d, jitter: false }
    catch: [{ on: NO_FLOUR, result: none }]
outputs: { loaf: "${{ steps.loaf }}" }
"""


def said(verdict: Verdict) -> list[str]:
    """Return what does not hold, without the places in the file."""
    return [mismatch.message for mismatch in verdict.mismatches]


def differing(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return path, expectation and what was got of each difference."""
    return [
        ("/".join(map(str, found.path)), found.expected, found.got)
        for mismatch in verdict.mismatches
        for found in mismatch.differences
    ]


# ---- mocks


def test_an_empty_answer_is_the_first_example_output(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        """
as: customer
mocks: { bake: {}, lock: {} }
expect:
  outputs: { batch: 7, bread: { kind: rye, crumbs: [1, 2] } }
  steps: { locked: { by: anna } }
""",
        BAKE,
    )

    assert said(verdict) == []


def test_an_answer_is_merged_over_the_example_and_replaces_lists(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        """
as: customer
mocks: { bake: { output: { bread: { crumbs: [3] } } }, lock: {} }
expect: { outputs: { batch: 7, bread: { kind: rye, crumbs: [3] } } }
""",
        BAKE,
    )

    assert said(verdict) == []


def test_a_list_answers_call_after_call_without_waiting(kitchen: Kitchen) -> None:
    began = time.monotonic()

    verdict = kitchen.verdict(
        """
mocks: { bake: [{ error: OVEN_COLD }, { error: OVEN_COLD }, { output: { batch: 3 } }] }
expect: { outputs: { loaf: { batch: 3 } }, called: [bake, bake, bake] }
""",
        RETRY,
    )

    assert said(verdict) == []
    assert time.monotonic() - began < 5  # the flow would have waited three hours


def test_a_list_that_is_too_short_is_a_fault_of_the_test(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("mocks: { bake: [{ error: OVEN_COLD }] }", RETRY)

    assert said(verdict) == ["'bake' was called 2 times, and the mock has 1 answer; add another"]


def test_an_error_has_status_title_and_message_of_the_contract(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        """
mocks: { bake: { error: { code: OVEN_COLD, data: { degrees: 12 } } } }
expect:
  error:
    code: OVEN_COLD
    status: 503
    title: Oven Cold
    message: the oven has 12 degrees
    data: { degrees: 12 }
    step: steps/0
    action: bake
""",
        RETRY,
    )

    assert said(verdict) == []


@pytest.mark.parametrize("code", ["INVALID_INPUT", "NOT_AUTHORIZED", "BUSY", "TIMEOUT", "INTERNAL"])
def test_a_mock_answers_with_errors_of_the_runtime(kitchen: Kitchen, code: str) -> None:
    verdict = kitchen.verdict(
        f"mocks: {{ bake: {{ error: {code} }} }}\nexpect: {{ error: {code} }}", RETRY
    )

    assert said(verdict) == []


def test_a_mock_refuses_the_input_that_the_action_would_refuse(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        'inputs: { kind: "" }\nas: customer\nmocks: { bake: {}, lock: {} }\n'
        "expect: { error: INVALID_INPUT }",
        BAKE,
    )

    assert said(verdict) == []


def test_a_mock_refuses_callers_that_the_action_would_refuse(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "mocks: { bake: {}, lock: {}, discard: { output: { done: true } } }\n"
        "expect: { error: { code: NOT_AUTHENTICATED, step: steps/1 }, undone: [loaf] }",
        BAKE,
    )

    assert said(verdict) == []


def test_an_action_without_a_mock_is_a_fault_of_the_test(kitchen: Kitchen) -> None:
    flow = BAKE.replace("  - id: locked", "    catch: [{ on: '*' }]\n  - id: locked")

    verdict = kitchen.verdict("expect: { error: INTERNAL }", flow)

    assert said(verdict) == [
        "'bake' was called, and the test does not say what it answers;"
        " add it to 'mocks', or to 'real' to have it work on a throw-away store"
    ]
    assert (verdict.mismatches[0].line, verdict.mismatches[0].column) == (3, 5)


# ---- called flows


def test_a_called_flow_runs_and_its_actions_answer_as_told(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "mocks: { bake: { output: { batch: 5 } } }\n"
        "expect: { outputs: { batch: 5 }, called: [deliver, bake] }",
        "flow: snack\nsteps: [{ id: out, action: deliver, with: { kind: rye } }]\n"
        "outputs: { batch: '${{ steps.out.batch }}' }\n",
    )

    assert said(verdict) == []


def test_a_called_flow_can_be_mocked(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "mocks: { deliver: { output: { batch: 5 } } }\n"
        "expect: { outputs: { batch: 5 }, called: [deliver] }",
        "flow: snack\nsteps: [{ id: out, action: deliver, with: { kind: rye } }]\n"
        "outputs: { batch: '${{ steps.out.batch }}' }\n",
    )

    assert said(verdict) == []


def test_a_registered_flow_needs_no_file_beside_the_test(kitchen: Kitchen) -> None:
    suite = kitchen.suite(
        "flow: deliver\ntests:\n  - title: it works\n    inputs: { kind: rye }\n"
        "    mocks: { bake: {} }\n    expect: { outputs: { batch: 7 } }\n"
    )

    assert said(kitchen.bench.run(suite, suite.tests[0])) == []


# ---- the throw-away store


def test_real_actions_work_on_an_empty_store_each_time(kitchen: Kitchen) -> None:
    test = """
as: customer
real: [bake]
mocks: { lock: {} }
expect: { outputs: { batch: 1, bread: { on: "2026-01-01T00:00:00+00:00" } } }
"""

    first, second = kitchen.verdict(test, BAKE), kitchen.verdict(test, BAKE)

    assert said(first) == said(second) == []


def test_given_fills_the_store_and_can_be_named(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        """
given:
  - { id: early, action: bake, with: { kind: spelt } }
  - { action: bake, as: guest, with: { kind: "${{ given.early.bread.kind }}" } }
inputs: { kind: "old ${{ given.early.bread.kind }}" }
as: { kind: customer, id: "${{ given.early.bread.kind }}" }
real: [bake, lock]
expect:
  outputs: { batch: 3, bread: { kind: "old ${{ given.early.bread.kind }}" } }
  steps: { locked: { by: spelt } }
  called: [bake, lock]
""",
        BAKE,
    )

    assert said(verdict) == []


def test_given_that_fails_is_a_fault_of_the_test(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "given: [{ action: bake, with: { kind: dust } }]\nmocks: { bake: {}, lock: {} }", BAKE
    )

    assert said(verdict) == [
        "'given' cannot be prepared: 'bake' failed with NO_FLOUR 409: there is no flour"
    ]


def test_the_configured_database_is_left_alone(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{kitchen.folder}/precious.db"
    monkeypatch.setenv("CARTFLOW_DATABASE_URL", url)
    with Workbench() as bench:
        file = kitchen.folder / "t.flowtest.yaml"
        file.write_text(
            "flow: buy-now\ntests:\n  - title: it works\n    inputs: { items: [] }\n"
            "    real: [addProductsToNewCart]\n    expect: { error: CART_ITEMS_REQUIRED }\n"
        )
        suite = bench.load(file)
        verdict = bench.run(suite, suite.tests[0])

    assert said(verdict) == []
    assert not (kitchen.folder / "precious.db").exists()


def test_given_may_be_a_flow(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        """
given: [{ id: out, action: deliver, with: { kind: spelt } }]
as: admin
real: [bake]
mocks: { lock: {} }
expect: { outputs: { batch: 2 }, called: [bake, lock] }
""",
        BAKE,
    )

    assert said(verdict) == []


# ---- secrets


SECRET = """\
flow: snack
steps: [{ id: loaf, action: bake, with: { kind: "${{ secrets.recipe }}" } }]
outputs: { bread: "${{ steps.loaf.bread }}" }
"""


def test_a_secret_is_what_the_test_says(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTFLOW_SECRET_RECIPE", "precious")

    verdict = kitchen.verdict(
        "secrets: { recipe: rye }\nreal: [bake]\nexpect: { outputs: { bread: { kind: rye } } }",
        SECRET,
    )

    assert said(verdict) == []


def test_secrets_of_the_machine_are_out_of_reach(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTFLOW_SECRET_RECIPE", "precious")

    verdict = kitchen.verdict("mocks: { bake: {} }\nexpect: { error: EXPRESSION_FAILED }", SECRET)

    assert said(verdict) == []


# ---- expectations


def test_an_output_that_differs_is_told_by_member(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "as: customer\nmocks: { bake: {}, lock: {} }\n"
        "expect: { outputs: { batch: 8, bread: { crumbs: [1], size: 3 } } }",
        BAKE,
    )

    assert said(verdict) == ["outputs: not as expected"]
    assert differing(verdict) == [
        ("batch", "8", "7"),
        ("bread/crumbs", "[1]", "[1, 2]"),
        ("bread/size", "3", "nothing; the members are 'kind', 'crumbs'"),
    ]
    assert (verdict.mismatches[0].line, verdict.mismatches[0].column) == (6, 26)


def test_true_is_not_one(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "expect: { steps: { v: [true, 1.0, null] } }",
        "flow: snack\nsteps: [{ id: v, value: [1, 1, null] }]\n",
    )

    assert differing(verdict) == [("0", "true", "1")]


def test_a_run_that_fails_unexpectedly_says_where(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("as: admin\nmocks: { bake: { error: NO_FLOUR }, lock: {} }", BAKE)

    assert said(verdict) == [
        "the flow failed, it should succeed:"
        " NO_FLOUR 409: there is no flour (step steps/0, action 'bake')"
    ]


def test_a_run_that_should_fail_says_what_it_gave(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "as: admin\nmocks: { bake: {}, lock: {} }\nexpect: { error: NO_FLOUR }", BAKE
    )

    assert said(verdict) == ["the flow succeeded, it should fail with NO_FLOUR"]


def test_another_error_is_told_by_member(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "as: admin\nmocks: { bake: { error: OVEN_COLD }, lock: {} }\n"
        "expect: { error: { code: NO_FLOUR, status: 503 } }",
        BAKE,
    )

    assert differing(verdict) == [("code", '"NO_FLOUR"', '"OVEN_COLD"')]


def test_calls_are_compared_in_order(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "as: admin\nmocks: { bake: {}, lock: {} }\nexpect: { called: [lock, bake] }", BAKE
    )

    assert differing(verdict) == [("", "lock, bake", "bake, lock")]


LOOP = """\
flow: snack
steps:
  - { for: n, in: [1, 2, 3, 4, 5, 6], steps: [{ action: bake, with: { kind: rye } }] }
"""


def test_many_calls_are_compared_line_by_line(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "mocks: { bake: {} }\nexpect: { called: [bake, bake, bake, bake, bake] }", LOOP
    )

    assert list(verdict.lines())[1:8] == [
        "      - expected, + got:",
        *["          bake"] * 5,
        "        + bake",
    ]


def test_of_many_steps_the_last_are_told(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "expect: { undone: [b] }",
        "flow: snack\nsteps:\n  - { for: n, in: '${{ inputs.all }}', steps: [{ value: 1 }] }\n"
        "  - { id: b, steps: [], undo: { value: 1 } }\n"
        f"inputs: {{ all: {{ type: array, default: {[1] * 100} }} }}\n",
    )

    assert list(verdict.lines())[3:6] == [
        "  what the flow did:",
        "    … 52 lines before",
        "    succeeded: steps/0/steps/0",
    ]


STEPS = """\
flow: snack
steps:
  - id: caught
    action: bake
    with: { kind: rye }
    catch:
      - { on: NO_FLOUR, result: bought }
      - { on: OVEN_COLD, steps: [{ return: {} }] }
  - { id: skipped, if: "false", value: 1 }
  - for: n
    in: [1, 2, 3]
    steps: [{ id: turn, value: "${{ n }}" }]
  - { if: "false", steps: [{ id: inner, value: 1 }] }
"""


@pytest.mark.parametrize(
    ("step", "result"),
    [("caught", "bought"), ("skipped", "null"), ("turn", "3")],
    ids=["of its catch", "skipped", "of the last turn"],
)
def test_the_result_of_a_step(kitchen: Kitchen, step: str, result: str) -> None:
    verdict = kitchen.verdict(
        f"mocks: {{ bake: {{ error: NO_FLOUR }} }}\nexpect: {{ steps: {{ {step}: {result} }} }}",
        STEPS,
    )

    assert said(verdict) == []


@pytest.mark.parametrize(
    ("error", "step", "why"),
    [
        ("NO_FLOUR", "inner", "did not run"),
        ("OVEN_COLD", "caught", "failed with OVEN_COLD"),
        ("OVEN_COLD", "turn", "did not run"),
    ],
)
def test_a_step_without_a_result_says_why(
    kitchen: Kitchen, error: str, step: str, why: str
) -> None:
    verdict = kitchen.verdict(
        f"mocks: {{ bake: {{ error: {error} }} }}\nexpect: {{ steps: {{ {step}: 1 }} }}", STEPS
    )

    assert differing(verdict) == [("", "1", f"nothing: it {why}")]


UNDO = """\
flow: snack
inputs: { fails: boolean }
steps:
  - for: n
    in: [1, 2]
    steps:
      - id: loaf
        action: bake
        with: { kind: rye }
        undo:
          - { action: discard, with: { batch: 1 } }
          - { action: discard, with: { batch: 2 } }
  - steps: [{ value: 1 }]
    undo: { if: "false", action: discard, with: { batch: 3 } }
  - steps: [{ value: 1 }]
    undo: { action: discard, with: { batch: 4 } }
  - { if: inputs.fails, fail: { code: LATE, status: 409 } }
"""


def test_what_was_undone_is_named_once_for_each_time(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "inputs: { fails: true }\nmocks: { bake: {}, discard: { output: { done: true } } }\n"
        "expect: { error: LATE, undone: [loaf] }",
        UNDO,
    )

    assert differing(verdict) == [("", "loaf", "steps/2, loaf, loaf")]


def test_nothing_is_undone_when_all_goes_well(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "inputs: { fails: false }\nmocks: { bake: {} }\nexpect: { undone: [] }", UNDO
    )

    assert said(verdict) == []


def test_a_failure_tells_what_the_flow_did(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("mocks: { bake: { error: OVEN_COLD } }", RETRY)

    assert list(verdict.lines())[-3:] == ["    failed with OVEN_COLD: loaf"] * 3


def test_a_failure_tells_what_the_log_says(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("inputs: { kind: stone }\nreal: [bake]\nas: admin", BAKE)

    lines = list(verdict.lines())
    assert "  what the log says:" in lines
    assert lines[-1] == "    RuntimeError: a tooth broke"


def test_a_test_that_passes_has_nothing_to_tell(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "inputs: { kind: stone }\nreal: [bake]\nas: admin\nexpect: { error: INTERNAL }", BAKE
    )

    assert list(verdict.lines()) == []


# ---- coverage

MANY = """\
flow: snack
inputs: { n: integer }
catch: [{ on: HIGH, result: {} }]
steps:
  - title: choose
    switch:
      - { if: inputs.n == 1, steps: [{ value: one }, { value: uno }] }
      - { if: inputs.n == 2, steps: [] , result: two }
  - { title: maybe, if: inputs.n > 2, value: 1 }
  - { title: always, if: inputs.n < 9, value: 1 }
  - { if: inputs.n == 4, fail: { code: HIGH, status: 409 } }
"""


def gaps(kitchen: Kitchen, *numbers: int) -> list[str]:
    tests = "".join(f"  - {{ title: t{n}, inputs: {{ n: {n} }} }}\n" for n in numbers)
    suite = kitchen.suite(f"flow: snack\ntests:\n{tests}", MANY)
    for test in suite.tests:
        assert said(kitchen.bench.run(suite, test)) == []
    return [f"{gap.line}:{gap.column}: {gap.what}" for gap in suite.coverage.gaps()]


def test_what_no_test_reached_is_listed_without_what_is_inside(kitchen: Kitchen) -> None:
    assert gaps(kitchen, 2) == [
        "3:9: catch HIGH of the flow was never taken",
        "7:9: case 1 of switch 'choose' was never taken",
        "8:9: one of the cases of switch 'choose' always held",
        "9:5: value 'maybe' never ran",
        "10:5: value 'always' was never skipped: its 'if' always held",
        "11:5: fail never ran",
    ]


def test_all_that_was_reached_is_full_coverage(kitchen: Kitchen) -> None:
    assert gaps(kitchen, 1, 2, 3, 4, 9) == []
