"""What a block would have to take back: its log of undos.

A block that succeeds hands its log to the block around it as *one* entry, so passing a log up
costs nothing however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .at_once import Leave
from .model import Step
from .scope import Scope


class Undo(NamedTuple):
    """The `undo` of a step that completed, with the names of its place and its result."""

    step: Step
    scope: Scope
    result: Any


UndoLog = list["Undo | UndoLog"]
"""Undos in the order in which their steps completed; the logs of inner blocks are entries."""


def latest_first(log: UndoLog) -> Iterator[Undo]:
    """Yield all undos of a log, last completed first."""
    pending = list(log)
    while pending:
        entry = pending.pop()
        if isinstance(entry, Undo):
            yield entry
        else:
            pending.extend(entry)


def keep(step: Step, scope: Scope, own: UndoLog, outcome: Any, log: UndoLog) -> None:
    """Register what can be undone now that the step has ended well.

    A step's own `undo` replaces those of the steps inside (5), but only if it has completed: one
    that was left early (8) has no result, and its inside not the end, that `undo` is written for.
    """
    if step.undo and type(outcome) is not Leave:
        log.append(Undo(step, scope, outcome))
    elif own:
        log.append(own)
