"""Flow tests of what waits, runs at once or is late: they take no time, and never differ."""

from __future__ import annotations

import threading
import time

import pytest

from .bakery import Kitchen
from .test_playing import differing, said


def left_over() -> list[str]:
    """Return the names of the threads of tests that do not end."""
    found = [thread for thread in threading.enumerate() if thread.name == "invocation"]
    for thread in found:
        thread.join(5)
    return [thread.name for thread in found if thread.is_alive()]


TIMED = """\
flow: snack
steps:
  - id: loaf
    action: bake
    with: { kind: rye }
    timeout: 1m
    catch: [{ on: TIMEOUT, result: late }]
outputs: { loaf: "${{ steps.loaf }}" }
"""


@pytest.mark.parametrize(
    ("takes", "loaf"), [("59s", "{ batch: 7 }"), ("1m", "{ batch: 7 }"), ("61s", "late")]
)
def test_a_mock_that_takes_its_time(kitchen: Kitchen, takes: str, loaf: str) -> None:
    verdict = kitchen.verdict(
        f"mocks: {{ bake: {{ takes: {takes} }} }}\nexpect: {{ outputs: {{ loaf: {loaf} }} }}", TIMED
    )

    assert said(verdict) == []


def test_an_attempt_that_was_given_up_does_not_outlive_the_test(kitchen: Kitchen) -> None:
    kitchen.verdict("mocks: { bake: { takes: 7d } }", TIMED)

    assert left_over() == []


def test_time_starts_anew_in_each_test(kitchen: Kitchen) -> None:
    flow = """\
flow: snack
steps:
  - { wait: 36h }
  - { wait: { until: "2026-01-03T00:00:00Z" } }
  - { id: sent, emit: { type: done } }
outputs: { started: "${{ run.started_at }}", ended: "${{ steps.sent.time }}" }
"""
    test = "expect: { outputs: { started: '2026-01-01T00:00:00Z', ended: '2026-01-03T00:00:00Z' } }"
    began = time.monotonic()

    verdicts = [kitchen.verdict(test, flow) for _ in range(2)]

    assert [said(verdict) for verdict in verdicts] == [[], []]
    assert time.monotonic() - began < 10


RACE = """\
flow: snack
steps:
  - id: first
    race:
      baker:
        - { action: deliver, with: { kind: rye } }
      locksmith:
        - { action: lock }
      clock:
        - { wait: 30s }
outputs: { winner: "${{ steps.first.winner }}" }
"""


@pytest.mark.parametrize(
    ("baker", "locksmith", "winner"),
    [
        ("1s", "2s", "baker"),
        ("2s", "1s", "locksmith"),
        ("2h", "1h", "clock"),
        ("1s", "1s", "locksmith"),  # the baker is called by a flow, which hears of it first
    ],
)
def test_a_race_is_won_by_who_takes_the_least_time(
    kitchen: Kitchen, baker: str, locksmith: str, winner: str
) -> None:
    verdict = kitchen.verdict(
        f"as: admin\nmocks: {{ bake: {{ takes: {baker} }}, lock: {{ takes: {locksmith} }} }}\n"
        f"expect: {{ outputs: {{ winner: {winner} }}, called: [deliver, lock, bake] }}",
        RACE,
    )

    assert said(verdict) == []


MANY = """\
flow: snack
steps:
  - for: n
    in: [3, 1, 2]
    parallel: 3
    steps:
      - { wait: "${{ 'PT' ~ n ~ 'S' }}" }
      - { action: bake, with: { kind: "no ${{ n }}" } }
"""


def test_what_runs_at_once_is_always_called_in_the_same_order(kitchen: Kitchen) -> None:
    test = "mocks: { bake: { takes: 5s } }\nexpect: { called: [bake, bake, bake] }"

    verdicts = [kitchen.verdict(test, MANY) for _ in range(5)]

    assert {verdict.ran for verdict in verdicts} == {verdicts[0].ran}
    assert said(verdicts[0]) == []


def test_real_actions_run_beside_each_other(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("real: [bake]\nexpect: { called: [bake, bake, bake] }", MANY)

    assert said(verdict) == []


def test_a_fault_in_a_branch_ends_the_run(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("mocks: { bake: [{ takes: 1h }, {}] }", MANY)

    assert said(verdict) == ["'bake' was called 3 times, and the mock has 2 answers; add another"]


# ---- events

EVENT = """\
flow: snack
steps:
  - id: rung
    wait: { event: bell, if: event.data.loud, timeout: 10m }
    catch: [{ on: TIMEOUT, result: nobody }]
outputs: { rung: "${{ steps.rung }}" }
"""


@pytest.mark.parametrize(
    ("after", "rung"),
    [
        ("0s", "{ subject: door, data: { loud: true }, time: '2026-01-01T00:00:00Z' }"),
        ("9m", "{ subject: door, data: { loud: true }, time: '2026-01-01T00:09:00Z' }"),
        ("11m", "nobody"),
    ],
)
def test_events_come_from_outside_when_the_test_says(
    kitchen: Kitchen, after: str, rung: str
) -> None:
    verdict = kitchen.verdict(
        f"""
events:
  - {{ type: bell, data: {{ loud: false }} }}
  - {{ type: bell, subject: door, data: {{ loud: true }}, after: {after} }}
expect: {{ outputs: {{ rung: {rung} }} }}
""",
        EVENT,
    )

    assert said(verdict) == []


def test_events_of_one_branch_reach_the_other(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "expect: { steps: { heard: { data: 7 } } }",
        "flow: snack\nsteps:\n  - parallel:\n"
        "      a:\n        - { id: heard, wait: { event: e } }\n"
        "      b:\n        - { wait: 5s }\n        - { emit: { type: e, data: 7 } }\n",
    )

    assert said(verdict) == []


def test_a_flow_that_waits_for_what_never_comes_is_a_fault_of_the_test(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict("", "flow: snack\nsteps: [{ wait: { event: e } }]\n")

    assert said(verdict) == ["the flow waits for something that never happens; add it to 'events'"]


def test_what_lost_a_race_does_not_outlive_the_test(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "as: admin\nmocks: { lock: {}, bake: { takes: 1h } }\n"
        "expect: { outputs: { winner: locksmith } }",
        RACE,
    )

    assert said(verdict) == []
    assert left_over() == []


# ---- coverage


def test_branches_that_never_began_are_gaps(kitchen: Kitchen) -> None:
    flow = """\
flow: snack
inputs: { fails: boolean }
steps:
  - if: inputs.fails
    fail: { code: EARLY, status: 409 }
  - title: both
    parallel:
      left: [{ value: 1 }]
      right: [{ value: 2 }]
"""
    suite = kitchen.suite(
        "flow: snack\ntests:\n  - title: it fails\n    inputs: { fails: true }\n"
        "    expect: { error: EARLY }\n",
        flow,
    )

    assert said(kitchen.bench.run(suite, suite.tests[0])) == []

    assert [f"{gap.line}: {gap.what}" for gap in suite.coverage.gaps()] == [
        "4: fail was never skipped: its 'if' always held",
        "6: parallel 'both' never ran",
    ]


def test_undone_branches_are_named_in_order(kitchen: Kitchen) -> None:
    verdict = kitchen.verdict(
        "mocks: { bake: {}, discard: { output: { done: true } } }\n"
        "expect: { error: LATE, undone: [b, a] }",
        """\
flow: snack
steps:
  - parallel:
      one:
        - { id: a, action: bake, with: { kind: a }, undo: { action: discard, with: { batch: 1 } } }
      two:
        - { wait: 1s }
        - { id: b, action: bake, with: { kind: b }, undo: { action: discard, with: { batch: 2 } } }
  - { fail: { code: LATE, status: 409 } }
""",
    )

    assert differing(verdict) == []
    assert said(verdict) == []
