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
    """

    def __init__(self, scripts: Mapping[str, Any], world: World) -> None:
        self.calls: list[tuple[str, Any, str]] = []
        """Name, input and path of each invocation."""
        self.began_at: list[float] = []
        self._scripts = scripts
        self._world = world
        self._count: dict[str, int] = {}

    def input_of(self, name: str) -> Mapping[str, Any]:
        """Return the input schema of an action."""
        schema: Mapping[str, Any] = self._scripts.get(name, {}).get("input", {})
        return schema

    def begin(self, name: str, given: Any, path: str) -> tuple[float, Any, FlowError | None]:
        self.calls.append((name, given, path))
        self.began_at.append(self._world.now)
        if name not in self._scripts:
            return 0.0, None, FlowError("UNKNOWN_ACTION", 404)
        script = self.answer_of(name)
        takes = seconds(script.get("takes", "0s"), {})
        if script.get("cancels"):
            self._world.cancel()
        if "error" in script:
            return takes, None, error_of(script["error"])
        return takes, given if script.get("echo") else script.get("output", {}), None

    def answer_of(self, name: str) -> Mapping[str, Any]:
        """Return the next answer of an action."""
        script = self._scripts[name]
        answers = script.get("sequence", [script])
        number = self._count.get(name, 0)
        self._count[name] = number + 1
        answer: Mapping[str, Any] = answers[min(number, len(answers) - 1)]
        return answer


def without_nulls(given: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out a null for an input that is optional and does not take null."""
    dropped = set()
    for name in set(schema.get("properties", {})) - set(schema.get("required", [])):
        found = jsonschema.Draft202012Validator(schema).iter_errors({name: None})
        dropped |= {name for error in found if list(error.path) == [name]}
    return {k: v for k, v in given.items() if v is not None or k not in dropped}


def error_of(description: Any) -> FlowError:
    """Return the error that a script describes."""
    members = {"code": description} if isinstance(description, str) else dict(description)
    known = STATUS.get(members["code"], 500), members["code"] in RETRYABLE
    return FlowError(**{"status": known[0], "retryable": known[1], **members})
