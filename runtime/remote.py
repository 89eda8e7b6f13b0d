"""Calls with effect `keyed` or `at_least_once`: prepare, call, settle.

No transaction is held while the remote side is called. What must not be forgotten stands in the
journal as a `running` row: the state to go on from, and the owner, a process that is alive as
long as its lock is held. Whoever repeats the call with the same key waits for a living owner, and
goes on from the recorded state of a dead one; so does `recover` when a server starts.

    claim + prepare ──commit──▶ running ──call──▶ settle + outcome ──commit──▶ done
                                  ▲                  │
                                  └── owner died, or the call's outcome is unknown

Wrappers are around `prepare` alone: a transaction that spans the call does not exist.

When nobody waits for the call any more, because its step has timed out, `prepare` can no longer
commit. A call that is under way goes on, and is settled: what happened outside has happened.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from .action import Failure, Remote
from .context import Context
from .errors import ActionError, CartflowError
from .journal import DONE, Record, Slot
from .kernel import Kernel
from .local import claim, finish, in_progress, record_result
from .outcome import crashed, failed
from .unit import Call, Unit

log = logging.getLogger("cartflow")

_POLL_S = 0.02


class RemoteCall:
    """One remote call on its way.

    Args:
        kernel: The application's.
        call: What is called.
        remote: The three functions.
        slot: Where its outcome is recorded.
    """

    def __init__(self, kernel: Kernel, call: Call, remote: Remote, slot: Slot) -> None:
        self._kernel = kernel
        self._call = call
        self._remote = remote
        self._slot = slot
        self._contract = call.action.contract
        self._effect_key = _effect_key(slot)
        self._owner = ""

    def run(self) -> Any:
        """Return the output, doing each of the three parts that is not done yet."""
        is_done, result = self._retrying(self._prepare)
        return result if is_done else self._go_on(result)

    def recover(self, record: Record) -> bool:
        """Go on with a call that is recorded as running; return False if its owner is alive."""
        if not self._retrying(lambda: self._inherit(record)):
            return False
        self._go_on(record.state["state"])
        return True

    def _inherit(self, record: Record) -> bool:
        unit = Unit(self._kernel, self._call)
        try:
            return self._takes_over(unit, record)
        finally:
            unit.close()

    def _go_on(self, state: Any) -> Any:
        """Call the remote side with a recorded state that this process owns, and settle."""
        try:
            answer = self._remote.call(state, self._kernel.extensions)
        except Exception as error:
            self._give_up()
            raise self._unknown(error) from error
        except BaseException:  # Ctrl-C
            self._give_up()
            raise
        try:
            return self._retrying(lambda: self._settle(state, answer))
        except ActionError as error:
            if error.code in self._contract.errors or error.code == "IN_PROGRESS":
                raise
            self._give_up()
            if error.retryable:  # which would say that nothing happened
                raise _unanswered(self._call) from error
            raise
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Let the next repetition go on from the recorded state: the outcome is unknown."""
        try:
            self._retrying(self._abandon)
        except CartflowError as error:  # then it can go on once this process has ended
            log.warning("invocation %s: its call cannot be given up: %s", self._call.id, error)

    def _retrying(self, attempt: Callable[[], Any]) -> Any:
        return self._kernel.retrying(attempt, self._contract, self._call)

    def _prepare(self) -> tuple[bool, Any]:
        """Return (True, output) if the outcome is known, else (False, state to call with)."""
        deadline = self._kernel.clock.monotonic() + self._kernel.database.lock_timeout_s
        while True:
            unit = Unit(self._kernel, self._call, self._effect_key)
            try:
                record = claim(self._kernel, unit, self._slot)
                if record is None:
                    return self._start(unit)
                if record.status == DONE:
                    return True, record.replay(self._call)
                if record.owner == self._owner or self._takes_over(unit, record):
                    return False, record.state["state"]
            finally:
                unit.close()
            if self._kernel.clock.monotonic() > deadline:
                raise in_progress(self._call)
            self._kernel.clock.sleep(_POLL_S)

    def _start(self, unit: Unit) -> tuple[bool, Any]:
        """Prepare, and commit the claim as running; an error of `prepare` is the outcome."""
        savepoint = unit.savepoint()
        try:
            state = unit.run(self._remote.prepare)
        except ActionError as error:
            if error.code in self._contract.errors:
                unit.roll_back_to(savepoint)
                record_result(self._kernel, unit, self._slot, Failure(error))
                unit.commit()
            raise
        if type(state) is Failure:
            record_result(self._kernel, unit, self._slot, state)
            unit.commit()
            raise state.error
        principal = self._call.principal
        memory = {
            "state": state,
            "input": dict(self._call.given),
            "principal": [principal.kind, principal.id, sorted(principal.scopes)],
        }
        self._owner = self._kernel.owners.sign(self._call.id)
        self._kernel.journal.remember(unit.transaction(), self._slot, self._owner, memory)
        unit.commit()
        return False, state

    def _takes_over(self, unit: Unit, record: Record) -> bool:
        """Become the owner of a call whose owner is dead or gave up; return whether we are."""
        owners = self._kernel.owners
        if record.owner is not None and owners.is_alive(record.owner):
            return False
        self._owner = owners.sign(self._call.id)
        won = self._kernel.journal.take_over(
            unit.transaction(), self._slot, self._owner, record.owner
        )
        unit.commit()
        return won

    def _settle(self, state: Any, answer: Any) -> Any:
        """Make the answer the outcome, unless somebody already did."""

        def settle(context: Context) -> Any:
            return self._remote.settle(context, state, answer)

        unit = Unit(self._kernel, self._call, self._effect_key, is_fenced=False)
        try:
            found = self._kernel.journal.find(unit.transaction(), self._slot, lock=True)
            if found is not None and found.status == DONE:
                return found.replay(self._call)
            if found is None or found.owner != self._owner:
                raise in_progress(self._call)  # we were thought dead: somebody else goes on
            return finish(self._kernel, unit, self._slot, lambda: unit.run(settle, wrapped=False))
        finally:
            unit.close()

    def _abandon(self) -> None:
        unit = Unit(self._kernel, self._call, is_fenced=False)
        try:
            self._kernel.journal.abandon(unit.transaction(), self._slot, self._owner)
            unit.commit()
        finally:
            unit.close()

    def _unknown(self, error: Exception) -> ActionError:
        if isinstance(error, TimeoutError):
            return _unanswered(self._call)
        return crashed(self._contract, error, self._call)


def _unanswered(call: Call) -> ActionError:
    """Return `TIMEOUT`: the remote side was called, and what came of it is not on record."""
    error = failed("TIMEOUT", call)
    error.message = (
        "there was no answer in time, so the outcome is unknown;"
        " repeat the call with the same idempotency key to learn it"
    )
    return error


def _effect_key(slot: Slot) -> str:
    """Return the key for the remote side: the same for every repetition, unlike all others."""
    text = "\n".join((slot.scope, slot.action, slot.key))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
