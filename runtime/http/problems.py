"""Errors as problem documents (RFC 9457): one shape, whatever went wrong."""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import HTTPException

from ..errors import (
    BUILTIN_CONDITIONS,
    ActionError,
    BuiltinCondition,
    DatabaseError,
    InvalidDocumentError,
)
from ..jsontext import dumps

log = logging.getLogger("cartflow")

MEDIA_TYPE: Final = "application/problem+json"

DOOR_CONDITIONS: Final = {
    "ROUTE_NOT_FOUND": BuiltinCondition(404, "No Such Route"),
    "METHOD_NOT_ALLOWED": BuiltinCondition(405, "Method Not Allowed"),
    "BODY_TOO_LARGE": BuiltinCondition(413, "Body Too Large"),
    "UNSUPPORTED_MEDIA_TYPE": BuiltinCondition(415, "Unsupported Media Type"),
    "MALFORMED_BODY": BuiltinCondition(400, "Malformed Body"),
    "BAD_REQUEST": BuiltinCondition(400, "Bad Request"),
    "DATABASE_UNAVAILABLE": BuiltinCondition(503, "Database Unavailable", retryable=True),
}
"""What can be wrong with a request before any action hears of it."""

CONDITIONS: Final = {**BUILTIN_CONDITIONS, **DOOR_CONDITIONS}
"""Every condition that belongs to no contract."""

_CODES_BY_STATUS: Final = {
    404: "ROUTE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


def type_of_condition(code: str, action: str | None = None) -> str:
    """Return the address of the page that describes a condition."""
    if action is None or code in CONDITIONS:
        return f"/problems/{code}"
    return f"/problems/{action}/{code}"


def door_error(code: str, message: str, **data: Any) -> ActionError:
    """Return an error of the door itself."""
    error = ActionError(code, message, **data)
    condition = DOOR_CONDITIONS[code]
    error.status, error.title, error.retryable = condition
    return error


def unavailable(error: DatabaseError) -> ActionError:
    """Return what is told of a database that cannot be used; what is wrong goes to the log."""
    log.error("%s", error)
    message = "the database cannot be used now; the log of the server says why"
    return door_error("DATABASE_UNAVAILABLE", message)


def problem(error: ActionError, action: str | None = None) -> Response:
    """Return the problem document of an error that *action* answered with, or the door itself."""
    document = {
        "type": type_of_condition(error.code, action),
        "title": error.title,
        "status": error.status,
        "detail": error.message or error.title,
        "code": error.code,
        "data": error.data,
        "invocation_id": error.invocation_id,
    }
    if error.invocation_id is not None:
        document["instance"] = f"urn:cartflow:invocation:{error.invocation_id}"
    response = Response(dumps(document), error.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if error.retryable:
        response.headers["Retry-After"] = "1"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = _challenge(error)
    return response


def _challenge(error: ActionError) -> str:
    """Return what a 401 asks for (RFC 6750), and whether it is about the token that was sent."""
    is_refused = error.code == "NOT_AUTHENTICATED" and "HTTP_AUTHORIZATION" in request.environ
    return 'Bearer realm="cartflow"' + (', error="invalid_token"' if is_refused else "")


def of_document(error: InvalidDocumentError) -> ActionError:
    """Return the error of a body that is not the JSON that it should be."""
    first = error.problems[0]
    if first.rule == "too-large":
        return door_error("BODY_TOO_LARGE", f"{first.message}; send less")
    violations = [
        {"path": found.pointer, "message": found.message, "rule": found.rule}
        for found in error.problems
    ]
    place = f"line {first.line}, column {first.column}: " if first.line else ""
    message = f"the body cannot be read: {place}{first.message}"
    return door_error("MALFORMED_BODY", message, violations=violations)


def of_http(error: HTTPException, path: str) -> Response:
    """Return the problem of a request that does not get as far as a view."""
    status = error.code or 500
    code = _CODES_BY_STATUS.get(status, "BAD_REQUEST")
    message = _SENTENCES.get(code, error.description or "the request cannot be understood")
    response = problem(door_error(code, message.format(path=path)))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


_SENTENCES: Final = {
    "ROUTE_NOT_FOUND": "there is nothing at {path!r}; GET /openapi.json lists what there is",
    "METHOD_NOT_ALLOWED": "{path!r} does not take this method; see the header 'Allow'",
    "BODY_TOO_LARGE": "expected at most 1 MiB; send less",
}


def of_database(error: DatabaseError) -> Response:
    """Return the problem of a database that cannot be used."""
    return problem(unavailable(error))


def of_crash(error: Exception, incident: str, code: str = "INTERNAL") -> Response:
    """Return the problem of an exception that nobody expected, and log it under *incident*."""
    log.error("request %s failed", incident, exc_info=error)
    internal = ActionError(code)
    internal.invocation_id = incident
    internal.message = f"the request failed inside; the log has the details of {incident}"
    return problem(internal)
