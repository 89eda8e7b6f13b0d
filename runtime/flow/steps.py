"""Steps: from the document to records, with everything that their text alone decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..violations import nearest
from .document import Document, Path
from .durations import EXPECTED as EXPECTED_DURATION
from .durations import seconds_of
from .model import (
    ActionStep,
    BlockStep,
    BreakStep,
    Case,
    Clause,
    ContinueStep,
    FailStep,
    ForStep,
    Retry,
    ReturnStep,
    Step,
    SwitchStep,
    ValueStep,
)
from .reading import ID, Reader

RESERVED_NAMES: Final = frozenset(("inputs", "steps", "error", "run", "secrets", "event"))

_COMMON: Final = ("id", "title", "if")
_GUARDS: Final = ("retry", "catch")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("with", *_GUARDS, "undo"),
    "for": ("in", "at", "steps", "result", *_GUARDS, "finally", "undo"),
    "switch": ("else", *_GUARDS, "finally", "undo"),
    "value": _GUARDS,
    "fail": (),
    "return": (),
    "break": (),
    "continue": (),
    "steps": ("result", *_GUARDS, "finally", "undo"),
}
"""Each kind by the key that makes a step one, with the other keys that it takes."""
_KINDS_LATER: Final = ("repeat", "parallel", "race", "wait", "emit")
_KEYS_LATER: Final = ("timeout", "parallel")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands around a step."""

    variables: tuple[str, ...] = ()
    is_in_loop: bool = False
    may_leave: bool = True
    """False inside of `undo` and `finally`: no `return`, `break` or `continue` there."""


class StepReader(Reader):
    """Reads the steps of a flow.

    Args:
        document: The flow file.
        errors: The flow's own conditions: code to status and title.
        outputs: The flow's `outputs`, if it has any.

    Attributes:
        ids: Every step id so far, with the place of its step.
    """

    def __init__(
        self,
        document: Document,
        errors: Mapping[str, tuple[int, str]],
        outputs: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(document)
        self.ids: dict[str, Path] = {}
        self._errors = errors
        self._outputs = outputs

    def steps(self, path: Path, raw: Any, place: Place) -> tuple[Step, ...]:
        """Return the list of steps at *path*; without one there is a problem."""
        if raw is None:
            self.say(path[:-1], "missing-key", f"the key {path[-1]!r}, a list of steps, is missing")
            return ()
        found = (
            self._step((*path, index), step, place)
            for index, step in enumerate(self.list(path, raw))
        )
        return tuple(step for step in found if step is not None)

    def _step(self, path: Path, raw: Any, place: Place) -> Step | None:
        if not isinstance(raw, dict):
            self.wrong(path, "a step, an object", raw)
            return None
        kind = self._kind(path, raw)
        if kind is None:
            return None
        self.check_keys(path, raw, (kind, *_COMMON, *_KINDS[kind]), _KEYS_LATER)
        step: Step = getattr(self, f"_kind_{kind}")(path, raw, place)
        return replace(
            step,
            id=self._id(path, raw.get("id")),
            title=self.text((*path, "title"), raw.get("title")),
            condition=self.condition((*path, "if"), raw),
            retry=self._retry((*path, "retry"), raw.get("retry")),
            catch=self.catch(path, raw.get("catch"), place),
            finally_=self.finally_(path, raw.get("finally"), place),
            undo=self._undo(path, raw.get("undo"), place),
            at=path,
        )

    def _kind(self, path: Path, raw: Mapping[str, Any]) -> str | None:
        """Return the key that says what a step is; refuse none and more than one."""
        found = [key for key in (*_KINDS, *_KINDS_LATER) if key in raw]
        if len(found) > 1 and "steps" in found and found[0] != "action":
            found.remove("steps")  # the body of a loop
        if "for" in found and "parallel" in found:
            found.remove("parallel")  # an attribute of the loop
        if not found:
            known = (*_KINDS, *_KINDS_LATER)
            near = "".join(nearest(key, known) for key in raw if key not in _COMMON)
            message = f"the step has no kind{near}; expected one of {', '.join(known)}"
            self.say(path, "no-kind", message)
        elif found[0] in _KINDS_LATER:
            self.later((*path, found[0]))
        elif len(found) > 1:
            message = f"a step has one kind, got {' and '.join(map(repr, found))}; make it two"
            self.say((*path, found[1]), "two-kinds", message, key=True)
        else:
            return found[0]
        return None

    def _kind_action(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        name = self.text((*path, "action"), raw["action"]) or ""
        given = self.object((*path, "with"), raw.get("with")) or {}
        return ActionStep(action=name, input=self.value((*path, "with"), given))

    def _kind_steps(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        steps = self.steps((*path, "steps"), raw["steps"], place)
        return BlockStep(steps=steps, result=self.optional((*path, "result"), raw))

    def _kind_switch(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        cases = []
        for index, case in enumerate(self.list((*path, "switch"), raw["switch"])):
            at = (*path, "switch", index)
            members = self.object(at, case) or {}
            self.check_keys(at, members, ("if", "steps", "result"))
            if "if" not in members:
                self.say(at, "missing-key", "the key 'if' is missing; the last resort is 'else'")
            cases.append(self._case(at, members, place))
        if "else" in raw:
            at = (*path, "else")
            members = self.object(at, raw["else"]) or {}
            self.check_keys(at, members, ("steps", "result"))
            cases.append(self._case(at, members, place))
        return SwitchStep(cases=tuple(cases))

    def _case(self, path: Path, raw: Mapping[str, Any], place: Place) -> Case:
        return Case(
            condition=self.condition((*path, "if"), raw),
            steps=self.steps((*path, "steps"), raw.get("steps"), place),
            result=self.optional((*path, "result"), raw),
            at=path,
        )

    def _kind_for(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        variables = [
            self._variable((*path, key), raw[key], place) for key in ("for", "at") if key in raw
        ]
        if len(set(variables)) < len(variables):
            self.say((*path, "at"), "name-taken", "'for' and 'at' need different names")
        if "in" not in raw:
            self.say(path, "missing-key", "the key 'in', the list to go through, is missing")
        inside = replace(
            place, variables=(*place.variables, *variables), is_in_loop=place.may_leave
        )
        return ForStep(
            variable=variables[0],
            index=variables[1] if "at" in raw else None,
            items=self.condition((*path, "in"), raw) or self.value((*path, "in"), None),
            steps=self.steps((*path, "steps"), raw.get("steps"), inside),
            result=self.optional((*path, "result"), raw),
        )

    def _kind_fail(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        path, given = (*path, "fail"), raw["fail"]
        if isinstance(given, str):
            return FailStep(again=self.value(path, given))
        members = self.object(path, given) or {}
        self.check_keys(path, members, ("code", "status", "title", "message", "data"))
        code = self.text((*path, "code"), members.get("code")) or ""
        if "code" not in members:
            self.say(path, "missing-key", "the key 'code' is missing")
        else:
            self.check_code((*path, "code"), code)
        status, title = self._errors.get(code, (None, None))
        status = self.status((*path, "status"), members.get("status")) or status
        if status is None and "code" in members:
            message = f"{code!r} needs a 'status', here or under 'errors' of the flow"
            self.say((*path, "code"), "undeclared-error", message)
        return FailStep(
            code=code,
            status=status,
            error_title=self.text((*path, "title"), members.get("title")) or title,
            message=self.optional((*path, "message"), members),
            data=self.optional((*path, "data"), members),
        )

    def _kind_return(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        path = (*path, "return")
        self._check_leaving(path, place)
        outputs = self.object(path, raw["return"]) or {}
        if self._outputs is not None:
            for name in outputs:
                if name not in self._outputs:
                    near = nearest(name, self._outputs)
                    message = f"the flow has no output {name!r}{near}; name it under 'outputs'"
                    self.say((*path, name), "unknown-output", message, key=True)
        return ReturnStep(outputs=self.values(path, outputs))

    def _kind_break(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self._check_turn((*path, "break"), raw["break"], place)
        return BreakStep()

    def _kind_continue(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self._check_turn((*path, "continue"), raw["continue"], place)
        return ContinueStep()

    def _kind_value(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        return ValueStep(value=self.value((*path, "value"), raw["value"]))

    # ---- what steps have in common

    def _id(self, path: Path, raw: Any) -> str | None:
        name = self.text((*path, "id"), raw)
        if name is None:
            return None
        if not ID.fullmatch(name):
            message = "expected an id: letters, digits and '_', not a digit first, 80 at most"
            self.say((*path, "id"), "bad-name", message)
        elif name in self.ids:
            line = self.document.span((*self.ids[name], "id")).line
            message = f"the id {name!r} is taken by the step in line {line}; choose another"
            self.say((*path, "id"), "duplicate-id", message)
        self.ids.setdefault(name, path)
        return name

    def _variable(self, path: Path, raw: Any, place: Place) -> str:
        name = self.text(path, raw) or ""
        if not ID.fullmatch(name):
            self.say(path, "bad-name", "expected a name: letters, digits and '_'")
        elif name in RESERVED_NAMES or name in place.variables:
            owner = "the language" if name in RESERVED_NAMES else "a loop around this one"
            self.say(path, "name-taken", f"the name {name!r} belongs to {owner}; choose another")
        return name

    def _retry(self, path: Path, raw: Any) -> Retry | None:
        if raw is None:
            return None
        members = self.object(path, raw) or {}
        known = ("on", "max_attempts", "delay", "backoff", "max_delay", "jitter")
        self.check_keys(path, members, known)
        attempts, backoff = members.get("max_attempts", 3), members.get("backoff", 2)
        if type(attempts) is not int or attempts < 1:
            self.say((*path, "max_attempts"), "wrong-type", "expected a whole number, at least 1")
            attempts = 1
        if type(backoff) not in (int, float) or backoff < 1:
            self.say((*path, "backoff"), "wrong-type", "expected a number, at least 1")
            backoff = 1
        jitter = members.get("jitter", True)
        if not isinstance(jitter, bool):
            self.wrong((*path, "jitter"), "true or false", jitter)
        return Retry(
            on=self.codes((*path, "on"), members["on"]) if "on" in members else None,
            max_attempts=attempts,
            delay_s=self._duration((*path, "delay"), members.get("delay", "1s")),
            backoff=float(backoff),
            max_delay_s=self._duration((*path, "max_delay"), members.get("max_delay", "30s")),
            jitter=jitter is True,
            at=path,
        )

    def _duration(self, path: Path, raw: Any) -> float:
        seconds = seconds_of(raw)
        if seconds is None:
            hint = "; expressions are not supported here yet" if "${{" in str(raw) else ""
            self.say(path, "bad-duration", EXPECTED_DURATION + hint)
        return seconds or 0.0

    def catch(self, path: Path, raw: Any, place: Place) -> tuple[Clause, ...]:
        """Return the clauses of `catch` of the step at *path*."""
        if raw is None:
            return ()
        clauses = []
        for index, clause in enumerate(self.list((*path, "catch"), raw)):
            at = (*path, "catch", index)
            members = self.object(at, clause) or {}
            self.check_keys(at, members, ("on", "if", "steps", "result"))
            if "on" not in members:
                message = "the key 'on' is missing: the code of an error, a list, or '*' for all"
                self.say(at, "missing-key", message)
            clauses.append(
                Clause(
                    on=self.codes((*at, "on"), members.get("on", "*")),
                    condition=self.condition((*at, "if"), members),
                    steps=self.steps((*at, "steps"), members.get("steps", []), place),
                    result=self.optional((*at, "result"), members),
                    at=at,
                )
            )
        return tuple(clauses)

    def finally_(self, path: Path, raw: Any, place: Place) -> tuple[Step, ...]:
        """Return the steps of `finally` of the step at *path*."""
        if raw is None:
            return ()
        return self.steps((*path, "finally"), raw, replace(place, may_leave=False))

    def _undo(self, path: Path, raw: Any, place: Place) -> tuple[Step, ...]:
        path, inside = (*path, "undo"), replace(place, may_leave=False)
        if raw is None:
            return ()
        if isinstance(raw, list):
            return self.steps(path, raw, inside)
        step = self._step(path, raw, inside)
        return (step,) if step is not None else ()

    def _check_leaving(self, path: Path, place: Place) -> None:
        if not place.may_leave:
            message = f"{path[-1]!r} cannot stand in 'undo' or 'finally'; use 'if' instead"
            self.say(path, "cannot-leave", message, key=True)

    def _check_turn(self, path: Path, raw: Any, place: Place) -> None:
        if raw is not True:
            self.wrong(path, "true", raw)
        self._check_leaving(path, place)
        if place.may_leave and not place.is_in_loop:
            self.say(path, "outside-loop", f"{path[-1]!r} stands outside of a loop", key=True)
