"""The cases of the flow language, each with the rule of the manual that it is about.

Every interpreter runs all of them: the slow one that was written from the manual alone, and the
engines. A case gives a `flow` (or the `text` of a file), what its `actions` answer, other `flows`,
`inputs`, `secrets`, perhaps when the run is cancelled (`cancel_at`). With `contracts: true` it runs
through `invoke`, where contracts count (`as: guest` or a customer). What is to be expected:

* `outputs`, or `error`: those of its members that are named;
* `called`: the actions in the order in which they begin, with their input where it is given;
* `called_at`: when they begin, and `elapsed`: when the run ends, in seconds from its start;
* `slept`: what it waited for, one after the other; `fully_undone`; `trace`: path, status, attempt;
* of a file (`text` with some `filler`, called `file`): `refused` or `warned`, the rule that it
  breaks; `accepted: true`: none, but for what is unused.

`checked` names the rule of the checker that refuses a flow which an interpreter runs nevertheless.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cartflow.runtime.contract import Condition, Contract
from cartflow.runtime.errors import ActionError, InvalidDocumentError, Problem
from cartflow.runtime.flow.failures import as_binding

from . import reference_place
from .conformance_cases import cases
from .conformance_rules import RULES
from .lab import ANYTHING, Lab
from .lab_application import ApplicationLab
from .reference import Reference
from .reference_requests import FlowError
from .reference_values import seconds
from .shop import problems_of

Case = Mapping[str, Any]


@dataclass
class Seen:
    """What became of a run, in whatever interpreter."""

    output: Any
    error: dict[str, Any] | None
    calls: list[tuple[str, Any]]
    called_at: list[float]
    elapsed: float
    slept: list[float]
    fully_undone: bool
    trace: list[list[Any]]


def by_reference(case: Case, _folder: Path) -> Seen:
    caller = case.get("as", "customer") if case.get("contracts") else None
    run = Reference(case.get("actions", {}), case.get("flows"), case.get("secrets"), caller)
    cancel_at = case.get("cancel_at")
    after = None if cancel_at is None else seconds(cancel_at, {})
    output = error = None
    try:
        output = run.run({"flow": "case", **case["flow"]}, case.get("inputs", {}), after)
    except FlowError as failure:
        error = reference_place.as_binding(failure)
    return Seen(
        output,
        error,
        [(name, given) for name, given, _ in run.actions.calls],
        run.actions.began_at,
        run.world.now,
        run.slept,
        run.is_fully_undone,
        run.trace,
    )


def by_inline_engine(case: Case, folder: Path) -> Seen:
    if case.get("contracts"):
        return by_application(case, folder)
    lab = Lab(case.get("actions", {}), flows=case.get("flows", {}), cancel_at=case.get("cancel_at"))
    report = lab.run(case["flow"], case.get("inputs"), secrets=case.get("secrets"))
    error = report.error
    return Seen(
        report.output,
        None if error is None else as_binding(error),
        [(call.name, call.input) for call in report.calls],
        [call.began_at for call in report.calls],
        report.time.elapsed_s,
        report.slept,
        report.trace.is_fully_undone,
        [[step["path"], step["status"], step["attempt"]] for step in report.steps],
    )


def by_application(case: Case, folder: Path) -> Seen:
    lab = ApplicationLab(case, folder)
    output = error = None
    try:
        output = lab.run(case.get("inputs", {}))
    except ActionError as failure:
        error = as_binding(failure)
    steps = lab.trace.to_json()["steps"]
    return Seen(
        output,
        error,
        lab.calls,
        [],
        0.0,
        [],
        lab.trace.is_fully_undone,
        [[step["path"], step["status"], step["attempt"]] for step in steps],
    )


INTERPRETERS = {"reference": by_reference, "inline": by_inline_engine}


def _cases() -> list[Any]:
    return [pytest.param(case, id=f"{case['rule']} {case['title']}") for case in cases()]


def _is_run(case: Case) -> bool:
    return not case["expect"].keys() & {"refused", "warned", "accepted"}


CASES = _cases()
RUNS = [case for case in CASES if _is_run(case.values[0])]
FILES = [case for case in CASES if not _is_run(case.values[0])]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("case", RUNS)
def test_run(case: Case, interpreter: str, tmp_path: Path) -> None:
    expected = case["expect"]

    seen = INTERPRETERS[interpreter](case, tmp_path)

    assert _shown(seen, expected) == expected


@pytest.mark.parametrize("case", FILES)
def test_file(case: Case) -> None:
    expected = case["expect"]

    problems = _problems(case)

    errors = {problem.rule for problem in problems if problem.level == "error"}
    assert errors == {expected[word] for word in ("refused",) if word in expected}
    if "warned" in expected:
        assert expected["warned"] in {problem.rule for problem in problems}


def test_every_rule_has_a_case() -> None:
    shown = {case.values[0]["rule"] for case in CASES}

    assert sorted(set(RULES) - shown) == [], "rules without a case"
    assert sorted(shown - set(RULES)) == [], "cases of rules that there are not"


def _shown(seen: Seen, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of a run, as far as the case says something about it."""
    found: dict[str, Any] = {
        "called": _as_asked(seen.calls, expected.get("called", [])),
        "called_at": [round(time, 6) for time in seen.called_at],
        "elapsed": round(seen.elapsed, 6),
        "slept": seen.slept,
        "fully_undone": seen.fully_undone,
        "trace": seen.trace,
    }
    shown = {name: value for name, value in found.items() if name in expected}
    if seen.error is None:
        return {"outputs": seen.output, **shown} if "outputs" in expected else shown
    asked = expected.get("error", seen.error)
    return {"error": {name: seen.error[name] for name in asked}, **shown}


def _as_asked(calls: list[tuple[str, Any]], expected: list[Any]) -> list[Any]:
    """Return the calls: those with their input of which the case gives it."""
    shown: list[Any] = [name for name, _ in calls]
    for index, asked in enumerate(expected[: len(shown)]):
        if isinstance(asked, dict):
            shown[index] = dict([calls[index]])
    return shown


def _problems(case: Case) -> list[Problem]:
    text = case.get("text") or json.dumps({"flow": "case", **case["flow"]})
    if "filler" in case:
        filler = case["filler"]
        text += filler["text"] * filler["times"] + filler.get("end", "")
    contracts = {name: _contract(name, it) for name, it in case.get("actions", {}).items()}
    try:
        return problems_of(text, contracts, case.get("file", "case.flow.yaml"))
    except InvalidDocumentError as error:
        return list(error.problems)


def _contract(name: str, script: Mapping[str, Any]) -> Contract:
    """Return the contract that a script describes."""
    return Contract(
        name=name,
        title=name,
        input=script.get("input", ANYTHING),
        output=script.get("output_schema", ANYTHING),
        effect=script.get("effect", "transactional"),
        deprecated=script.get("deprecated"),
        undo=script.get("undo"),
        extensions=script.get("extensions", {}),
        errors={
            code: Condition(code, 409, code, code, retryable=retryable)
            for code, retryable in script.get("errors", {}).items()
        },
    )
