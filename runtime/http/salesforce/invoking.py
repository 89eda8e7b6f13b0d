"""Calling an action for several inputs: one result for each, in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import flask

from ...admission import check_key, fitting_key
from ...application import Application
from ...errors import ActionError, DatabaseError
from ...jsontext import dumps
from ...principal import Principal
from ...together import Refusal
from ..problems import unavailable
from ..reading import Environ, input_of
from .catalogue import Entry
from .describing import INTERVIEW_STATUS
from .errors import json_response, published, refused

MAX_INPUTS: Final = 200
"""For how many inputs an action may be called at once."""

MAX_OUTPUT: Final = 16 << 20
"""How many characters of JSON may have been answered before an action is called once more."""

Inputs = Sequence[dict[str, Any]]


class Result(NamedTuple):
    """What became of one input.

    Attributes:
        document: What the caller is told.
        status: The status of the answer if it is the only one.
        is_retryable: Nothing happened: trying again is safe.
    """

    document: dict[str, Any]
    status: int = 200
    is_retryable: bool = False


Results = list[Result]


def inputs_of(environ: Environ) -> Inputs:
    """Return the inputs that stand in the body of a request.

    Raises:
        ActionError: The body is not the JSON that it should be, or has too many of them.
    """
    body = input_of(environ)
    given = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(given, list) or len(body) > 1:
        message = """expected {"inputs": [{"NAME": VALUE, …}, …]}, and no other member"""
        raise refused("JSON_PARSER_ERROR", message)
    for index, item in enumerate(given):
        if not isinstance(item, dict):
            message = f"expected an object as input {index}; an action without inputs takes {{}}"
            raise refused("JSON_PARSER_ERROR", message)
    if not given:
        message = "expected at least one input; an action without inputs takes one empty object"
        raise refused("INVALID_API_INPUT", message)
    if len(given) > MAX_INPUTS:
        message = f"expected at most {MAX_INPUTS} inputs, got {len(given)}; send several requests"
        raise refused("LIMIT_EXCEEDED", message)
    return given


def invoke_each(
    application: Application,
    entry: Entry,
    inputs: Inputs,
    principal: Principal,
    key: str | None,
    most: int = MAX_OUTPUT,
) -> Results:
    """Call an action once for each input: what fails does not keep the others from happening.

    Args:
        application: Whose action it is.
        entry: The action.
        inputs: One for each call.
        principal: Who calls.
        key: Idempotency key of the whole; each of several calls has one of its own.
        most: How many characters of outputs are enough; then the rest fails without being called.

    Raises:
        ActionError: `INVALID_INPUT`: it is no idempotency key.
    """
    if key is not None:
        check_key(key, principal)
    results: Results = []
    length = 0
    for index, given in enumerate(inputs):
        own = key if key is None or len(inputs) == 1 else fitting_key(f"{key}.{index}")
        given = entry.called.without_nulls(given)
        try:
            _check_length(length, most)
            output = application.invoke(entry.contract.name, given, principal=principal, key=own)
        except ActionError as error:
            results.append(_failed(entry, error, given))
        except DatabaseError as error:  # what was done so far is told all the same
            down = unavailable(error)
            results += [_failed(entry, down, it) for it in inputs[index:]]
            break
        else:
            if index + 1 < len(inputs):  # an only one is written once
                length += len(dumps(output))
            results.append(_succeeded(entry, output))
    return results


def _check_length(length: int, most: int) -> None:
    if length > most:
        message = "the outputs before this one are too long together; send fewer inputs at once"
        raise refused("LIMIT_EXCEEDED", message)


def invoke_together(
    application: Application, entry: Entry, inputs: Inputs, principal: Principal
) -> Results:
    """Call an action for all inputs in one transaction: one that fails takes all back.

    Raises:
        ActionError: What the action does outside of the database could not be taken back; or the
            transaction as a whole failed.
    """
    if entry.contract.effect not in ("none", "transactional"):
        kind = "a flow" if entry.is_flow else "an action with effects outside"
        message = (
            f"{entry.name!r} is {kind}, which one transaction cannot hold, and the setting"
            " 'salesforce_partial_save' is off; send one input at a time"
        )
        raise refused("INVALID_API_INPUT", message)
    given = [entry.called.without_nulls(it) for it in inputs]
    found = application.invoke_together(entry.contract.name, given, principal=principal)
    if not isinstance(found, Refusal):
        return [_succeeded(entry, output) for output in found]
    message = f"input {found.position} failed, and all or none are done; nothing was done"
    errors = [_error(_ROLLED_BACK, message)]
    return [
        _failed(entry, found.error, it)
        if position == found.position
        else Result(_document(entry, errors, None, found.error.invocation_id), 400)
        for position, it in enumerate(given)
    ]


_ROLLED_BACK: Final = "ALL_OR_NONE_OPERATION_ROLLED_BACK"


def answer_of(results: Results) -> flask.Response:
    """Return the answer with the results.

    An only result has the status of its error, and tells code and message at its top level too,
    where clients look for those of a request; several have 400 if any of them failed.
    """
    documents = [result.document for result in results]
    if len(results) > 1:
        return json_response(documents, max(min(result.status, 400) for result in results))
    [only] = results
    if only.document["errors"]:
        first = only.document["errors"][0]
        documents = [
            {**only.document, "errorCode": first["statusCode"], "message": first["message"]}
        ]
    answer = json_response(documents, only.status)
    if only.is_retryable:
        answer.headers["Retry-After"] = "1"
    return answer


def _succeeded(entry: Entry, output: Any) -> Result:
    values = output if isinstance(output, dict) else {"output": output}
    if entry.is_flow:
        values = values | {INTERVIEW_STATUS: "Finished"}
    return Result(_document(entry, None, values or None))


def _failed(entry: Entry, error: ActionError, given: Mapping[str, Any]) -> Result:
    code, status = published(error, entry.contract)
    message = error.message or error.title
    found = list(_violations(entry, error, given))
    errors = [_error(code, said, fields) for said, fields in found] or [_error(code, message)]
    outputs = {INTERVIEW_STATUS: "Error"} if entry.is_flow else None
    document = _document(entry, errors, outputs, error.invocation_id)
    return Result(document, status, error.retryable)


def _error(code: str, message: str, fields: Sequence[str] = ()) -> dict[str, Any]:
    return {"statusCode": code, "message": message, "fields": list(fields)}


def _violations(
    entry: Entry, error: ActionError, given: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    """Yield what is wrong with an input, each with the parameters that it is about."""
    if error.code != "INVALID_INPUT":
        return
    for name in entry.contract.input.get("required", ()):
        if name not in given:
            yield f"Missing required input parameter: {name}", [name]
    for found in error.data.get("violations", ()):
        path, message = found["path"], found["message"]
        if path:
            yield f"{path}: {message}", [path.split("/")[1]]
        elif found["rule"] != "required":
            yield message, []


def _document(
    entry: Entry,
    errors: list[dict[str, Any]] | None,
    outputs: Mapping[str, Any] | None,
    invocation: str | None = None,
) -> dict[str, Any]:
    return {
        "actionName": entry.name,
        "errors": errors,
        "invocationId": invocation,
        "isSuccess": errors is None,
        "outcome": None,
        "outputValues": outputs,
        "sortOrder": -1,
        "version": 1,
    }
