"""A second interpreter of the flow language, as slow and simple as can be, to compare with.

It reads the JSON document itself, calls itself for what is nested, copies lists where the real one
hands them on, and knows no keys, traces or generators. `${{ … }}` is understood only in the few
forms that `random_flows` writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_BY_STAR = {"CANCELLED", "INVALID_INPUT", "EXPRESSION_FAILED"} | {
    "INVALID_OUTPUT",
    "UNDECLARED_ERROR",
    "INTERNAL",
}

Step = Mapping[str, Any]


class FlowError(Exception):
    """An error on its way."""

    def __init__(self, code: str, *, retryable: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.cause: str | None = None
        self.undo_failed: list[str] = []

    def copy(self) -> FlowError:
        error = FlowError(self.code, retryable=self.retryable)
        error.cause, error.undo_failed = self.cause, list(self.undo_failed)
        return error


@dataclass
class Exit:
    """`return`, `break` or `continue`."""

    kind: str
    output: Any = None


@dataclass
class Place:
    """What a step sees."""

    names: dict[str, Any] = field(default_factory=dict)
    turns: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    shielded: bool = False

    def result(self, step_id: str) -> Any:
        for results in reversed(self.turns):
            if step_id in results:
                return results[step_id]
        return None

    def keep(self, step_id: str | None, result: Any) -> None:
        if step_id is not None:
            self.turns[-1][step_id] = result

    def inside(self, *, shielded: bool = False, **names: Any) -> Place:
        return Place({**self.names, **names}, self.turns, self.shielded or shielded)

    def turn(self, **names: Any) -> Place:
        return Place({**self.names, **names}, [*self.turns, {}], self.shielded)


Undo = tuple[Step, Place, Any]
Answer = Callable[[str, Mapping[str, Any]], Any]


class Reference:
    """One run.

    Args:
        answer: What an action answers; it raises `FlowError`.
        is_cancelled: Whether the run has been cancelled by now.
    """

    def __init__(self, answer: Answer, is_cancelled: Callable[[], bool]) -> None:
        self.answer = answer
        self.is_cancelled = is_cancelled
        self.is_leaving = False
        self.sleeps = 0

    def run(self, flow: Mapping[str, Any]) -> Any:
        def body(place: Place, log: list[Undo]) -> Any:
            leaving = self.steps(flow["steps"], place, log)
            if leaving is not None:
                return leaving
            return {name: self.value(v, place) for name, v in flow.get("outputs", {}).items()}

        outcome = self.guarded(flow, Place(), [], body)
        if isinstance(outcome, Exit):
            return outcome.output
        return {} if outcome is None else outcome

    def steps(self, steps: list[Step], place: Place, log: list[Undo]) -> Exit | None:
        for step in steps:
            if "if" in step and not step["if"]:
                place.keep(step.get("id"), None)
                continue
            outcome = self.guarded(step, place, log, self.work_of(step))
            if isinstance(outcome, Exit):
                return outcome
            place.keep(step.get("id"), outcome)
        return None

    def guarded(
        self,
        step: Step,
        place: Place,
        log: list[Undo],
        work: Callable[[Place, list[Undo]], Any],
    ) -> Any:
        error: FlowError | None = None
        outcome: Any = None
        kept: list[Undo] = []
        try:
            outcome = self.attempts(step, place, kept, work)
        except FlowError as failure:
            error = failure
        if error is not None and self.may_handle(place):
            clause = next((c for c in step.get("catch", []) if fits(c, error)), None)
            if clause is not None:
                inside = place.inside(error=error)
                try:
                    outcome = self.block(clause, inside, kept)
                    error = None
                except FlowError as failure:
                    error = failure
        if "finally" in step:
            try:
                self.block({"steps": step["finally"]}, place.inside(shielded=True), kept)
            except FlowError as failure:
                failure = failure.copy()
                failure.cause = error.code if error is not None else failure.cause
                error = self.undo(kept, failure)
                kept = []
        log.extend(kept)
        if error is not None:
            raise error
        return outcome

    def attempts(
        self,
        step: Step,
        place: Place,
        log: list[Undo],
        work: Callable[[Place, list[Undo]], Any],
    ) -> Any:
        retry = step.get("retry", {"max_attempts": 1})
        for number in range(1, retry["max_attempts"] + 1):
            own: list[Undo] = []
            try:
                outcome = work(place, own)
            except FlowError as error:
                if error.code == "CANCELLED" and not place.shielded:
                    self.is_leaving = True
                left = self.undo(own, error)
                last = number == retry["max_attempts"]
                if last or not self.may_handle(place) or not is_retried(retry, left):
                    raise left from None
                self.sleep(place)
                self.forget(step, place)
                continue
            if "undo" in step and not isinstance(outcome, Exit):
                log.append((step, place, outcome))
            else:
                log.extend(own)
            return outcome
        raise AssertionError

    def block(self, part: Step, place: Place, log: list[Undo]) -> Any:
        own: list[Undo] = []
        try:
            leaving = self.steps(part["steps"], place, own)
            outcome = self.value(part.get("result"), place) if leaving is None else leaving
        except FlowError as error:
            raise self.undo(own, error) from None
        log.extend(own)
        return outcome

    def undo(self, log: list[Undo], error: FlowError) -> FlowError:
        left = error.copy()
        for step, place, result in reversed(log):
            inside = place.turn(error=error)
            inside.shielded = True
            inside.keep(step.get("id"), result)
            undo = step["undo"]
            try:
                self.steps(undo if isinstance(undo, list) else [undo], inside, [])
            except FlowError as failure:
                left.undo_failed.append(failure.code)
        return left

    def work_of(self, step: Step) -> Callable[[Place, list[Undo]], Any]:
        if "action" in step:
            return lambda place, log: self.invoke(step, place)
        if "switch" in step:
            return lambda place, log: self.switch(step, place, log)
        if "for" in step:
            return lambda place, log: self.loop(step, place, log)
        if "steps" in step:
            return lambda place, log: self.part(step, place, log)
        return lambda place, log: self.simple(step, place)

    def invoke(self, step: Step, place: Place) -> Any:
        given = {name: self.value(v, place) for name, v in step.get("with", {}).items()}
        self.check(place)
        return self.answer(step["action"], given)

    def part(self, part: Step, place: Place, log: list[Undo]) -> Any:
        leaving = self.steps(part["steps"], place, log)
        return self.value(part.get("result"), place) if leaving is None else leaving

    def switch(self, step: Step, place: Place, log: list[Undo]) -> Any:
        for case in step["switch"]:
            if case["if"]:
                return self.part(case, place, log)
        return self.part(step["else"], place, log) if "else" in step else None

    def loop(self, step: Step, place: Place, log: list[Undo]) -> Any:
        results: list[Any] = []
        for item in step["in"]:
            self.check(place)
            outcome = self.part(step, place.turn(**{step["for"]: item}), log)
            if isinstance(outcome, Exit) and outcome.kind == "break":
                break
            if isinstance(outcome, Exit) and outcome.kind == "return":
                return outcome
            results.append(None if isinstance(outcome, Exit) else outcome)
        return results

    def simple(self, step: Step, place: Place) -> Any:
        if "value" in step:
            return self.value(step["value"], place)
        if "return" in step:
            return Exit("return", {n: self.value(v, place) for n, v in step["return"].items()})
        if "fail" in step:
            again = step["fail"] == "${{ error }}"
            raise place.names["error"].copy() if again else FlowError(step["fail"]["code"])
        return Exit("break" if "break" in step else "continue")

    def value(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return {name: self.value(member, place) for name, member in value.items()}
        if not isinstance(value, str) or not value.startswith("${{"):
            return value
        first, _, member = value[3:-2].strip().partition(".")
        if first == "steps":
            return place.result(member)
        return place.names[first].code if first == "error" else place.names[first]

    def check(self, place: Place) -> None:
        if self.is_cancelled() and not place.shielded:
            raise FlowError("CANCELLED")

    def sleep(self, place: Place) -> None:
        try:
            self.check(place)
        except FlowError:
            self.is_leaving = True
            raise
        self.sleeps += 1

    def may_handle(self, place: Place) -> bool:
        return place.shielded or not self.is_leaving

    def forget(self, step: Step, place: Place) -> None:
        for inner in inner_steps(step):
            place.turns[-1].pop(inner.get("id", ""), None)
            self.forget(inner, place)


def fits(clause: Step, error: FlowError) -> bool:
    if error.code == "CANCELLED":
        return False
    return clause["on"] in ("*", error.code) and bool(clause.get("if", True))


def is_retried(retry: Step, error: FlowError) -> bool:
    if error.code == "CANCELLED":
        return False
    if "on" not in retry:
        return error.retryable
    if retry["on"] == "*":
        return error.code not in NOT_BY_STAR
    return bool(error.code == retry["on"])


def inner_steps(step: Step) -> list[Step]:
    found: list[Step] = [*step.get("steps", []), *step.get("finally", [])]
    cases = [*step.get("switch", []), *step.get("catch", [])]
    for part in [*cases, *([step["else"]] if "else" in step else [])]:
        found += part.get("steps", [])
    undo = step.get("undo", [])
    return [*found, *(undo if isinstance(undo, list) else [undo])]
