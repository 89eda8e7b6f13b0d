"""The driver's own connection to the database of an application, and nothing around it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from cartflow import Application

_LOCK = " FOR NO KEY UPDATE"


class Driver:
    """Statements on a connection of its own, which is as strict and durable as the application's.

    Statements are written with `?` for values.
    """

    def __init__(self, app: Application) -> None:
        self.is_sqlite = app.database.is_sqlite
        if self.is_sqlite:
            self._connection: Any = sqlite3.connect(app.database.file, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
        else:
            url = app.database.url.set(drivername="postgresql")
            self._connection = psycopg.connect(url.render_as_string(hide_password=False))
        self._cursor = self._connection.cursor()

    @contextmanager
    def transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
        """Commit what is done inside; *begin* is how it begins on SQLite."""
        if self.is_sqlite:
            self._cursor.execute(begin)
        yield
        if self.is_sqlite:
            self._cursor.execute("COMMIT")
        else:
            self._connection.commit()

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Commit what is done inside; references are not looked at, which would take minutes."""
        if self.is_sqlite:
            self._connection.execute("PRAGMA foreign_keys = OFF")
        with self.transaction():
            if not self.is_sqlite:
                self.run("SET LOCAL session_replication_role = replica")
            yield
        if self.is_sqlite:
            self._connection.execute("PRAGMA foreign_keys = ON")

    def run(self, statement: str, *values: object) -> None:
        """Execute a statement whose rows nobody wants."""
        self._cursor.execute(self._dialect(statement), values)

    def rows(self, statement: str, *values: object) -> list[Any]:
        """Return all rows of a statement."""
        self.run(statement, *values)
        return list(self._cursor.fetchall())

    def many(self, statement: str, values: Iterable[Sequence[object]]) -> None:
        """Execute a statement once for each of *values*, as the driver does it best."""
        self._cursor.executemany(self._dialect(statement), values)

    def settle(self) -> None:
        """Bring statistics up to date, and have nothing left to do that is due some time later."""
        if self.is_sqlite:
            steps = ["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]
        else:
            self._connection.commit()
            self._connection.autocommit = True
            steps = ["VACUUM ANALYZE", "CHECKPOINT"]
        for step in steps:
            self._connection.execute(step)
        if not self.is_sqlite:
            self._connection.autocommit = False

    def close(self) -> None:
        self._connection.close()

    def _dialect(self, statement: str) -> str:
        if self.is_sqlite:
            return statement.replace(f"{_LOCK} OF p", "").replace(_LOCK, "")
        return statement.replace("%", "%%").replace("?", "%s")
