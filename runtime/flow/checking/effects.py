"""Effects that nobody takes back when what follows them fails."""

from __future__ import annotations

from ...contract import Contract
from ..model import (
    ActionStep,
    FailStep,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
    WaitStep,
)
from ..walk import Part, work_of
from .reach import truth_of
from .subject import Subject


def check_effects(subject: Subject) -> None:
    """Warn of effects without `undo` before something that can fail.

    Only those whose contract says how to take them back: elsewhere the author had no choice.
    """
    _check_step(subject, subject.flow.body, may_fail=False)


def _check_step(subject: Subject, step: Step, *, may_fail: bool) -> None:
    """Check what is inside of a step, its clauses included; *may_fail*: so may what follows it."""
    if isinstance(step, ActionStep):
        contract = subject.find(step.action)
        if contract is not None and may_fail:
            _check_call(subject, step, contract)
    elif step.undo:
        return  # it replaces those of the steps inside of it
    is_beside = isinstance(step, ParallelStep | RaceStep)
    is_loop = isinstance(step, ForStep | RepeatStep)
    parts = list(work_of(step))
    for part in parts:
        beside = is_beside and any(_can_fail(other) for other in parts if other is not part)
        again = is_loop and _can_fail(part)
        _check_list(subject, part.steps, may_fail=may_fail or beside or again)
    for clause in step.catch:
        _check_list(subject, clause.steps, may_fail=may_fail)


def _check_list(subject: Subject, steps: tuple[Step, ...], *, may_fail: bool) -> None:
    for step in reversed(steps):
        _check_step(subject, step, may_fail=may_fail)
        may_fail = may_fail or _fails(step)


def _check_call(subject: Subject, step: ActionStep, contract: Contract) -> None:
    if contract.undo and contract.effect != "none" and not step.undo:
        message = (
            f"what {step.action!r} did stays when a later step fails; add"
            f" 'undo: {{ action: {contract.undo['action']}, … }}', as its contract proposes"
        )
        subject.say((*step.at, "action"), "missing-undo", message)


def _can_fail(part: Part) -> bool:
    return any(map(_fails, part.steps))


def _fails(step: Step) -> bool:
    """Return whether a step can fail on purpose: what only a bad expression does is not counted."""
    clauses = [clause.steps for clause in step.catch]
    is_caught = any("*" in it.on and truth_of(it.condition) is True for it in step.catch)
    work = [part.steps for part in work_of(step)]
    inside = any(map(_fails, [inner for steps in (*clauses, step.finally_) for inner in steps]))
    return inside or (not is_caught and (_raises(step) or any(map(_fails, sum(work, ())))))


def _raises(step: Step) -> bool:
    has_timeout = step.timeout is not None
    if isinstance(step, WaitStep):
        return has_timeout or (step.event is not None and step.event.timeout is not None)
    return has_timeout or isinstance(step, ActionStep | FailStep)
