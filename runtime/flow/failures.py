"""Errors on their way through a flow: what is asked of them, and what is written on them.

An error that has been raised is not changed any more, only copied: the trace keeps the original.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import BUILTIN_CONDITIONS, ActionError
from ..violations import type_of
from .limits import as_text
from .model import Clause, Retry

CANCELLED: Final = "CANCELLED"

NEVER_BY_STAR: Final = frozenset(
    {CANCELLED, "INVALID_INPUT", "EXPRESSION_FAILED"}
    | {"INVALID_OUTPUT", "UNDECLARED_ERROR", "INTERNAL"}
)
"""What `retry: {on: "*"}` leaves out: trying again would give the same, or hide a defect."""


def says_nothing(error: ActionError) -> bool:
    """Return whether an error leaves it open what became of an *earlier* attempt.

    Only conditions of the action itself are answers; those of the runtime (contention, a refused
    caller) may have come before anybody looked.
    """
    return error.code in BUILTIN_CONDITIONS


def is_cancellation(error: ActionError) -> bool:
    """Return whether an error is `CANCELLED`, or has taken the place of that in a `finally` (4)."""
    members: Any = error.to_json()
    while isinstance(members, Mapping):
        if members.get("code") == CANCELLED:
            return True
        data = members.get("data")
        members = data.get("cause") if isinstance(data, Mapping) else None
    return False


def as_binding(error: ActionError) -> dict[str, Any]:
    """Return what `error` stands for in expressions."""
    return {**error.to_json(), "step": error.step, "action": error.action}


def with_data(error: ActionError, **data: Any) -> ActionError:
    """Return a copy of *error* whose `data` has more members."""
    return with_members(error, data={**error.data, **data})


def with_members(error: ActionError, **members: Any) -> ActionError:
    """Return a copy of *error* with other members."""
    copy = ActionError(error.code, error.message)
    vars(copy).update({**vars(error), **members})
    return copy


def expression_failed(message: str, **data: Any) -> ActionError:
    """Return the error of a value that cannot be used where it stands."""
    return ActionError("EXPRESSION_FAILED", message, **data)


def is_retried(retry: Retry, error: ActionError) -> bool:
    """Return whether an attempt that failed with *error* is worth another one."""
    if error.code == CANCELLED:
        return False
    if retry.on is None:
        return error.retryable
    if "*" in retry.on:
        return error.code not in NEVER_BY_STAR
    return error.code in retry.on


def names_error(clause: Clause, error: ActionError) -> bool:
    """Return whether `on` of a clause covers *error*."""
    return error.code in clause.on or ("*" in clause.on and error.code != CANCELLED)


def error_from(value: Any) -> ActionError:
    """Return the error that `fail: ${{ … }}` describes.

    Raises:
        ActionError: `EXPRESSION_FAILED` if the value is not an error.
    """
    members = value if isinstance(value, Mapping) else {}
    status, data = members.get("status"), members.get("data", {})
    if (
        not isinstance(members.get("code"), str)
        or not (isinstance(status, int) and 400 <= status <= 599)
        or not isinstance(data, Mapping)
    ):
        message = (
            "'fail' raises an error again: expected an object with 'code' (a string),"
            f" 'status' (400 to 599) and perhaps 'data' (an object), got {type_of(value)}"
        )
        raise expression_failed(message)
    error = ActionError(members["code"], **data)
    error.status = status
    error.title = as_text(members.get("title", error.title))
    error.message = as_text(members.get("message", error.title))
    error.step, error.action = members.get("step"), members.get("action")
    return error
