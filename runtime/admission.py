"""Who may call, and with what: asked before anything else happens."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from .contract import Contract
from .errors import ActionError
from .principal import Principal
from .violations import violation, violations

MAX_KEY_LENGTH = 255
GUEST_KEY_LENGTH = 22
"""All guests share one scope, so their keys must not be guessable: 22 characters of base64 hold
128 random bits."""


def admit(
    contract: Contract, given: Mapping[str, Any] | None, principal: Principal
) -> Mapping[str, Any]:
    """Return the input of a call that may go on, with the defaults of its top level filled in.

    Raises:
        ActionError: `NOT_AUTHENTICATED`, `NOT_AUTHORIZED` or `INVALID_INPUT`.
    """
    if contract.access is not None or principal.kind == "integration":
        _check_access(contract, principal)
    if type(given) is not dict and (given is None or isinstance(given, Mapping)):
        given = dict(given or ())
    try:
        is_valid = contract.input_validator.is_valid(given)
        found = [] if is_valid else violations(contract.input_validator, contract.input, given)
    except (TypeError, ValueError) as error:  # a Python object that JSON does not know
        raise _invalid_input(contract, [violation(str(error), "json", given)]) from error
    if not is_valid:
        raise _invalid_input(contract, found)
    if not contract.defaults:
        return given
    return {name: _own(value) for name, value in contract.defaults.items()} | given


def _own(default: Any) -> Any:
    """Return a default that a handler may change without changing the contract."""
    return copy.deepcopy(default) if isinstance(default, dict | list) else default


def fitting_key(key: str) -> str:
    """Return a key that was made from a caller's, short enough for an index, however long it is."""
    return key if len(key) <= MAX_KEY_LENGTH else sha256(key.encode()).hexdigest()


def check_key(key: str, principal: Principal) -> None:
    """Refuse an idempotency key that could not keep one call apart from all others.

    Raises:
        ActionError: `INVALID_INPUT`.
    """
    least = GUEST_KEY_LENGTH if principal.kind == "guest" else 1
    if least <= len(key) <= MAX_KEY_LENGTH and key.isprintable():
        return
    wanted = f"{least} to {MAX_KEY_LENGTH} printable characters"
    why = ", at least 128 of its bits random, because guests share one scope" if least > 1 else ""
    message = f"the idempotency key must have {wanted}{why}; it has {len(key)}"
    error = ActionError("INVALID_INPUT", message, violations=[violation(message, "key", key)])
    raise error


def _check_access(contract: Contract, principal: Principal) -> None:
    access = contract.access
    if access is None or principal.kind in access:
        if principal.may_invoke(contract.name):
            return
        error = ActionError("NOT_AUTHORIZED")
        error.message = (
            f"the API key does not cover {contract.name!r}; it needs the scope"
            f" 'actions:invoke' or 'actions:invoke:{contract.name}'"
        )
        raise error
    kinds = " or ".join(sorted(access))
    error = ActionError("NOT_AUTHENTICATED" if principal.kind == "guest" else "NOT_AUTHORIZED")
    error.message = f"{contract.name!r} is for {kinds}; the caller is {principal.kind}"
    raise error


def _invalid_input(contract: Contract, found: list[dict[str, str]]) -> ActionError:
    said = "; ".join(f"{v['path']}: {v['message']}" if v["path"] else v["message"] for v in found)
    message = f"the input of {contract.name!r} is not valid: {said}"
    return ActionError("INVALID_INPUT", message, violations=found)
