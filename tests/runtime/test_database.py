from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc

from cartflow import DatabaseError
from cartflow.runtime.database import Database
from cartflow.runtime.faults import is_contention, is_lock_timeout, is_lost, is_read_only
from cartflow.runtime.schema import DatabaseSchema


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url, lock_timeout_s=0.3)
    DatabaseSchema(database, {}).upgrade()
    yield database
    database.close()


@pytest.fixture
def numbers(database: Database) -> Database:
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE number (n INTEGER UNIQUE)")
        connection.exec_driver_sql("INSERT INTO number VALUES (1)")
    return database


def total(connection: Any) -> Any:
    return connection.exec_driver_sql("SELECT sum(n) FROM number").scalar_one()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "names no file; expected sqlite:///FILE"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:x.db?uri=true", "names no file"),
        ("sqlite:x.db", "names no file"),
        ("mysql://root@localhost/x", "'mysql' is not a database that cartflow works with"),
        ("postgresql+asyncpg://localhost/x", "'postgresql.asyncpg' is not a database"),
        ("", "'' is not a database"),
    ],
)
def test_a_url_that_names_no_usable_database_is_refused(url: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        Database(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://joe:hunter2@host:port/x",
        "postgresql://joe:hunter2:@h@ost:hunter2/x",
        "postgresql://joe:hunter2\udcff@host/x",
        "sqlite:////tmp/hunter2\0.db",
    ],
)
def test_a_url_that_cannot_be_read_does_not_show_the_password(url: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be read") as caught:
        _ = Database(url).url

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_shows_itself_without_the_password() -> None:
    shown = str(Database("postgresql://joe:hunter2@db.example/shop"))

    assert shown == "postgresql+psycopg://joe:***@db.example/shop"


def test_a_database_that_cannot_be_reached_does_not_show_the_password() -> None:
    database = Database("postgresql://joe:hunter2@127.0.0.1:1/shop")

    with pytest.raises(sqlalchemy.exc.OperationalError) as caught:
        database.begin()
    database.close()

    assert "hunter2" not in str(database.explain(caught.value))
    assert "cannot be opened" in str(database.explain(caught.value))


def test_one_file_has_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real" / "x.db")
    monkeypatch.chdir(tmp_path)

    assert Database("sqlite:///link.db").file == tmp_path / "real" / "x.db"


def test_a_transaction_commits(numbers: Database) -> None:
    with numbers.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO number VALUES (2)")

    with numbers.transaction(read_only=True) as connection:
        assert total(connection) == 3


def test_a_transaction_that_an_exception_leaves_is_rolled_back(numbers: Database) -> None:
    with pytest.raises(sqlalchemy.exc.IntegrityError), numbers.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO number VALUES (2), (2)")

    with numbers.transaction(read_only=True) as connection:
        assert total(connection) == 1


def test_a_read_only_transaction_cannot_write(numbers: Database) -> None:
    with (
        pytest.raises(sqlalchemy.exc.SQLAlchemyError) as caught,
        numbers.transaction(read_only=True) as connection,
    ):
        connection.exec_driver_sql("INSERT INTO number VALUES (2)")

    assert is_read_only(caught.value)


def test_a_connection_that_was_read_only_may_write_again(numbers: Database) -> None:
    for number in range(2, 6):
        with numbers.transaction(read_only=True) as connection:
            total(connection)
        with numbers.transaction() as connection:
            connection.exec_driver_sql(f"INSERT INTO number VALUES ({number})")

    with numbers.transaction(read_only=True) as connection:
        assert total(connection) == 15


def test_a_read_only_transaction_sees_one_snapshot(numbers: Database) -> None:
    with numbers.transaction(read_only=True) as reading:
        before = total(reading)
        with numbers.transaction() as writing:
            writing.exec_driver_sql("INSERT INTO number VALUES (2)")
        after = total(reading)

    assert (before, after) == (1, 1)


def test_readers_do_not_wait_for_a_writer(numbers: Database) -> None:
    with numbers.transaction() as writing:
        writing.exec_driver_sql("INSERT INTO number VALUES (2)")
        with numbers.transaction(read_only=True) as reading:
            assert total(reading) == 1


def test_a_lock_is_not_waited_for_longer_than_the_setting_says(numbers: Database) -> None:
    with numbers.transaction() as one:
        one.exec_driver_sql("INSERT INTO number VALUES (2)")
        with pytest.raises(Exception) as caught, numbers.transaction() as two:  # noqa: PT011
            two.exec_driver_sql("INSERT INTO number VALUES (2)")

    assert (is_lock_timeout(caught.value), is_contention(caught.value)) == (True, True)


def test_a_mistake_is_no_contention(numbers: Database) -> None:
    with (
        pytest.raises(sqlalchemy.exc.IntegrityError) as caught,
        numbers.transaction() as connection,
    ):
        connection.exec_driver_sql("INSERT INTO number VALUES (1)")

    assert (is_contention(caught.value), is_lost(caught.value)) == (False, False)


def test_threads_that_ask_first_get_one_pool(database: Database) -> None:
    engines: list[object] = []
    threads = [threading.Thread(target=lambda: engines.append(database.engine)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(map(id, engines))) == 1


def test_a_closed_database_can_be_opened_again(numbers: Database) -> None:
    numbers.close()

    with numbers.transaction() as connection:
        assert total(connection) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own(numbers: Database) -> None:
    with numbers.transaction() as connection:  # open in the parent all the while
        connection.exec_driver_sql("SELECT 1")
        pid = os.fork()
        if pid == 0:
            try:
                with numbers.transaction(read_only=True) as other:
                    os._exit(0 if total(other) == 1 else 1)
            finally:
                os._exit(2)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        connection.exec_driver_sql("INSERT INTO number VALUES (2)")

    with numbers.transaction(read_only=True) as connection:
        assert (code, total(connection)) == (0, 3)


@pytest.mark.parametrize(("name", "number"), [("FULL", 2), ("NORMAL", 1)])
def test_a_setting_says_how_hard_sqlite_waits_for_the_disk(
    empty_sqlite_url: str, name: str, number: int
) -> None:
    database = Database(empty_sqlite_url, synchronous=name)
    with database.transaction() as connection:
        found = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    database.close()

    assert found == number


def test_another_program_that_holds_the_sqlite_file_is_contention(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(empty_sqlite_url, lock_timeout_s=0.1)
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(sqlalchemy.exc.OperationalError) as caught:
        database.begin()
    other.close()
    database.close()

    assert is_contention(caught.value)
