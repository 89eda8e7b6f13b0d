from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from cartflow.runtime.clock import SystemClock
from cartflow.runtime.database import Database
from cartflow.runtime.owners import Owners, owners_of

NewOwners = Callable[[], Owners]


@pytest.fixture
def new_owners(empty_database_url: str) -> Iterator[NewOwners]:
    """Give a function that makes the owners of another process on the same database."""
    opened: list[tuple[Owners, Database]] = []

    def make() -> Owners:
        database = Database(empty_database_url)
        opened.append((owners_of(database, SystemClock()), database))
        return opened[-1][0]

    yield make
    for owners, database in opened:
        owners.close()
        database.close()


def test_an_owner_is_alive_as_long_as_it_is_not_closed(new_owners: NewOwners) -> None:
    one, two = new_owners(), new_owners()
    name = one.sign("call")

    before = two.is_alive(name)
    one.close()

    assert (before, two.is_alive(name)) == (True, False)


def test_an_owner_knows_that_it_is_alive_itself(new_owners: NewOwners) -> None:
    owners = new_owners()

    assert owners.is_alive(owners.sign("call")) is True


def test_nobody_is_not_alive(new_owners: NewOwners) -> None:
    assert new_owners().is_alive("nobody/call") is False


def test_all_calls_of_a_process_live_together(new_owners: NewOwners) -> None:
    owners = new_owners()

    names = [owners.sign("a"), owners.sign("b")]

    assert len({name.partition("/")[0] for name in names}) == 1
    assert len(set(names)) == 2


def test_threads_that_sign_first_get_one_owner(new_owners: NewOwners) -> None:
    owners, names = new_owners(), []
    threads = [threading.Thread(target=lambda: names.append(owners.sign("c"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(names)) == 1
    assert new_owners().is_alive(names[0])


def test_an_owner_can_begin_again_after_closing(new_owners: NewOwners) -> None:
    owners = new_owners()
    before = owners.sign("call")
    owners.close()

    after = owners.sign("call")

    assert (before != after, owners.is_alive(after)) == (True, True)


def test_an_owner_whose_session_was_lost_gets_another(
    empty_postgres_url: str, postgres_server: str
) -> None:
    database = Database(empty_postgres_url)
    owners = owners_of(database, SystemClock())
    before = owners.sign("call")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
    database.reconnect()

    after = owners.sign("call")

    assert (owners.is_alive(before), owners.is_alive(after)) == (False, True)
    owners.close()
    database.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_is_an_owner_of_its_own(tmp_path: object, empty_sqlite_url: str) -> None:
    owners = owners_of(Database(empty_sqlite_url), SystemClock())
    name = owners.sign("call")
    pid = os.fork()
    if pid == 0:
        is_another = owners.sign("call") != name and owners.is_alive(name)
        os._exit(0 if is_another else 1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert (code, owners.is_alive(name)) == (0, True)
    owners.close()
