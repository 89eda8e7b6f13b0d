"""Probes in a flow: they note which case and which clause is taken, and what came of it.

A trace tells of steps, but a case without steps, a condition that does not hold and the result of
a clause leave no record. So the flow that a test runs has its conditions and results listened to;
it does exactly what the flow does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from ..document import Path
from ..expressions import Names, Value
from ..model import Case, Clause, Flow, Step, SwitchStep


@dataclass(frozen=True, slots=True)
class Probed:
    """A flow with probes in it.

    Attributes:
        flow: The flow to run.
        held: The place of each condition of a case or clause that was asked, with its answer; that
            of an `else` and of a clause without `if`, which always hold, are among them.
        caught: The place of a step to the result of its clause that was taken last.
    """

    flow: Flow
    held: set[tuple[Path, bool]]
    caught: dict[Path, Any]


def probed(flow: Flow) -> Probed:
    """Return a flow that does the same, with probes in it."""
    held: set[tuple[Path, bool]] = set()
    caught: dict[Path, Any] = {}
    body = _Prober(held, caught).copy(flow.body)
    return Probed(replace(flow, body=body), held, caught)


class _Prober:
    def __init__(self, held: set[tuple[Path, bool]], caught: dict[Path, Any]) -> None:
        self._held = held
        self._caught = caught

    def copy(self, part: Any) -> Any:
        """Return a copy of a step, or of a part of one, with probes in it and all inside of it."""
        changes = dict(self._copies(part))
        if isinstance(part, Case | Clause):
            changes["condition"] = _listened(part.condition, True, self._note_condition(part.at))
        if isinstance(part, Step) and part.catch:
            changes["catch"] = tuple(
                replace(clause, result=_listened(clause.result, None, self._note_result(part.at)))
                for clause in changes["catch"]
            )
        return replace(part, **changes)

    def _copies(self, part: Any) -> Iterator[tuple[str, Any]]:
        for field in fields(part):
            value = getattr(part, field.name)
            if field.init and isinstance(value, tuple) and value and is_dataclass(value[0]):
                yield field.name, tuple(map(self.copy, value))

    def _note_condition(self, at: Path) -> Callable[[Any], None]:
        return lambda value: self._held.add((at, bool(value)))

    def _note_result(self, at: Path) -> Callable[[Any], None]:
        def note(value: Any) -> None:
            self._caught[at] = value

        return note


def _listened(value: Value | None, absent: Any, note: Callable[[Any], None]) -> Value:
    """Return a value of which every evaluation is noted.

    Args:
        value: The value; None if there is none.
        absent: What stands for it then.
        note: Takes note.
    """

    def evaluate(names: Names) -> Any:
        found = absent if value is None else value.evaluate(names)
        note(found)
        return found

    if value is None:
        return Value(absent, evaluate, False, ())
    return replace(value, evaluate=evaluate, is_constant=False)


def has_else(step: SwitchStep) -> bool:
    """Return whether one of the cases of a switch is always taken."""
    return any(case.condition is None for case in step.cases)
