"""The journal: what calls with an idempotency key came to.

One table, primary key (scope, key). A row is claimed before the work begins and completed with the
outcome. For local work both happen in the work's own transaction, so nobody ever sees it half
done. For remote work the claim is committed as `running`, with the state to continue from and the
owner who is at it.

The statements go through the driver's cursor: through SQLAlchemy Core a keyed call costs four
times as much.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .database import Database, Transaction
from .errors import ActionError
from .outcome import Identified

RUNNING = "running"
DONE = "done"

_CLAIM = """
INSERT INTO journal (scope, key, action, digest, status, created_at, expires_at)
VALUES (?, ?, ?, ?, 'running', ?, ?)
ON CONFLICT (scope, key) DO UPDATE SET action = excluded.action, digest = excluded.digest,
 status = 'running', owner = NULL, state = NULL, outcome = NULL,
 created_at = excluded.created_at, expires_at = excluded.expires_at
 WHERE journal.expires_at <= excluded.created_at AND journal.status = 'done'
RETURNING 1
"""
_FIND = """
SELECT action, digest, status, owner, state, outcome FROM journal
WHERE scope = ? AND key = ?
"""
_COMPLETE = """
UPDATE journal SET status = 'done', outcome = ?, owner = NULL, state = NULL
WHERE scope = ? AND key = ?
"""
_REMEMBER = """
UPDATE journal SET owner = ?, state = ? WHERE scope = ? AND key = ?
"""
_TAKE_OVER = """
UPDATE journal SET owner = ?
WHERE scope = ? AND key = ? AND status = 'running' AND owner IS NOT DISTINCT FROM ?
"""
_ABANDON = """
UPDATE journal SET owner = NULL WHERE scope = ? AND key = ? AND status = 'running' AND owner = ?
"""
_FORGET = "DELETE FROM journal WHERE scope = ? AND key = ?"
_PURGE = """
DELETE FROM journal WHERE (scope, key) IN (
 SELECT scope, key FROM journal WHERE expires_at <= ? AND status = 'done' FOR UPDATE SKIP LOCKED)
"""
_RUNNING = """
SELECT scope, key, action, digest, owner, state FROM journal WHERE status = 'running'
"""


_IN_SQLITE = ((" FOR UPDATE SKIP LOCKED", ""), ("IS NOT DISTINCT FROM", "IS"))


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one call's outcome is recorded, and what the call is."""

    scope: str
    key: str
    action: str
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the journal."""

    action: str
    digest: str
    status: str
    owner: str | None
    state: Any
    outcome: Mapping[str, Any] | None

    def replay(self, call: Identified) -> Any:
        """Return the recorded output, or raise the recorded error, as the answer to *call*."""
        outcome = self.outcome or {}
        if "error" in outcome:
            error = ActionError.from_json(outcome["error"])
            error.invocation_id = call.id
            raise error
        return outcome["output"]


def outcome_of(output: Any = None, error: ActionError | None = None) -> dict[str, Any]:
    """Return what is recorded of an output or of an error."""
    if error is None:
        return {"output": output}
    told = {"retryable": error.retryable, "step": error.step, "action": error.action}
    return {"error": error.to_json() | told}


class Journal:
    """The statements of the journal, in the dialect of one database.

    Args:
        database: Where it lives.
        secret: Keys the digests, so that a leaked row does not let anybody guess an input.
        retention_s: How long a key is remembered.
    """

    def __init__(self, database: Database, secret: bytes, retention_s: float) -> None:
        self._secret = secret
        self._retention_s = retention_s
        self._is_sqlite = database.is_sqlite

    def slot(self, scope: str, key: str, action: str, given: Any) -> Slot:
        """Return the place for one call; the digest covers action and input."""
        text = json.dumps([action, given], sort_keys=True, separators=(",", ":"))
        digest = hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
        return Slot(scope, key, action, digest)

    def claim(self, transaction: Transaction, slot: Slot, now: float) -> Record | None:
        """Claim a slot in *transaction*; return the record that is there already, if one is.

        Waits while another transaction holds the same slot uncommitted.

        Raises:
            ActionError: `IDEMPOTENCY_KEY_REUSED` if that record is of another call.
        """
        values = (slot.scope, slot.key, slot.action, slot.digest, now, now + self._retention_s)
        if self._execute(transaction, _CLAIM, values).fetchone() is not None:
            return None
        record = self.find(transaction, slot)
        if record is not None and not hmac.compare_digest(record.digest, slot.digest):
            error = ActionError("IDEMPOTENCY_KEY_REUSED")
            error.message = (
                "the idempotency key was used before with another action or input; use a new key"
            )
            raise error
        return record

    def find(self, transaction: Transaction, slot: Slot, *, lock: bool = False) -> Record | None:
        """Return the record of a slot, locked against others' changes if asked for."""
        statement = _FIND if self._is_sqlite or not lock else _FIND + " FOR UPDATE"
        row = self._execute(transaction, statement, (slot.scope, slot.key)).fetchone()
        if row is None:
            return None
        action, digest, status, owner, state, outcome = row
        return Record(
            action,
            digest,
            status,
            owner,
            json.loads(state) if state is not None else None,
            json.loads(outcome) if outcome is not None else None,
        )

    def complete(self, transaction: Transaction, slot: Slot, outcome: Mapping[str, Any]) -> None:
        """Record the outcome of a claimed slot."""
        text = json.dumps(outcome, separators=(",", ":"))
        self._execute(transaction, _COMPLETE, (text, slot.scope, slot.key))

    def remember(self, transaction: Transaction, slot: Slot, owner: str, state: Any) -> None:
        """Record what a claimed remote call needs to go on, and who is at it."""
        values = (owner, json.dumps(state), slot.scope, slot.key)
        self._execute(transaction, _REMEMBER, values)

    def take_over(self, transaction: Transaction, slot: Slot, new: str, old: str | None) -> bool:
        """Make *new* the owner in place of *old*; return False if somebody else was faster."""
        values = (new, slot.scope, slot.key, old)
        return bool(self._execute(transaction, _TAKE_OVER, values).rowcount)

    def abandon(self, transaction: Transaction, slot: Slot, owner: str) -> None:
        """Give up a running call of unknown outcome; its repetition goes on from its state."""
        self._execute(transaction, _ABANDON, (slot.scope, slot.key, owner))

    def forget(self, transaction: Transaction, slot: Slot) -> None:
        """Release a slot: its key may be used as if never before."""
        self._execute(transaction, _FORGET, (slot.scope, slot.key))

    def purge(self, transaction: Transaction, now: float) -> int:
        """Delete the outcomes that need not be remembered any longer; return how many."""
        return int(self._execute(transaction, _PURGE, (now,)).rowcount)

    def running(self, transaction: Transaction) -> list[tuple[Slot, Record]]:
        """Return the calls that are recorded as running, with their places."""
        rows = self._execute(transaction, _RUNNING, ()).fetchall()
        found = []
        for scope, key, action, digest, owner, state in rows:
            memory = json.loads(state) if state is not None else None
            slot = Slot(scope, key, action, digest)
            found.append((slot, Record(action, digest, RUNNING, owner, memory, None)))
        return found

    def _execute(self, transaction: Transaction, statement: str, values: tuple[Any, ...]) -> Any:
        cursor = transaction.cursor()
        if self._is_sqlite:
            for words, instead in _IN_SQLITE:
                statement = statement.replace(words, instead)
        else:
            statement = statement.replace("?", "%s")
        cursor.execute(statement, values)
        return cursor
