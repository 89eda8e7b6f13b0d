"""The door: from a request to a response."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from graphql import GraphQLError, OperationType, get_operation_ast

from cartflow import ActionError, Request, Response

from .call import Call
from .documents import Checked, Documents, RefusedDocumentError, Rules, documents_of
from .errors import INPUT, cause_of, document_of, is_internal, refusal, status_of
from .headers import check_headers
from .limits import Limits, count_root_fields
from .plans import execute_planned
from .schema import schema
from .transport import Query, check_request, queries_of

log = logging.getLogger("cartflow")

_MAX_ERRORS: Final = 100
"""How many errors are told of one operation: a cart of 1000 lines may have one at each field."""

_HEADERS: Final = {"Cache-Control": "no-store"}


class _Answer(NamedTuple):
    """What one operation is answered with, and the HTTP status that 2.4.8 gives it."""

    body: dict[str, Any]
    status: int


class _Part(NamedTuple):
    """One operation that can be executed."""

    query: Query
    checked: Checked
    root_fields: int


def answer(request: Request) -> Response:
    """Return the response to a request, whatever is wrong with it."""
    wording = request.settings["wording"]
    try:
        check_request(request, wording)
        check_headers(request, wording)
        queries = queries_of(request, request.settings["max_batch"])
        parts = _parts_of(request, [queries] if isinstance(queries, Query) else queries)
    except GraphQLError as error:
        refused = _refused([error])
        return _response(refused.body, refused.status, wording)
    answers = [
        part if isinstance(part, _Answer) else _answer(part, Call(request, wording, position))
        for position, part in enumerate(parts)
    ]
    if isinstance(queries, Query):
        return _response(answers[0].body, answers[0].status, wording)
    # each part of a batch has its own errors; no one status would be right for all of them
    return _response([found.body for found in answers], 200, wording)


def options(request: Request) -> Response:
    """Say which methods there are."""
    return Response(204, headers={"Allow": "GET, POST, OPTIONS"})


def _response(body: Any, status: int, wording: str) -> Response:
    return Response(status if wording == "2.4.8" else 200, body, _HEADERS)


def _rules(request: Request) -> Rules:
    settings = request.settings
    limits = Limits(*(settings[f"max_{name}"] for name in Limits._fields))
    return Rules(limits, settings["max_document_characters"], settings["introspection"])


def _parts_of(request: Request, queries: Sequence[Query]) -> list[_Part | _Answer]:
    """Return each operation of a request, or why it cannot be executed.

    Raises:
        GraphQLError: Together they ask for too much, so that none is executed.
    """
    settings = request.settings
    most, length = settings["max_document_characters"], sum(len(query.text) for query in queries)
    if length > most and len(queries) > 1:
        message = f"The queries are too long: expected at most {most} characters, got {length}."
        raise refusal(message, INPUT)
    documents = documents_of(_rules(request))
    parts = [_part_of(query, documents) for query in queries]
    most = settings["max_root_fields"]
    count = sum(part.root_fields for part in parts if isinstance(part, _Part))
    if count > most:
        message = f"Max query root fields should be {most} but got {count}."
        raise refusal(message, INPUT)
    return parts


def _part_of(query: Query, documents: Documents) -> _Part | _Answer:
    try:
        checked = documents.get(query.text)
    except RefusedDocumentError as refused:
        return _refused(refused.errors)
    document = checked.document
    operation = get_operation_ast(document, query.operation_name)
    if operation is None:  # which one is meant, execution will ask
        return _Part(query, checked, 0)
    if operation.operation != OperationType.QUERY and not query.may_change:
        message = "Mutation requests allowed only for POST requests"
        return _refused([refusal(message, INPUT)])
    return _Part(query, checked, count_root_fields(document, operation))


def _answer(part: _Part, call: Call) -> _Answer:
    result = execute_planned(
        schema(),
        part.checked.document,
        part.checked.plans,
        context_value=call,
        variable_values=part.query.variables,
        operation_name=part.query.operation_name,
        hide_suggestions=not call.request.settings["introspection"],
    )
    errors = (result.errors or [])[:_MAX_ERRORS]
    _log(errors)
    body: dict[str, Any] = {"errors": [document_of(error) for error in errors]} if errors else {}
    body["data"] = result.data
    if call.adjustments:
        body["extensions"] = {"adjustments": call.adjustments}
    return _Answer(body, status_of(errors, is_executed=True) if errors else 200)


def _refused(errors: Sequence[GraphQLError]) -> _Answer:
    body = {"errors": [document_of(error) for error in errors]}
    return _Answer(body, status_of(errors, is_executed=False))


def _log(errors: Sequence[GraphQLError]) -> None:
    """Tell what nobody expected, once; what actions ended with is in the log already."""
    told: list[Exception] = []
    for error in errors:
        cause = cause_of(error)
        if not is_internal(error) or isinstance(cause, ActionError) or cause in told:
            continue
        # the error as text shows the query around it, where passwords may stand
        log.error("the GraphQL field %s failed: %s", error.path, error.message, exc_info=cause)
        if cause is not None:
            told.append(cause)
