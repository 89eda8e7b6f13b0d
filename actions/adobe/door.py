"""The door: from a request to a response."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from graphql import GraphQLError, OperationType, execute_sync, get_operation_ast

from cartflow import CartflowError, Request, Response

from .call import Call
from .documents import Documents, RefusedDocumentError, Rules, documents_of
from .errors import INPUT, cause_of, document_of, is_internal, refusal, status_of
from .limits import Limits
from .schema import schema
from .transport import Query, check_request, queries_of

log = logging.getLogger("cartflow")

_HEADERS: Final = {"Cache-Control": "no-store"}


class _Answer(NamedTuple):
    """What one operation is answered with, and the HTTP status that 2.4.8 gives it."""

    body: dict[str, Any]
    status: int


def answer(request: Request) -> Response:
    """Return the response to a request, whatever is wrong with it."""
    settings = request.settings
    wording = settings["wording"]
    try:
        check_request(request, wording)
        queries = queries_of(request, settings["max_batch"])
    except GraphQLError as error:
        refused = _refused([error])
        return _response(refused.body, refused.status, wording)
    documents = documents_of(_rules(request))
    if isinstance(queries, Query):
        single = _answer(queries, Call(request, wording), documents)
        return _response(single.body, single.status, wording)
    answers = [_answer(query, Call(request, wording), documents) for query in queries]
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
    return Rules(limits, settings["max_document_bytes"], settings["introspection"])


def _answer(query: Query, call: Call, documents: Documents) -> _Answer:
    try:
        document = documents.get(query.text)
    except RefusedDocumentError as refused:
        return _refused(refused.errors)
    operation = get_operation_ast(document, query.operation_name)
    if operation and operation.operation != OperationType.QUERY and not query.may_change:
        message = "Mutation requests allowed only for POST requests"
        return _refused([refusal(message, INPUT)])
    result = execute_sync(
        schema(),
        document,
        context_value=call,
        variable_values=query.variables,
        operation_name=query.operation_name,
        hide_suggestions=not call.request.settings["introspection"],
    )
    errors = result.errors or []
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
    """Tell what nobody expected; what actions ended with is in the log already."""
    for error in errors:
        cause = cause_of(error)
        if is_internal(error) and not isinstance(cause, CartflowError):
            log.error("the GraphQL field %s failed: %s", error.path, error, exc_info=cause)
