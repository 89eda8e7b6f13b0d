"""The way that a run took through a flow, from its trace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from ...errors import UsageError
from ..model import ActionStep, Clause, Flow, Path, Step
from ..walk import all_steps

_TURN: Final = re.compile(r"\[[0-9]+\]")


@dataclass(slots=True)
class Visit:
    """What became of a step, over all turns and attempts.

    Attributes:
        count: Attempts that were made.
        skipped: How often its `if` did not hold.
        succeeded: Attempts that succeeded.
        seconds: The time of all attempts.
        codes: The codes of its errors, without cancellations.
        cancelled: Attempts that were cancelled.
    """

    count: int = 0
    skipped: int = 0
    succeeded: int = 0
    seconds: float = 0
    codes: tuple[str, ...] = ()
    cancelled: int = 0

    @property
    def has_failed(self) -> bool:
        """Whether no attempt succeeded, and not only because it was cancelled."""
        return bool(self.codes) and not self.succeeded


class Journey:
    """The way of a run.

    Args:
        flow: The flow that was run.
        records: The records of the trace, as JSON. Those of flows that it called are left out.
        status: How the run ended, if that is known.

    Raises:
        UsageError: The records are of another flow, or malformed.
    """

    def __init__(
        self, flow: Flow, records: Sequence[Mapping[str, Any]], status: str | None = None
    ) -> None:
        self.status = status
        self.seconds = 0.0
        self._visits: dict[str, Visit] = {}
        self._reached: set[str] = set()
        self._last: dict[str, tuple[str, str | None]] = {}
        # path in the trace, to path in the file and the error of the last attempt of that turn
        steps = {_text(step.at): step for step in all_steps(flow.body)}
        for record in records:
            self._add(record, steps)
        if records and not self._visits:
            message = f"the trace is not one of the flow {flow.name!r}; draw the flow that was run"
            raise UsageError(message)
        self.seconds = _length(records)

    @classmethod
    def of(cls, flow: Flow, document: Any) -> Self:
        """Return the way that a trace shows.

        Args:
            flow: The flow that was run.
            document: A trace, or what `cartflow run --json --trace` writes, which has one.

        Raises:
            UsageError: It is neither, or of another flow.
        """
        outer = document if isinstance(document, Mapping) else {}
        trace = outer.get("trace", outer)
        records = trace.get("steps") if isinstance(trace, Mapping) else None
        if not isinstance(records, list) or not all(isinstance(it, Mapping) for it in records):
            message = (
                "expected a trace, an object with a list of 'steps';"
                " write one with 'cartflow run FLOW --json --trace'"
            )
            raise UsageError(message)
        status = outer.get("status")
        return cls(flow, records, status if isinstance(status, str) else None)

    def visit(self, step: Step) -> Visit | None:
        """Return what became of a step; None if the run did not come to it."""
        return self._visits.get(_text(step.at))

    def reached(self, at: Path) -> bool:
        """Return whether the run came to a step, or to one in the case, branch or clause."""
        return _text(at) in self._reached

    def ran(self, step: Step) -> bool:
        """Return whether a step was not only looked at and skipped."""
        visit = self.visit(step)
        return visit is not None and visit.count > 0

    def passed(self, step: Step) -> bool:
        """Return whether a step was done or skipped, as far as it is known without its catch."""
        visit = self.visit(step)
        return visit is not None and visit.succeeded + visit.skipped > 0

    def caught(self, step: Step, clause: Clause) -> bool:
        """Return whether an error of a step went to this clause."""
        if clause.steps:
            return self.reached(clause.at)
        codes = {code for at, code in self._last.values() if at == _text(step.at) and code}
        earlier = step.catch[: step.catch.index(clause)]
        return any(
            _fits(code, clause) and not any(_fits(code, it) for it in earlier) for code in codes
        )

    def _add(self, record: Mapping[str, Any], steps: Mapping[str, Step]) -> None:
        path = _TURN.sub("", str(record.get("path")))
        step = steps.get(path)
        # a flow that is called writes into the same trace, below the path of the step that calls
        action = step.action if isinstance(step, ActionStep) else None
        if step is None or (record.get("kind"), record.get("action")) != (step.kind, action):
            return
        parts = path.split("/")
        self._reached.update("/".join(parts[:length]) for length in range(1, len(parts) + 1))
        visit = self._visits.setdefault(path, Visit())
        status = record.get("status")
        if status == "skipped":
            visit.skipped += 1
            return
        visit.count += 1
        visit.succeeded += status == "succeeded"
        visit.seconds += _length([record])
        visit.cancelled += status == "cancelled"
        error = record.get("error")
        code = str(error.get("code")) if isinstance(error, Mapping) else None
        self._last[str(record["path"])] = (path, code)
        if status == "failed" and code is not None:
            visit.codes = (*visit.codes, code)


def _fits(code: str, clause: Clause) -> bool:
    return clause.on == ("*",) or code in clause.on


def _text(at: Path) -> str:
    return "/".join(map(str, at))


def _length(records: Sequence[Mapping[str, Any]]) -> float:
    """Return the seconds from the first start to the last end."""
    try:
        starts = [datetime.fromisoformat(record["started"]) for record in records]
        ends = [datetime.fromisoformat(it["ended"]) for it in records if it.get("ended")]
        return max(0.0, (max(ends) - min(starts)).total_seconds()) if ends else 0.0
    except (KeyError, TypeError, ValueError) as error:
        message = f"a record of the trace has no usable 'started' and 'ended': {error}"
        raise UsageError(message) from error
