"""What follows from a flow's text: how it can fail, what it gives, whether it changes anything.

Declared conditions work like checked exceptions: those of the actions that a flow calls and of its
`fail`s leave it, minus what it catches. The result is the flow's contract, which `invoke` enforces
and every door publishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..contract import Condition, Contract
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
)

Conditions = dict[str, Condition]
FindContract = Callable[[str], Contract | None]
"""Returns the contract of an action by name, None if there is no such action."""


def conditions_of(flow: Flow, find: FindContract) -> Conditions:
    """Return the conditions that can leave a flow, by code; the runtime's own are not listed."""
    return _of_step(flow.body, find, {})


def conditions_of_work(step: Step, find: FindContract) -> Conditions:
    """Return the conditions that a step's own work can raise, before it catches any of them."""
    return _of_work(step, find, {})


def contract_of(flow: Flow, find: FindContract) -> Contract:
    """Return the contract of a flow, as far as the contracts of its actions are known."""
    return Contract(
        name=flow.name,
        title=flow.title or flow.name,
        category=flow.category or "Flows",
        description=flow.description,
        access=frozenset(flow.access) if flow.access is not None else None,
        effect="steps",
        input=dict(flow.inputs),
        output=output_schema(flow),
        errors=conditions_of(flow, find),
        source=flow.source,
    )


def output_schema(flow: Flow) -> dict[str, Any]:
    """Return the JSON Schema of a flow's output: its names; their types are not inferred."""
    catches = any(clause.result is not None for clause in flow.body.catch)
    returns = any(isinstance(step, ReturnStep) for step in all_steps(flow.body))
    if flow.outputs is None:
        is_empty = not (catches or returns)
        return {"type": "object", **({"maxProperties": 0} if is_empty else {})}
    schema: dict[str, Any] = {"type": "object", "properties": {name: {} for name in flow.outputs}}
    if not catches:
        schema["additionalProperties"] = False
    if not (catches or returns or flow.body.catch):
        schema["required"] = list(flow.outputs)
    return schema


def changes_data(flow: Flow, find: FindContract) -> bool:
    """Return whether any action that the flow may call has an effect."""
    called = (step.action for step in all_steps(flow.body) if isinstance(step, ActionStep))
    contracts = (find(name) for name in called)
    return any(contract is None or contract.effect != "none" for contract in contracts)


def all_steps(step: Step) -> Iterator[Step]:
    """Yield a step and every step inside it, its handlers included, in the order of the file."""
    pending = [step]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed([inner for group in _groups(current) for inner in group]))


def called_actions(flow: Flow) -> set[str]:
    """Return the names of the actions that a flow may call."""
    return {step.action for step in all_steps(flow.body) if isinstance(step, ActionStep)}


def _body(step: Step) -> Iterator[tuple[Step, ...]]:
    """Yield the lists of steps that make up a step's own work."""
    if isinstance(step, BlockStep | ForStep):
        yield step.steps
    elif isinstance(step, SwitchStep):
        for case in step.cases:
            yield case.steps


def _groups(step: Step) -> Iterator[tuple[Step, ...]]:
    yield from _body(step)
    for clause in step.catch:
        yield clause.steps
    yield step.finally_
    yield step.undo


def _of_steps(steps: Iterable[Step], find: FindContract, caught: Conditions) -> Conditions:
    found: Conditions = {}
    for step in steps:
        for code, condition in _of_step(step, find, caught).items():
            found.setdefault(code, condition)
    return found


def _of_step(step: Step, find: FindContract, caught: Conditions) -> Conditions:
    """Return what can leave a step; *caught* is what `error` may be where it stands."""
    left = _of_work(step, find, caught)
    raised = _of_steps(step.finally_, find, caught)
    for clause in step.catch:
        taken = _taken(clause, left)
        raised |= _of_steps(clause.steps, find, taken)
        if clause.condition is None:
            left = {code: condition for code, condition in left.items() if code not in taken}
    return left | raised


def _taken(clause: Clause, left: Conditions) -> Conditions:
    """Return what a clause may be asked about of what the clauses before it have left."""
    if clause.on == ("*",):
        return left
    return {code: left[code] for code in clause.on if code in left}


def _of_work(step: Step, find: FindContract, caught: Conditions) -> Conditions:
    if isinstance(step, ActionStep):
        contract = find(step.action)
        return dict(contract.errors) if contract is not None else {}
    if isinstance(step, FailStep):
        return _of_fail(step, caught)
    found: Conditions = {}
    for steps in _body(step):
        for code, condition in _of_steps(steps, find, caught).items():
            found.setdefault(code, condition)
    return found


def _of_fail(step: FailStep, caught: Conditions) -> Conditions:
    if step.again is not None:
        return caught
    title = step.error_title or step.code
    constant = step.message.constant if step.message and step.message.is_constant else None
    condition = Condition(step.code, step.status or 500, title, str(constant or title))
    return {step.code: condition}
