"""What steps give to their actions, held against the actions' contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...contract import Contract
from ...violations import nearest
from ..document import Path
from ..model import ActionStep, Trigger
from .literals import check_literals
from .subject import Subject, fix_of


def check_calls(subject: Subject) -> None:
    """Refuse calls of what there is not, and inputs that cannot be right."""
    for step in subject.steps:
        if isinstance(step, ActionStep):
            _check_call(subject, step)
    for trigger in subject.flow.triggers:
        _check_trigger(subject, trigger)


def _check_call(subject: Subject, step: ActionStep) -> None:
    contract = subject.find(step.action)
    at = (*step.at, "action")
    if contract is None:
        near = (
            nearest(step.action, subject.contracts) or "; 'cartflow actions' lists those there are"
        )
        message = f"there is no action {step.action!r}{near}"
        subject.say(at, "unknown-action", message)
        return
    if contract.deprecated:
        message = f"{step.action!r} is deprecated: {contract.deprecated}"
        subject.say(at, "deprecated-action", message)
    given = step.input.raw
    _check_names(subject, contract, given, (*step.at, "with"))
    for name in contract.input.get("required", ()):
        if name not in given:
            message = f"{contract.name!r} needs the input {name!r}; give it under 'with'"
            subject.say(at, "missing-input", message)
    dynamic = [path for path, _ in step.input.expressions]
    check_literals(subject, contract, given, dynamic, (*step.at, "with"))


def _check_trigger(subject: Subject, trigger: Trigger) -> None:
    """Hold the inputs of a trigger against the flow's own."""
    contract = subject.contracts[subject.flow.name]
    _check_names(subject, contract, trigger.inputs, (*trigger.at, "inputs"))
    for name in contract.input.get("required", ()):
        if name not in trigger.inputs:
            message = f"the flow needs the input {name!r}; give it under 'inputs' of the trigger"
            subject.say(trigger.at, "missing-input", message)
    raw = {name: value.raw for name, value in trigger.inputs.items()}
    dynamic = [
        (name, *path) for name, value in trigger.inputs.items() for path, _ in value.expressions
    ]
    check_literals(subject, contract, raw, dynamic, (*trigger.at, "inputs"))


def _check_names(subject: Subject, contract: Contract, given: Mapping[str, Any], at: Path) -> None:
    """Refuse the inputs that an action does not have."""
    members = contract.input.get("properties", {})
    if contract.input.get("additionalProperties") is not False:
        return
    taken = set(given)
    for name in given:
        if name not in members:
            known = ", ".join(members) or "none"
            near = nearest(name, members)
            message = f"{contract.name!r} has no input {name!r}{near} (it has: {known})"
            fix = fix_of(name, members, taken)
            taken.update(fix or ())
            subject.say((*at, name), "unknown-input", message, key=True, fix=fix)
