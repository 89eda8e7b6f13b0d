"""What is written down, held against a schema: whole values, and what stands around expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from ...contract import Contract
from ...violations import MAX_DESCRIBED, causes_of, message_of
from ..document import Path
from ..texts import OPENING
from .subject import Subject

_BY_CONTENT: Final = frozenset(
    "allOf anyOf oneOf not const enum contains minContains maxContains uniqueItems".split()  # noqa: SIM905  a list of words reads better
)
"""Keywords whose verdict on an object or list depends on the values in it."""

_CONDITIONAL: Final = frozenset(
    "then else dependentSchemas unevaluatedProperties unevaluatedItems".split()  # noqa: SIM905  a list of words reads better
)
"""Keywords whose verdict may depend on values that stand elsewhere."""


def check_literals(
    subject: Subject,
    contract: Contract,
    given: Mapping[str, Any],
    dynamic: Iterable[Path],
    at: Path,
) -> None:
    """Refuse the literals that an action's input schema refuses.

    Args:
        subject: What is checked.
        contract: The action's.
        given: What is given to it, as it stands in the file; unknown and missing names are not
            told here.
        dynamic: The paths inside of it where expressions stand.
        at: Where it stands in the file.
    """
    holes = list(dynamic)
    value = _without_nulls(contract, _written(given))
    errors = contract.input_validator.iter_errors(value)
    causes = (cause for error in errors for cause in causes_of(error))
    for error in islice(causes, MAX_DESCRIBED):
        path = tuple(error.instance_path)
        if not path and error.kind.name in ("required", "additionalProperties"):
            continue
        if _depends(path, error, holes):
            continue
        message = message_of(error, contract.input, value)
        kind: Any = error.kind
        unknown = kind.value if kind.name == "additionalProperties" else ()
        is_key = len(unknown) == 1
        subject.say((*at, *path, *(unknown if is_key else ())), "bad-literal", message, key=is_key)


def _without_nulls(contract: Contract, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given without the nulls that mean: absent."""
    required = contract.input.get("required", ())
    return {name: value for name, value in given.items() if value is not None or name in required}


def _depends(path: Path, error: Any, holes: Iterable[Path]) -> bool:
    """Return whether a violation may go away with what the expressions will give."""
    keywords = {error.kind.name, *map(str, error.schema_path)}
    for hole in holes:
        if path[: len(hole)] == hole or keywords & _CONDITIONAL:
            return True
        if hole[: len(path)] == path and keywords & _BY_CONTENT:
            return True
    return False


def _written(value: Any) -> Any:
    """Return a value as it will be given: `$${{` stands for the delimiter itself."""
    if isinstance(value, str):
        return value.replace("$" + OPENING, OPENING)
    if isinstance(value, Mapping):
        return {name: _written(member) for name, member in value.items()}
    return [_written(item) for item in value] if isinstance(value, list) else value
