"""Durations and times as a step meets them: written down, or what an expression gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .durations import EXPECTED, seconds_of
from .failures import expression_failed
from .model import Duration, Retry
from .scope import Scope


def seconds(duration: Duration, scope: Scope) -> float:
    """Return a length of time in seconds, 0 or more.

    Raises:
        ActionError: `EXPRESSION_FAILED` if its expression does not give a duration.
    """
    if duration.seconds is not None:
        return duration.seconds
    assert duration.value is not None  # a duration is known, or an expression
    found = seconds_of(duration.value.evaluate(scope))
    if found is None:
        message = f"the value of '{_name(duration.at)}' is no duration; {EXPECTED}"
        raise expression_failed(message)
    return found


def time_of(value: Any) -> datetime:
    """Return a time that is written as RFC 3339 says.

    Raises:
        ActionError: `EXPRESSION_FAILED` if it is none.
    """
    found = parse_time(value)
    if found is None:
        message = "the value of 'until' is no time; expected RFC 3339 such as 2026-03-01T12:00:00Z"
        raise expression_failed(message)
    return found


def parse_time(value: Any) -> datetime | None:
    """Return a time, aware, or None if *value* is not one as RFC 3339 writes it."""
    if not isinstance(value, str) or len(value) < len("2026-03-01T12:00:00Z"):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def retry_delay_s(retry: Retry, failed_attempts: int, scope: Scope) -> float:
    """Return the seconds between an attempt that failed and the next one, before jitter.

    Raises:
        ActionError: `EXPRESSION_FAILED` if an expression does not give a duration.
    """
    delay_s = seconds(retry.delay, scope)
    max_delay_s = seconds(retry.max_delay, scope)
    for _ in range(failed_attempts - 1):
        if delay_s >= max_delay_s:
            break
        delay_s *= retry.backoff
    return min(delay_s, max_delay_s)


def _name(path: tuple[str | int, ...]) -> str:
    return str(path[-1]) if path else "timeout"
