"""Answers of mocks: what they leave out comes from the contract, and they may not lie."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...contract import Contract
from ...errors import BUILTIN_CONDITIONS, ActionError
from ...outcome import Identified, declare
from ...violations import nearest, violations
from ..document import Path
from .model import Answer

_NEVER: Final = frozenset(("CANCELLED", "UNKNOWN_ACTION"))
"""The runtime's codes that no action answers with."""


def completed(contract: Contract, told: Mapping[str, Any]) -> Any:
    """Return the `output` that is *told* merged over the first example output of a contract.

    Objects are merged member by member; everything else, lists too, takes the example's place.
    """
    examples = (example["output"] for example in contract.examples if "output" in example)
    example: Any = copy.deepcopy(next(examples, {}))
    return _merged(example, told["output"]) if "output" in told else example


def _merged(example: Any, given: Any) -> Any:
    if not isinstance(example, dict) or not isinstance(given, dict):
        return given
    return example | {name: _merged(example.get(name), value) for name, value in given.items()}


def lies_in_output(contract: Contract, output: Any) -> Iterator[tuple[Path, str]]:
    """Yield path and message of everything that the contract does not promise of an output."""
    for found in violations(contract.output_validator, contract.output, output):
        names = found["path"].split("/")[1:]
        yield tuple(name.replace("~1", "/").replace("~0", "~") for name in names), found["message"]


def lie_in_error(contract: Contract, code: str) -> str | None:
    """Return why an action cannot answer with this code; None if it can."""
    codes = [*contract.errors, *(code for code in BUILTIN_CONDITIONS if code not in _NEVER)]
    if code in codes:
        return None
    declared = ", ".join(contract.errors) or "no error of its own"
    near = nearest(code, codes) or f"; it declares {declared}"
    return f"{contract.name!r} does not answer with {code!r}{near}"


def error_of(answer: Answer, contract: Contract, call: Identified) -> ActionError:
    """Return the error of an answer, as `invoke` would hand it to a caller."""
    members = answer.error or {}
    error = ActionError(members["code"], members.get("message"), **members.get("data", {}))
    if error.code in contract.errors:
        return declare(error, contract, call)
    error.message = error.message or error.title
    error.invocation_id = call.id
    return error
