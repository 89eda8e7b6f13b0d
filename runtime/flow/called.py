"""What the interpreter needs to know of the actions that a flow calls, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..contract import Contract
from .masking import has_secrets

Contracts = Callable[[str], Contract | None]
"""Looks up the contract of an action or flow by name; None if there is none (any more)."""


class CalledAction:
    """An action, as its caller sees it.

    Attributes:
        contract: The contract that all of this was read from.
        is_remote: Its effect is outside of the database, so an attempt whose outcome nobody knows
            must be repeated as it was.
        drops_null: The inputs that may be absent but not null: given as null they are left out.
        has_secret_input: Whether an input is marked `writeOnly`, or something inside of one.
        has_secret_output: Likewise the output, or all of it if it must not be recorded.
    """

    __slots__ = ("contract", "drops_null", "has_secret_input", "has_secret_output", "is_remote")

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.is_remote = contract.effect in ("keyed", "at_least_once")
        self.drops_null = _droppable(contract)
        self.has_secret_input = has_secrets(contract.input)
        self.has_secret_output = not contract.journal or has_secrets(contract.output)

    def without_nulls(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return *given* without the nulls that mean: absent."""
        if self.drops_null.isdisjoint(given):
            return given
        return {
            name: value
            for name, value in given.items()
            if value is not None or name not in self.drops_null
        }


class CalledActions:
    """The actions that the steps of a flow call, by name.

    A contract is read again when the name stands for another one: flows can be deployed anew.
    """

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._known: dict[str, CalledAction] = {}

    def get(self, name: str) -> CalledAction | None:
        """Return the action called *name*, or None: then `invoke` says that it is unknown."""
        contract = self._contracts(name)
        if contract is None:
            return None
        known = self._known.get(name)
        if known is None or known.contract is not contract:
            known = self._known[name] = CalledAction(contract)
        return known


def is_remote(called: CalledAction | None) -> bool:
    """Return whether the effect of an action is outside; not if it is unknown."""
    return called is not None and called.is_remote


def _droppable(contract: Contract) -> frozenset[str]:
    """Return the optional inputs that the schema refuses as null.

    The validator is asked, not the schema's text: a type may hide behind a `$ref`.
    """
    members = contract.input.get("properties", {})
    optional = set(members).difference(contract.input.get("required", ()))
    nulls = dict.fromkeys(optional)
    errors = contract.input_validator.iter_errors(nulls) if nulls else ()
    refused = (list(error.instance_path) for error in errors)
    return frozenset(str(path[0]) for path in refused if len(path) == 1)
