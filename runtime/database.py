"""The one database: its connections and transactions.

SQLite and PostgreSQL behave alike above this module. On SQLite a writer takes a file lock before
`BEGIN IMMEDIATE`: SQLite's own busy handler backs off so far that, of eight writers, some starved
for seconds; with the lock they take turns.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DatabaseError
from .faults import driver_error, is_disk_failing, is_read_only
from .filelock import FileLock, LockTimeoutError
from .forks import watch

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import URL, Connection, Engine

_NO_WRITING = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))

_UNREADABLE = (
    "the database URL cannot be read; expected sqlite:///FILE or"
    " postgresql+psycopg://USER:PASSWORD@HOST/NAME, special characters as %XX"
)

_PARENTS: list[object] = []
"""The connections of the parents of this process, kept so that nobody closes them."""


def _refuse_unreadable(url: str) -> None:
    """Refuse a URL that is not text, as one in another encoding than UTF-8, or that has a NUL."""
    try:
        url.encode()
    except UnicodeEncodeError:
        raise DatabaseError(_UNREADABLE) from None
    if "\0" in url:
        raise DatabaseError(_UNREADABLE)


class Database:
    """One database URL, opened when it is first used.

    Args:
        url: `sqlite:///FILE` or `postgresql+psycopg://…`.
        synchronous: SQLite's `synchronous`: `FULL` or `NORMAL`.
        lock_timeout_s: How long a statement waits for somebody else's lock.

    Raises:
        DatabaseError: The URL names a database that cartflow does not work with.
    """

    def __init__(
        self, url: str, *, synchronous: str = "FULL", lock_timeout_s: float = 10.0
    ) -> None:
        self._text = url
        self._synchronous = synchronous
        self.lock_timeout_s = lock_timeout_s
        self._opening = threading.RLock()
        self._engines: dict[bool, Engine] = {}
        _refuse_unreadable(url)
        scheme, _, rest = url.partition(":")
        self.is_sqlite = scheme == "sqlite"
        if self.is_sqlite:
            file = rest.removeprefix("///").partition("?")[0]
            if file in ("", rest.partition("?")[0], ":memory:") or file.startswith("file:"):
                message = f"{url!r} names no file; expected sqlite:///FILE"
                raise DatabaseError(message)
        elif scheme not in ("postgresql", "postgresql+psycopg"):
            message = (
                f"{scheme!r} is not a database that cartflow works with;"
                " expected sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            )
            raise DatabaseError(message)
        watch(self)

    @cached_property
    def url(self) -> URL:
        """The parsed URL, with the driver that cartflow uses."""
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            url = make_url(self._text)
        except (ArgumentError, ValueError):  # which may show a part of the password
            raise DatabaseError(_UNREADABLE) from None
        if self.is_sqlite:  # one file has one name, so that all processes find the same locks
            return url.set(database=str(Path(url.database or "").resolve()))
        return url.set(drivername="postgresql+psycopg")

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.url.database or "")

    def explain(self, error: Exception) -> DatabaseError:
        """Return the error that says why the database cannot be used, and what to do."""
        if is_read_only(error) or getattr(error, "errno", 0) in _NO_WRITING:
            return DatabaseError(
                f"the database {self} is read-only; make its file and folder writable,"
                " or use another database"
            )
        what, advice = "opened", "check CARTFLOW_DATABASE_URL or --database"
        if is_disk_failing(error):
            what, advice = "used", "see to its disk: it may be full"
        reason = self.reason(error)
        return DatabaseError(f"the database {self} cannot be {what}: {reason}; {advice}")

    def reason(self, error: Exception) -> str:
        """Return what the driver says is wrong, in one line."""
        said = str(driver_error(error)).strip().splitlines()
        return said[0] if said else type(error).__name__

    @cached_property
    def writer_lock(self) -> FileLock:
        """The lock that writers of a SQLite database take turns with."""
        return FileLock(self.file.with_name(self.file.name + ".lock"))

    @property
    def engine(self) -> Engine:
        """The pool of connections that may write."""
        return self._engines.get(False) or self._open(read_only=False)

    @property
    def read_engine(self) -> Engine:
        """The pool of connections that see one snapshot and cannot write."""
        return self._engines.get(True) or self._open(read_only=True)

    def _open(self, *, read_only: bool) -> Engine:
        """Return an engine, made once however many threads ask for it first."""
        with self._opening:
            if read_only not in self._engines:
                self._engines[read_only] = self._make_engine(read_only=read_only)
            return self._engines[read_only]

    def _make_engine(self, *, read_only: bool) -> Engine:
        from sqlalchemy import create_engine, event

        options: dict[str, Any] = {"hide_parameters": True, "pool_size": 16, "max_overflow": 48}
        options["pool_timeout"] = self.lock_timeout_s
        if self.is_sqlite:
            engine = create_engine(self.url, **options)
            pragmas = (
                "PRAGMA foreign_keys = ON",
                f"PRAGMA synchronous = {self._synchronous}",
                f"PRAGMA busy_timeout = {int(self.lock_timeout_s * 1000)}",
                *(("PRAGMA query_only = ON",) if read_only else ()),
            )

            def prepare(connection: Any, _record: object) -> None:
                connection.isolation_level = None  # we say BEGIN ourselves
                for pragma in pragmas:
                    connection.execute(pragma)

            event.listen(engine, "connect", prepare)
            return engine
        timeout_ms = int(self.lock_timeout_s * 1000)
        options["connect_args"] = {
            "options": f"-c lock_timeout={timeout_ms}",
            "connect_timeout": 10,
        }
        if not read_only:
            return create_engine(self.url, **options)
        engine = create_engine(self.url, isolation_level="REPEATABLE READ", **options)

        def forbid_writing(connection: Any, _record: object) -> None:
            connection.read_only = True  # of the driver: it is part of each BEGIN

        event.listen(engine, "connect", forbid_writing)
        return engine

    def begin(self, *, read_only: bool = False) -> Transaction:
        """Return a new transaction, begun."""
        return Transaction(self, read_only=read_only)

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Connection]:
        """Give a connection inside a transaction that commits unless an exception leaves."""
        transaction = self.begin(read_only=read_only)
        try:
            yield transaction.connection
            transaction.commit()
        finally:
            transaction.close()

    def close(self) -> None:
        """Close all pooled connections, and the lock's file."""
        self.reconnect()
        if "writer_lock" in self.__dict__:
            self.writer_lock.close()

    def reconnect(self) -> None:
        """Close all pooled connections; the next transactions open new ones."""
        with self._opening:
            engines, self._engines = self._engines, {}
        for engine in engines.values():
            engine.dispose()

    def forget_inherited(self) -> None:
        """Begin anew in a child process: to close the parent's connections would end them."""
        _PARENTS.append(self._engines)
        self._engines = {}
        self._opening = threading.RLock()


class Transaction:
    """One transaction on one connection.

    Attributes:
        connection: For statements.
        is_committing: COMMIT was sent: if the connection is lost now, nobody knows the outcome.
    """

    __slots__ = ("_database", "_locked", "_open", "_root", "connection", "is_committing")

    def __init__(self, database: Database, *, read_only: bool) -> None:
        self._database = database
        self._locked = database.is_sqlite and not read_only
        self._open = False
        self.is_committing = False
        if self._locked:
            self._lock()
        try:
            engine = database.read_engine if read_only else database.engine
            self.connection: Connection = engine.connect()
            self._open = True
            self._root = self.connection.begin()
            if database.is_sqlite:
                begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"
                self.connection.exec_driver_sql(begin)
        except BaseException:
            self.close()
            raise

    def _lock(self) -> None:
        try:
            self._database.writer_lock.acquire(self._database.lock_timeout_s)
        except LockTimeoutError:
            raise
        except OSError as error:
            raise self._database.explain(error) from error

    def cursor(self) -> Any:
        """Return a cursor of the driver, on the transaction's connection."""
        return self.connection.connection.cursor()

    def commit(self) -> None:
        """Make the changes durable and give the connection back."""
        if not self._database.is_sqlite:
            self._refuse_if_failed()
        self.is_committing = True
        self._root.commit()
        self.is_committing = False
        self.close()

    def _refuse_if_failed(self) -> None:
        """Raise if a statement has failed: PostgreSQL would silently roll back at COMMIT."""
        driver: Any = self.connection.connection.driver_connection
        if driver.info.transaction_status.name == "INERROR":
            message = (
                "a statement failed and its exception was swallowed, so PostgreSQL takes the whole"
                " transaction back; run what may fail inside 'with ctx.db.begin_nested()'"
            )
            raise RuntimeError(message)

    def close(self) -> None:
        """Roll back whatever is not committed and give the connection back."""
        try:
            if self._open:
                self._open = False
                self.connection.close()
        finally:
            if self._locked:
                self._locked = False
                self._database.writer_lock.release()
