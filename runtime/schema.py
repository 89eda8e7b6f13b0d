"""The tables: which plugin brings which, and bringing a database up to date.

Each plugin has migrations of its own, as Alembic scripts in a package. A revision is called like
its file (`0001_cart.py` is revision `0001_cart`), and files are in order: so whether a database is
current is one look at its version tables, without Alembic.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clock import Clock
from .database import Database
from .errors import DatabaseError
from .faults import is_read_only

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

RUNTIME = "runtime"

_MAX_REVISION_LENGTH = 32
"""What Alembic's version table holds."""

_one_at_a_time = threading.Lock()
"""Alembic's `op` is one for the whole process."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a plugin.

    Attributes:
        migrations: The package that holds the migration scripts, such as `myplugin.migrations`.
    """

    migrations: str

    @property
    def folder(self) -> Path:
        """Where the scripts are."""
        return Path(next(iter(import_module(self.migrations).__path__)))

    def revisions(self) -> list[str]:
        """Return the names of all revisions, oldest first."""
        return sorted(path.stem for path in self.folder.glob("[0-9]*.py"))


class DatabaseSchema:
    """All tables of one application, in one database."""

    def __init__(self, database: Database, tables: Mapping[str, Tables]) -> None:
        self._database = database
        self._tables = {RUNTIME: Tables("cartflow.runtime.migrations"), **tables}
        self._is_checked = False

    def ensure(self) -> None:
        """See to it that the database can be used; cheap after the first time.

        A SQLite database is created and brought up to date where need be; PostgreSQL only by
        `cartflow db upgrade`, because there others may be working with it.

        Raises:
            DatabaseError: It cannot be used; the message says why and what to do.
        """
        if self._is_checked:
            return
        behind = self.behind()
        if behind and self._database.is_sqlite:
            self.upgrade()
        elif behind:
            message = (
                f"the database {self._database} lacks the tables of {', '.join(behind)};"
                " run 'cartflow db upgrade'"
            )
            raise DatabaseError(message)
        self._is_checked = True

    def behind(self) -> dict[str, str | None]:
        """Return plugin to revision for each plugin whose tables are not current.

        Raises:
            DatabaseError: A newer version of the program has upgraded the database, or there is no
                connection.
        """
        if self._database.is_sqlite and not self._database.file.exists():
            return dict.fromkeys(self._tables)
        found = self.current()
        behind: dict[str, str | None] = {}
        for plugin, tables in self._tables.items():
            known = tables.revisions()
            revision = found[plugin]
            if revision is not None and revision not in known:
                message = (
                    f"the database {self._database} is at revision {revision!r} of {plugin!r},"
                    f" which this version does not know (its newest is {known[-1]!r});"
                    " update the program"
                )
                raise DatabaseError(message)
            if known and revision != known[-1]:
                behind[plugin] = revision
        return behind

    def current(self) -> dict[str, str | None]:
        """Return each plugin's revision in the database, None where it has no tables yet."""
        with self._connect() as connection:
            existing = self._existing_tables(connection)
            return {
                plugin: _revision(connection, plugin) if _table(plugin) in existing else None
                for plugin in self._tables
            }

    def newest(self) -> dict[str, str]:
        """Return each plugin's newest revision."""
        return {name: tables.revisions()[-1] for name, tables in self._tables.items()}

    def upgrade(self) -> dict[str, str]:
        """Bring all tables up to date, all or nothing; return what has changed, by plugin."""
        if self._database.is_sqlite:
            self._prepare_file()
        done = {}
        transaction = self._begin()
        try:
            if not self._database.is_sqlite:
                lock = "SELECT pg_advisory_xact_lock(hashtext('cartflow'))"
                transaction.connection.exec_driver_sql(lock)
            for plugin in self.behind():
                done[plugin] = self._migrate(transaction.connection, plugin)
            transaction.commit()
        except DatabaseError:
            raise
        except Exception as error:
            raise self._database.explain(error) from error
        finally:
            transaction.close()
        return done

    def _migrate(self, connection: Connection, plugin: str) -> str:
        """Run the migrations of a plugin; return its newest revision."""
        tables = self._tables[plugin]
        try:
            with _one_at_a_time:
                _run_migrations(connection, plugin, tables)
        except DatabaseError:
            raise
        except Exception as error:
            if is_read_only(error):
                raise self._database.explain(error) from error
            message = (
                f"the migrations of {plugin!r} failed, and nothing was changed:"
                f" {type(error).__name__}: {error}"
            )
            raise DatabaseError(message) from error
        return tables.revisions()[-1]

    def installation_secret(self, clock: Clock) -> str:
        """Return the random secret of this installation, made when it is first asked for."""
        self.ensure()
        find = "SELECT value FROM installation WHERE name = 'secret'"
        with self._connect() as connection:
            row = connection.exec_driver_sql(find).first()
        if row is None:
            secret = clock.random_text(43)  # letters and digits alone
            with self._database.transaction() as connection:
                connection.exec_driver_sql(
                    f"INSERT INTO installation (name, value) VALUES ('secret', '{secret}')"
                    " ON CONFLICT DO NOTHING"
                )
                row = connection.exec_driver_sql(find).one()
        return str(row[0])

    def _begin(self) -> Any:
        try:
            return self._database.begin()
        except Exception as error:
            raise self._database.explain(error) from error

    def _connect(self) -> Connection:
        """Return a connection for looking, without locks."""
        try:
            return self._database.read_engine.connect()
        except Exception as error:
            raise self._database.explain(error) from error

    def _prepare_file(self) -> None:
        """See to it that the SQLite file exists and is in WAL mode, which lasts."""
        import sqlite3

        database = self._database
        if not database.file.parent.is_dir():
            folder = str(database.file.parent)
            message = f"the folder {folder!r} of the database does not exist; create it"
            raise DatabaseError(message)
        try:
            database.writer_lock.acquire(database.lock_timeout_s)
        except OSError as error:
            raise database.explain(error) from error
        try:
            connection = sqlite3.connect(database.file, timeout=database.lock_timeout_s)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise database.explain(error) from error
        finally:
            database.writer_lock.release()

    def _existing_tables(self, connection: Connection) -> set[str]:
        from sqlalchemy import inspect
        from sqlalchemy.exc import DBAPIError

        try:
            return set(inspect(connection).get_table_names())
        except DBAPIError as error:
            raise self._database.explain(error) from error


def _table(plugin: str) -> str:
    return f"alembic_version_{plugin.replace('-', '_')}"


def _revision(connection: Connection, plugin: str) -> str | None:
    row = connection.exec_driver_sql(f"SELECT version_num FROM {_table(plugin)}").first()
    return row[0] if row else None


def _run_migrations(connection: Connection, plugin: str, tables: Tables) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    folder = str(tables.folder)
    scripts = ScriptDirectory(folder, version_locations=[folder])
    newest = tables.revisions()[-1]
    if scripts.get_heads() != [newest] or len(newest) > _MAX_REVISION_LENGTH:
        message = (
            f"the newest migration of {plugin!r} is in {newest + '.py'!r} and its revision is"
            f" {' or '.join(scripts.get_heads())!r}; expected one newest revision, called like its"
            f" file, of at most {_MAX_REVISION_LENGTH} characters"
        )
        raise DatabaseError(message)
    context = EnvironmentContext(
        Config(), scripts, fn=lambda revision, _: scripts._upgrade_revs("head", revision)
    )
    with context:
        context.configure(
            connection=connection,
            version_table=_table(plugin),
            transaction_per_migration=False,
            transactional_ddl=False,  # the transaction is ours
        )
        context.run_migrations()
