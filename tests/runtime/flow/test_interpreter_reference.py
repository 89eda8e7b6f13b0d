"""The interpreter against a second, simple one, on random flows with random failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings

from .lab import Lab, Report
from .random_flows import ACTIONS, answers, flows
from .reference import FlowError, Reference

Asked = list[tuple[str, Mapping[str, Any]]]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(flow=flows(), script=answers())
def test_both_interpreters_agree(flow: Mapping[str, Any], script: list[str]) -> None:
    expected = _by_reference(flow, script)

    report = _by_interpreter(flow, script)

    assert _summary(report) == expected
    assert len(set(report.keys)) == len(report.keys), "an effect key was used twice"


def _by_interpreter(flow: Mapping[str, Any], script: list[str]) -> Report:
    sequence = [_as_answer(word) for word in script] + [{"output": {"n": -1}}]
    lab = _OneScript({name: {"sequence": sequence} for name in ACTIONS})
    return lab.run(flow)


class _OneScript(Lab):
    """All actions take their answers from one sequence."""

    def _next_answer(self, name: str) -> Mapping[str, Any]:
        answer = super()._next_answer(ACTIONS[0])
        return {"output": {"n": len(self.calls)}, **answer}


def _as_answer(word: str) -> Mapping[str, Any]:
    if word == "cancel":
        return {"cancels": True}
    if word == "ok":
        return {}
    return {"error": {"code": word, "retryable": word == "SHORTLY"}}


def _summary(report: Report) -> dict[str, Any]:
    asked = [(call.name, call.input) for call in report.calls]
    if report.error is None:
        return {"asked": asked, "sleeps": len(report.slept), "output": report.output}
    data = report.error.data
    return {
        "asked": asked,
        "sleeps": len(report.slept),
        "error": report.error.code,
        "cause": data.get("cause", {}).get("code"),
        "undo_failed": [failed["error"]["code"] for failed in data.get("undo_failed", [])],
    }


def _by_reference(flow: Mapping[str, Any], script: list[str]) -> dict[str, Any]:
    asked: Asked = []
    cancelled: list[bool] = []

    def answer(name: str, given: Mapping[str, Any]) -> Any:
        asked.append((name, given))
        word = script[len(asked) - 1] if len(asked) <= len(script) else "default"
        if word == "cancel":
            cancelled.append(True)
        if word in ("ok", "cancel"):
            return {"n": len(asked)}
        if word == "default":
            return {"n": -1}
        raise FlowError(word, retryable=word == "SHORTLY")

    reference = Reference(answer, lambda: bool(cancelled))
    try:
        output = reference.run(flow)
    except FlowError as error:
        return {
            "asked": asked,
            "sleeps": reference.sleeps,
            "error": error.code,
            "cause": error.cause,
            "undo_failed": error.undo_failed,
        }
    return {"asked": asked, "sleeps": reference.sleeps, "output": output}
