"""Runs in the background: what a call has begun and does not wait for.

A run is a row of the journal, written in the transaction of the call that begins it: so there is a
run if the call is committed, and only then. The row holds names and JSON values and nothing else:
whoever finds one whose process is dead can begin it anew, in another process or in another engine.

    ctx.start ──commit──▶ running ──run──▶ done, with its outcome
                           ▲    │
                           └────┘ its process died: `recover` begins it anew

Threads live as long as there is something to do. A run may be begun a second time, so what it runs
has to find out by itself what is done already.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from .admission import admit
from .cancellation import Cancellation
from .database import Transaction
from .errors import ActionError, CartflowError, UsageError
from .forks import watch
from .journal import Journal, Record, Slot, outcome_of
from .kernel import Kernel
from .outcome import unknown_action
from .principal import SYSTEM
from .registry import RegisteredAction
from .runs import RunOptions

log = logging.getLogger("cartflow")

SCOPE: Final = "background"
"""Where the rows of background runs stand in the journal; no principal is called so."""

DRAIN_S: Final = 10.0
"""How long closing waits for what is under way, before it cancels it."""

STOP_S: Final = 2.0
"""How long closing waits for what it has cancelled."""


class Invoke(Protocol):
    """`Invoker.invoke_action`, as far as it is needed here."""

    def __call__(
        self, action: RegisteredAction, given: Mapping[str, Any], *, options: RunOptions
    ) -> Any:
        """Return the output of an action or flow that is called as `system`."""


@dataclass(frozen=True, slots=True)
class BackgroundRun:
    """One run: what is run with which input, and what cancels it."""

    id: str
    action: RegisteredAction
    given: Mapping[str, Any]
    cancelled: Cancellation = field(default_factory=Cancellation)

    @property
    def slot(self) -> Slot:
        """Return its place in the journal; its id tells it apart, so nothing is digested."""
        return Slot(SCOPE, self.id, self.action.contract.name, "")


class Background:
    """The background runs of one process.

    Args:
        kernel: The application's.
        invoke: How actions and flows are called.
        threads: How many runs go on at once; more wait. 0: each runs in the thread that begins it.
    """

    def __init__(self, kernel: Kernel, invoke: Invoke, threads: int) -> None:
        self._kernel = kernel
        self._invoke = invoke
        self._most = threads
        self._journal = Journal(kernel.database, b"", kernel.retention_s)
        self._is_closed = False
        self.forget_inherited()
        watch(self)

    def forget_inherited(self) -> None:
        """Begin with nothing: the threads of a parent process do not come along."""
        self._changed = threading.Condition()
        self._queue: deque[BackgroundRun] = deque()
        self._under_way: dict[str, BackgroundRun] = {}
        self._threads = 0

    def begin(
        self, transaction: Transaction, name: str, given: Mapping[str, Any] | None, run_id: str
    ) -> BackgroundRun:
        """Write a run down in *transaction*; `go` has to be called once that is committed.

        Raises:
            ActionError: `UNKNOWN_ACTION`, or `system` may not call it, or the input is not valid.
            UsageError: It changes nothing, or there is a run with this id.
        """
        registry = self._kernel.registry
        action = registry.get(name)
        if action is None:
            unknown_action(name, registry)
        if not action.contract.has_effect:
            message = f"{name!r} changes nothing, so nobody would notice a run in the background"
            raise UsageError(message)
        run = BackgroundRun(run_id, action, admit(action.contract, given, SYSTEM))
        now = self._kernel.clock.now().timestamp()
        if self._journal.claim(transaction, run.slot, now) is not None:
            message = f"there is a background run {run_id!r} already; choose another id"
            raise UsageError(message)
        owner = self._kernel.owners.sign(run_id)
        self._journal.remember(transaction, run.slot, owner, {"input": dict(run.given)})
        return run

    def go(self, run: BackgroundRun) -> None:
        """Let a run begin as soon as a thread is free."""
        with self._changed:
            if self._is_closed:  # it is on record: who recovers begins it
                return
            self._under_way[run.id] = run
            if self._most:
                self._queue.append(run)
                if self._threads < self._most:
                    self._threads += 1
                    threading.Thread(target=self._work, name="background", daemon=True).start()
        if not self._most:
            self._perform(run)

    def stop(self, run_id: str) -> None:
        """Cancel a run if it is one of this process; what it does is undone as in every run."""
        with self._changed:
            run = self._under_way.get(run_id)
        if run is not None:
            run.cancelled.set()

    def drain(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is under way in this process; return whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, timeout_s)

    def close(self, drain_s: float = DRAIN_S) -> None:
        """Wait a while for what is under way, then cancel it; what is left over is on record."""
        with self._changed:
            self._changed.wait_for(lambda: not self._under_way, drain_s)
            self._is_closed = True
            for run in self._queue:
                del self._under_way[run.id]
            self._queue.clear()
            running = list(self._under_way.values())
        for run in running:
            run.cancelled.set()
        self.drain(STOP_S)

    def recover(self, run_id: str, record: Record) -> bool:
        """Begin a run anew whose process is dead, and wait for its end; return whether it was."""
        owners, action = self._kernel.owners, self._kernel.registry.get(record.action)
        if action is None or (record.owner is not None and owners.is_alive(record.owner)):
            return False
        run = BackgroundRun(run_id, action, record.state["input"])

        def take_over() -> Any:
            new = owners.sign(run_id)
            return self._in_transaction(
                lambda transaction: self._journal.take_over(
                    transaction, run.slot, new, record.owner
                )
            )

        if not self._kernel.retrying(take_over, action.contract, run):
            return False
        with self._changed:
            self._under_way[run.id] = run
        self._perform(run)
        return True

    def _work(self) -> None:
        """Do one run after the other, as long as there is one."""
        while True:
            with self._changed:
                if not self._queue:
                    self._threads -= 1
                    return
                run = self._queue.popleft()
            try:
                self._perform(run)
            except BaseException:  # such as SystemExit: the thread has other runs to do
                name = run.action.contract.name
                log.exception("background run %s of %r is left over", run.id, name)

    def _perform(self, run: BackgroundRun) -> None:
        try:
            outcome = self._outcome(run)
            if outcome is not None:
                self._settle(run, outcome)
        finally:
            with self._changed:
                self._under_way.pop(run.id, None)
                self._changed.notify_all()

    def _outcome(self, run: BackgroundRun) -> dict[str, Any] | None:
        """Return what is recorded of a run; None if it is to be begun anew."""
        contract = run.action.contract
        try:
            if run.cancelled.is_set():
                raise ActionError("CANCELLED", "cancelled before it began")
            output = self._invoke(
                run.action, run.given, options=RunOptions(cancelled=run.cancelled)
            )
        except ActionError as error:
            if error.code == "CANCELLED" and self._is_closed:
                log.warning("background run %s of %r is left over", run.id, contract.name)
                return None
            level = logging.INFO if error.code == "CANCELLED" else logging.ERROR
            log.log(level, "background run %s of %r ended with %s", run.id, contract.name, error)
            return outcome_of(error=error)
        except CartflowError as error:
            log.error("background run %s of %r is left over: %s", run.id, contract.name, error)
            return None
        log.info("background run %s of %r succeeded", run.id, contract.name)
        return outcome_of(output if contract.journal else None)

    def _settle(self, run: BackgroundRun, outcome: Mapping[str, Any]) -> None:
        def settle() -> None:
            self._in_transaction(
                lambda transaction: self._journal.complete(transaction, run.slot, outcome)
            )

        try:
            self._kernel.retrying(settle, run.action.contract, run)
        except CartflowError as error:
            log.error("background run %s: its outcome cannot be recorded: %s", run.id, error)

    def _in_transaction(self, work: Callable[[Transaction], Any]) -> Any:
        transaction = self._kernel.database.begin()
        try:
            done = work(transaction)
            transaction.commit()
            return done
        finally:
            transaction.close()
