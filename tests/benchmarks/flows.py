"""Steps of a flow, beside those of pypyr and beside bare calls of `invoke`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pypyr import pipelinerunner

from cartflow import Application
from cartflow.runtime.action import Steps
from cartflow.runtime.engines.inline import InlineEngine

from .measure import Figure, Work, ratio, seconds


def flow_of(name: str, step: dict[str, Any], times: int) -> bytes:
    steps = [{"id": f"s{number}", **step} for number in range(times)]
    return json.dumps({"flow": name, "inputs": {"text": "string"}, "steps": steps}).encode()


def _runner(app: Application, step: dict[str, Any], times: int) -> Work:
    action = app.library.compile(flow_of(f"bench-{times}", step, times), "bench.flow.json")
    return lambda: app.invoker.invoke_action(action, {"text": "hello"})


def _repeated(app: Application, step: dict[str, Any], times: int, repeats: int) -> Work:
    """Return the run of a flow of more steps than a file may have."""
    flow, _problems = app.library.read(flow_of("bench-long", step, times), "bench.flow.json")
    body = replace(flow.body, steps=flow.body.steps * repeats)
    engine = InlineEngine(replace(flow, body=body), lambda name: app.registry[name].contract)
    action = replace(
        app.library.compile(flow_of("bench-long", step, times), "bench.flow.json"),
        handler=Steps(engine.run),
    )
    return lambda: app.invoker.invoke_action(action, {"text": "hello"})


_VALUE = {"value": "${{ inputs.text }}"}
_ECHO = {"action": "echo", "with": {"text": "${{ inputs.text }}"}}


def steps(app: Application) -> Iterator[Figure]:
    few, many = _runner(app, _VALUE, 10), _runner(app, _VALUE, 1010)
    pypyr_few, pypyr_many = _pypyr(10), _pypyr(1010)
    pairs = [
        (
            seconds(many, 3) - seconds(few, 3),
            seconds(pypyr_many, 1) - seconds(pypyr_few, 1),
        )
        for _ in range(7)
    ]
    value = sorted(ours / theirs for ours, theirs in pairs)[len(pairs) // 2]
    yield Figure("a value step : a pypyr step", value, 0.25)

    thousand = _runner(app, _ECHO, 1000)

    def invokes() -> None:
        for _ in range(1000):
            app.invoke("echo", {"text": "hello"})

    yield Figure("an action step : a bare invoke", ratio(thousand, invokes, times=3), 2.0)
    long = _repeated(app, _VALUE, 10, 1000)

    def short() -> None:
        for _ in range(1000):
            few()

    yield Figure("10 000 steps : 1 000 times 10 steps", ratio(long, short, times=1, rounds=7), 1.2)


def _pypyr(times: int) -> Work:
    folder = Path(tempfile.mkdtemp(prefix="cartflow-bench-"))
    step = {"name": "pypyr.steps.set", "in": {"set": {"result": "{text}"}}}
    file = folder / f"steps{times}.yaml"
    file.write_text(json.dumps({"steps": [step] * times}))
    name = str(file.with_suffix(""))
    return lambda: pipelinerunner.run(name, dict_in={"text": "hello"})
