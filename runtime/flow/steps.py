"""Steps: from the document to records, with everything that their text alone decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..violations import nearest
from .document import Document, Path
from .expressions import OPENING
from .model import (
    ActionStep,
    BlockStep,
    BreakStep,
    Case,
    Clause,
    ContinueStep,
    FailStep,
    ForStep,
    ReturnStep,
    Step,
    SwitchStep,
    ValueStep,
)
from .parts import PartReader, Place
from .reading import NAME

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
_LATER: Final = ("timeout",)
_KEYS_LATER: Final[Mapping[str, tuple[str, ...]]] = {
    "for": (*_LATER, "parallel"),
    **dict.fromkeys(("fail", "return", "break", "continue"), ()),
}


class StepReader(PartReader):
    """Reads the steps of a flow.

    Args:
        document: The flow file.
        errors: The flow's own conditions: code to status and title.
        outputs: The flow's `outputs`, if it has any.
    """

    def __init__(
        self,
        document: Document,
        errors: Mapping[str, tuple[int, str]],
        outputs: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(document)
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
        later = _KEYS_LATER.get(kind, _LATER)
        known = (kind, *_COMMON, *_KINDS[kind])
        self.check_keys(path, raw, known, later)
        raw = {key: value for key, value in raw.items() if key in known}
        step: Step = getattr(self, f"_kind_{kind}")(path, raw, place)
        return replace(
            step,
            id=self.id(path, raw.get("id")),
            title=self.title((*path, "title"), raw.get("title")),
            condition=self.condition((*path, "if"), raw),
            retry=self.retry((*path, "retry"), raw.get("retry")),
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
        if isinstance(raw["action"], str) and not NAME.fullmatch(name):
            message = "expected the name of an action: a letter, then letters, digits, '_' or '-'"
            self.say((*path, "action"), "bad-name", message)
        given = self.object((*path, "with"), raw.get("with")) or {}
        return ActionStep(action=name, input=self.value((*path, "with"), given))

    def _kind_steps(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        steps = self.steps((*path, "steps"), raw["steps"], place)
        return BlockStep(steps=steps, result=self.optional((*path, "result"), raw))

    def _kind_switch(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        cases = []
        for index, case in enumerate(self.list((*path, "switch"), raw["switch"])):
            at = (*path, "switch", index)
            if not isinstance(case, dict):
                self.wrong(at, "a case, an object", case)
                continue
            self.check_keys(at, case, ("if", "steps", "result"))
            if "if" not in case:
                self.say(at, "missing-key", "the key 'if' is missing; the last resort is 'else'")
            cases.append(self._case(at, case, place))
        if raw["switch"] == []:
            self.say((*path, "switch"), "missing-key", "expected at least one case")
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
            self.variable((*path, key), raw[key], place) for key in ("for", "at") if key in raw
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
            items=self.items((*path, "in"), raw.get("in", [])),
            steps=self.steps((*path, "steps"), raw.get("steps"), inside),
            result=self.optional((*path, "result"), raw),
        )

    def _kind_fail(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        path, given = (*path, "fail"), raw["fail"]
        if isinstance(given, str):
            again = self.value(path, given)
            if OPENING not in given:
                message = "expected '${{ error }}', or an object with the 'code' of a new error"
                self.say(path, "wrong-type", message)
            return FailStep(again=again)
        if not isinstance(given, dict):
            self.wrong(path, "an object with the 'code' of an error, or '${{ error }}'", given)
            return FailStep()
        members = given
        self.check_keys(path, members, ("code", "status", "title", "message", "data"))
        code = self.text((*path, "code"), members.get("code")) or ""
        if "code" not in members:
            self.say(path, "missing-key", "the key 'code' is missing")
        else:
            self.check_code((*path, "code"), code)
        status, title = self._errors.get(code, (None, None))
        status = self.status((*path, "status"), members.get("status")) or status
        if status is None and "code" in members and "status" not in members:
            message = f"{code!r} needs a 'status', here or under 'errors' of the flow"
            self.say((*path, "code"), "undeclared-error", message)
        data = members.get("data", {})
        if not isinstance(data, dict) and not (isinstance(data, str) and OPENING in data):
            self.wrong((*path, "data"), "an object", data)
        return FailStep(
            code=code,
            status=status,
            error_title=self.title((*path, "title"), members.get("title")) or title,
            message=self.optional((*path, "message"), members),
            data=self.optional((*path, "data"), members),
        )

    def _kind_return(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        path = (*path, "return")
        self.check_leaving(path, place)
        outputs = self.object(path, raw["return"]) or {}
        self.check_names(path, outputs)
        if self._outputs is not None:
            for name in outputs:
                if name not in self._outputs:
                    near = nearest(name, self._outputs)
                    message = f"the flow has no output {name!r}{near}; name it under 'outputs'"
                    self.say((*path, name), "unknown-output", message, key=True)
        return ReturnStep(outputs=self.values(path, outputs))

    def _kind_break(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self.check_turn((*path, "break"), raw["break"], place)
        return BreakStep()

    def _kind_continue(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        self.check_turn((*path, "continue"), raw["continue"], place)
        return ContinueStep()

    def _kind_value(self, path: Path, raw: Mapping[str, Any], _place: Place) -> Step:
        return ValueStep(value=self.value((*path, "value"), raw["value"]))

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
