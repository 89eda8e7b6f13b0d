"""Bearer tokens and API keys: hashed at rest, with an expiry, revocable.

A token is 43 random alphanumerics (256 bits), so a plain SHA-256 is enough to keep it by: there is
nothing to guess, and the hash can be looked up by an index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .principal import Principal

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

TOKEN_LENGTH = 43


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """The table `oauth_token` within one transaction."""

    def __init__(
        self, connection: Connection, now: datetime, random_text: Callable[[int], str]
    ) -> None:
        self._connection = connection
        self._now = now
        self._random_text = random_text

    def issue(self, principal: Principal, lifetime_s: float | None = None, name: str = "") -> str:
        """Return a new token that speaks for *principal*; only its hash is kept.

        Args:
            principal: Whom it speaks for, with the scopes that it grants.
            lifetime_s: Seconds until it expires; None: never.
            name: What a person calls it, unique among the keys that are in use.
        """
        token = self._random_text(TOKEN_LENGTH)
        expires_at = self._now + timedelta(seconds=lifetime_s) if lifetime_s is not None else None
        self._execute(
            "INSERT INTO oauth_token (digest, kind, principal_id, scopes, name, created_at,"
            " expires_at) VALUES (:digest, :kind, :id, :scopes, :name, :now, :expires_at)",
            digest=digest_of(token),
            kind=principal.kind,
            id=principal.id,
            scopes=" ".join(sorted(principal.scopes)),
            name=name,
            now=self._now.timestamp(),
            expires_at=expires_at.timestamp() if expires_at else None,
        )
        return token

    def find(self, token: str) -> Principal | None:
        """Return whom a token speaks for; None if it is unknown, expired or revoked."""
        row = self._execute(
            "SELECT kind, principal_id, scopes FROM oauth_token WHERE digest = :digest"
            " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)",
            digest=digest_of(token),
            now=self._now.timestamp(),
        ).first()
        return Principal(row[0], row[1], frozenset(row[2].split())) if row else None

    def exchange(self, key: str, name: str, lifetime_s: float) -> str | None:
        """Return a token that speaks for a key's principal for a while; None: no such key in use.

        It has no name, expires with the key at the latest, and is revoked with it. Those of the
        same principal that have expired are deleted.

        Args:
            key: A token with a name.
            name: Its name.
            lifetime_s: Seconds until the new one expires.
        """
        now = self._now.timestamp()
        row = self._execute(
            # an update locks the key: who revokes it waits, and finds the new token
            "UPDATE oauth_token SET name = name"
            " WHERE digest = :digest AND name <> '' AND revoked_at IS NULL"
            " AND (expires_at IS NULL OR expires_at > :now)"
            " RETURNING kind, principal_id, scopes, expires_at, name",
            digest=digest_of(key),
            now=now,
        ).first()
        if row is None or row[4] != name:  # PostgreSQL takes no text with a NUL to compare it
            return None
        kind, principal_id, scopes, expires_at, _ = row
        self._execute(
            "DELETE FROM oauth_token WHERE kind = :kind AND principal_id = :id AND name = ''"
            " AND expires_at <= :now",
            kind=kind,
            id=principal_id,
            now=now,
        )
        if expires_at is not None:
            lifetime_s = min(lifetime_s, expires_at - now)
        return self.issue(Principal(kind, principal_id, frozenset(scopes.split())), lifetime_s)

    def revoke(self, token: str) -> bool:
        """Revoke a token; return whether it may be: one with a name is a key, and stays in use."""
        row = self._execute(
            "SELECT name FROM oauth_token WHERE digest = :digest", digest=digest_of(token)
        ).first()
        if row is not None and row[0]:
            return False
        self._revoke("digest = :digest", digest=digest_of(token))
        return True

    def revoke_all(self, principal: Principal) -> int:
        """Revoke every token of *principal*; return how many were in use."""
        where = "kind = :kind AND principal_id = :id"
        return self._revoke(where, kind=principal.kind, id=principal.id)

    def revoke_named(self, kind: str, name: str) -> int:
        """Revoke the tokens called *name* of principals of one kind; return how many.

        What they were exchanged for is revoked too.
        """
        keys = self._revoke("kind = :kind AND name = :name", kind=kind, name=name)
        # only now nobody exchanges one of them any more
        named = "SELECT principal_id FROM oauth_token WHERE kind = :kind AND name = :name"
        others = f"kind = :kind AND principal_id IN ({named})"
        return keys + self._revoke(others, kind=kind, name=name)

    def _revoke(self, where: str, **values: str) -> int:
        done = self._execute(
            f"UPDATE oauth_token SET revoked_at = :now WHERE {where} AND revoked_at IS NULL",
            now=self._now.timestamp(),
            **values,
        )
        return int(done.rowcount)

    def listing(self, kind: str) -> list[dict[str, Any]]:
        """Return the tokens with a name, of one kind of principal, oldest first; no hashes."""
        rows = self._execute(
            "SELECT name, principal_id, scopes, created_at, expires_at, revoked_at"
            " FROM oauth_token WHERE kind = :kind AND name <> '' ORDER BY created_at, name",
            kind=kind,
        )
        return [dict(row._mapping) for row in rows]

    def _execute(self, statement: str, **parameters: Any) -> Any:
        from sqlalchemy import text

        return self._connection.execute(text(statement), parameters)
