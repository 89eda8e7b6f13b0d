"""Steps of a flow, beside those of other engines and beside bare calls of `invoke`."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cartflow import Application
from cartflow.runtime.action import Steps
from cartflow.runtime.engines.inline import InlineEngine
from cartflow.runtime.flow.model import BlockStep, Step

from . import peers
from .measure import Figure, Work, ratio, seconds

_GIVEN = {"text": "hello"}
_VALUE = {"value": "${{ inputs.text }}"}
_ECHO = {"action": "echo", "with": {"text": "${{ inputs.text }}"}}


def flow_of(name: str, step: dict[str, Any], times: int) -> bytes:
    steps = [{"id": f"s{number}", **step} for number in range(times)]
    return json.dumps({"flow": name, "inputs": {"text": "string"}, "steps": steps}).encode()


def steps(app: Application) -> Iterator[Figure]:
    for times, repeats in ((10, 30), (100, 5), (1000, 1)):
        ours = _runner(app, _VALUE, times)
        beside = ratio(ours, peers.pypyr(times), times=repeats, rounds=5)
        yield Figure(f"a step : a pypyr step, {times} in a flow", beside, 0.25)
        beside = ratio(ours, peers.spiff(times), times=repeats, rounds=3)
        yield Figure(f"a step : a SpiffWorkflow task, {times} in a flow", beside, 0.25)
    yield from _flat(app)

    thousand = _runner(app, _ECHO, 1000)

    def invokes() -> None:
        for _ in range(1000):
            app.invoke("echo", _GIVEN)

    short = ratio(thousand, invokes, times=1, rounds=61)  # short turns: less noise in each
    yield Figure("an action step : a bare invoke", short, 2.0)
    deep, wide = _made(app, lambda step: (_tower(step, 64),)), _made(app, _row)
    yield Figure("64 blocks in each other : side by side", ratio(deep, wide, times=100), 1.2)


def _runner(app: Application, step: dict[str, Any], times: int) -> Work:
    action = app.library.compile(flow_of(f"bench-{times}", step, times), "bench.flow.json")
    return lambda: app.invoker.invoke_action(action, _GIVEN)


def _flat(app: Application) -> Iterator[Figure]:
    """What one step more costs, in long flows and in a short one: the run's own costs left out."""
    work = {times: _made(app, _times(times)) for times in (10, 510, 1010, 10_010)}

    def more(last: int, times: int) -> float:
        return (seconds(work[last], times) - seconds(work[10], times)) / (last - 10)

    for last, times in ((1010, 10), (10_010, 1)):
        more(last, times)
        rounds = [more(last, times) / more(510, 20) for _ in range(25)]
        name = f"a step, in {last - 10:_} : in 500".replace("_", " ")
        yield Figure(name, statistics.median(rounds), 1.2)


def _times(times: int) -> Callable[[Step], tuple[Step, ...]]:
    return lambda step: (step,) * times


def _made(app: Application, make: Callable[[Step], tuple[Step, ...]]) -> Work:
    """Return the run of a flow of more steps, or deeper, than a file may be."""
    text = flow_of("bench-made", _VALUE, 1)
    flow, _problems = app.library.read(text, "bench.flow.json")
    body = replace(flow.body, steps=make(flow.body.steps[0]))
    engine = InlineEngine(replace(flow, body=body), lambda name: app.registry[name].contract)
    action = replace(app.library.compile(text, "bench.flow.json"), handler=Steps(engine.run))
    return lambda: app.invoker.invoke_action(action, _GIVEN)


def _block(*inner: Step) -> BlockStep:
    return BlockStep(id=None, at=("steps", 0), steps=inner)


def _tower(step: Step, levels: int) -> Step:
    block = _block(step)
    for _ in range(levels - 1):
        block = _block(step, block)
    return block


def _row(step: Step) -> tuple[Step, ...]:
    return (_block(step),) * 64
