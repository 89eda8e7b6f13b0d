"""One attempt at one invocation: its transaction, and the handlers that run in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from .action import Failure, Handler
from .admission import admit
from .cancellation import Attempt
from .clock import Clock
from .context import Context
from .contract import Contract
from .database import Transaction
from .errors import ActionError, UsageError
from .kernel import Kernel
from .outcome import check_output, declare, unknown_action
from .principal import SYSTEM, Principal
from .registry import RegisteredAction

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

log = logging.getLogger("cartflow")

MAX_DEPTH = 32
"""How deep actions may invoke actions, and flows call flows."""


class Call:
    """One invocation, over all its attempts."""

    __slots__ = ("_clock", "_id", "action", "attempt", "given", "principal")

    def __init__(
        self,
        action: RegisteredAction,
        given: Mapping[str, Any],
        principal: Principal,
        clock: Clock,
        attempt: Attempt | None = None,
    ) -> None:
        self.action = action
        self.attempt = attempt
        self.given = given
        self.principal = principal
        self._clock = clock
        self._id = ""

    @property
    def id(self) -> str:
        """The invocation's id, made when somebody first wants to know it."""
        if not self._id:
            self._id = self._clock.random_text(20)
        return self._id


class Savepoint(NamedTuple):
    """A point in a unit to go back to: its name, empty before there is a transaction."""

    name: str
    callbacks: int


class Unit:
    """A unit of work: everything that one attempt at a call changes, or nothing of it.

    Args:
        kernel: The application's.
        call: What is called.
        key: Its idempotency key.
        is_fenced: Whether it may commit only while somebody waits for the call.

    Raises:
        ActionError: `CANCELLED` if nobody waits any more.
    """

    __slots__ = (
        "_callbacks",
        "_fence",
        "_kernel",
        "_now",
        "_read_only",
        "_savepoints",
        "_transaction",
        "call",
        "key",
    )

    def __init__(
        self, kernel: Kernel, call: Call, key: str | None = None, *, is_fenced: bool = True
    ) -> None:
        self._kernel = kernel
        self.call = call
        self._fence = call.attempt if is_fenced else None
        if self._fence is not None:
            self._fence.check()
        self.key = key
        self._read_only = call.action.contract.effect == "none"
        self._transaction: Transaction | None = None
        self._callbacks: list[Callable[[], None]] | None = None
        self._now: datetime | None = None
        self._savepoints = 0

    @property
    def id(self) -> str:
        """The id of the invocation."""
        return self.call.id

    @property
    def now(self) -> datetime:
        """The time of the attempt: aware, in UTC."""
        if self._now is None:
            self._now = self._kernel.clock.now()
        return self._now

    @property
    def deadline(self) -> datetime | None:
        """When nobody waits for the outcome any more: aware, in UTC; None if nothing limits it."""
        return self.call.attempt.deadline if self.call.attempt is not None else None

    @property
    def cancelled(self) -> bool:
        """Whether nobody needs the outcome any more."""
        return self.call.attempt is not None and self.call.attempt.cancelled.is_set()

    @property
    def is_committing(self) -> bool:
        """COMMIT was sent and not answered."""
        return self._transaction is not None and self._transaction.is_committing

    def transaction(self) -> Transaction:
        """Return the transaction, which opens when first asked for."""
        if self._transaction is None:
            self._kernel.schema.ensure()
            self._transaction = self._kernel.database.begin(read_only=self._read_only)
        return self._transaction

    def connection(self) -> Connection:
        """Return the connection of the transaction."""
        return self.transaction().connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a connection to read with before the transaction opens; once it has, the same."""
        if self._read_only or self._transaction is not None:
            yield self.connection()
            return
        self._kernel.schema.ensure()
        with self._kernel.database.transaction(read_only=True) as connection:
            yield connection

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have *callback* called once the unit has committed."""
        if self._callbacks is None:
            self._callbacks = []
        self._callbacks.append(callback)

    def start(self, name: str, given: Mapping[str, Any] | None, run_id: str) -> None:
        """Have an action or flow run in the background once the unit has committed."""
        if self._read_only:
            outer = self.call.action.contract.name
            message = f"action {outer!r} (effect 'none') cannot start {name!r} in the background"
            raise UsageError(message)
        background = self._kernel.background
        run = background.begin(self.transaction(), name, given, run_id)
        self.after_commit(lambda: background.go(run))

    def stop(self, run_id: str) -> None:
        """Cancel a run in the background once the unit has committed."""
        self.after_commit(lambda: self._kernel.background.stop(run_id))

    def random_text(self, length: int) -> str:
        """Return *length* random characters `[A-Za-z0-9]`, fit for secrets."""
        return self._kernel.clock.random_text(length)

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at an extension point, by name."""
        return self._kernel.extensions(point)

    def commit(self) -> None:
        """Make the changes durable, then tell whoever waited for that."""
        if self._transaction is not None:
            self._commit(self._transaction)
            self._transaction = None
        elif self._callbacks and self._fence is not None:
            self._fence.hold()  # else what is to follow would follow nothing
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            try:
                callback()
            except Exception:  # the changes are made: no answer may deny it
                log.exception("invocation %s: what was to follow its commit failed", self.id)

    def _commit(self, transaction: Transaction) -> None:
        fence = self._fence
        if fence is None:
            transaction.commit()
            return
        fence.hold()
        try:
            transaction.commit()
        except BaseException:
            fence.release()
            raise
        if self.call.action.contract.effect != "transactional":
            fence.release()  # this was not the whole of the call

    def close(self) -> None:
        """Take back whatever is not committed."""
        self._callbacks = None
        if self._transaction is not None:
            transaction, self._transaction = self._transaction, None
            transaction.close()

    def run(self, work: Handler, *, wrapped: bool = True) -> Any:
        """Return what *work* comes to inside the call's wrappers: an output, or a `Failure`.

        Raises:
            ActionError: As the contract declares it, or one of the runtime's.
        """
        call = self.call
        action = call.action if wrapped else replace(call.action, wrappers=())
        return self._execute(action, work, call.given, call.principal, 0)

    def invoke(
        self, name: str, given: Mapping[str, Any] | None, principal: Principal, depth: int
    ) -> Any:
        """Invoke another action inside this unit's transaction, in a savepoint."""
        action = self._kernel.registry.get(name)
        if action is None:
            unknown_action(name, self._kernel.registry)
        result = self.join(action, given, principal, depth)
        if type(result) is Failure:
            raise result.error
        return result

    def join(
        self,
        action: RegisteredAction,
        given: Mapping[str, Any] | None,
        principal: Principal,
        depth: int,
    ) -> Any:
        """Return what an action comes to inside this unit: an output, or a `Failure`."""
        try:
            if depth > MAX_DEPTH:
                error = ActionError("LIMIT_EXCEEDED")
                error.message = (
                    f"actions invoke each other over {MAX_DEPTH} deep, at {action.contract.name!r}"
                )
                raise error
            given = admit(action.contract, given, principal)
        except ActionError as error:
            error.invocation_id = self.id
            raise
        return self._join(action, given, principal, depth)

    def _join(
        self, action: RegisteredAction, given: Mapping[str, Any], principal: Principal, depth: int
    ) -> Any:
        """Run an action as a part of this unit; what it changed is taken back if it raises."""
        contract = action.contract
        self._check_joinable(contract)
        savepoint = self.savepoint()
        try:
            # only local effects are joinable, so this handler is a plain function
            result = self._execute(action, action.handler, given, principal, depth)  # type: ignore[arg-type]
            if type(result) is not Failure:
                check_output(contract, result, self)
            self._release(savepoint)
        except Exception:
            self.roll_back_to(savepoint)
            raise
        return result

    def savepoint(self) -> Savepoint:
        """Mark a point to go back to."""
        name = ""
        if self._transaction is not None:
            self._savepoints += 1
            name = f"cartflow_{self._savepoints}"
            self._transaction.cursor().execute(f"SAVEPOINT {name}")
        return Savepoint(name, len(self._callbacks or ()))

    def _release(self, savepoint: Savepoint) -> None:
        if savepoint.name:
            self.transaction().cursor().execute(f"RELEASE SAVEPOINT {savepoint.name}")

    def roll_back_to(self, savepoint: Savepoint) -> None:
        """Take back what was changed since the savepoint."""
        del (self._callbacks or [])[savepoint.callbacks :]
        if savepoint.name and self._transaction is not None:
            self._transaction.cursor().execute(f"ROLLBACK TO SAVEPOINT {savepoint.name}")
        elif self._transaction is not None:  # it opened after the savepoint: all of it goes
            transaction, self._transaction = self._transaction, None
            transaction.close()

    def _check_joinable(self, inner: Contract) -> None:
        if inner.effect == "none" or (inner.effect == "transactional" and not self._read_only):
            return
        outer = self.call.action.contract
        message = (
            f"action {outer.name!r} (effect {outer.effect!r}) cannot invoke {inner.name!r} (effect"
            f" {inner.effect!r}) inside its transaction; make them two steps of a flow"
        )
        raise UsageError(message)

    def _execute(
        self,
        action: RegisteredAction,
        work: Handler,
        given: Mapping[str, Any],
        principal: Principal,
        depth: int,
    ) -> Any:
        contract = action.contract
        context = Context(given, principal, contract, action.settings, self.key, self, depth)
        try:
            result = self._wrapped(context, action, work, 0) if action.wrappers else work(context)
        except ActionError as error:
            if error.code == "CANCELLED" and self.cancelled:
                raise
            declared = declare(error, contract, self)
            if declared is error:
                raise
            raise declared from error
        if type(result) is Failure:
            failure = declare(result.error, contract, self)
            if failure is not result.error:
                raise failure from result.error
        return result

    def _wrapped(self, inner: Context, action: RegisteredAction, work: Handler, index: int) -> Any:
        """Run the wrappers from *index* on; the last one goes on with the handler."""
        if index == len(action.wrappers):
            return work(inner)
        bound = action.wrappers[index]
        context = Context(
            MappingProxyType(inner.input),
            inner.principal,
            inner.contract,
            bound.settings,
            inner.idempotency_key,
            self,
            inner.depth,
            SYSTEM if bound.wrapper.as_system else None,
        )
        return bound.wrap(context, lambda: self._wrapped(inner, action, work, index + 1))
