"""Which steps can be reached: what stands behind a step that nothing gets past never runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ...errors import ActionError
from ..expressions import NO_NAMES, Value
from ..model import (
    BlockStep,
    BreakStep,
    ContinueStep,
    FailStep,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    SwitchStep,
)
from ..walk import parts_of, work_of
from .subject import Subject

_EXITS = (FailStep, ReturnStep, BreakStep, ContinueStep)


def truth_of(condition: Value | None) -> bool | None:
    """Return whether a condition always or never holds; None if that depends. None is always."""
    if condition is None:
        return True
    if any(expression.references for _, expression in condition.expressions):
        return None
    try:
        return bool(condition.evaluate(NO_NAMES))
    except ActionError:  # such as a division by zero: that is told when it runs
        return None


def is_passed(step: Step) -> bool:
    """Return whether the flow can go on behind a step."""
    if truth_of(step.condition) is not True:
        return True
    if step.finally_ and not is_passable(step.finally_):
        return False
    if any(is_passable(clause.steps) for clause in step.catch):
        return True
    return _completes(step)


def is_passable(steps: Iterable[Step]) -> bool:
    """Return whether the end of a list of steps can be reached."""
    return all(map(is_passed, steps))


def _completes(step: Step) -> bool:
    """Return whether a step's own work can come to its end."""
    if isinstance(step, _EXITS):
        return False
    if isinstance(step, ForStep):
        return True  # the list may be empty
    if isinstance(step, SwitchStep):
        has_else = any(truth_of(case.condition) is True for case in step.cases)
        return not has_else or any(is_passable(case.steps) for case in step.cases)
    if isinstance(step, RepeatStep):
        return is_passable(step.steps) or _leaves_loop(step.steps)
    if isinstance(step, RaceStep):
        return any(is_passable(branch.steps) for branch in step.branches)
    if isinstance(step, ParallelStep):
        return all(is_passable(branch.steps) for branch in step.branches)
    return not isinstance(step, BlockStep) or is_passable(step.steps)


def _leaves_loop(steps: Iterable[Step]) -> bool:
    """Return whether there is a `break` or `continue` that belongs to the loop around *steps*."""
    pending = list(steps)
    while pending:
        step = pending.pop()
        if isinstance(step, BreakStep | ContinueStep):
            return True
        if not isinstance(step, ForStep | RepeatStep):
            pending.extend(inner for part in work_of(step) for inner in part.steps)
        pending.extend(inner for clause in step.catch for inner in clause.steps)
    return False


def check_reach(subject: Subject) -> None:
    """Warn of steps, cases and clauses that never run."""
    for step in (subject.flow.body, *subject.steps):
        if step.condition is not None and truth_of(step.condition) is False:
            message = "the condition never holds, so the step never runs; remove it, or mend 'if'"
            subject.say((*step.at, "if"), "unreachable-step", message)
        for part in parts_of(step):
            _check_list(subject, part.steps)
        if isinstance(step, SwitchStep):
            _check_cases(subject, step)
        _check_clauses(subject, step)


def _check_list(subject: Subject, steps: tuple[Step, ...]) -> None:
    """Warn of the first step that stands behind one that nothing gets past."""
    for step, behind in pairwise(steps):
        if not is_passed(step):
            what = f"the {step.kind!r}" if isinstance(step, _EXITS) else "the step"
            message = (
                f"the step never runs: nothing gets past {what} before it; remove it, or give that"
                " an 'if'"
            )
            subject.say(behind.at, "unreachable-step", message)
            return


def _check_cases(subject: Subject, step: SwitchStep) -> None:
    decided = False
    for case in step.cases:
        holds = truth_of(case.condition)
        if decided:
            message = (
                "the case never runs, because a case before it always holds; remove one of them"
            )
            subject.say(case.at, "unreachable-step", message)
        elif holds is False:
            message = "the condition never holds, so the case never runs; remove it, or mend 'if'"
            subject.say((*case.at, "if"), "unreachable-step", message)
        decided = decided or holds is True


def _check_clauses(subject: Subject, step: Step) -> None:
    """Warn of clauses of `catch` whose codes all are caught before."""
    caught: set[str] = set()
    for clause in step.catch:
        if caught and ("*" in caught or caught.issuperset(clause.on)):
            message = "the clause is never asked: those before it catch these errors; remove it"
            subject.say((*clause.at, "on"), "unreachable-step", message)
        if truth_of(clause.condition) is True:
            caught.update(clause.on)


def exits_in(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield every `return`, `fail`, `break` and `continue` inside of steps."""
    for step in steps:
        if isinstance(step, _EXITS):
            yield step
        for part in parts_of(step):
            yield from exits_in(part.steps)
