"""What follows from a flow's text: how it can fail, what it gives, whether it changes anything.

Declared conditions work like checked exceptions: those of the actions that a flow calls and of its
`fail`s leave it, minus what it catches. The result is the flow's contract, which `invoke` enforces
and every door publishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from ..contract import Condition, Contract
from .model import (
    ActionStep,
    Clause,
    FailStep,
    Flow,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
)
from .types.flow import FlowTypes
from .types.written import object_schema
from .walk import all_steps, work_of

Conditions = dict[str, Condition]
_REPEATING = (ForStep, RepeatStep, ParallelStep, RaceStep)
"""Steps whose parts may run after, or beside, each other."""

_MOST_ROUNDS: Final = 4
"""How often the outputs of flows in a circle are inferred."""

FindContract = Callable[[str], Contract | None]
"""Returns the contract of an action by name, None if there is no such action."""


def conditions_of(flow: Flow, find: FindContract) -> Conditions:
    """Return the conditions that can leave a flow, by code; the runtime's own are not listed.

    One stays `retryable`, which promises that nothing happened, only if no step before can have
    had an effect, on any way to it. What a `finally` raises may leave a flow that is cancelled past
    every `catch` (7).
    """
    found = _of_step(flow.body, find, {})
    for step in all_steps(flow.body):
        if step.finally_:
            within = conditions_within(flow.body, find)
            _add(found, _of_steps(step.finally_, find, within), is_first=False)
    return found


def conditions_of_work(step: Step, find: FindContract, caught: Conditions) -> Conditions:
    """Return the conditions that a step's own work can raise, before it catches any of them.

    Args:
        step: The step.
        find: Knows the actions.
        caught: What `error` may be around the step.
    """
    return _of_work(step, find, caught)


def conditions_within(step: Step, find: FindContract) -> Conditions:
    """Return the conditions that any step inside of *step* raises, wherever they are caught."""
    found: Conditions = {}
    for inner in all_steps(step):
        if isinstance(inner, ActionStep | FailStep):
            _add(found, _of_work(inner, find, {}))
    return found


def shares_of(step: Step, raised: Conditions) -> tuple[list[tuple[Clause, Conditions]], Conditions]:
    """Return what each clause of `catch` can be asked about, and what they all leave."""
    left, shares = raised, []
    for clause in step.catch:
        taken = left
        if clause.on != ("*",):
            taken = {code: left[code] for code in clause.on if code in left}
        shares.append((clause, taken))
        if clause.condition is None:
            left = {code: condition for code, condition in left.items() if code not in taken}
    return shares, left


def contract_of(flow: Flow, find: FindContract) -> Contract:
    """Return the contract of a flow, as far as the contracts of its actions are known."""
    return infer({flow.name: flow}, find)[flow.name]


def infer(flows: Mapping[str, Flow], find: FindContract) -> dict[str, Contract]:
    """Return the contracts of flows that may call each other, and themselves.

    Each begins with a contract that says nothing of its output and promises the most of its
    errors; what follows from that is right about the output, however often it is asked. So flows
    that go round in a circle are asked until no promise changes, but for their outputs only a few
    times: a type that holds itself would grow for ever.

    Args:
        flows: The flows by name.
        find: Knows everything else that they call.
    """
    found = {name: _contract(flow, {}, {}, reads_only=True) for name, flow in flows.items()}

    def known(name: str) -> Contract | None:
        return found.get(name) or find(name)

    order, is_circle = _callees_first(flows)
    before: Any = None
    promises: Any = {}
    rounds = 0
    while promises != before:
        before, promises = promises, {}
        for name in order:
            flow = flows[name]
            output = output_schema(flow, known) if rounds < _MOST_ROUNDS else found[name].output
            errors = conditions_of(flow, known)
            found[name] = _contract(flow, output, errors, reads_only=not changes_data(flow, known))
            retryable = {code: condition.retryable for code, condition in errors.items()}
            promises[name] = (retryable, found[name].reads_only, output)
        rounds += 1
        if not is_circle:
            break
    return found


def _contract(
    flow: Flow, output: dict[str, Any], errors: Conditions, *, reads_only: bool
) -> Contract:
    return Contract(
        name=flow.name,
        title=flow.title or flow.name,
        category=flow.category or "Flows",
        description=flow.description,
        access=frozenset(flow.access) if flow.access is not None else None,
        effect="steps",
        input=dict(flow.inputs),
        output={"type": "object", **output},
        errors=errors,
        reads_only=reads_only,
        source=flow.source,
    )


def _callees_first(flows: Mapping[str, Flow]) -> tuple[list[str], bool]:
    """Return the names in an order in which what is called comes first; whether there is none."""
    calls = {name: called_actions(flow.body) & flows.keys() for name, flow in flows.items()}
    order: dict[str, None] = {}
    while len(order) < len(calls):
        ready = [name for name in calls if name not in order and calls[name] <= order.keys()]
        if not ready:
            return [*order, *(name for name in calls if name not in order)], True
        order.update(dict.fromkeys(ready))
    return list(order), False


def output_schema(flow: Flow, find: FindContract) -> dict[str, Any]:
    """Return the JSON Schema of a flow's output, as far as types are known."""
    return object_schema(FlowTypes(flow, find).output())


def changes_data(flow: Flow, find: FindContract) -> bool:
    """Return whether any action that the flow may call has an effect."""
    return _may_change((flow.body,), find)


def called_actions(step: Step) -> set[str]:
    """Return the names of the actions that a step, or any step inside of it, may call."""
    return {inner.action for inner in all_steps(step) if isinstance(inner, ActionStep)}


def _may_change(steps: Iterable[Step], find: FindContract) -> bool:
    """Return whether any action that the steps may call has an effect."""
    contracts = (find(name) for step in steps for name in called_actions(step))
    return any(contract is None or contract.has_effect for contract in contracts)


def _add(found: Conditions, more: Conditions, *, is_first: bool = True) -> None:
    """Add conditions; one promises that nothing happened only if each of its sources does.

    Args:
        found: What is added to.
        more: What is added.
        is_first: Whether nothing with an effect can have happened before.
    """
    for code, condition in more.items():
        known = found.setdefault(code, condition)
        if known.retryable and not (is_first and condition.retryable):
            found[code] = replace(known, retryable=False)


def _of_steps(steps: Iterable[Step], find: FindContract, caught: Conditions) -> Conditions:
    found: Conditions = {}
    is_first = True
    for step in steps:
        _add(found, _of_step(step, find, caught), is_first=is_first)
        is_first = is_first and not _may_change((step,), find)
    return found


def _of_step(step: Step, find: FindContract, caught: Conditions) -> Conditions:
    """Return what can leave a step; *caught* is what `error` may be where it stands."""
    raised = _of_work(step, find, caught)
    if not (step.retry or step.catch or step.finally_):
        return raised
    shares, left = shares_of(step, raised)
    is_first = not _may_change((step,), find)
    found: Conditions = {}
    _add(found, left, is_first=is_first or not (step.retry or step.finally_))
    for clause, taken in shares:
        _add(found, _of_steps(clause.steps, find, taken), is_first=is_first)
    _add(found, _of_steps(step.finally_, find, caught), is_first=is_first)
    return found


def _of_work(step: Step, find: FindContract, caught: Conditions) -> Conditions:
    if isinstance(step, ActionStep):
        contract = find(step.action)
        return dict(contract.errors) if contract is not None else {}
    if isinstance(step, FailStep):
        return _of_fail(step, caught)
    is_first = not (isinstance(step, _REPEATING) and _may_change((step,), find))
    found: Conditions = {}
    for part in work_of(step):
        _add(found, _of_steps(part.steps, find, caught), is_first=is_first)
    return found


def _of_fail(step: FailStep, caught: Conditions) -> Conditions:
    if step.again is not None:
        return caught
    title = step.error_title or step.code
    constant = step.message.constant if step.message and step.message.is_constant else None
    condition = Condition(step.code, step.status or 500, title, str(constant or title))
    return {step.code: condition}
