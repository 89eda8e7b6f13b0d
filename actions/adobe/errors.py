"""Errors as Adobe Commerce answers them: message, category, and HTTP status where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from graphql import GraphQLError

INPUT: Final = "graphql-input"
NO_SUCH_ENTITY: Final = "graphql-no-such-entity"
ALREADY_EXISTS: Final = "graphql-already-exists"
AUTHORIZATION: Final = "graphql-authorization"
AUTHENTICATION: Final = "graphql-authentication"

INTERNAL_MESSAGE: Final = "Internal server error"

_MAX_CHARACTERS: Final = 1_000
_MAX_LOCATIONS: Final = 20
"""What is said about an error must not be many times as long as what was sent."""

_STATUSES: Final = {AUTHENTICATION: 401, AUTHORIZATION: 403}


def refusal(message: str, category: str, **extensions: Any) -> GraphQLError:
    """Return an error for the client, with more members of `extensions`."""
    return GraphQLError(message, extensions={"category": category, **extensions})


def shortened(message: str) -> str:
    """Return a message, cut off if it repeats too much of what was sent."""
    if len(message) <= _MAX_CHARACTERS:
        return message
    return message[: _MAX_CHARACTERS - 1] + "…"


def cause_of(error: GraphQLError) -> Exception | None:
    """Return the exception behind an error; None if it is one of GraphQL, or meant as it is."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def is_internal(error: GraphQLError) -> bool:
    """Return whether an error was nobody's intention.

    That is an exception behind it that is not an action's, an action's own of status 500, or what
    the library finds wrong with a value of ours: of all that is said on purpose while a field is
    resolved, the category is known.
    """
    cause = cause_of(error)
    if cause is not None:
        return getattr(cause, "status", 500) == 500
    return error.path is not None and not error.extensions


def document_of(error: GraphQLError) -> dict[str, Any]:
    """Return an error as the client sees it: message, locations, path, extensions."""
    document: dict[str, Any] = {**error.formatted}
    document["message"] = shortened(error.message)
    if "locations" in document:
        document["locations"] = document["locations"][:_MAX_LOCATIONS]
    if is_internal(error):
        document["message"] = INTERNAL_MESSAGE
        document.pop("extensions", None)
    elif cause_of(error) is None and not error.extensions:  # of validation
        document["extensions"] = {"category": INPUT}
    return document


def status_of(errors: Sequence[GraphQLError], *, is_executed: bool) -> int:
    """Return the HTTP status of 2.4.8; the first error that has one of its own decides.

    Args:
        errors: All errors of an answer.
        is_executed: Whether the request got as far as being executed; else it is at fault itself.
    """
    for error in errors:
        if is_internal(error):
            return 500
        status = _STATUSES.get((error.extensions or {}).get("category", ""))
        if status is not None:
            return status
    return 200 if is_executed else 400
