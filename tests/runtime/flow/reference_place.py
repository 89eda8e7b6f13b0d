"""What the reference interpreter knows of the place of a step, and small questions about steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .reference_requests import FlowError
from .reference_values import condition, evaluate, seconds

NEVER_BY_STAR = (
    *("CANCELLED", "INVALID_INPUT", "EXPRESSION_FAILED"),
    *("INVALID_OUTPUT", "UNDECLARED_ERROR", "INTERNAL"),
)

Step = Mapping[str, Any]


@dataclass
class Exit:
    """`return`, `break` or `continue`."""

    kind: str
    output: Any = None


@dataclass
class Together:
    """What is cancelled together: the flow, a branch, or what a timeout limits."""

    is_cancelled: bool = False


@dataclass
class Place:
    """What a step sees, and what it is part of."""

    document: Step
    names: dict[str, Any]
    results: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    """Of the flow, of the turn inside it, of the turn inside that …"""
    together: Together = field(default_factory=Together)
    shielded: bool = False
    error: FlowError | None = None
    """What the innermost handler around it is about."""

    def all_names(self) -> dict[str, Any]:
        steps: dict[str, Any] = dict.fromkeys(ids_in(self.document))
        for results in self.results:
            steps |= results
        return {**self.names, "steps": steps}

    def value(self, value: Any) -> Any:
        return evaluate(value, self.all_names())

    def holds(self, value: Any) -> bool:
        return bool(condition(value, self.all_names()))

    def seconds(self, duration: Any) -> float:
        return seconds(duration, self.all_names())

    def list_of(self, value: Any) -> list[Any]:
        found = condition(value, self.all_names())
        if not isinstance(found, list):
            raise FlowError("EXPRESSION_FAILED", 422)
        return found

    def seeing(self, **names: Any) -> Place:
        return replace(self, names={**self.names, **names})

    def handling(self, error: FlowError) -> Place:
        return replace(self.seeing(error=as_binding(error)), error=error)

    def turn(self, **names: Any) -> Place:
        return replace(self.seeing(**names), results=[*self.results, {}])

    def apart(self) -> Place:
        return replace(self, together=Together(), shielded=False)

    def shield(self) -> Place:
        return replace(self, shielded=True)

    def may_handle(self) -> bool:
        return self.shielded or not self.together.is_cancelled


@dataclass
class Undo:
    """What takes back a step that completed."""

    step: Step
    place: Place
    path: str
    result: Any


def as_binding(error: FlowError) -> dict[str, Any]:
    """Return what `error` is in expressions."""
    return {**error.to_json(), "step": error.step, "action": error.action}


def names_code(on: Any, code: str) -> bool:
    """Return whether a clause of `catch` is for a code."""
    return code in on_list(on) or (on == "*" and code != "CANCELLED")


def is_retried(retry: Step, error: FlowError) -> bool:
    """Return whether an error is worth another attempt."""
    if error.code == "CANCELLED":
        return False
    if "on" not in retry:
        return error.retryable
    if retry["on"] == "*":
        return error.code not in NEVER_BY_STAR
    return error.code in on_list(retry["on"])


def on_list(on: Any) -> list[str]:
    """Return the codes of `on`."""
    return on if isinstance(on, list) else [on]


def steps_inside(part: Step) -> Iterator[Step]:
    """Yield all steps inside of a step or a flow, those of its handlers too."""
    branches = {**part.get("parallel", {}), **part.get("race", {})} if "steps" not in part else {}
    undo = part.get("undo", [])
    lists = [part.get("steps", []), *branches.values(), part.get("finally", [])]
    lists.append(undo if isinstance(undo, list) else [undo])
    for case in (*part.get("switch", []), part.get("else", {}), *part.get("catch", [])):
        lists.append(case.get("steps", []))
    for steps in lists:
        for step in steps:
            yield step
            yield from steps_inside(step)


def ids_in(document: Step) -> list[str]:
    """Return every id of a flow."""
    return [step["id"] for step in steps_inside(document) if "id" in step]


def was_cancelled(error: Any) -> bool:
    """Return whether an error is a cancellation, or has taken the place of one."""
    members = error.to_json()
    while members is not None:
        if members["code"] == "CANCELLED":
            return True
        members = members["data"].get("cause")
    return False


def loop_names(step: Step, number: int, item: Any) -> dict[str, Any]:
    """Return what a turn of a `for` sees."""
    return {step["for"]: item, **({step["at"]: number} if "at" in step else {})}


def first_of(errors: list[Any]) -> FlowError:
    """Return the first error, with what could not be undone of the others as well."""
    failed = [entry for error in errors for entry in error.data.get("undo_failed", [])]
    first: FlowError = errors[0]
    return first.with_data(undo_failed=failed) if failed else first
