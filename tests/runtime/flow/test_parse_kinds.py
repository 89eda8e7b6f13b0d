"""Reading the kinds of steps that wait, repeat and branch, and what starts a flow."""

from __future__ import annotations

import pytest

from cartflow.runtime.errors import InvalidDocumentError
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import (
    Duration,
    EmitStep,
    Flow,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
    WaitStep,
)
from cartflow.runtime.flow.parse import parse_flow


def parse(text: str) -> Flow:
    return parse_flow(load(text.encode(), "a.flow.yaml"), {})


def step(text: str) -> Step:
    (found,) = parse(f"flow: f\nsteps:\n  - {text}").body.steps
    return found


def duration(found: Duration | None) -> float | None:
    assert found is not None
    return found.seconds


def test_a_repeat() -> None:
    found = step("{ repeat: { until: steps.a, every: 2s, max: 5 }, steps: [], result: 1 }")

    assert isinstance(found, RepeatStep)
    assert (duration(found.every), found.max_turns) == (2.0, 5)
    assert found.until.expressions[0][1].path == ("steps", "a")
    assert found.result is not None


def test_a_repeat_with_the_least() -> None:
    found = step("{ repeat: { until: true }, steps: [] }")

    assert isinstance(found, RepeatStep)
    assert (found.every, found.max_turns, found.result) == (None, 100, None)


def test_a_parallel() -> None:
    found = step("{ parallel: { a: [value: 1], b: [] }, result: 2 }")

    assert isinstance(found, ParallelStep)
    assert [(branch.name, len(branch.steps)) for branch in found.branches] == [("a", 1), ("b", 0)]
    assert found.branches[0].at == ("steps", 0, "parallel", "a")
    assert found.branches[0].steps[0].at == ("steps", 0, "parallel", "a", 0)


def test_a_race() -> None:
    found = step("{ race: { a: [], b: [] } }")

    assert isinstance(found, RaceStep)
    assert [branch.name for branch in found.branches] == ["a", "b"]


def test_a_for_in_parallel() -> None:
    found = step("{ for: i, in: [], parallel: 64, steps: [] }")

    assert isinstance(found, ForStep)
    assert found.parallel == 64


def test_a_wait_for_a_length_of_time() -> None:
    found = step("wait: 5m")

    assert isinstance(found, WaitStep)
    assert (duration(found.duration), found.until, found.event) == (300.0, None, None)


def test_a_wait_for_a_length_of_time_that_an_expression_gives() -> None:
    found = step("wait: ${{ inputs.pause }}")

    assert isinstance(found, WaitStep)
    assert found.duration is not None
    assert found.duration.seconds is None
    assert found.duration.value is not None
    assert found.duration.value.expressions[0][1].path == ("inputs", "pause")


@pytest.mark.parametrize("time", ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5+01:00"])
def test_a_wait_until_a_time(time: str) -> None:
    found = step(f"wait: {{ until: '{time}' }}")

    assert isinstance(found, WaitStep)
    assert found.until is not None
    assert found.until.constant == time


def test_a_wait_for_an_event() -> None:
    found = step("wait: { event: paid, if: event.data.ok, timeout: 1h }")

    assert isinstance(found, WaitStep)
    assert found.event is not None
    assert (found.event.type, duration(found.event.timeout)) == ("paid", 3600.0)
    assert found.event.condition is not None


def test_an_emit() -> None:
    found = step("emit: { type: paid, subject: '${{ inputs.id }}', data: { n: 1 } }")

    assert isinstance(found, EmitStep)
    assert found.type == "paid"
    assert found.subject is not None
    assert found.data is not None
    assert found.data.constant == {"n": 1}


@pytest.mark.parametrize(
    "text",
    [
        *("action: a", "value: 1", "wait: 1s", "emit: { type: a }", "steps: []"),
        *("switch: [{ if: true, steps: [] }]", "for: i, in: [], steps: []"),
        *("repeat: { until: true }, steps: []", "parallel: { a: [] }", "race: { a: [] }"),
    ],
)
def test_every_kind_that_takes_time_may_have_a_timeout(text: str) -> None:
    assert duration(step(f"{{ {text}, timeout: 5s }}").timeout) == 5.0


def test_a_flow_with_a_timeout() -> None:
    assert duration(parse("flow: f\ntimeout: 1h\nsteps: []").body.timeout) == 3600.0


def test_triggers() -> None:
    flow = parse("""\
flow: f
inputs: { day: string }
triggers:
  - { schedule: "*/5 8-18 1,15 jan-mar mon-fri", timezone: Europe/Berlin, inputs: { day: "1" } }
  - { event: order.paid, if: event.data.total > 5, inputs: { day: "${{ event.time }}" } }
steps: []
""")
    every, paid = flow.triggers

    assert (every.schedule, every.timezone) == ("*/5 8-18 1,15 jan-mar mon-fri", "Europe/Berlin")
    assert every.inputs["day"].constant == "1"
    assert (paid.event, paid.schedule, paid.timezone) == ("order.paid", None, "UTC")
    assert paid.condition is not None
    assert paid.at == ("triggers", 1)


def problem_of(text: str) -> tuple[int, str, str]:
    with pytest.raises(InvalidDocumentError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    return problem.column, problem.rule, problem.message


@pytest.mark.parametrize(
    ("text", "column", "rule", "message"),
    [
        ("{ repeat: {}, steps: [] }", 15, "missing-key", "'until' is missing"),
        ("{ repeat: { until: true } }", 5, "missing-key", "'steps'"),
        ("{ repeat: { until: true, max: 0 }, steps: [] }", 35, "wrong-type", "from 1 to 100000"),
        ("{ repeat: { until: true, every: 5 }, steps: [] }", 37, "bad-duration", "250ms"),
        ("{ repeat: { until: true, unil: 5 }, steps: [] }", 30, "unknown-key", "mean 'until'?"),
        ("{ repeat: { until: 5 }, steps: [] }", 24, "wrong-type", "an expression"),
        ("{ parallel: {} }", 17, "missing-key", "at least one branch"),
        ("{ parallel: [] }", 17, "wrong-type", "expected an object"),
        ("{ parallel: { a b: [] } }", 19, "bad-name", "letters, digits"),
        ("{ parallel: { a: {} } }", 22, "wrong-type", "expected a list"),
        ("{ parallel: { a: [] }, steps: [] }", 28, "unknown-key", "'steps'"),
        ("{ race: {} }", 13, "missing-key", "at least one branch"),
        ("{ race: { a: [] }, result: 1 }", 24, "unknown-key", "'result'"),
        ("{ for: i, in: [], parallel: 0, steps: [] }", 33, "wrong-type", "from 1 to 64"),
        ("{ for: i, in: [], parallel: '2', steps: [] }", 33, "wrong-type", "from 1 to 64"),
        ("{ parallel: { a: [return: {}] } }", 23, "cannot-leave", "return behind it"),
        ("{ race: { a: [return: {}] } }", 19, "cannot-leave", "return behind it"),
        ("{ for: i, in: [], parallel: 2, steps: [return: {}] }", 44, "cannot-leave", ""),
        ("{ for: i, in: [], parallel: 2, steps: [break: true] }", 44, "outside-loop", "its own"),
        (
            "{ for: i, in: [], steps: [parallel: { a: [break: true] }] }",
            47,
            "outside-loop",
            "of its own branch",
        ),
        ("{ wait: 5 }", 13, "wrong-type", "a duration, or an object"),
        ("{ wait: 5 s }", 13, "bad-duration", "250ms"),
        ("{ wait: 999999999d }", 13, "bad-duration", "ten years at most"),
        ("{ wait: {} }", 13, "missing-key", "'until' (a time) or 'event'"),
        ("{ wait: { until: tomorrow } }", 22, "bad-time", "RFC 3339"),
        ("{ wait: { until: 2026-03-01 } }", 22, "bad-time", "RFC 3339"),
        ("{ wait: { until: '2026-03-01T12:00:00Z', event: a } }", 46, "unknown-key", "'event'"),
        ("{ wait: { event: '${{ a }}' } }", 22, "bad-name", "without an expression"),
        ("{ wait: { event: a, timeout: x } }", 34, "bad-duration", "250ms"),
        ("{ emit: {} }", 13, "missing-key", "'type'"),
        ("{ emit: { type: '' } }", 21, "bad-name", "the type of an event"),
        ("{ emit: { type: a, date: {} } }", 24, "unknown-key", "mean 'data'?"),
        ("{ return: {}, timeout: 5s }", 19, "unknown-key", "'timeout'"),
        ("{ value: 1, timeout: soon }", 26, "bad-duration", "250ms"),
        ("{ repeat: { until: true }, parallel: { a: [] }, steps: [] }", 32, "two-kinds", "two"),
    ],
)
def test_what_is_wrong_with_a_step(text: str, column: int, rule: str, message: str) -> None:
    found = problem_of(f"flow: f\nsteps:\n  - {text}")

    assert found[:2] == (column, rule)
    assert message in found[2]


@pytest.mark.parametrize(
    ("text", "column", "rule", "message"),
    [
        ("{}", 5, "missing-key", "'schedule' (a CRON expression) or 'event'"),
        ("5", 5, "wrong-type", "expected an object"),
        ("{ schedule: '* * * *' }", 17, "bad-schedule", "five fields such as"),
        ("{ schedule: '60 * * * *' }", 17, "bad-schedule", "the minute '60' is none"),
        ("{ schedule: '5-1 * * * *' }", 17, "bad-schedule", "the minute '5-1'"),
        ("{ schedule: '*/0 * * * *' }", 17, "bad-schedule", "the minute '*/0'"),
        ("{ schedule: '*/00 * * * *' }", 17, "bad-schedule", "the minute '*/00'"),
        ("{ schedule: '* * * * noday' }", 17, "bad-schedule", "0 to 7 or sun to sat"),
        ("{ schedule: '* * * * *', timezone: Mars }", 40, "bad-timezone", "no time zone 'Mars'"),
        ("{ schedule: '* * * * *', if: true }", 30, "unknown-key", "'if'"),
        ("{ event: a, timezone: UTC }", 17, "unknown-key", "'timezone'"),
        ("{ event: 5 }", 14, "wrong-type", "expected a text"),
    ],
)
def test_what_is_wrong_with_a_trigger(text: str, column: int, rule: str, message: str) -> None:
    found = problem_of(f"flow: f\nsteps: []\ntriggers:\n  - {text}")

    assert found[:2] == (column, rule)
    assert message in found[2]
