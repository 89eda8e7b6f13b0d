"""What a handler or a wrapper gets to know and to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from .contract import Contract
from .erasing import Forgotten, forget
from .principal import Principal
from .tokens import Tokens

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection


class Unit(Protocol):
    """The unit of work that a context belongs to: one outermost invocation."""

    @property
    def id(self) -> str:
        """The id of the invocation."""

    @property
    def now(self) -> datetime:
        """The time of the invocation."""

    @property
    def deadline(self) -> datetime | None:
        """When nobody waits for the outcome any more."""

    @property
    def cancelled(self) -> bool:
        """Whether nobody needs the outcome any more."""

    def connection(self) -> Connection:
        """Return the connection of the unit's transaction, which opens when first asked for."""

    def invoke(
        self, name: str, given: Mapping[str, Any] | None, principal: Principal, depth: int
    ) -> Any:
        """Invoke another action inside this unit's transaction."""

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Give a connection to read with before the unit's transaction opens."""

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have *callback* called once the unit has committed."""

    def start(self, name: str, given: Mapping[str, Any] | None, run_id: str) -> None:
        """Have an action or flow run in the background once the unit has committed."""

    def stop(self, run_id: str) -> None:
        """Cancel a run in the background once the unit has committed."""

    def random_text(self, length: int) -> str:
        """Return *length* random characters `[A-Za-z0-9]`, fit for secrets."""

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at an extension point."""


@dataclass(slots=True)
class Context:
    """One call, as the handler sees it.

    Attributes:
        input: The validated input with the defaults of its schema's top level filled in; not to be
            changed.
        principal: Who calls.
        contract: The contract of the action that is called.
        settings: The settings of the plugin that brought the handler or wrapper.
        idempotency_key: For remote effects the key to hand to the remote side, the same for each
            repetition of this call; otherwise the caller's key, or None.
    """

    input: Mapping[str, Any]
    principal: Principal
    contract: Contract
    settings: Mapping[str, Any]
    idempotency_key: str | None
    unit: Unit
    depth: int = 0
    invokes_as: Principal | None = None

    @property
    def db(self) -> Connection:
        """The connection of this invocation's transaction; the first use opens it.

        Statements only: commit and rollback belong to `invoke`.
        """
        return self.unit.connection()

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Give a connection to read with, before `db` is used: nobody has to wait for it.

        For what takes long and needs to know something first, such as checking a password. By the
        time the transaction opens, what was read may have changed. If it is open already, as it is
        under an idempotency key, the connection is `db`.
        """
        return self.unit.snapshot()

    @property
    def invocation_id(self) -> str:
        """The id that the caller gets with an error, and that the log names."""
        return self.unit.id

    @property
    def now(self) -> datetime:
        """The time of this invocation: aware, in UTC, the same for all of it."""
        return self.unit.now

    @property
    def deadline(self) -> datetime | None:
        """When the time of this attempt is up: aware, in UTC; None if nothing limits it.

        From then on nobody waits for the outcome, and nothing of it can be committed.
        """
        return self.unit.deadline

    @property
    def cancelled(self) -> bool:
        """Whether nobody needs the outcome any more.

        What takes long asks now and then, and may then stop by raising `CANCELLED`.
        """
        return self.unit.cancelled

    @property
    def tokens(self) -> Tokens:
        """Bearer tokens: to issue and to revoke them, in this invocation's transaction."""
        return Tokens(self.unit.connection(), self.unit.now, self.unit.random_text)

    def forget(self, principal: Principal | None, mentions: Iterable[str]) -> Forgotten:
        """Erase what the runtime keeps of a person, in this invocation's transaction.

        That is recorded outcomes and tokens of *principal* (None: of nobody in particular), and
        all outcomes that mention one of the texts, such as an e-mail address. Whatever else there
        is of the person, plugins have to erase themselves.
        """
        return forget(self.unit.connection(), principal, mentions)

    def invoke(self, name: str, given: Mapping[str, Any] | None = None) -> Any:
        """Invoke another action in the same transaction, inside a savepoint, and return its output.

        Args:
            name: An action whose effect is `none` or `transactional`.
            given: Its input.

        Raises:
            ActionError: What the other action raises, its changes rolled back. If it leaves this
                action, this action's contract must declare it.
        """
        return self.unit.invoke(name, given, self.invokes_as or self.principal, self.depth + 1)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have *callback* called when the changes of this call are committed, and only then."""
        self.unit.after_commit(callback)

    def start(
        self, name: str, given: Mapping[str, Any] | None = None, run_id: str | None = None
    ) -> str:
        """Have an action or flow run in the background, as `system`, once this call is committed.

        It runs in a thread of this process; if the process dies, it is begun anew when the next
        server starts. So it may run more than once, and has to find out what is done already.

        Args:
            name: The action or flow; one that changes something.
            given: Its input, a JSON object; it stands in the journal until the run has ended.
            run_id: What to call the run, for `stop`; left out, a random text. No two runs may have
                the same.

        Returns:
            The run's id.
        """
        run_id = run_id or self.unit.random_text(20)
        self.unit.start(name, given, run_id)
        return run_id

    def stop(self, run_id: str) -> None:
        """Cancel a run in the background as soon as the changes of this call are committed.

        At once if it is one of this process; one of another process is not told. Whoever relies on
        it changes a row that the run's actions look at.
        """
        self.unit.stop(run_id)

    def random_text(self, length: int) -> str:
        """Return *length* random characters `[A-Za-z0-9]`, fit for secrets."""
        return self.unit.random_text(length)

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at the extension point *point*, by name."""
        return self.unit.extensions(point)
