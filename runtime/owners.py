"""Who is doing a remote call, and whether he is still alive.

An owner is a process. It is alive as long as its lock is held: on SQLite a lock on a file beside
the database, on PostgreSQL a session's advisory lock. Both end with the process, however it ends.
"""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Any, Protocol

from .clock import Clock
from .database import Database
from .filelock import FileLock


class Owners(Protocol):
    """What both kinds of lock can do. An owner's name is `PROCESS/CALL`."""

    def sign(self, call: str) -> str:
        """Return this process's name as the owner of a call; its lock is held from now on."""

    def is_alive(self, owner: str) -> bool:
        """Return whether the process of this name still runs."""

    def close(self) -> None:
        """Give this process's lock up."""


def owners_of(database: Database, clock: Clock) -> Owners:
    """Return the owners of remote calls that are recorded in *database*."""
    kind = FileOwners if database.is_sqlite else AdvisoryOwners
    return kind(database, clock)


class FileOwners:
    """Owners by files that their processes keep locked."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._id = ""
        self._process = 0
        self._lock: FileLock | None = None
        self._threads = threading.Lock()

    @property
    def _folder(self) -> Path:
        return self._database.file.with_name(self._database.file.name + ".owners")

    def sign(self, call: str) -> str:
        """Return this process's name as the owner of a call; its lock is held from now on."""
        with self._threads:
            if self._process != os.getpid():
                self._folder.mkdir(exist_ok=True)
                self._id = self._clock.random_text(16)
                self._lock = FileLock(self._folder / self._id)
                self._lock.acquire(1.0)
                self._process = os.getpid()
            return f"{self._id}/{call}"

    def is_alive(self, owner: str) -> bool:
        """Return whether the process of this name still runs."""
        path = self._folder / _process_of(owner)
        if not path.exists():
            return False
        lock = FileLock(path)
        if not lock.try_acquire():
            lock.close()
            return True
        path.unlink(missing_ok=True)
        lock.close()
        return False

    def close(self) -> None:
        """Give this process's lock up."""
        if self._lock is not None and self._process == os.getpid():
            (self._folder / self._id).unlink(missing_ok=True)
            self._lock.close()
            self._process = 0


class AdvisoryOwners:
    """Owners by advisory locks, each on a connection of its own outside the pool."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._id = ""
        self._process = 0
        self._connection: Any = None
        self._threads = threading.Lock()

    def sign(self, call: str) -> str:
        """Return this process's name as the owner of a call; its lock is held from now on."""
        with self._threads:
            if self._process != os.getpid() or not self._is_connected():
                self._id = self._clock.random_text(16)
                self._connection = self._connect()
                self._connection.execute("SELECT pg_advisory_lock(%s)", (_number(self._id),))
                self._process = os.getpid()
            return f"{self._id}/{call}"

    def is_alive(self, owner: str) -> bool:
        """Return whether the process of this name still runs."""
        with self._database.transaction() as connection:
            asked = f"SELECT pg_try_advisory_xact_lock({_number(_process_of(owner))})"
            return not connection.exec_driver_sql(asked).scalar_one()

    def close(self) -> None:
        """Give this process's lock up."""
        if self._connection is not None and self._process == os.getpid():
            if self._is_connected():  # else the server notices only later that we are gone
                self._connection.execute("SELECT pg_advisory_unlock_all()")
            self._connection.close()
            self._process = 0

    def _is_connected(self) -> bool:
        """Return whether the session that holds the lock is still there."""
        import psycopg

        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> Any:
        import psycopg

        url = self._database.url.set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _process_of(owner: str) -> str:
    return owner.partition("/")[0]


def _number(process: str) -> int:
    """Return the 64-bit number under which a process's advisory lock is kept."""
    return int.from_bytes(hashlib.sha256(process.encode()).digest()[:8], "big", signed=True)
