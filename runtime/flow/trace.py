"""The trace of a run: one record for each attempt of a step, in the order in which they began.

While the flow runs, a record only refers to values; they are masked and cut when somebody looks.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ..action import Observer
from ..clock import Clock
from ..errors import ActionError
from .at_once import Leave
from .called import CalledAction
from .failures import CANCELLED, with_members
from .masking import MASK, Secrets, mask, scalars, secrets_in
from .model import ActionStep, Step
from .scope import Scope, path_text

MAX_RECORDS: Final = 10_000
"""Records that a trace keeps unless told otherwise; further ones are only counted."""

MAX_VALUE_BYTES: Final = 16 * 1024
"""How much of a value, as JSON in UTF-8, is shown."""

_TOKEN_LENGTH: Final = 8
"""Characters from which a text in an output that must not be recorded counts as a secret."""

log = logging.getLogger("cartflow")


class Record:
    """One attempt of a step; `to_json` shows it.

    Attributes:
        status: `running`, `succeeded`, `failed`, `cancelled` or `skipped`.
        called: The action that the step invokes, once its input is known.
    """

    __slots__ = (
        "_marks",
        "_root",
        "attempt",
        "called",
        "ended",
        "error",
        "given",
        "outcome",
        "started",
        "status",
        "step",
    )

    def __init__(self, step: Step, scope: Scope, attempt: int, started: datetime) -> None:
        self.step = step
        # not the scope itself: it would keep all results of its turn in memory
        self._marks = scope.marks
        self._root = scope.root
        self.attempt = attempt
        self.started = started
        self.ended: datetime | None = None
        self.status = "running"
        self.called: CalledAction | None = None
        self.given: Mapping[str, Any] | None = None
        self.outcome: Any = None
        self.error: ActionError | None = None

    def to_json(self, secrets: Secrets) -> dict[str, Any]:
        """Return the record as people get to see it: secrets masked, long values cut."""
        step = self.step
        shown: dict[str, Any] = {
            "path": self._root + path_text(step.at, self._marks),
            "id": step.id,
            "title": step.title,
            "kind": step.kind,
            "action": step.action if isinstance(step, ActionStep) else None,
            "started": time_text(self.started),
            "ended": None if self.ended is None else time_text(self.ended),
            "status": self.status,
            "attempt": self.attempt,
        }
        if self.given is not None:
            shown["input"] = cut(secrets.hide(self._masked_input()))
        if self.error is not None:
            error = secrets.hide(self.error.to_json())
            shown["error"] = {**error, "data": cut(error["data"])}
        elif self.status == "succeeded":
            shown["output"] = cut(secrets.hide(self._masked_output()))
        return shown

    def _masked_input(self) -> Any:
        if self.called is None or not self.called.has_secret_input:
            return self.given
        return mask(self.given, self.called.contract.input)

    def _masked_output(self) -> Any:
        if isinstance(self.outcome, Leave):
            return self.outcome.output
        if self.called is None or not self.called.has_secret_output:
            return self.outcome
        if not self.called.contract.journal:
            return MASK
        return mask(self.outcome, self.called.contract.output)


class Trace:
    """What a run did, step by step, those of the flows that it calls included.

    Args:
        limit: How many records are kept.

    Attributes:
        records: The records that were kept.
        not_kept: How many further ones there were.
        is_fully_undone: False if an `undo` failed: somebody must look after what it left.
        secrets: What is masked wherever it turns up.
    """

    def __init__(self, limit: int = MAX_RECORDS) -> None:
        self._limit = limit
        self.records: list[Record] = []
        self.not_kept = 0
        self.is_fully_undone = True
        self.secrets = Secrets()

    def add(self, record: Record) -> None:
        """Keep a record, unless there are too many."""
        if len(self.records) < self._limit:
            self.records.append(record)
        else:
            self.not_kept += 1

    def to_json(self) -> dict[str, Any]:
        """Return the trace as a JSON object: `steps`, `not_kept` and `fully_undone`."""
        return {
            "steps": [record.to_json(self.secrets) for record in self.records],
            "not_kept": self.not_kept,
            "fully_undone": self.is_fully_undone,
        }


class Recorder:
    """The `Tracer` that writes a trace, and tells an observer as it goes along.

    Args:
        trace: What is written.
        clock: The time of records.
        observer: Is told of each record when the step starts and when it has ended. One that fails
            is left alone from then on: it must not stop the run.
    """

    def __init__(self, trace: Trace, clock: Clock, observer: Observer | None = None) -> None:
        self._trace = trace
        self._now = clock.now
        self._observer = observer

    def start(self, step: Step, scope: Scope, attempt: int) -> Record:
        """Begin a record."""
        record = Record(step, scope, attempt, self._now())
        self._trace.add(record)
        if not isinstance(step, ActionStep):  # that is told once its input is known
            self._tell(record)
        return record

    def call(self, record: Record, given: Mapping[str, Any], called: CalledAction | None) -> None:
        """Add the input of an action."""
        record.given = given
        record.called = called
        if called is not None and called.has_secret_input:
            self._trace.secrets.add(secrets_in(given, called.contract.input))
        self._tell(record)

    def end(self, record: Record, outcome: Any) -> None:
        """Complete a record."""
        record.outcome = outcome
        if record.called is not None and record.called.has_secret_output:
            self._trace.secrets.add(_secrets_in_output(outcome, record.called))
        self._close(record, "succeeded")

    def fail(self, record: Record, error: ActionError) -> None:
        """Complete the record of an attempt that failed."""
        record.error = with_members(error)  # a copy: a traceback would keep whole frames alive
        self._close(record, "cancelled" if error.code == CANCELLED else "failed")

    def skip(self, step: Step, scope: Scope) -> None:
        """Add the record of a step whose `if` does not hold."""
        record = Record(step, scope, 0, self._now())
        self._trace.add(record)
        self._close(record, "skipped")

    def undo_failed(self) -> None:
        """Mark the run as not fully undone."""
        self._trace.is_fully_undone = False

    def _close(self, record: Record, status: str) -> None:
        record.status = status
        record.ended = self._now()
        self._tell(record)

    def _tell(self, record: Record) -> None:
        if self._observer is None:
            return
        try:
            self._observer(record.to_json(self._trace.secrets))
        except Exception:
            log.exception("the observer of a run failed; it is told nothing more")
            self._observer = None


def cut(value: Any) -> Any:
    """Return *value*, or the beginning of its text with a mark if it is too long to be shown."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    data = text.encode(errors="replace")
    if len(data) <= MAX_VALUE_BYTES:
        return value
    return data[:MAX_VALUE_BYTES].decode(errors="ignore") + f"… (cut: {len(data)} bytes)"


def _secrets_in_output(outcome: Any, called: CalledAction) -> list[Any]:
    """Return the secrets in an output, so that they can be masked wherever a flow copies them."""
    if called.contract.journal:
        return secrets_in(outcome, called.contract.output)
    return [value for value in scalars(outcome) if len(str(value)) >= _TOKEN_LENGTH]


def time_text(time: datetime) -> str:
    """Return a time in UTC as people and expressions see it (RFC 3339)."""
    return time.isoformat().replace("+00:00", "Z")
