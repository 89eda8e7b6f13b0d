"""A second interpreter of the flow language, as slow and simple as can be, to compare with.

It is written from the manual's page on the flow language alone and shares no code with the runtime.
It reads the JSON document itself, calls itself for what is nested, copies where the real one hands
on, and knows no keys. This file: what is around each step. `reference_kinds`: what each kind does.
`reference_time`: the world in which it runs, with the rules of what comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .reference_actions import check_call
from .reference_kinds import Body, Kinds
from .reference_place import (
    Exit,
    Place,
    Step,
    Together,
    Undo,
    is_retried,
    names_code,
    steps_inside,
)
from .reference_requests import FlowError, Fork, Work

RUN = {
    "id": "r1",
    "started_at": "2026-03-01T12:00:00Z",
    "principal": {"kind": "customer", "id": "42"},
}


class Reference(Kinds):
    """One run, with scripted actions: see `Script` in `lab`."""

    def run(
        self, document: Step, given: Mapping[str, Any], cancel_after: float | None = None
    ) -> Any:
        """Return the output of a flow, or raise the `FlowError` that leaves it."""
        check_call(document, given, self.caller)
        return self.world.run(self.flow(document, given, "", Together()), cancel_after)

    def flow(
        self, document: Step, given: Any, root: str, together: Together, shielded: bool = False
    ) -> Work:
        inputs = {
            name: given.get(name, schema.get("default") if isinstance(schema, Mapping) else None)
            for name, schema in document.get("inputs", {}).items()
        }
        run = {**RUN, "flow": document.get("flow", "case")}
        names = {"inputs": inputs, "run": run, "secrets": self.secrets}
        place = Place(document, names, together=together, shielded=shielded)

        def body(place: Place, log: list[Undo]) -> Work:
            leaving = yield from self.steps(document["steps"], place, f"{root}steps", log)
            if leaving is not None:
                return leaving
            return {
                name: self.at(f"{root}outputs/{name}", place.value, value)
                for name, value in document.get("outputs", {}).items()
            }

        outcome = yield from self.guarded(document, place, root, [], body, is_flow=True)
        return outcome.output if isinstance(outcome, Exit) else outcome

    # ---- steps

    def steps(self, steps: Any, place: Place, path: str, log: list[Undo]) -> Work:
        listed = enumerate(steps) if isinstance(steps, list) else []
        alone = [] if isinstance(steps, list) else [(path, steps)]  # an `undo` of one step
        for at, step in [*((f"{path}/{number}", step) for number, step in listed), *alone]:
            if "if" in step:
                try:
                    is_due = place.holds(step["if"])
                except FlowError as error:
                    self.trace.append([at, "failed", 0])
                    raise self.noted(error, step, place, at) from None
                if not is_due:
                    self.trace.append([at, "skipped", 0])
                    self.keep(step, place, None)
                    continue
            work = self.work_of(step, at)
            outcome = yield from self.guarded(step, place, at, log, work)
            if isinstance(outcome, Exit):
                return outcome
            self.keep(step, place, outcome)
        return None

    def keep(self, step: Step, place: Place, result: Any) -> None:
        if "id" in step:
            place.results[-1][step["id"]] = result

    def guarded(
        self,
        step: Step,
        place: Place,
        path: str,
        log: list[Undo],
        work: Body,
        *,
        is_flow: bool = False,
    ) -> Work:
        """Attempts, then `catch`, then `finally`."""
        prefix = path if is_flow else f"{path}/"
        error: FlowError | None = None
        outcome: Any = None
        kept: list[Undo] = []
        try:
            outcome = yield from self.attempts(step, place, path, kept, work, is_flow)
        except FlowError as failure:
            error = failure
        if error is not None:
            try:
                clause = self.clause_for(step, place, f"{prefix}catch", error)
                if clause is not None:
                    at, inside = clause
                    handler = step["catch"][at]
                    outcome = yield from self.block(handler, inside, f"{prefix}catch/{at}", kept)
                    error = None
                    if is_flow and not isinstance(outcome, Exit):
                        outcome = self.as_output(outcome, f"{prefix}catch/{at}")
            except FlowError as failure:
                error = failure
        if "finally" in step:
            own: list[Undo] = []
            try:
                yield from self.list_of(step["finally"], place.shield(), f"{prefix}finally", own)
                kept += own
            except FlowError as failure:
                if error is not None:
                    failure = failure.with_data(cause=error.to_json())
                error = yield from self.undone(kept, failure)
                kept = []
        log += kept
        if error is not None:
            raise error
        return outcome

    def clause_for(
        self, step: Step, place: Place, path: str, error: FlowError
    ) -> tuple[int, Place] | None:
        inside = place.handling(error)
        for number, clause in enumerate(step.get("catch", [])):
            if not place.may_handle() or not names_code(clause["on"], error.code):
                continue
            if self.at(f"{path}/{number}", inside.holds, clause.get("if", True)):
                return number, inside
        return None

    def as_output(self, result: Any, path: str) -> Any:
        if result is not None and not isinstance(result, Mapping):
            raise FlowError("EXPRESSION_FAILED", 422, step=path)
        return result or {}

    def attempts(
        self, step: Step, place: Place, path: str, log: list[Undo], work: Body, is_flow: bool
    ) -> Work:
        retry = step.get("retry", {"max_attempts": 1})
        most = retry.get("max_attempts", 3)
        for number in range(1, most + 1):
            own: list[Undo] = []
            record = [path, "started", number]
            self.trace += [] if is_flow else [record]
            try:
                outcome = yield from self.attempt(step, place, own, work)
            except FlowError as failure:
                error = failure if is_flow else self.noted(failure, step, place, path)
                record[1] = "cancelled" if failure.code == "CANCELLED" else "failed"
            else:
                record[1] = "succeeded"
                if "undo" in step and not isinstance(outcome, Exit):
                    log.append(Undo(step, place, path, outcome))
                else:
                    log += own
                return outcome
            error = yield from self.undone(own, error)
            if number == most or not place.may_handle() or not is_retried(retry, error):
                raise error
            try:
                yield from self.pause_before_retry(retry, number, place)
            except FlowError as failure:
                raise self.noted(failure, step, place, path) from None
            for inner in steps_inside(step):
                place.results[-1].pop(inner.get("id", ""), None)
        raise AssertionError

    def attempt(self, step: Step, place: Place, log: list[Undo], work: Body) -> Work:
        if "timeout" not in step or "value" in step:  # a value takes no time
            return (yield from work(place, log))
        inside = place.apart()
        limit = place.seconds(step["timeout"])
        asked = Fork(place.shielded, iter([work(inside, log)]), seconds=limit)
        ends = yield from self.fork(asked, place)
        if ends[0].error is None:
            return ends[0].output
        if ends[0].is_late and ends[0].error.code == "CANCELLED":
            raise FlowError("TIMEOUT", 504, data=ends[0].error.data)
        raise ends[0].error

    def pause_before_retry(self, retry: Mapping[str, Any], failed: int, place: Place) -> Work:
        longest = place.seconds(retry.get("max_delay", "30s"))
        delay = place.seconds(retry.get("delay", "1s")) * retry.get("backoff", 2) ** (failed - 1)
        jitter = 0.5 if retry.get("jitter", True) else 1.0
        yield from self.pause(min(delay, longest) * jitter, place)

    # ---- blocks and undo

    def list_of(self, steps: list[Step], place: Place, path: str, log: list[Undo]) -> Work:
        return (yield from self.undoing(lambda own: self.steps(steps, place, path, own), log))

    def block(self, part: Step, place: Place, path: str, log: list[Undo]) -> Work:
        return (yield from self.undoing(lambda own: self.part(part, place, path, own), log))

    def undoing(self, work: Callable[[list[Undo]], Work], log: list[Undo]) -> Work:
        """Do work; if it fails undo it, else add to *log* what can be undone of it."""
        own: list[Undo] = []
        try:
            outcome = yield from work(own)
        except FlowError as failure:
            error = failure
        else:
            log += own
            return outcome
        raise (yield from self.undone(own, error))

    def undone(self, log: list[Undo], error: FlowError) -> Work:
        """Undo all; return the error with what could not be undone."""
        failed = list(error.data.get("undo_failed", []))
        before = len(failed)
        for undo in reversed(log):
            place = undo.place.handling(error).turn().shield()
            self.keep(undo.step, place, undo.result)
            try:
                yield from self.steps(undo.step["undo"], place, f"{undo.path}/undo", [])
            except FlowError as failure:
                failed.append({"step": failure.step, "error": failure.to_json()})
        if len(failed) == before:
            return error
        self.is_fully_undone = False
        return error.with_data(undo_failed=failed)

    def noted(self, error: FlowError, step: Step, place: Place, path: str) -> FlowError:
        """Write on an error where it comes from, unless it says so already."""
        error.step = error.step or path
        if error.action is None:
            error.action = step.get("action")
        if error.code == "CANCELLED" and not place.shielded:
            place.together.is_cancelled = True
        return error
