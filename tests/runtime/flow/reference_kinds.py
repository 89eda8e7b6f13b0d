"""What each kind of step does, for the reference interpreter: one attempt, nothing around it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .reference_actions import Scripted, check_call, refusing_null_of, without_nulls
from .reference_place import (
    Exit,
    Place,
    Step,
    Together,
    Undo,
    as_binding,
    first_of,
    loop_names,
    was_cancelled,
)
from .reference_requests import Act, End, FlowError, Fork, Listen, Pause, Send, Turn, Work
from .reference_time import World
from .reference_values import as_text, time_of

STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MAX_ITEMS = 100_000
MAX_DEPTH = 32

Body = Callable[[Place, list[Undo]], Work]


class Kinds(ABC):
    """The kinds of step, in one run with scripted actions: see `Script` in `lab`."""

    def __init__(
        self,
        scripts: Mapping[str, Any],
        flows: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        caller: str | None = None,
    ) -> None:
        self.world = World()
        self.actions = Scripted(scripts, self.world, caller)
        self.caller = caller
        self.depth = 0
        self.trace: list[list[Any]] = []
        self.slept: list[float] = []
        self.is_fully_undone = True
        self.secrets = secrets or {}
        self._flows = flows or {}

    @abstractmethod
    def flow(
        self, document: Step, given: Any, root: str, together: Together, shielded: bool = False
    ) -> Work:
        """Run a flow to its output."""

    @abstractmethod
    def steps(self, steps: Any, place: Place, path: str, log: list[Undo]) -> Work:
        """Run steps in order."""

    @abstractmethod
    def undone(self, log: list[Undo], error: FlowError) -> Work:
        """Undo all; return the error with what could not be undone."""

    @abstractmethod
    def undoing(self, work: Callable[[list[Undo]], Work], log: list[Undo]) -> Work:
        """Do work; if it fails undo it, else add to *log* what can be undone of it."""

    def work_of(self, step: Step, path: str) -> Body:
        """Return what one attempt of a step does."""
        for key, work in (
            ("action", self.action),
            ("switch", self.switch),
            ("for", self.loop),
            ("repeat", self.repeat),
            ("parallel", self.parallel),
            ("race", self.race),
            ("wait", self.wait),
            ("emit", self.emit),
            ("steps", self.part),
        ):
            if key in step:
                return lambda place, log: work(step, place, path, log)
        return lambda place, log: self.simple(step, place)

    def at(self, path: str, work: Callable[[Any], Any], value: Any) -> Any:
        """Evaluate something; an error in it belongs to *path*."""
        try:
            return work(value)
        except FlowError as error:
            error.step = path
            raise

    # ---- one after the other

    def part(self, part: Step, place: Place, path: str, log: list[Undo]) -> Work:
        """Run `steps` to a `result`."""
        leaving = yield from self.steps(part.get("steps", []), place, f"{path}/steps", log)
        if leaving is not None:
            return leaving
        return self.at(path, place.value, part.get("result"))

    def switch(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        for number, case in enumerate(step["switch"]):
            at = f"{path}/switch/{number}"
            if self.at(at, place.holds, case["if"]):
                return (yield from self.part(case, place, at, log))
        if "else" in step:
            return (yield from self.part(step["else"], place, f"{path}/else", log))
        return None

    def loop(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        items = place.list_of(step["in"])
        if len(items) > MAX_ITEMS:
            raise FlowError("LIMIT_EXCEEDED", 422)
        if "parallel" in step:
            return (yield from self.loop_at_once(step, items, place, path, log))
        results: list[Any] = []
        for number, item in enumerate(items):
            if not place.shielded:
                yield Turn(shielded=False)
            turn = place.turn(**loop_names(step, number, item))
            outcome = yield from self.part(step, turn, f"{path}[{number}]", log)
            if isinstance(outcome, Exit) and outcome.kind == "return":
                return outcome
            if isinstance(outcome, Exit) and outcome.kind == "break":
                break
            results.append(None if isinstance(outcome, Exit) else outcome)
        return results

    def repeat(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        how = step["repeat"]
        for number in range(how.get("max", 100)):
            if number and "every" in how:
                yield from self.pause(place.seconds(how["every"]), place)
            elif not place.shielded:
                yield Turn(shielded=False)
            turn = place.turn()
            outcome = yield from self.part(step, turn, f"{path}[{number}]", log)
            if isinstance(outcome, Exit) and outcome.kind == "return":
                return outcome
            if isinstance(outcome, Exit) and outcome.kind == "break":
                return None
            if self.at(f"{path}[{number}]/repeat", turn.holds, how["until"]):
                return None if isinstance(outcome, Exit) else outcome
        raise FlowError("LIMIT_EXCEEDED", 422)

    # ---- beside each other

    def fork(self, asked: Fork, place: Place) -> Work:
        """Have work done; return its ends in order of time.

        If it was cut off, that is what counts of a race that nobody had won.
        """
        ends, was_cut_off = yield asked
        failed = [end for end in ends if end.error is not None]
        is_won = asked.first_success_decides and len(failed) < len(ends)
        if not was_cut_off or not failed or is_won:
            return ends
        if asked.first_success_decides:
            ends = failed = sorted(failed, key=lambda end: not was_cancelled(end.error))
        if was_cancelled(failed[0].error):
            place.together.is_cancelled = True
        return ends

    def branch(self, body: Callable[[list[Undo]], Work]) -> Work:
        """Come to what a branch comes to, and what can be undone of it."""
        own: list[Undo] = []
        return (yield from self.undoing(body, own)), own

    def branches(self, branches: Step, place: Place, path: str) -> Iterator[Work]:
        def body(name: str) -> Callable[[list[Undo]], Work]:
            return lambda own: self.steps(branches[name], place.apart(), f"{path}/{name}", own)

        return (self.branch(body(name)) for name in branches)

    def all_of(self, ends: list[End], log: list[Undo]) -> list[End]:
        """Return the ends, in order of the file, if all have ended well."""
        for end in ends:
            log += end.output[1] if end.error is None else []
        failed = [end.error for end in ends if end.error is not None]
        if failed:
            raise first_of(failed)
        return sorted(ends, key=lambda end: end.number)

    def parallel(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        works = self.branches(step["parallel"], place, f"{path}/parallel")
        self.all_of((yield from self.fork(Fork(place.shielded, works), place)), log)
        return self.at(path, place.value, step.get("result"))

    def loop_at_once(
        self, step: Step, items: list[Any], place: Place, path: str, log: list[Undo]
    ) -> Work:
        def turn(number: int, item: Any) -> Work:
            inside = place.apart().turn(**loop_names(step, number, item))
            at = f"{path}[{number}]"
            return self.branch(lambda own: self.part(step, inside, at, own))

        works = (turn(number, item) for number, item in enumerate(items))
        ends = yield from self.fork(Fork(place.shielded, works, most=step["parallel"]), place)
        return [end.output[0] for end in self.all_of(ends, log)]

    def race(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        works = self.branches(step["race"], place, f"{path}/race")
        asked = Fork(place.shielded, works, first_success_decides=True)
        ends = yield from self.fork(asked, place)
        succeeded = [end for end in ends if end.error is None]
        if not succeeded:
            raise first_of([end.error for end in ends])
        too_late = [undo for end in succeeded[1:] for undo in end.output[1]]
        yield from self.undone(too_late, FlowError("CANCELLED", 499, "Cancelled"))
        log += succeeded[0].output[1]
        return {"winner": list(step["race"])[succeeded[0].number]}

    # ---- time, events, actions

    def pause(self, length: float, place: Place) -> Work:
        yield Pause(place.shielded, length)
        self.slept.append(length)

    def wait(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        what = step["wait"]
        if isinstance(what, str):
            yield from self.pause(place.seconds(what), place)
        elif "until" in what:
            passed = timedelta(seconds=self.world.now)
            left = time_of(place.value(what["until"])) - (STARTED + passed)
            yield from self.pause(max(0.0, left.total_seconds()), place)
        else:
            limit = place.seconds(what["timeout"]) if "timeout" in what else None

            def matches(event: Mapping[str, Any]) -> bool:
                return place.seeing(event=event).holds(what.get("if", True))

            return (yield Listen(place.shielded, what["event"], matches, limit))
        return None

    def emit(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        what = step["emit"]
        source = f"cartflow/{place.document.get('flow', 'case')}"
        event = {"specversion": "1.0", "type": what["type"], "source": source}
        if "subject" in what and (subject := place.value(what["subject"])) is not None:
            event["subject"] = as_text(subject)
        if "data" in what:
            event["data"] = place.value(what["data"])
        time = STARTED + timedelta(seconds=self.world.now)
        stamp = {"id": "x" * 20, "time": time.isoformat().replace("+00:00", "Z")}
        yield Send(place.shielded, event | stamp)
        return event | stamp

    def action(self, step: Step, place: Place, path: str, log: list[Undo]) -> Work:
        name = step["action"]
        given = place.value(step.get("with", {}))
        if name in self._flows:
            document = {"flow": name, **self._flows[name]}
            return (yield from self.called(document, given, path, place))
        given = self.actions.taken(name, given)
        return (yield Act(place.shielded, lambda: self.actions.begin(name, given, path)))

    def called(self, document: Step, given: Step, path: str, place: Place) -> Work:
        """Run a flow that a step calls."""
        yield Turn(place.shielded)
        given = without_nulls(given, refusing_null_of(document))
        check_call(document, given, self.caller)
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise FlowError("LIMIT_EXCEEDED", 422)
            return (
                yield from self.flow(document, given, f"{path}/", place.together, place.shielded)
            )
        finally:
            self.depth -= 1

    def simple(self, step: Step, place: Place) -> Work:
        """Do what needs nobody else."""
        yield from ()
        if "value" in step:
            return place.value(step["value"])
        if "return" in step:
            return Exit("return", {n: place.value(v) for n, v in step["return"].items()})
        if "fail" in step:
            raise self.failure(step["fail"], place)
        return Exit("break" if "break" in step else "continue")

    def failure(self, what: Any, place: Place) -> FlowError:
        if isinstance(what, str):
            again, error = place.value(what), place.error
            if error is not None and as_binding(error) == again:
                again = {**again, "retryable": error.retryable}
            return FlowError(**again)
        declared = place.document.get("errors", {}).get(what["code"], {})
        status = what.get("status", declared.get("status"))
        title = what.get("title", declared.get("title", what["code"]))
        data = place.value(what.get("data", {}))
        message = as_text(place.value(what["message"])) if "message" in what else title
        return FlowError(what["code"], status, title, message=message, data=data)
