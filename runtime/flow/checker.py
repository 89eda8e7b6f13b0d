"""What can be known of a flow before it runs, given the actions there are.

Names are followed through the flow: an expression may use a step that must have completed before
it, the variables of the loops around it, and `error` where an error is being handled. What a step
gives its action is held against that action's contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..contract import Contract
from ..errors import BUILTIN_CONDITIONS, Problem
from ..violations import nearest, violations
from .document import Document, Path
from .expressions import OPENING, Expression, Reference, Value
from .inference import conditions_of_work
from .model import (
    ActionStep,
    BlockStep,
    Clause,
    FailStep,
    Flow,
    ForStep,
    ReturnStep,
    Step,
    SwitchStep,
    ValueStep,
)

_RUN_MEMBERS: Final = ("id", "flow", "started_at", "principal")
_ERROR_MEMBERS: Final = ("code", "status", "title", "message", "data", "step", "action")


@dataclass(frozen=True, slots=True)
class _Sight:
    """The names that an expression may use."""

    steps: frozenset[str] = frozenset()
    variables: tuple[str, ...] = ()
    has_error: bool = False

    def with_steps(self, *ids: str | None) -> _Sight:
        return replace(self, steps=self.steps.union(filter(None, ids)))


def check(flow: Flow, document: Document, contracts: Mapping[str, Contract]) -> list[Problem]:
    """Return the errors of a flow, in the order of the file.

    Args:
        flow: What `parse_flow` made of the document.
        document: For lines and columns.
        contracts: Those of all actions and flows, by name.
    """
    checker = _Checker(flow, document, contracts)
    checker.flow()
    return sorted(checker.problems, key=lambda problem: (problem.line, problem.column))


class _Checker:
    def __init__(self, flow: Flow, document: Document, contracts: Mapping[str, Contract]) -> None:
        self._flow = flow
        self._document = document
        self._actions = contracts
        self._find = contracts.get
        self.problems: list[Problem] = []

    def _say(self, path: Path, rule: str, message: str, *, key: bool = False) -> None:
        self.problems.append(self._document.problem(path, rule, message, key=key))

    def flow(self) -> None:
        seen = self._work(self._flow.body, (), _Sight())
        self._handlers(self._flow.body, (), _Sight(), seen)
        for name, value in (self._flow.outputs or {}).items():
            self._value(value, ("outputs", name), seen)

    # ---- steps

    def _steps(self, steps: tuple[Step, ...], sight: _Sight) -> _Sight:
        """Check steps in order; return what is in sight behind them."""
        for step in steps:
            sight = self._step(step, sight)
        return sight

    def _step(self, step: Step, sight: _Sight) -> _Sight:
        """Check one step; return what is in sight behind it."""
        at = step.at
        if step.condition is not None:
            self._value(step.condition, (*at, "if"), sight)
        seen = self._work(step, at, sight)
        self._handlers(step, at, sight, seen)
        behind = seen.with_steps(step.id)
        self._steps(step.undo, replace(behind, has_error=True))
        return behind

    def _work(self, step: Step, at: Path, sight: _Sight) -> _Sight:
        """Check a step's own work; return what its handlers and the steps behind it may see."""
        if isinstance(step, ActionStep):
            self._value(step.input, (*at, "with"), sight)
            self._call(step)
        elif isinstance(step, BlockStep):
            sight = self._steps(step.steps, sight)
            self._optional(step.result, (*at, "result"), sight)
        elif isinstance(step, SwitchStep):
            sight = self._switch(step, sight)
        elif isinstance(step, ForStep):
            self._loop(step, sight)
        elif isinstance(step, ValueStep):
            self._value(step.value, (*at, "value"), sight)
        elif isinstance(step, FailStep):
            self._optional(step.again, (*at, "fail"), sight)
            self._optional(step.message, (*at, "fail", "message"), sight)
            self._optional(step.data, (*at, "fail", "data"), sight)
        elif isinstance(step, ReturnStep):
            for name, value in step.outputs.items():
                self._value(value, (*at, "return", name), sight)
        return sight

    def _switch(self, step: SwitchStep, sight: _Sight) -> _Sight:
        seen = sight
        for case in step.cases:
            self._optional(case.condition, (*case.at, "if"), sight)
            inside = self._steps(case.steps, sight)
            self._optional(case.result, (*case.at, "result"), inside)
            seen = seen.with_steps(*inside.steps)
        return seen

    def _loop(self, step: ForStep, sight: _Sight) -> None:
        self._value(step.items, (*step.at, "in"), sight)
        names = filter(None, (step.variable, step.index))
        turn = replace(sight, variables=(*sight.variables, *names))
        turn = self._steps(step.steps, turn)
        self._optional(step.result, (*step.at, "result"), turn)

    def _handlers(self, step: Step, at: Path, sight: _Sight, seen: _Sight) -> None:
        handling = replace(seen, has_error=True)
        raised = None
        for clause in step.catch:
            raised = conditions_of_work(step, self._find) if raised is None else raised
            self._codes(clause, raised)
            self._optional(clause.condition, (*clause.at, "if"), handling)
            inside = self._steps(clause.steps, handling)
            self._optional(clause.result, (*clause.at, "result"), inside)
        self._steps(step.finally_, replace(seen, has_error=sight.has_error))

    def _codes(self, clause: Clause, raised: Mapping[str, Any]) -> None:
        """Refuse a clause for an error that the step cannot raise."""
        for index, code in enumerate(clause.on):
            if code == "*" or code in raised or code in BUILTIN_CONDITIONS:
                continue
            place = (*clause.at, "on", index)  # a single code is found at `on` itself
            can = ", ".join(raised) or "none of its own"
            near = nearest(code, raised)
            message = f"nothing in this step raises {code!r}{near} (it can raise: {can})"
            self._say(place, "impossible-catch", message)

    # ---- calls

    def _call(self, step: ActionStep) -> None:
        contract = self._find(step.action)
        if contract is None:
            message = f"there is no action {step.action!r}{nearest(step.action, self._actions)}"
            self._say((*step.at, "action"), "unknown-action", message)
            return
        members = contract.input.get("properties")
        if isinstance(members, dict):
            self._names(step, contract, members)
            self._literals(step, contract, members)

    def _names(self, step: ActionStep, contract: Contract, members: Mapping[str, Any]) -> None:
        given = step.input.raw
        for name in given:
            if name not in members and contract.input.get("additionalProperties") is False:
                known = ", ".join(members) or "none"
                near = nearest(name, members)
                message = f"{contract.name!r} has no input {name!r}{near} (it has: {known})"
                self._say((*step.at, "with", name), "unknown-input", message, key=True)
        for name in contract.input.get("required", ()):
            if name not in given:
                message = f"{contract.name!r} needs the input {name!r}; give it under 'with'"
                self._say((*step.at, "action"), "missing-input", message)

    def _literals(self, step: ActionStep, contract: Contract, members: Mapping[str, Any]) -> None:
        """Hold what is written down against the contract's schema."""
        required = contract.input.get("required", ())
        dynamic = {path[0] for path, _ in step.input.expressions}
        literal = {
            name: value
            for name, value in step.input.raw.items()
            if name in members
            and name not in dynamic
            and OPENING not in str(value)
            and not (value is None and name not in required)  # left out, as if absent
        }
        for found in violations(contract.input_validator, contract.input, literal):
            if found["path"]:
                inner = _path_of_pointer(found["path"], literal)
                self._say((*step.at, "with", *inner), "bad-literal", found["message"])

    # ---- expressions

    def _optional(self, value: Value | None, at: Path, sight: _Sight) -> None:
        if value is not None:
            self._value(value, at, sight)

    def _value(self, value: Value, at: Path, sight: _Sight) -> None:
        for inner, expression in value.expressions:
            for reference in expression.references:
                self._reference(reference, expression, (*at, *inner), sight)

    def _reference(
        self, reference: Reference, expression: Expression, at: Path, sight: _Sight
    ) -> None:
        root, member = reference[0], reference[1] if len(reference) > 1 else None
        if root in sight.variables:
            return
        members = self._members(str(root), sight)
        if members is None:
            known = ["inputs", "run", "steps", *sight.variables]
            known += ["error"] if sight.has_error else []
            near = nearest(str(root), known)
            message = f"there is no name {root!r} here{near} (there is: {', '.join(known)})"
            self._say(at, "unknown-name", message)
        elif root == "steps" and member is not None:
            self._step_reference(str(member), at, sight)
        elif member is not None and member not in members:
            known = list(members)
            near = nearest(str(member), known)
            listed = ", ".join(known) or "none"
            message = f"{root!r} has no member {member!r}{near} (it has: {listed})"
            self._say(at, "unknown-member", message)

    def _members(self, root: str, sight: _Sight) -> tuple[str, ...] | None:
        """Return the members of a name, None if there is no such name."""
        if root == "inputs":
            return tuple(self._flow.inputs["properties"])
        if root == "steps":
            return tuple(sight.steps)
        if root == "run":
            return _RUN_MEMBERS
        return _ERROR_MEMBERS if root == "error" and sight.has_error else None

    def _step_reference(self, name: str, at: Path, sight: _Sight) -> None:
        if name in sight.steps:
            return
        if name in self._flow.step_ids:
            message = (
                f"the step {name!r} has not completed here, or is out of sight: use it behind the"
                " step, and inside of its loop or handler"
            )
            self._say(at, "not-completed", message)
            return
        near = nearest(name, sight.steps)
        known = ", ".join(sorted(sight.steps)) or "none"
        message = f"there is no step {name!r}{near} (completed here: {known})"
        self._say(at, "unknown-step", message)


def _path_of_pointer(pointer: str, value: Any) -> Path:
    """Return the path that a JSON pointer names in *value*."""
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(name) if isinstance(value, list) else name
        path.append(step)
        value = value[step]
    return tuple(path)
