"""What a run takes, however long or deep its flow is: counted, not timed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from cartflow.runtime.action import Run
from cartflow.runtime.cancellation import Cancellation
from cartflow.runtime.contract import Contract
from cartflow.runtime.engines.inline import InlineEngine
from cartflow.runtime.flow.model import BlockStep, Flow, ValueStep
from cartflow.runtime.flow.trace import MAX_RECORDS, Trace

from ...memory import traced_memory
from .lab import ANNA, ANYTHING, STARTED, Lab, Time, read

KIB = 1024


@contextmanager
def memory() -> Iterator[list[int]]:
    """Give the bytes at the peak, over what there was before, when the block is left."""
    peak = [0]
    with traced_memory() as memory_now:
        yield peak
        _, peak[0] = memory_now()


ECHO = Contract(name="echo", title="Echo", input=ANYTHING, output=ANYTHING)


def run(flow: Flow, given: dict[str, Any] | None = None, trace: Trace | None = None) -> Any:
    """Run a flow that was read already; its actions answer and leave nothing behind."""
    engine = InlineEngine(flow, {"echo": ECHO}.get)
    return engine.run(
        Run(
            id="r1",
            input=given or {},
            principal=ANNA,
            started_at=STARTED,
            invoke=lambda call, attempt: {},
            clock=Time(Cancellation()),
            trace=trace,
        )
    )


def row(count: int, step: dict[str, Any]) -> Flow:
    """A flow of that many equal steps, more than a file may have."""
    flow = read({"steps": [step]})
    return replace(flow, body=replace(flow.body, steps=flow.body.steps * count))


def tower(levels: int) -> Flow:
    """A flow of blocks in blocks, more than a file may have, with one value at the bottom."""
    flow = read({"steps": [{"id": "top", "steps": [{"value": 7}], "result": "done"}]})
    block = flow.body.steps[0]
    assert isinstance(block, BlockStep)
    for _ in range(levels - 1):
        block = replace(block, steps=(block,), id=None)
    return replace(flow, body=replace(flow.body, steps=(block,)))


STEPS: dict[str, dict[str, Any]] = {
    "value": {"value": 1},
    "action": {"action": "echo"},
    "block": {"steps": [], "result": 1},
    "skipped": {"if": "false", "value": 1},
}
CAUGHT = {"steps": [{"fail": {"code": "A", "status": 400}}], "catch": [{"on": "A"}]}


@pytest.mark.parametrize("traced", [False, True], ids=["untraced", "traced"])
@pytest.mark.parametrize("kind", STEPS)
def test_ten_thousand_steps_take_less_than_a_kib_each(kind: str, traced: bool) -> None:
    assert memory_of(STEPS[kind], 10_000, traced) < 10_000 * KIB


def test_errors_that_were_caught_are_gone() -> None:
    assert memory_of(CAUGHT, 5_000, traced=False) < 5_000 * 100


def memory_of(step: dict[str, Any], count: int, traced: bool) -> int:
    """Return the bytes that a run of so many steps takes at its peak."""
    flow = row(count, step)
    run(row(10, step), trace=Trace())  # what is made once
    with memory() as peak:
        run(flow, trace=Trace() if traced else None)
    return peak[0]


def test_a_thousand_levels_take_no_more_of_the_stack_than_one() -> None:
    with memory() as peak:
        assert run(tower(1000)) == {}

    assert peak[0] < 1000 * 8 * KIB


def test_a_file_may_be_as_deep_as_it_can_and_runs() -> None:
    step: dict[str, Any] = {"value": "bottom"}
    for _ in range(30):
        step = {"steps": [{"id": f"s{_}", **step}], "result": f"${{{{ steps.s{_} }}}}"}

    report = Lab().run({"steps": [{"id": "top", **step}], "outputs": {"it": "${{ steps.top }}"}})

    assert report.output == {"it": "bottom"}


def test_results_of_turns_that_are_over_are_gone() -> None:
    flow = read(
        {
            "inputs": {"items": "array"},
            "steps": [
                {
                    "for": "item",
                    "in": "inputs.items",
                    "steps": [{"id": "big", "value": "${{ 'x' * 10000 ~ item }}"}],
                }
            ],
        }
    )

    with memory() as peak:
        run(flow, {"items": list(range(2000))})

    assert peak[0] < 1000 * KIB  # all results: 20 MB


def test_a_loop_over_a_hundred_thousand_items_keeps_no_more_trace_than_it_may() -> None:
    steps = [{"for": "item", "in": "inputs.items", "steps": [{"value": 1}]}]

    report = Lab().run({"inputs": {"items": "array"}, "steps": steps}, {"items": [0] * 100_000})

    assert report.error is None
    assert len(report.trace.records) == MAX_RECORDS


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"for": "n", "in": "inputs.items"}, id="for"),
        pytest.param(
            {"repeat": {"until": "false", "max": 20_000}, "catch": [{"on": "*"}]}, id="re"
        ),
    ],
)
def test_the_memory_of_a_loop_does_not_grow_with_its_turns(body: dict[str, Any]) -> None:
    flow = read({"inputs": {"items": "array"}, "steps": [{**body, "steps": [{"value": 1}]}]})
    items = [0] * 20_000
    trace = Trace(limit=100)

    with memory() as peak:
        run(flow, {"items": items}, trace)

    assert peak[0] < 100 * KIB + 2 * 8 * 20_000  # the list of results, and as much for its growth
    assert len(trace.records) == 100


def test_a_trace_shows_how_much_it_left_out() -> None:
    steps = [{"for": "item", "in": "inputs.items", "steps": [{"value": 1}]}]
    trace = Trace(limit=10)

    Lab().run({"inputs": {"items": "array"}, "steps": steps}, {"items": [0] * 100}, trace=trace)

    assert json.dumps(trace.to_json()).count('"kind"') == 10


def test_retries_keep_no_more_trace_than_it_may() -> None:
    lab = Lab({"echo": {"error": "BUSY"}})
    retry = {"on": "*", "max_attempts": 500, "delay": "1s"}

    report = lab.run({"steps": [{"action": "echo", "retry": retry}]}, trace=Trace(limit=50))

    assert len(report.calls) == 500
    assert len(report.trace.records) == 50


def test_a_constant_of_a_loop_is_not_made_anew_each_turn() -> None:
    flow = row(1, {"value": ["x" * 1000] * 100})
    step = flow.body.steps[0]
    assert isinstance(step, ValueStep)

    assert step.value.is_constant
