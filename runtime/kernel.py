"""What all invocations of one application share, and the answer to contention: once more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

from .clock import Clock
from .contract import Contract
from .database import Database, Transaction
from .errors import ActionError, CartflowError, DatabaseError
from .faults import is_contention, is_lock_timeout, is_lost, is_read_only, is_unusable
from .journal import Journal
from .outcome import Identified, crashed
from .owners import owners_of
from .registry import Registry
from .schema import DatabaseSchema

log = logging.getLogger("cartflow")

MAX_RETRIES = 6
_FIRST_PAUSE_S = 0.004
_TIDY_EVERY_S = 3600.0


class BackgroundRuns(Protocol):
    """`Background`, as far as units and the kernel need it."""

    def begin(
        self, transaction: Transaction, name: str, given: Mapping[str, Any] | None, run_id: str
    ) -> Any:
        """Write a run down in *transaction*; return it."""

    def go(self, run: Any) -> None:
        """Let a run begin that is committed."""

    def stop(self, run_id: str) -> None:
        """Cancel a run of this process."""

    def close(self) -> None:
        """End what is under way."""


class UnknownOutcomeError(Exception):
    """The connection broke at COMMIT: doing the work again might do it twice."""


class Kernel:
    """Registry, database, clock and journal of one application.

    Args:
        registry: All actions.
        database: The one database.
        schema: Its tables.
        clock: Time and randomness.
        extensions: Extension point to what plugins provide there, by name.
        secret_key: Keys the journal's digests; empty: the installation's own random key.
        retention_s: How long an idempotency key is remembered.
        secrets: What flows may name as `secrets`.

    Attributes:
        background: What runs in the background; the invoker brings it.
    """

    background: BackgroundRuns

    def __init__(
        self,
        registry: Registry,
        database: Database,
        schema: DatabaseSchema,
        clock: Clock,
        extensions: Mapping[str, Mapping[str, Any]],
        secret_key: str = "",
        retention_s: float = 86_400.0,
        secrets: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.registry = registry
        self.database = database
        self.schema = schema
        self.clock = clock
        self._extensions = extensions
        self.owners = owners_of(database, clock)
        self._tidy_at = 0.0
        self._secret_key = secret_key
        self.retention_s = retention_s
        self.secrets = secrets

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at an extension point, by name."""
        return self._extensions.get(point, {})

    @cached_property
    def journal(self) -> Journal:
        """The journal of the database."""
        secret = self._secret_key or self.schema.installation_secret(self.clock)
        return Journal(self.database, secret.encode(), self.retention_s)

    def tidy(self) -> None:
        """Delete the outcomes that need not be remembered any longer, once in a while."""
        now = self.clock.monotonic()
        if now < self._tidy_at:
            return
        self._tidy_at = now + _TIDY_EVERY_S
        journal = self.journal  # its secret may have to be written first, which takes the lock too
        transaction = self.database.begin()
        try:
            journal.purge(transaction, self.clock.now().timestamp())
            transaction.commit()
        finally:
            transaction.close()

    def close(self) -> None:
        """End what runs in the background, and give up locks and connections."""
        self.background.close()
        self.owners.close()
        self.database.close()

    def retrying(self, attempt: Callable[[], Any], contract: Contract, call: Identified) -> Any:
        """Return what *attempt* returns, doing it again while the database is contended.

        Raises:
            ActionError: What the attempt raised; `BUSY` after the last retry; `INTERNAL` for any
                exception that nobody expected.
            DatabaseError: The database cannot be used at all.
        """
        try:
            return attempt()
        except (ActionError, DatabaseError):
            raise
        except Exception as error:
            return self._again(attempt, contract, call, error)

    def _again(
        self, attempt: Callable[[], Any], contract: Contract, call: Identified, error: Exception
    ) -> Any:
        patience = self.clock.monotonic() + self.database.lock_timeout_s
        for retry in range(MAX_RETRIES):
            if not is_contention(error):
                raise self._defect(error, contract, call) from error
            if is_lock_timeout(error) or self.clock.monotonic() > patience:
                break
            if is_lost(error):  # and so are the others of the pool, as a rule
                self.database.reconnect()
            self.clock.sleep(_FIRST_PAUSE_S * 2**retry * self.clock.jitter())
            try:
                return attempt()
            except (ActionError, DatabaseError):
                raise
            except Exception as again:
                error = again
        if not is_contention(error):
            raise self._defect(error, contract, call) from error
        raise self._give_up(error, call) from error

    def _give_up(self, error: Exception, call: Identified) -> ActionError:
        """Return `BUSY`, and tell the log what the caller is not told."""
        reason = self.database.reason(error)
        log.warning("invocation %s is given up, nothing happened: %s", call.id, reason)
        why = "cannot be reached now" if is_lost(error) else "stayed contended"
        return busy(call, why)

    def _defect(self, error: Exception, contract: Contract, call: Identified) -> CartflowError:
        if is_unusable(error) or (contract.effect != "none" and is_read_only(error)):
            return self.database.explain(error)
        return crashed(contract, error, call)


def busy(call: Identified, why: str = "stayed contended") -> ActionError:
    """Return `BUSY`: nothing happened, and trying again is safe."""
    error = ActionError("BUSY", f"the database {why}; nothing happened, try again")
    error.invocation_id = call.id
    return error
