"""The engine against a second, simple interpreter, on random flows with random failures."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from .lab import Lab
from .random_flows import length, random_flow, random_scripts
from .reference import Reference
from .reference_requests import FlowError
from .reference_values import seconds

RUNS = 100


@pytest.mark.parametrize("seed", range(RUNS))
def test_both_interpreters_agree(seed: int) -> None:
    random = Random(seed)
    flow, scripts = random_flow(random), random_scripts(random)
    cancel_at = length(random) if random.random() < 0.25 else None

    expected = _by_reference(flow, scripts, cancel_at)
    found = _by_engine(flow, scripts, cancel_at)

    assert found == expected


def _by_engine(flow: Any, scripts: Any, cancel_at: str | None) -> dict[str, Any]:
    lab = Lab(scripts, cancel_at=cancel_at)
    report = lab.run(flow)
    assert len(set(report.keys)) == len(report.keys), "an effect key was used twice"
    error = report.error
    return {
        "output": report.output,
        "error": error and {**_bare(error.to_json()), "step": error.step},
        "calls": [
            (call.name, call.input, call.step, round(call.began_at, 6)) for call in report.calls
        ],
        "elapsed": round(report.time.elapsed_s, 6),
        "trace": [[step["path"], step["status"], step["attempt"]] for step in report.steps],
        "fully_undone": report.trace.is_fully_undone,
    }


def _by_reference(flow: Any, scripts: Any, cancel_at: str | None) -> dict[str, Any]:
    run = Reference(scripts)
    after = None if cancel_at is None else seconds(cancel_at, {})
    output = error = None
    try:
        output = run.run(flow, {}, after)
    except FlowError as failure:
        error = {**_bare(failure.to_json()), "step": failure.step}
    return {
        "output": output,
        "error": error,
        "calls": [
            (*call, round(time, 6))
            for call, time in zip(run.actions.calls, run.actions.began_at, strict=True)
        ],
        "elapsed": round(run.world.now, 6),
        "trace": run.trace,
        "fully_undone": run.is_fully_undone,
    }


def _bare(error: dict[str, Any]) -> dict[str, Any]:
    """Return an error without its words, which are the engine's own."""
    data = dict(error["data"])
    if "cause" in data:
        data["cause"] = _bare(data["cause"])
    if "undo_failed" in data:
        data["undo_failed"] = [
            {**entry, "error": _bare(entry["error"])} for entry in data["undo_failed"]
        ]
    return {"code": error["code"], "status": error["status"], "data": data}
