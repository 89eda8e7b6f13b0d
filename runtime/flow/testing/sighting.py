"""What can be seen of a run once it is over: results of steps, and what was undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...errors import ActionError
from ..at_once import Leave
from ..document import Path
from ..model import Flow, Step
from ..trace import Record
from ..walk import all_steps
from .probes import Probed


@dataclass(frozen=True, slots=True)
class NotRun:
    """What stands for the result of a step that has none.

    Attributes:
        why: A few words.
    """

    why: str


_NEVER: Final = NotRun("did not run")


class Sighting:
    """One run of a flow, looked at.

    Args:
        probed: The flow that ran.
        records: The records of its trace; those of flows that it called are left aside.
    """

    def __init__(self, probed: Probed, records: Iterable[Record]) -> None:
        self._probed = probed
        own = {id(step) for step in all_steps(probed.flow.body)}
        self.records = [record for record in records if id(record.step) in own]

    def results(self) -> Mapping[str, Any]:
        """Return the result of each step with an id: of its last attempt, in its last turn."""
        results: dict[str, Any] = dict.fromkeys(self._probed.flow.step_ids, _NEVER)
        for record in self.records:
            if record.step.id is not None:
                results[record.step.id] = self._result(record)
        return results

    def _result(self, record: Record) -> Any:
        if record.status == "skipped":
            return None
        if record.status == "succeeded":
            left_early = isinstance(record.outcome, Leave)
            return NotRun("was left early") if left_early else record.outcome
        if record.error is None:
            return NotRun("did not end")
        at = record.step.at
        caught = self._probed.caught
        return caught[at] if at in caught else NotRun(f"failed with {record.error.code}")

    def undone(self) -> list[str]:
        """Return whose undos ran, in order: the id of the step, or its path if it has none."""
        places = _undo_places(self._probed.flow)
        found: list[str] = []
        is_new = False
        for record in self.records:
            if id(record.step) not in places:
                continue
            owner, index = places[id(record.step)]
            is_new = is_new or (index == 0 and record.attempt <= 1)
            if is_new and record.status != "skipped":
                found.append(owner.id or path_text(owner.at))
                is_new = False
        return found


def _undo_places(flow: Flow) -> dict[int, tuple[Step, int]]:
    """Return identity of each step of an `undo` to the step that is undone, and its place."""
    return {
        id(step): (owner, index)
        for owner in all_steps(flow.body)
        for index, step in enumerate(owner.undo)
    }


def path_text(path: Path) -> str:
    """Return a path in a file as people write it: `steps/1/catch/0`."""
    return "/".join(map(str, path))


def failure_text(error: ActionError) -> str:
    """Return what an error says, with where it comes from."""
    action = f", action {error.action!r}" if error.action else ""
    return f"{error} (step {error.step}{action})" if error.step else str(error)


def steps_of(records: Iterable[Record]) -> Iterator[str]:
    """Yield a line for each attempt of a step: what it is, and what came of it."""
    for record in records:
        step = record.step
        name = step.title or step.id or getattr(step, "action", "") or path_text(step.at)
        error = f" with {record.error.code}" if record.error is not None else ""
        yield f"{record.status}{error}: {name}"
