"""What may leave an action: outputs and errors that its contract promises, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, NoReturn, Protocol

from .contract import Contract
from .errors import BUILTIN_CONDITIONS, ActionError
from .violations import nearest, violations

log = logging.getLogger("cartflow")


class Identified(Protocol):
    """Anything that knows the id of its invocation; it may be made only when asked for."""

    @property
    def id(self) -> str:
        """The id of the invocation."""


_MAY_PASS = frozenset(
    {"NOT_AUTHENTICATED", "NOT_AUTHORIZED", "LIMIT_EXCEEDED"}
    | {code for code, condition in BUILTIN_CONDITIONS.items() if condition.status >= 500}
)
"""The runtime's errors that may leave an action whose handler invoked another one. The rest say
something about the *inner* call, which the caller of the outer one could only misunderstand."""


def declare(error: ActionError, contract: Contract, call: Identified) -> ActionError:
    """Return the error as the contract declares it, ready for any caller.

    A code that the contract does not name becomes `UNDECLARED_ERROR`, its details go to the log.
    """
    condition = contract.errors.get(error.code)
    if condition is not None:
        error.status = condition.status
        error.title = condition.title
        error.retryable = condition.retryable
        error.message = error.message or condition.message_for(error.data)
        error.invocation_id = call.id
        return error
    if error.invocation_id is not None and error.code in _MAY_PASS:
        return error
    log.error(
        "invocation %s: %r raised %s, which its contract does not declare (declared: %s)",
        call.id,
        contract.name,
        error,
        ", ".join(contract.errors) or "none",
        exc_info=error,
    )
    return failed("UNDECLARED_ERROR", call)


def failed(code: str, call: Identified) -> ActionError:
    """Return an error that tells the caller nothing but where to look: the invocation's id."""
    error = ActionError(code)
    error.invocation_id = call.id
    error.message = f"the call failed inside; the log has the details of invocation {call.id}"
    return error


def check_output(contract: Contract, output: Any, call: Identified) -> None:
    """Refuse an output that the contract does not promise.

    Raises:
        ActionError: `INVALID_OUTPUT`; what is wrong goes to the log.
    """
    try:
        if contract.output_validator.is_valid(output):
            return
        found: object = violations(contract.output_validator, contract.output, output)
    except (TypeError, ValueError) as error:
        found = f"not a JSON value: {error}"
    log.error("invocation %s: output of %r is not valid: %s", call.id, contract.name, found)
    refused = failed("INVALID_OUTPUT", call)
    raise refused


def crashed(contract: Contract, error: Exception, call: Identified) -> ActionError:
    """Return `INTERNAL` for an exception that nobody expected, and log it."""
    log.error("invocation %s: %r failed", call.id, contract.name, exc_info=error)
    return failed("INTERNAL", call)


def unknown_action(name: str, known: Iterable[str]) -> NoReturn:
    """Raise `UNKNOWN_ACTION`, with the nearest name there is."""
    error = ActionError("UNKNOWN_ACTION", action=name)
    error.message = f"action {name!r} is not registered{nearest(name, known)}"
    raise error
