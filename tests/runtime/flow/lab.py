"""A laboratory for flows: scripted actions at the seam to `invoke`, and a clock that stands still.

The flow is read by the real parser and run by the real engine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cartflow.runtime.action import Observer, Run, StepCall
from cartflow.runtime.contract import Contract
from cartflow.runtime.engines.inline import InlineEngine
from cartflow.runtime.errors import ActionError
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow
from cartflow.runtime.flow.trace import Trace
from cartflow.runtime.principal import Principal

STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANNA = Principal("customer", "42")
ANYTHING: dict[str, Any] = {"type": "object"}

Script = Mapping[str, Any]
"""What an action answers: `output`, `error` (a code, or members), `echo`, or a `sequence` of such
answers, one for each call, the last one for all further ones. `cancels: true` cancels the run
meanwhile. Further members are those of its contract."""


@dataclass(frozen=True)
class Call:
    name: str
    input: Mapping[str, Any]
    key: str
    step: str
    is_shielded: bool


class StillClock:
    """The seam of time: it never passes; what a run sleeps is written down."""

    def __init__(self, cancelled: threading.Event, *, cancels_sleep: bool = False) -> None:
        self.slept: list[float] = []
        self._cancelled = cancelled
        self._cancels_sleep = cancels_sleep

    def now(self) -> datetime:
        return STARTED

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float, cancelled: threading.Event | None = None) -> None:
        self.slept.append(seconds)
        if self._cancels_sleep:
            self._cancelled.set()

    def jitter(self) -> float:
        return 0.5

    def random_text(self, length: int) -> str:
        return "x" * length


@dataclass
class Report:
    """What became of a run."""

    trace: Trace
    calls: list[Call]
    slept: list[float]
    output: Any = None
    error: ActionError | None = None

    @property
    def called(self) -> list[str]:
        return [call.name for call in self.calls]

    @property
    def keys(self) -> list[str]:
        return [call.key for call in self.calls]

    @property
    def steps(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.trace.to_json()["steps"]
        return shown


@dataclass
class Lab:
    """Scripted actions, and what was asked of them."""

    scripts: Mapping[str, Script] = field(default_factory=dict)
    flows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    cancelled: threading.Event = field(default_factory=threading.Event)
    cancels_sleep: bool = False

    def __post_init__(self) -> None:
        self._contracts = {name: _contract(name, script) for name, script in self.scripts.items()}
        self._contracts |= {name: _contract(name, {"effect": "steps"}) for name in self.flows}
        self._count: dict[str, int] = {}

    def run(
        self,
        document: Mapping[str, Any],
        given: Mapping[str, Any] | None = None,
        *,
        observer: Observer | None = None,
        trace: Trace | None = None,
        path: str = "",
        secrets: Mapping[str, str] | None = None,
    ) -> Report:
        """Run a flow to its end, be it good or bad."""
        clock = StillClock(self.cancelled, cancels_sleep=self.cancels_sleep)
        trace = trace or Trace()
        report = Report(trace, self.calls, clock.slept)
        run = Run(
            id="r1",
            input=given or {},
            principal=ANNA,
            started_at=STARTED,
            invoke=self.invoke,
            clock=clock,
            observer=observer,
            cancelled=self.cancelled,
            path=path,
            trace=trace,
            secrets=secrets or {},
        )
        try:
            report.output = InlineEngine(read(document), self._contracts.get).run(run)
        except ActionError as error:
            report.error = error
        return report

    def invoke(self, call: StepCall) -> Any:
        """Answer as the script of the action says."""
        name = call.action
        if name in self.flows:
            called = Lab(self.scripts, calls=self.calls, cancelled=self.cancelled)
            report = called.run(self.flows[name], call.input, path=call.step)
            if report.error is not None:
                raise report.error
            return report.output
        self.calls.append(Call(name, call.input, call.key, call.step, call.is_shielded))
        if name not in self.scripts:
            error = ActionError("UNKNOWN_ACTION", f"action {name!r} is not registered")
            raise error
        answer = self._next_answer(name)
        if answer.get("cancels"):
            self.cancelled.set()
        if "error" in answer:
            raise make_error(answer["error"])
        return call.input if answer.get("echo") else answer.get("output", {})

    def _next_answer(self, name: str) -> Script:
        script = self.scripts[name]
        answers: Sequence[Script] = script.get("sequence", [script])
        number = self._count.get(name, 0)
        self._count[name] = number + 1
        return answers[min(number, len(answers) - 1)]


def read(document: Mapping[str, Any]) -> Flow:
    """Return the flow that a JSON value describes; its name may be left out."""
    text = json.dumps({"flow": "case", **document})
    return parse_flow(load(text.encode(), "case.flow.yaml"), {})


def make_error(description: str | Mapping[str, Any]) -> ActionError:
    """Return an error as `invoke` hands it out."""
    if isinstance(description, str):
        description = {"code": description}
    error = ActionError(description["code"], **description.get("data", {}))
    error.message = description.get("message", "")
    error.status = description.get("status", error.status)
    error.title = description.get("title", error.title)
    error.retryable = description.get("retryable", error.retryable)
    return error


def _contract(name: str, script: Script) -> Contract:
    return Contract(
        name=name,
        title=name,
        input=script.get("input", ANYTHING),
        output=script.get("output_schema", ANYTHING),
        effect=script.get("effect", "transactional"),
        journal=script.get("journal", True),
    )
