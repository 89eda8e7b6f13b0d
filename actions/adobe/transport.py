"""GraphQL over HTTP: what requests look like, and what is wrong with those that do not."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from graphql import GraphQLError

from cartflow import InvalidDocumentError, Request, loads

from .errors import AUTHENTICATION, INPUT, refusal

_REFUSALS: Final = {"BODY_TOO_LARGE": "Request body is too large."}
"""Adobe's words for what the door of the runtime refuses; for the rest its own are good."""


class Query(NamedTuple):
    """One operation of a request.

    Attributes:
        text: The document.
        variables: The values of its variables, by name.
        operation_name: Which of several operations of the document is meant.
        may_change: Whether mutations are allowed.
    """

    text: str
    variables: dict[str, Any]
    operation_name: str | None
    may_change: bool


def check_request(request: Request, wording: str) -> None:
    """Refuse what no operation of a request could be answered for.

    Raises:
        GraphQLError: With the words and the category of the platform.
    """
    refused = request.refusal
    if refused is None:
        return
    if refused.code == "NOT_AUTHENTICATED":
        if wording == "2.4.8":  # before, who came with a dead token was a guest
            message = "User token has been revoked"
            raise refusal(message, AUTHENTICATION)
        return
    raise refusal(_REFUSALS.get(refused.code) or refused.message, INPUT)


def queries_of(request: Request, most: int) -> list[Query] | Query:
    """Return the operation of a request, or the list of a batch.

    Args:
        request: A GET with a query, or a POST with a body.
        most: How many operations a batch may have.

    Raises:
        GraphQLError: The request is not understood.
    """
    if request.method != "POST":  # a HEAD is a GET
        members = {**request.query}
        for name in ("variables", "extensions"):
            if members.get(name):
                members[name] = _json(members[name].encode(), f"the query parameter {name!r}")
        return _query(members, may_change=False)
    if "application/json" not in request.headers.get("content-type", "").lower():
        message = "Request content type must be application/json"
        raise refusal(message, INPUT)
    body = _json(request.body, "the body")
    if not isinstance(body, list):
        return _query(body, may_change=True)
    if most == 0:
        message = f"A request holds one operation here, got a list of {len(body)}."
        raise refusal(message, INPUT)
    if not 0 < len(body) <= most:
        message = f"A request may hold 1 to {most} operations, got {len(body)}."
        raise refusal(message, INPUT)
    return [_query(member, may_change=True) for member in body]


def _json(text: bytes, what: str) -> Any:
    try:
        return loads(text, what)
    except InvalidDocumentError as error:
        first = error.problems[0]
        place = f"line {first.line}, column {first.column}: " if first.line else ""
        message = f"{what} cannot be read: {place}{first.message}"
        raise refusal(message, INPUT) from error


def _query(members: Any, *, may_change: bool) -> Query:
    if not isinstance(members, dict):
        raise _malformed("an operation", "an object with the member 'query'", members)
    text = members.get("query")
    if not text and _is_hashed(members):
        raise _not_persisted()
    if not isinstance(text, str):
        raise _malformed("'query'", "the text of a query", text)
    variables = members.get("variables") or {}
    if not isinstance(variables, dict):
        raise _malformed("'variables'", "an object", variables)
    name = members.get("operationName") or None
    if name is not None and not isinstance(name, str):
        raise _malformed("'operationName'", "a name", name)
    return Query(text, variables, name, may_change)


def _is_hashed(members: dict[str, Any]) -> bool:
    extensions = members.get("extensions")
    return isinstance(extensions, dict) and "persistedQuery" in extensions


def _not_persisted() -> GraphQLError:
    """Return what clients that send a hash first take as a request for the text itself."""
    extensions = {"category": INPUT, "code": "PERSISTED_QUERY_NOT_SUPPORTED"}
    return GraphQLError("PersistedQueryNotSupported", extensions=extensions)


_NAMES: Final = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "true or false",
    type(None): "nothing",
}


def _malformed(what: str, expected: str, got: Any) -> GraphQLError:
    message = f"{what}: expected {expected}, got {_NAMES.get(type(got), 'a number')}"
    return refusal(message, INPUT)
