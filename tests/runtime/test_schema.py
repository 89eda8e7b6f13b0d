from __future__ import annotations

import os
import sqlite3
import tempfile
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import inspect

from cartflow import Context, DatabaseError, Tables, action
from cartflow.runtime.clock import SystemClock
from cartflow.runtime.database import Database
from cartflow.runtime.schema import DatabaseSchema

from ..conftest import MakeApplication
from ..processes import StartProcess
from .bring import Bring, write
from .conftest import OpenNotebook

Package = Callable[..., Tables]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Give a function that makes a package of migrations: `package("0001_a", "0002_b")`."""
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    made: list[str] = []

    def make(*revisions: str, body: str = "op.execute('CREATE TABLE {r} (n INTEGER)')") -> Tables:
        name = made[0] if made else f"migrations_of_{tmp_path.name}"
        made.append(name)
        folder = tmp_path / "packages" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
        before = None
        for revision in revisions:
            text = f"""
                from alembic import op
                revision = {revision!r}
                down_revision = {before!r}
                def upgrade():
                    {body.format(r="t" + revision)}
            """
            (folder / f"{revision}.py").write_text(textwrap.dedent(text))
            before = revision
        return Tables(name)

    return make


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    with database.transaction(read_only=True) as connection:
        return set(inspect(connection).get_table_names())


def test_an_upgrade_makes_the_tables_of_the_runtime_and_of_plugins(
    database: Database, package: Package
) -> None:
    schema = DatabaseSchema(database, {"ink": package("0001_a", "0002_b")})

    assert schema.upgrade() == {"runtime": "0001_runtime", "ink": "0002_b"}
    assert {"journal", "oauth_token", "installation", "t0001_a", "t0002_b"} <= tables(database)


def test_a_second_upgrade_changes_nothing(database: Database, package: Package) -> None:
    schema = DatabaseSchema(database, {"ink": package("0001_a")})
    schema.upgrade()

    assert (schema.upgrade(), schema.behind()) == ({}, {})


def test_a_new_revision_is_added_to_an_old_database(database: Database, package: Package) -> None:
    DatabaseSchema(database, {"ink": package("0001_a")}).upgrade()
    schema = DatabaseSchema(database, {"ink": package("0001_a", "0002_b")})

    assert schema.behind() == {"ink": "0001_a"}
    assert schema.upgrade() == {"ink": "0002_b"}


def test_an_upgrade_that_fails_leaves_nothing(database: Database, package: Package) -> None:
    bad = package("0001_a", body="op.execute('CREATE TABLE {r} (n INTEGER)'); 1 / 0")
    schema = DatabaseSchema(database, {"ink": bad})

    with pytest.raises(DatabaseError, match="the migrations of 'ink' failed, and nothing was"):
        schema.upgrade()
    assert tables(database) == set()


@pytest.mark.parametrize("revision", ["0001_a", "0001_" + "long" * 10])
def test_a_revision_must_be_called_like_its_file_and_fit(
    database: Database, package: Package, revision: str
) -> None:
    made = package(revision)
    file = made.folder / f"{revision}.py"
    if len(revision) < 10:
        file.write_text(file.read_text().replace("0001_a", "abc"))

    with pytest.raises(DatabaseError, match=r"called like its file, of at most 32 characters"):
        DatabaseSchema(database, {"ink": made}).upgrade()


def test_a_database_of_a_newer_version_is_refused(database: Database, package: Package) -> None:
    made = package("0001_a", "0002_b")
    DatabaseSchema(database, {"ink": made}).upgrade()
    (made.folder / "0002_b.py").unlink()
    older = DatabaseSchema(database, {"ink": made})

    for use in (older.ensure, older.upgrade):
        with pytest.raises(DatabaseError, match=r"'0002_b' of 'ink', which this .* '0001_a'\); up"):
            use()


def test_a_sqlite_database_is_made_when_it_is_first_needed(
    make_app: MakeApplication, empty_sqlite_url: str, tmp_path: Path
) -> None:
    count = action("count", input={}, output={"type": "integer"}, effect="none")

    def rows(ctx: Context) -> Any:
        return ctx.db.exec_driver_sql("SELECT count(*) FROM journal").scalar_one()

    app = make_app(empty_sqlite_url, [("lab", Bring(actions=[count(rows)]))], upgrade=False)
    before = (tmp_path / "test.db").exists()

    assert (before, app.invoke("count"), app.schema.behind()) == (False, 0, {})


def test_a_postgresql_database_is_not_upgraded_unasked(
    make_app: MakeApplication, empty_postgres_url: str
) -> None:
    app = make_app(empty_postgres_url, upgrade=False)

    with pytest.raises(DatabaseError, match=r"lacks the tables of runtime, .*run 'cartflow db upg"):
        app.schema.ensure()


def test_a_sqlite_database_is_in_wal_mode(app: Any) -> None:
    with app.database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_an_empty_file_becomes_a_database(
    make_app: MakeApplication, empty_sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "test.db").touch()
    app = make_app(empty_sqlite_url)

    with app.database.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_a_file_that_is_no_database_is_refused(empty_sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "test.db").write_text("Dear diary, " * 100)
    database = Database(empty_sqlite_url)

    with pytest.raises(DatabaseError, match=r"cannot be opened: file is not a database; check"):
        DatabaseSchema(database, {}).ensure()
    database.close()


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/no/x.db")

    with pytest.raises(DatabaseError, match=r"the folder '.*/no' of the database does not exist"):
        DatabaseSchema(database, {}).upgrade()


def test_a_server_that_is_not_there_is_an_error_that_says_what_to_check() -> None:
    database = Database("postgresql://joe:hunter2@127.0.0.1:1/shop")

    with pytest.raises(
        DatabaseError, match=r"cannot be opened: .*check CARTFLOW_DATABASE_URL"
    ) as e:
        DatabaseSchema(database, {}).ensure()
    assert "hunter2" not in str(e.value)
    database.close()


UPGRADING = """
import sys
from cartflow import Application

with Application.open(environment={"CARTFLOW_DATABASE_URL": sys.argv[1]}) as app:
    sys.stdin.readline()
    app.schema.upgrade() if sys.argv[2] == "upgrade" else app.schema.ensure()
    print(app.schema.behind())
"""


@pytest.mark.parametrize("how", ["ensure", "upgrade"])
def test_processes_that_upgrade_a_new_database_at_once_all_succeed(
    empty_database_url: str, how: str, start_process: StartProcess
) -> None:
    if how == "ensure" and empty_database_url.startswith("postgresql"):
        how = "upgrade"
    processes = [start_process(UPGRADING, empty_database_url, how) for _ in range(4)]

    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate()[0] for process in processes]

    assert answers == ["{}\n"] * 4


def test_threads_that_need_a_new_database_at_once_all_succeed(
    make_app: MakeApplication, empty_sqlite_url: str
) -> None:
    app = make_app(empty_sqlite_url, upgrade=False)
    problems: list[Exception] = []

    def ensure() -> None:
        try:
            app.schema.ensure()
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=ensure) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (problems, app.schema.behind()) == ([], {})


def test_an_installation_has_one_secret(database: Database) -> None:
    schema = DatabaseSchema(database, {})
    schema.upgrade()
    secrets: set[str] = set()

    def ask() -> None:
        secrets.add(DatabaseSchema(database, {}).installation_secret(SystemClock()))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(secret) for secret in secrets] == [43]


@action("write", input={}, output={})
def write_note(ctx: Context) -> Any:
    write(ctx, "a")
    return {}


@action("read", input={}, output={"type": "integer"}, effect="none")
def read_notes(ctx: Context) -> Any:
    return ctx.db.exec_driver_sql("SELECT count(*) FROM note").scalar_one()


@pytest.mark.parametrize("key", [None, "a-key-of-at-least-22-characters"], ids=["no key", "key"])
def test_a_read_only_postgresql_says_so_and_can_be_read(
    postgres_notebook: OpenNotebook, postgres_url: str, key: str | None
) -> None:
    lab = postgres_notebook(write_note, read_notes)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    lab.app.database.reconnect()

    with pytest.raises(DatabaseError, match="is read-only; make its file and folder writable"):
        lab.invoke("write", key=key)
    assert lab.invoke("read") == 0


READ_ONLY = """
import os, sys
from cartflow import Application, DatabaseError, action, hookimpl

@action("write", input={}, output={})
def write(ctx):
    ctx.db.exec_driver_sql("INSERT INTO installation (name, value) VALUES ('x', 'y')")
    return {}

class Plugin:
    @hookimpl
    def cartflow_actions(self): return [write]

def use(file):
    environment = {"CARTFLOW_DATABASE_URL": "sqlite:///" + file}
    with Application.open(environment=environment, plugins=[("lab", Plugin())]) as app:
        for key in (None, "a-key-of-at-least-22-characters"):
            try:
                app.invoke("write", key=key)
            except DatabaseError as error:
                print(error)
            except Exception:
                pass

use(sys.argv[2])  # imports what only root may read
if os.geteuid() == 0:
    os.setuid(65534)  # root may write anywhere
use(sys.argv[1])
"""


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """Give a folder that others than its owner may look into."""
    with tempfile.TemporaryDirectory(prefix="cartflow-test-") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)
        os.chmod(folder, 0o755)


@pytest.mark.parametrize("is_there", [True, False], ids=["existing", "new"])
def test_a_read_only_sqlite_says_so(
    common_folder: Path, tmp_path: Path, is_there: bool, start_process: StartProcess
) -> None:
    file = common_folder / "x.db"
    if is_there:
        database = Database(f"sqlite:///{file}")
        DatabaseSchema(database, {}).upgrade()
        database.close()
        file.chmod(0o444)
    common_folder.chmod(0o555)

    process = start_process(READ_ONLY, str(file), f"{tmp_path}/other.db")
    said, errors = process.communicate()

    assert said.count("is read-only; make its file and folder writable") == 2, errors


def test_a_database_that_another_program_made_is_left_as_it_is(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "test.db") as connection:
        connection.execute("CREATE TABLE mine (n INTEGER)")
    connection.close()
    database = Database(empty_sqlite_url)
    DatabaseSchema(database, {}).upgrade()

    assert "mine" in tables(database)
    database.close()
