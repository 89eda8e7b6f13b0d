"""What is handed to the driver as a whole: branches, turns that run at once, timed work (6, 12).

A branch comes to its result and to what can be undone of it; one that fails has undone itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..errors import ActionError
from .commands import Branches, End, Joined, Within
from .failures import CANCELLED, is_cancellation, with_data
from .model import Duration
from .scope import Scope
from .times import seconds
from .trampoline import Work, flatten
from .undo import UndoLog

Undone = Callable[[UndoLog, ActionError], Work]
"""Undoes what a log names; comes to the error that goes on from there."""


def timed(limit: Duration, scope: Scope, work: Work) -> Work:
    """Do *work*, which runs apart from *scope*, within a time; come to its outcome.

    Raises:
        ActionError: What *work* raises; `TIMEOUT` if the time was up.
    """
    limit_s = seconds(limit, scope)
    joined: Joined = yield Within(limit_s, flatten(work), scope.is_shielded)
    (end,) = joined.ends
    if end.error is None:
        return end.output
    _note(joined, end.error, scope)
    if not (end.has_expired and end.error.code == CANCELLED):
        raise end.error
    message = f"it took longer than {limit_s:g} s, its timeout"
    raise ActionError("TIMEOUT", message, **end.error.data)


def parallel(works: Sequence[Work], scope: Scope, log: UndoLog) -> Work:
    """Do all of *works* at once; come to their results, in their order.

    What they did goes to *log* in the order in which they ended, even if one of them failed: then
    whoever has the log undoes it.
    """
    return turns_at_once(works, len(works), None, scope, log)


def turns_at_once(
    works: Iterable[Work], number: int, at_once: int | None, scope: Scope, log: UndoLog
) -> Work:
    """Do the same, for that *number* of works, with at most *at_once* running at a time."""
    joined = yield _branches(works, at_once, scope, is_race=False)
    results: dict[int, Any] = {}
    for end in joined.ends:
        if end.error is None:
            results[end.number], own = end.output
            if own:
                log.append(own)
    failed = [end for end in joined.ends if end.error is not None]
    if failed:
        _note(joined, failed[0].error, scope)
        raise _error_of(failed)
    if len(results) < number:  # those that had begun have ended well, the others were not to begin
        raise ActionError(CANCELLED, "the loop was stopped before all of its turns had begun")
    return [results[index] for index in sorted(results)]


def race(works: Iterable[Work], scope: Scope, log: UndoLog, undone: Undone) -> Work:
    """Do all of *works* until the first succeeds; come to its number.

    One that succeeds all the same is undone like those that were cancelled on their way.
    """
    joined = yield _branches(works, None, scope, is_race=True)
    succeeded = [end for end in joined.ends if end.error is None]
    if not succeeded:
        # one that was cancelled, rather than one that had failed before, when nothing was decided
        failed = sorted(joined.ends, key=_is_not_cancelled) if joined.was_cancelled else joined.ends
        _note(joined, failed[0].error, scope)
        raise _error_of(failed)
    late: UndoLog = [end.output[1] for end in succeeded[1:]]
    if any(late):
        yield undone(late, ActionError(CANCELLED, "another branch has won the race"))
    winner = succeeded[0]
    if winner.output[1]:
        log.append(winner.output[1])
    return winner.number


def _branches(
    works: Iterable[Work], at_once: int | None, scope: Scope, *, is_race: bool
) -> Branches:
    return Branches(map(flatten, works), at_once, is_race, scope.is_shielded)


def _is_not_cancelled(end: End) -> bool:
    return end.error is None or not is_cancellation(end.error)


def _note(joined: Joined, error: ActionError | None, scope: Scope) -> None:
    """Take note that the region is cancelled, whatever error has taken the place of that."""
    if joined.was_cancelled and error is not None and is_cancellation(error):
        scope.region.is_cancelled = True


def _error_of(failed: list[End]) -> ActionError:
    """Return the first error, with what the others could not undo."""
    first, *others = (end.error for end in failed if end.error is not None)
    missed = [entry for error in others for entry in error.data.get("undo_failed", ())]
    if not missed:
        return first
    return with_data(first, undo_failed=[*first.data.get("undo_failed", ()), *missed])
