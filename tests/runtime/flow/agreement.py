"""Whether the engine and the reference interpreter come to the same with a random flow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from .lab import Lab
from .random_flows import random_flow, random_scripts
from .random_words import length
from .reference import Reference
from .reference_requests import FlowError
from .reference_values import seconds

_BRANCH = re.compile(r"(?:parallel|race)/[^/]+|\[[0-9]+\]")


def difference(seed: int) -> Iterator[str]:
    """Yield in what the interpreters differ: nothing, it is to be hoped."""
    random = Random(seed)
    flow, scripts = random_flow(random), random_scripts(random)
    cancel_at = length(random) if random.random() < 0.25 else None
    expected = _by_reference(flow, scripts, cancel_at)
    found = _by_engine(flow, scripts, cancel_at)
    for name, value in expected.items():
        if found[name] != value:
            yield f"{name}: the reference says {value!r}, the engine {found[name]!r}"


def _by_engine(flow: Any, scripts: Any, cancel_at: str | None) -> dict[str, Any]:
    report = Lab(scripts, cancel_at=cancel_at).run(flow)
    error = report.error
    return {
        "output": report.output,
        "error": error and {**_bare(error.to_json()), "step": error.step},
        "calls": [
            (call.name, call.input, call.step, round(call.began_at, 9)) for call in report.calls
        ],
        "elapsed": round(report.time.elapsed_s, 9),
        "trace": _by_branch([it["path"], it["status"], it["attempt"]] for it in report.steps),
        "fully undone": report.trace.is_fully_undone,
        "keys that were used twice": len(report.keys) - len(set(report.keys)),
    }


def _by_reference(flow: Any, scripts: Any, cancel_at: str | None) -> dict[str, Any]:
    run = Reference(scripts)
    after = None if cancel_at is None else seconds(cancel_at, {})
    output = error = None
    try:
        output = run.run(flow, {}, after)
    except FlowError as failure:
        error = {**_bare(failure.to_json()), "step": failure.step}
    calls = zip(run.actions.calls, run.actions.began_at, strict=True)
    return {
        "output": output,
        "error": error,
        "calls": [(*call, round(time, 9)) for call, time in calls],
        "elapsed": round(run.world.now, 9),
        "trace": _by_branch(run.trace),
        "fully undone": run.is_fully_undone,
        "keys that were used twice": 0,
    }


def _by_branch(trace: Iterable[list[Any]]) -> list[list[Any]]:
    """Return the records branch by branch: what an event wakes goes on at the same moment."""
    return sorted(trace, key=lambda record: _BRANCH.findall(record[0]))


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
