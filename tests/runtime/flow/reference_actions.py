"""The scripted actions that the reference interpreter calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema

from .reference_requests import FlowError
from .reference_time import World
from .reference_values import seconds

STATUS = {
    "INVALID_INPUT": 400,
    "NOT_AUTHENTICATED": 401,
    "NOT_AUTHORIZED": 403,
    "UNKNOWN_ACTION": 404,
    "IN_PROGRESS": 409,
    "IDEMPOTENCY_KEY_REUSED": 422,
    "EXPRESSION_FAILED": 422,
    "LIMIT_EXCEEDED": 422,
    "CANCELLED": 499,
    "INVALID_OUTPUT": 500,
    "UNDECLARED_ERROR": 500,
    "INTERNAL": 500,
    "BUSY": 503,
    "TIMEOUT": 504,
}
RETRYABLE = ("BUSY", "IN_PROGRESS")


class Scripted:
    """Actions that answer as their scripts say: see `Script` in `lab`.

    Args:
        scripts: By name.
        world: The one that the run is in.
        caller: The kind of principal that calls. None: contracts are not looked at.
    """

    def __init__(self, scripts: Mapping[str, Any], world: World, caller: str | None) -> None:
        self.calls: list[tuple[str, Any, str]] = []
        """Name, input and path of each invocation."""
        self.began_at: list[float] = []
        self._scripts = scripts
        self._world = world
        self._caller = caller
        self._count: dict[str, int] = {}

    def taken(self, name: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an input as an action is given it."""
        return without_nulls(given, refusing_null(self._scripts.get(name, {}).get("input", {})))

    def begin(self, name: str, given: Any, path: str) -> tuple[float, Any, FlowError | None]:
        """Return what an action takes, and what it comes to."""
        script = self._scripts.get(name)
        if script is not None and (refused := self._refusal(script, given)) is not None:
            return 0.0, None, refused
        self.calls.append((name, given, path))
        self.began_at.append(self._world.now)
        if script is None:
            return 0.0, None, FlowError("UNKNOWN_ACTION", 404)
        answer = self.answer_of(name)
        takes = seconds(answer.get("takes", "0s"), {})
        if answer.get("cancels"):
            self._world.cancel()
        output, error = self._outcome(script, answer, given)
        return takes, output, error

    def _refusal(self, script: Mapping[str, Any], given: Any) -> FlowError | None:
        if self._caller is None:
            return None
        return refusal(self._caller, script) or invalid_input(script.get("input", {}), given)

    def _outcome(
        self, script: Mapping[str, Any], answer: Mapping[str, Any], given: Any
    ) -> tuple[Any, FlowError | None]:
        if "crash" in answer:
            return None, FlowError("INTERNAL")
        if "error" in answer:
            error = error_of(answer["error"])
            declared = script.get("errors", {})
            if self._caller is None:
                return None, error
            if error.code not in declared:
                return None, FlowError("UNDECLARED_ERROR")
            error.status, error.retryable = 409, declared[error.code]
            return None, error
        output = given if answer.get("echo") else answer.get("output", {})
        schema = script.get("output_schema", {})
        if self._caller is not None and not is_valid(schema, output):
            return None, FlowError("INVALID_OUTPUT")
        return output, None

    def answer_of(self, name: str) -> Mapping[str, Any]:
        """Return the next answer of an action."""
        script = self._scripts[name]
        answers = script.get("sequence", [script])
        number = self._count.get(name, 0)
        self._count[name] = number + 1
        answer: Mapping[str, Any] = answers[min(number, len(answers) - 1)]
        return answer


def without_nulls(given: Mapping[str, Any], refusing: set[str]) -> Mapping[str, Any]:
    """Leave out a null for an input that is optional and does not take null."""
    return {k: v for k, v in given.items() if v is not None or k not in refusing}


def refusing_null(schema: Mapping[str, Any]) -> set[str]:
    """Return the inputs of an action that are optional and do not take null."""
    names = set(schema.get("properties", {})) - set(schema.get("required", []))
    found = jsonschema.Draft202012Validator(schema).iter_errors(dict.fromkeys(names))
    return {str(error.path[0]) for error in found if len(error.path) == 1}


def error_of(description: Any) -> FlowError:
    """Return the error that a script describes."""
    members = {"code": description} if isinstance(description, str) else dict(description)
    known = STATUS.get(members["code"], 500), members["code"] in RETRYABLE
    return FlowError(**{"status": known[0], "retryable": known[1], **members})


def is_valid(schema: Any, value: Any) -> bool:
    """Return whether a value satisfies a schema."""
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def invalid_input(schema: Mapping[str, Any], given: Any) -> FlowError | None:
    """Return what is wrong with an input; None if nothing is."""
    found = list(jsonschema.Draft202012Validator(schema).iter_errors(given))
    if not found:
        return None
    violations = [{"path": error.json_path, "rule": error.validator} for error in found]
    return FlowError("INVALID_INPUT", 400, data={"violations": violations})


def schemas_of(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas of a flow's inputs, by name."""
    inputs = flow.get("inputs", {}).items()
    return {name: {"type": it} if isinstance(it, str) else it for name, it in inputs}


def is_optional(schema: Mapping[str, Any]) -> bool:
    """Return whether an input may be absent."""
    return "default" in schema or bool(schema.get("optional"))


def refusing_null_of(flow: Mapping[str, Any]) -> set[str]:
    """Return the inputs of a flow that are optional and do not take null."""
    schemas = schemas_of(flow).items()
    return {name for name, it in schemas if is_optional(it) and not is_valid(it, None)}


def check_call(flow: Mapping[str, Any], given: Mapping[str, Any], caller: str | None) -> None:
    """Look at the call of a flow, if contracts count.

    Raises:
        FlowError: The caller may not, or the input is not one.
    """
    if caller is None:
        return
    if (refused := refusal(caller, flow)) is not None:
        raise refused
    schemas = schemas_of(flow)
    missing = {name for name, schema in schemas.items() if not is_optional(schema)} - given.keys()
    if missing or not all(is_valid(schemas.get(n, False), value) for n, value in given.items()):
        raise FlowError("INVALID_INPUT", 400)


def refusal(caller: str, document: Mapping[str, Any]) -> FlowError | None:
    """Return why somebody may not call an action or flow; None if he may."""
    if caller in document.get("access", [caller]):
        return None
    code = "NOT_AUTHENTICATED" if caller == "guest" else "NOT_AUTHORIZED"
    return FlowError(code, STATUS[code])
