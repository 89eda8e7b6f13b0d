"""A laboratory for flows: scripted actions at the seam to `invoke`, in a time of its own.

The flow is read by the real parser and run by the real engine. Time passes only where an action
takes some, or where the run waits; nothing happens in threads.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf
from typing import Any

from cartflow.runtime.action import Observer, Run, StepCall
from cartflow.runtime.cancellation import Attempt, Cancellation
from cartflow.runtime.contract import Contract
from cartflow.runtime.engines.inline import InlineEngine
from cartflow.runtime.engines.workers import Note, NoteOf
from cartflow.runtime.errors import ActionError
from cartflow.runtime.events import Bus
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.durations import seconds_of
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow
from cartflow.runtime.flow.trace import Trace
from cartflow.runtime.principal import Principal

STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANNA = Principal("customer", "42")
ANYTHING: dict[str, Any] = {"type": "object"}

Script = Mapping[str, Any]
"""What an action answers: `output`, `error` (a code, or members), `echo`, or a `sequence` of such
answers, one for each call, the last for all further ones. It `takes` a duration. `cancels: true`
cancels the run meanwhile. Further members are those of its contract."""


@dataclass(frozen=True)
class Call:
    name: str
    input: Mapping[str, Any]
    key: str
    step: str
    is_shielded: bool
    began_at: float = 0.0
    """Seconds from the start of its flow."""


class Time:
    """The seam of time: a clock, and the workers in whose world it passes.

    An action begins at once and has its outcome when it has taken its time. Of what happens at the
    same time, what was begun first comes first, and what an action does before any timer.
    """

    def __init__(self, cancelled: Cancellation, *, cancels_sleep: bool = False) -> None:
        self.elapsed_s = 0.0
        self.slept: list[float] = []
        self._cancelled = cancelled
        self._cancels_sleep = cancels_sleep
        self._notes: list[tuple[float, int, Note]] = []
        self._numbers = count()
        self._is_beside = False
        self._takes_s = 0.0
        self._cancel_at = inf

    def now(self) -> datetime:
        return STARTED + timedelta(seconds=self.elapsed_s)

    def monotonic(self) -> float:
        return self.elapsed_s

    def sleep(self, seconds: float) -> None:
        self.elapsed_s += seconds

    def jitter(self) -> float:
        return 0.5

    def random_text(self, length: int) -> str:
        return "x" * length

    def take(self, seconds: float) -> None:
        """Have the action that runs now take some time."""
        if self._is_beside:
            self._takes_s += seconds
        else:
            self.elapsed_s += seconds
            if self._cancel_at <= self.elapsed_s:
                self._cancelled.set()

    def cancel_at(self, time: float) -> None:
        """Have the run cancelled from outside."""
        self._cancel_at = time
        self.at(time, self._cancelled.set)

    def start(self, work: Callable[[], Any], note_of: NoteOf) -> None:
        self._is_beside, self._takes_s = True, 0.0
        try:
            output, error = work(), None
        except ActionError as failure:
            output, error = None, failure
        self._is_beside = False
        self.at(self.elapsed_s + self._takes_s, note_of(output, error))

    def post(self, note: Note) -> None:
        self.at(self.elapsed_s, note)

    def at(self, time: float, note: Note) -> None:
        heapq.heappush(self._notes, (time, next(self._numbers), note))

    def wait(self, timeout_s: float | None) -> Note | None:
        due = self._notes[0][0] if self._notes else None
        if timeout_s is not None and (due is None or due > self.elapsed_s + timeout_s):
            self._sleep(timeout_s)
            return None
        assert due is not None, "the run waits for something that will never happen"
        self.elapsed_s = max(self.elapsed_s, due)
        return heapq.heappop(self._notes)[2]

    def _sleep(self, seconds: float) -> None:
        self.elapsed_s += seconds
        self.slept.append(seconds)
        if self._cancels_sleep:
            self._cancelled.set()


@dataclass
class Report:
    """What became of a run."""

    trace: Trace
    calls: list[Call]
    time: Time
    output: Any = None
    error: ActionError | None = None

    @property
    def slept(self) -> list[float]:
        return self.time.slept

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
    cancelled: Cancellation = field(default_factory=Cancellation)
    cancels_sleep: bool = False
    cancel_at: str | None = None
    """When the run is cancelled from outside, from its start."""
    bus: Bus = field(default_factory=Bus)

    def __post_init__(self) -> None:
        self._contracts = {name: _contract(name, script) for name, script in self.scripts.items()}
        self._contracts |= {name: _contract(name, {"effect": "steps"}) for name in self.flows}
        self._count: dict[str, int] = {}
        self._time = Time(self.cancelled, cancels_sleep=self.cancels_sleep)

    def run(
        self,
        document: Mapping[str, Any] | Flow,
        given: Mapping[str, Any] | None = None,
        *,
        observer: Observer | None = None,
        trace: Trace | None = None,
        path: str = "",
        secrets: Mapping[str, str] | None = None,
    ) -> Report:
        """Run a flow to its end, be it good or bad."""
        trace = trace or Trace()
        report = Report(trace, self.calls, self._time)
        if self.cancel_at is not None:
            self._time.cancel_at(seconds_of(self.cancel_at) or 0.0)
        run = Run(
            id="r1",
            input=given or {},
            principal=ANNA,
            started_at=STARTED,
            invoke=self.invoke,
            clock=self._time,
            observer=observer,
            cancelled=self.cancelled,
            path=path,
            trace=trace,
            secrets=secrets or {},
            bus=self.bus,
        )
        try:
            flow = document if isinstance(document, Flow) else read(document)
            engine = InlineEngine(flow, self._contracts.get, lambda: self._time)
            report.output = engine.run(run)
        except ActionError as error:
            report.error = error
        return report

    def invoke(self, call: StepCall, attempt: Attempt) -> Any:
        """Answer as the script of the action says."""
        name = call.action
        if name in self.flows:
            attempt.hold()
            called = Lab(self.scripts, calls=self.calls, cancelled=attempt.cancelled, bus=self.bus)
            report = called.run(self.flows[name], call.input, path=call.step)
            self._time.take(report.time.elapsed_s)
            if report.error is not None:
                raise report.error
            return report.output
        began_at = self._time.elapsed_s
        self.calls.append(Call(name, call.input, call.key, call.step, call.is_shielded, began_at))
        if name not in self.scripts:
            error = ActionError("UNKNOWN_ACTION", f"action {name!r} is not registered")
            raise error
        answer = self._next_answer(name)
        self._time.take(seconds_of(answer.get("takes", "0s")) or 0.0)
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
