"""Errors as clients of Salesforce know them: its codes, in arrays.

A request that is refused as a whole is `[{"errorCode": …, "message": …}]`; an input of an action
that failed has its errors in its result, under `statusCode`.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import flask

from ...contract import Condition, Contract
from ...errors import ActionError
from ...jsontext import dumps

_CODES: Final = {
    "INVALID_INPUT": "INVALID_API_INPUT",
    "NOT_AUTHENTICATED": "INVALID_SESSION_ID",
    "NOT_AUTHORIZED": "INSUFFICIENT_ACCESS_OR_READONLY",
    "UNKNOWN_ACTION": "NOT_FOUND",
    "BUSY": "UNABLE_TO_LOCK_ROW",
    "INTERNAL": "UNKNOWN_EXCEPTION",
    "UNDECLARED_ERROR": "UNKNOWN_EXCEPTION",
    "INVALID_OUTPUT": "UNKNOWN_EXCEPTION",
    "ROUTE_NOT_FOUND": "NOT_FOUND",
    "MALFORMED_BODY": "JSON_PARSER_ERROR",
    "DATABASE_UNAVAILABLE": "SERVER_UNAVAILABLE",
}
"""Codes of the runtime and of its doors to those of the platform; the others stay as they are."""


_NO_CODE: Final = "UNDEFINED"
"""What is published of a condition that has no code."""


class Published(NamedTuple):
    """Code and status under which an error is told."""

    code: str
    status: int


def published(error: ActionError, contract: Contract | None = None) -> Published:
    """Return how the platform tells an error; what *contract* declares, as it says."""
    condition = contract.errors.get(error.code) if contract is not None else None
    if contract is None or condition is None:
        return Published(_CODES.get(error.code, error.code), error.status)
    return published_condition(condition, contract)


def published_condition(condition: Condition, contract: Contract) -> Published:
    """Return how the platform tells a condition of an action.

    Where one code is published for several conditions, that one, if it says anything. For flows
    none is: whoever calls one learns what really happened.
    """
    told = condition.published
    if told is None or told["code"] == _NO_CODE or contract.effect == "steps":
        told = {"code": condition.code, "status": condition.status}
    # clients take 401 for the end of their session, and sign in again to repeat the call
    return Published(told["code"], 400 if told["status"] == 401 else told["status"])


def refused(code: str, message: str, status: int = 400) -> ActionError:
    """Return the error of a request that is refused as a whole, in the words of the platform."""
    error = ActionError(code, message)
    error.status = status
    return error


def refusal(error: ActionError) -> flask.Response:
    """Return the response to a request that is refused as a whole."""
    code, status = published(error)
    answer = json_response([{"errorCode": code, "message": error.message or error.title}], status)
    if error.retryable:
        answer.headers["Retry-After"] = "1"
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="cartflow"'
    return answer


def json_response(value: Any, status: int = 200) -> flask.Response:
    """Return a value as a response that nobody keeps."""
    answer = flask.Response(dumps(value), status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
