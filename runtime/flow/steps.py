"""Steps: from the document to records, with everything that their text alone decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..violations import nearest
from .document import Path
from .model import (
    BlockStep,
    Branch,
    Case,
    Clause,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
    SwitchStep,
)
from .parts import Place
from .reading import ID
from .simple_steps import SimpleStepReader

MAX_PARALLEL: Final = 64
"""Turns of a `for` that may run at once."""
MAX_TURNS: Final = 100_000
"""The largest `max` of a `repeat`."""

_COMMON: Final = ("id", "title", "if")
_GUARDS: Final = ("timeout", "retry", "catch")
_BLOCK: Final = (*_GUARDS, "finally", "undo")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("with", *_GUARDS, "undo"),
    "for": ("in", "at", "parallel", "steps", "result", *_BLOCK),
    "repeat": ("steps", "result", *_BLOCK),
    "switch": ("else", *_BLOCK),
    "parallel": ("result", *_BLOCK),
    "race": _BLOCK,
    "value": _GUARDS,
    "wait": _GUARDS,
    "emit": _GUARDS,
    "fail": (),
    "return": (),
    "break": (),
    "continue": (),
    "steps": ("result", *_BLOCK),
}
"""Each kind by the key that makes a step one, with the other keys that it takes."""


class StepReader(SimpleStepReader):
    """Reads the steps of a flow."""

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
        known = (kind, *_COMMON, *KINDS[kind])
        self.check_keys(path, raw, known)
        raw = {key: value for key, value in raw.items() if key in known}
        step: Step = getattr(self, f"_kind_{kind}")(path, raw, place)
        return replace(
            step,
            id=self.id(path, raw.get("id")),
            title=self.title((*path, "title"), raw.get("title")),
            condition=self.condition((*path, "if"), raw),
            timeout=self.timeout((*path, "timeout"), raw.get("timeout")),
            retry=self.retry((*path, "retry"), raw.get("retry")),
            catch=self.catch(path, raw.get("catch"), place),
            finally_=self.finally_(path, raw.get("finally"), place),
            undo=self._undo(path, raw.get("undo"), place),
            at=path,
        )

    def _kind(self, path: Path, raw: Mapping[str, Any]) -> str | None:
        """Return the key that says what a step is; refuse none and more than one."""
        found = [key for key in KINDS if key in raw]
        first = found[0] if found else None
        # the words of a loop that are kinds of their own elsewhere
        found = [key for key in found if key == first or key not in KINDS[str(first)]]
        if len(found) > 1 and "steps" in found and first != "action":
            found.remove("steps")  # then it is told as an unknown key, with what to do
        if first is None:
            near = "".join(nearest(key, KINDS) for key in raw if key not in _COMMON)
            message = f"the step has no kind{near}; expected one of {', '.join(KINDS)}"
            self.say(path, "no-kind", message)
        elif len(found) > 1:
            message = f"a step has one kind, got {' and '.join(map(repr, found))}; make it two"
            self.say((*path, found[1]), "two-kinds", message, key=True)
            return None
        return first

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
        parallel = self._number((*path, "parallel"), raw.get("parallel"), MAX_PARALLEL)
        inside = place.turn(*variables, parallel=parallel is not None)
        return ForStep(
            variable=variables[0],
            index=variables[1] if "at" in raw else None,
            items=self.items((*path, "in"), raw.get("in", [])),
            parallel=parallel,
            steps=self.steps((*path, "steps"), raw.get("steps"), inside),
            result=self.optional((*path, "result"), raw),
        )

    def _kind_repeat(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        at = (*path, "repeat")
        members = self.object(at, raw["repeat"]) or {}
        self.check_keys(at, members, ("until", "every", "max"))
        if "until" not in members:
            message = "the key 'until' is missing: the condition that ends the loop"
            self.say(at, "missing-key", message)
        every = members.get("every")
        return RepeatStep(
            until=self.condition((*at, "until"), members) or self.value(at, True),
            every=self.duration((*at, "every"), every) if every is not None else None,
            max_turns=self._number((*at, "max"), members.get("max"), MAX_TURNS) or 100,
            steps=self.steps((*path, "steps"), raw.get("steps"), place.turn()),
            result=self.optional((*path, "result"), raw),
        )

    def _number(self, path: Path, raw: Any, most: int) -> int | None:
        """Return a whole number from 1 to *most*; None if there is none."""
        if raw is not None and (type(raw) is not int or not 1 <= raw <= most):
            self.say(path, "wrong-type", f"expected a whole number from 1 to {most}")
            return 1
        return raw

    def _kind_parallel(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        branches = self._branches((*path, "parallel"), raw["parallel"], place)
        return ParallelStep(branches=branches, result=self.optional((*path, "result"), raw))

    def _kind_race(self, path: Path, raw: Mapping[str, Any], place: Place) -> Step:
        return RaceStep(branches=self._branches((*path, "race"), raw["race"], place))

    def _branches(self, path: Path, raw: Any, place: Place) -> tuple[Branch, ...]:
        """Return the branches at *path*: name to list of steps."""
        members = self.object(path, raw) or {}
        if raw == {}:
            message = "expected at least one branch: a name, and its list of steps"
            self.say(path, "missing-key", message)
        for name in members:
            if not ID.fullmatch(name):
                message = "expected a name: letters, digits and '_', not a digit first, 80 at most"
                self.say((*path, name), "bad-name", message, key=True)
        return tuple(
            Branch(name, self.steps((*path, name), steps, place.branch()), (*path, name))
            for name, steps in members.items()
        )

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
        return self.steps((*path, "finally"), raw, place.handler())

    def _undo(self, path: Path, raw: Any, place: Place) -> tuple[Step, ...]:
        path, inside = (*path, "undo"), place.handler()
        if raw is None:
            return ()
        if isinstance(raw, list):
            return self.steps(path, raw, inside)
        step = self._step(path, raw, inside)
        return (step,) if step is not None else ()
