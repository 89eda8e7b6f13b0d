"""Error codes that a step names: whether anything in it can raise them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...contract import Condition
from ...errors import BUILTIN_CONDITIONS
from ...violations import nearest
from ..document import Path
from ..inference import called_actions, conditions_of
from ..model import FailStep, Step
from .subject import Subject, codes_of, fix_of


def check_codes(subject: Subject, step: Step, raised: Mapping[str, Condition]) -> None:
    """Refuse to catch what a step cannot raise; warn of retries that never happen.

    Args:
        subject: What is checked.
        step: A step whose actions all are known.
        raised: What its work can raise.
    """
    for clause in step.catch:
        _codes(subject, (*clause.at, "on"), clause.on, raised, "impossible-catch")
    if step.retry is None:
        return
    at = step.retry.at
    if step.retry.on is not None:
        _codes(subject, (*at, "on"), step.retry.on, raised, "impossible-retry")
    elif not any(condition.retryable for condition in _sources(subject, step)):
        message = "no error of this step is marked retryable; name those to try again under 'on'"
        subject.say(at, "impossible-retry", message)


def _sources(subject: Subject, step: Step) -> Iterator[Condition]:
    """Yield the conditions of the actions inside of a step, as their contracts mark them."""
    for name in called_actions(step):
        yield from subject.contracts[name].errors.values()


def _codes(
    subject: Subject,
    at: Path,
    codes: tuple[str, ...],
    raised: Mapping[str, Condition],
    rule: str,
) -> None:
    """Take note of the codes that nothing in a step raises."""
    taken = set(codes)
    for index, code in enumerate(codes):
        if code == "*" or code in raised or code in BUILTIN_CONDITIONS:
            continue
        place = (*at, index)
        known = list(codes_of(raised))
        can = ", ".join(raised) or "none of its own"
        near = nearest(code, known)
        message = f"nothing in this step raises {code!r}{near} (it can raise: {can})"
        fix = fix_of(code, known, taken)
        taken.update(fix or ())
        subject.say(place if subject.is_written(place) else at, rule, message, fix=fix)


def check_leaving_errors(subject: Subject) -> None:
    """Warn of errors of a flow's own that leave it although its `errors` lists others only."""
    declared = subject.flow.errors
    if not declared:
        return
    leaving = conditions_of(subject.flow, subject.find)
    for step in subject.steps:
        if isinstance(step, FailStep) and step.code in leaving and step.code not in declared:
            near = nearest(step.code, declared)
            message = f"{step.code!r} leaves the flow, but 'errors' does not list it{near}"
            message += "" if near else "; add it there, or catch it"
            subject.say((*step.at, "fail", "code"), "unlisted-error", message)
