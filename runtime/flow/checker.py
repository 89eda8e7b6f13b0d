"""What can be known of a flow before it runs, given the actions there are.

Names are followed through the flow: an expression may use a step that must have completed before
it, the variables of the loops around it, and `error` where an error is being handled. What a step
gives its action is held against that action's contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from ..contract import Condition, Contract
from ..errors import BUILTIN_CONDITIONS, Problem
from ..violations import nearest, violations
from .document import Document, Path
from .expressions import OPENING, Value
from .inference import called_actions, conditions_of_work, conditions_within, shares_of
from .model import (
    ActionStep,
    BlockStep,
    FailStep,
    Flow,
    ForStep,
    ReturnStep,
    Step,
    SwitchStep,
    ValueStep,
)
from .sight import Sight


def check(flow: Flow, document: Document, contracts: Mapping[str, Contract]) -> list[Problem]:
    """Return the errors and warnings of a flow, in the order of the file.

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

    def _say(
        self, path: Path, rule: str, message: str, *, key: bool = False, level: str = "error"
    ) -> None:
        self.problems.append(self._document.problem(path, rule, message, key=key, level=level))

    @cached_property
    def _any_error(self) -> Mapping[str, Condition]:
        """What `error` may be in an `undo`."""
        return conditions_within(self._flow.body, self._find)

    def flow(self) -> None:
        seen = self._work(self._flow.body, (), Sight())
        self._handlers(self._flow.body, (), Sight(), seen)
        for name, value in (self._flow.outputs or {}).items():
            self._value(value, ("outputs", name), seen)

    # ---- steps

    def _steps(self, steps: tuple[Step, ...], sight: Sight) -> Sight:
        """Check steps in order; return what is in sight behind them."""
        for step in steps:
            sight = self._step(step, sight)
        return sight

    def _step(self, step: Step, sight: Sight) -> Sight:
        """Check one step; return what is in sight behind it."""
        at = step.at
        if step.condition is not None:
            self._value(step.condition, (*at, "if"), sight)
        seen = self._work(step, at, sight)
        self._handlers(step, at, sight, seen)
        behind = seen.with_steps(step.id)
        if step.undo:
            self._steps(step.undo, replace(behind, caught=self._any_error))
        return behind

    def _work(self, step: Step, at: Path, sight: Sight) -> Sight:
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
            self._again(step, (*at, "fail"), sight)
            self._optional(step.message, (*at, "fail", "message"), sight)
            self._optional(step.data, (*at, "fail", "data"), sight)
        elif isinstance(step, ReturnStep):
            for name, value in step.outputs.items():
                self._value(value, (*at, "return", name), sight)
        return sight

    def _again(self, step: FailStep, at: Path, sight: Sight) -> None:
        """Check `fail: ${{ error }}`: of anything else nobody knows which error it would be."""
        if step.again is None:
            return
        self._value(step.again, at, sight)
        is_error = [expression.path for _, expression in step.again.expressions] == [("error",)]
        if not is_error or not str(step.again.raw).strip().startswith(OPENING):
            message = "expected '${{ error }}' alone, or an object with the 'code' of a new error"
            self._say(at, "unknown-error", message)

    def _switch(self, step: SwitchStep, sight: Sight) -> Sight:
        seen = sight
        for case in step.cases:
            self._optional(case.condition, (*case.at, "if"), sight)
            inside = self._steps(case.steps, sight)
            self._optional(case.result, (*case.at, "result"), inside)
            seen = seen.with_steps(*inside.steps)
        return seen

    def _loop(self, step: ForStep, sight: Sight) -> None:
        self._value(step.items, (*step.at, "in"), sight)
        names = filter(None, (step.variable, step.index))
        turn = replace(sight, variables=(*sight.variables, *names))
        turn = self._steps(step.steps, turn)
        self._optional(step.result, (*step.at, "result"), turn)

    def _handlers(self, step: Step, at: Path, sight: Sight, seen: Sight) -> None:
        if step.retry or step.catch:
            raised = conditions_of_work(step, self._find, dict(sight.caught or {}))
            if all(name in self._actions for name in called_actions(step)):
                self._check_codes(step, at, raised)
            for clause, taken in shares_of(step, raised)[0]:
                handling = replace(seen, caught=taken)
                self._optional(clause.condition, (*clause.at, "if"), handling)
                inside = self._steps(clause.steps, handling)
                self._optional(clause.result, (*clause.at, "result"), inside)
        self._steps(step.finally_, replace(seen, caught=sight.caught))

    def _check_codes(self, step: Step, at: Path, raised: Mapping[str, Condition]) -> None:
        """Refuse to catch what the step cannot raise; warn of retries that never happen."""
        for clause in step.catch:
            self._codes((*clause.at, "on"), clause.on, raised, "impossible-catch", "error")
        if step.retry is None:
            return
        at = (*at, "retry")
        if step.retry.on is not None:
            self._codes((*at, "on"), step.retry.on, raised, "impossible-retry", "warning")
        elif not any(condition.retryable for condition in self._sources(step)):
            message = (
                "no error of this step is marked retryable; name those to try again under 'on'"
            )
            self._say(at, "impossible-retry", message, level="warning")

    def _sources(self, step: Step) -> Iterator[Condition]:
        """Yield the conditions of the actions inside of a step, as their contracts mark them."""
        for name in called_actions(step):
            yield from self._actions[name].errors.values()

    def _codes(
        self, at: Path, codes: tuple[str, ...], raised: Mapping[str, Any], rule: str, level: str
    ) -> None:
        """Take note of the codes that nothing in a step raises."""
        for index, code in enumerate(codes):
            if code == "*" or code in raised or code in BUILTIN_CONDITIONS:
                continue
            place = (*at, index)
            can = ", ".join(raised) or "none of its own"
            near = nearest(code, raised)
            message = f"nothing in this step raises {code!r}{near} (it can raise: {can})"
            is_listed = place in self._document.values
            self._say(place if is_listed else at, rule, message, level=level)

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

    def _optional(self, value: Value | None, at: Path, sight: Sight) -> None:
        if value is not None:
            self._value(value, at, sight)

    def _value(self, value: Value, at: Path, sight: Sight) -> None:
        for inner, expression in value.expressions:
            for reference in expression.references:
                found = sight.problem_with(reference, self._flow)
                if found is not None:
                    self._say((*at, *inner), *found)


def _path_of_pointer(pointer: str, value: Any) -> Path:
    """Return the path that a JSON pointer names in *value*."""
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(name) if isinstance(value, list) else name
        path.append(step)
        value = value[step]
    return tuple(path)
