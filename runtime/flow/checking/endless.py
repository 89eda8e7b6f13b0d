"""Flows that call themselves each time they run, and so never come to an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import ActionStep, Flow, ForStep, Step, SwitchStep
from ..walk import work_of
from .reach import exits_in, truth_of
from .subject import Subject


def check_calls_of_itself(subject: Subject) -> None:
    """Refuse the calls that lead back to the flow without any condition on the way."""
    name = subject.flow.name
    for step in _always(subject.flow):
        way = _way_back(subject, step.action)
        if way is None:
            continue
        through = f", by way of {', '.join(map(repr, way[:-1]))}" if way[1:] else ""
        message = (
            f"the flow {name!r} calls itself here each time it runs{through}, which ends in"
            " LIMIT_EXCEEDED; put the call under an 'if'"
        )
        subject.say((*step.at, "action"), "endless-call", message)


def _way_back(subject: Subject, callee: str) -> tuple[str, ...] | None:
    """Return the flows through which a call leads back, the flow itself last; None if it ends."""
    pending: list[tuple[str, ...]] = [(callee,)]
    seen: set[str] = set()
    while pending:
        way = pending.pop(0)
        if way[-1] == subject.flow.name:
            return way
        flow = subject.flows.get(way[-1])
        if flow is not None and way[-1] not in seen:
            seen.add(way[-1])
            pending.extend((*way, step.action) for step in _always(flow))
    return None


def _always(flow: Flow) -> Iterator[ActionStep]:
    """Yield the steps of a flow that call something whenever it runs to its end."""
    yield from _called(flow.body.steps)
    yield from _called(flow.body.finally_)


def _called(steps: Iterable[Step]) -> Iterator[ActionStep]:
    """Yield the calls in steps up to the first place where the flow may go another way."""
    for step in steps:
        if truth_of(step.condition) is True:
            if isinstance(step, ActionStep):
                yield step
            elif not isinstance(step, SwitchStep | ForStep):  # their steps may never run
                for part in work_of(step):
                    yield from _called(part.steps)
            yield from _called(step.finally_)
        if any(exits_in((step,))):
            return
