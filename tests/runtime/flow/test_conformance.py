"""The cases of the flow language, each with the rule of flow-language.md that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cartflow.runtime.flow.document import load

from .lab import Lab, Report

FOLDER = Path(__file__).parents[2] / "conformance"
RULES = {
    *("1", "2", "3", "3.1", "3.2", "6"),
    *(f"3.3-{item}" for item in range(1, 18)),
} - {"3.3-16"}  # a rule about files, which the parser enforces


def _cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        for case in load(file.read_bytes(), file.name).value["cases"]:
            found.append(pytest.param(case, id=f"{case['rule']} {case['title']}"))
    return found


CASES = _cases()


@pytest.mark.parametrize("case", CASES)
def test_case(case: Mapping[str, Any]) -> None:
    lab = Lab(
        case.get("actions", {}),
        flows=case.get("flows", {}),
        cancels_sleep=case.get("cancels_sleep", False),
    )

    report = lab.run(case["flow"], case.get("inputs"))

    expected = case["expect"]
    assert _observed(report, expected) == expected


def test_every_rule_has_a_case() -> None:
    covered = {case.values[0]["rule"] for case in CASES}

    assert covered == RULES


def _observed(report: Report, expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of a run, as far as the case says something about it."""
    seen: dict[str, Any] = {
        "called": _as_asked(report, expected.get("called", [])),
        "slept": report.slept,
        "fully_undone": report.trace.is_fully_undone,
        "trace": [[s["path"], s["status"], s["attempt"]] for s in report.steps],
    }
    observed = {name: value for name, value in seen.items() if name in expected}
    if report.error is None:
        return {"outputs": report.output, **observed}
    error = {**report.error.to_json(), "step": report.error.step, "action": report.error.action}
    asked = expected.get("error", error)
    return {"error": {name: error[name] for name in asked}, **observed}


def _as_asked(report: Report, expected: list[Any]) -> list[Any]:
    """Return the calls: those with their input of which the case gives it."""
    shown: list[Any] = [call.name for call in report.calls]
    for index, asked in enumerate(expected[: len(shown)]):
        if isinstance(asked, dict):
            shown[index] = {report.calls[index].name: report.calls[index].input}
    return shown
