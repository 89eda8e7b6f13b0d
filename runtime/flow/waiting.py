"""`wait` and `emit`: what a flow waits for, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .commands import Emit, Sleep, SleepUntil, WaitForEvent
from .limits import as_text
from .model import EmitStep, EventPattern, WaitStep
from .scope import Scope
from .times import seconds, time_of
from .trampoline import Work


def wait(step: WaitStep, scope: Scope) -> Work:
    """Come to the event that is waited for; to nothing if it is a time."""
    if step.event is not None:
        return (yield _wait_for_event(step.event, scope))
    if step.until is not None:
        yield SleepUntil(time_of(step.until.evaluate(scope)), scope.is_shielded)
    elif step.duration is not None:
        yield Sleep(seconds(step.duration, scope), False, scope.is_shielded)
    return None


def _wait_for_event(pattern: EventPattern, scope: Scope) -> WaitForEvent:
    condition = pattern.condition

    def matches(event: Mapping[str, Any]) -> bool:
        return condition is None or bool(condition.evaluate(scope.seeing(event=event)))

    timeout_s = None if pattern.timeout is None else seconds(pattern.timeout, scope)
    return WaitForEvent(pattern.type, matches, timeout_s, scope.is_shielded)


def emit(step: EmitStep, scope: Scope, source: str) -> Work:
    """Come to the event that has been sent.

    Args:
        step: What to send.
        scope: Where.
        source: The `source` of the event.
    """
    event: dict[str, Any] = {"specversion": "1.0", "type": step.type, "source": source}
    if step.subject is not None:
        subject = step.subject.evaluate(scope)
        if subject is not None:
            event["subject"] = as_text(subject)
    if step.data is not None:
        event["data"] = step.data.evaluate(scope)
    return (yield Emit(event, scope.is_shielded))
