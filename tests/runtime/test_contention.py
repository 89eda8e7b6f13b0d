"""What happens when many want the same at once, or the database goes away in the middle."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from cartflow import ActionError, Context, action
from cartflow.runtime.clock import SystemClock

from ..processes import StartProcess
from .bring import count, write
from .conftest import Notebook, OpenNotebook

KEY = "a-key-of-at-least-22-characters"


class Impatient(SystemClock):
    """A clock that does not really wait, and counts."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def jitter(self) -> float:
        return 1.0


class OutOfLuck(psycopg.errors.SerializationFailure):
    """What PostgreSQL raises when two transactions cannot have been one after the other."""


def unlucky(times: int, error: Callable[[], Exception] = OutOfLuck) -> Any:
    """Return an action that writes a note and fails so many times with *error*."""
    left = [None] * times

    @action("unlucky", input={}, output={"notes": {"type": "integer"}})
    def handler(ctx: Context) -> Any:
        write(ctx, "unlucky")
        if left:
            left.pop()
            raise error()
        return {"notes": count(ctx)}

    return handler


@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_the_whole_unit_is_done_again(notebook: OpenNotebook, key: str | None) -> None:
    clock = Impatient()
    lab = notebook(unlucky(6), clock=clock)

    assert lab.invoke("unlucky", key=key) == {"notes": 1}
    assert clock.pauses == [0.004, 0.008, 0.016, 0.032, 0.064, 0.128]


def test_after_six_retries_the_caller_is_told_that_nothing_happened(
    notebook: OpenNotebook,
) -> None:
    lab = notebook(unlucky(7), clock=Impatient())

    error = lab.error("unlucky")

    assert (error.code, error.status, error.retryable, lab.notes()) == ("BUSY", 503, True, [])


def test_what_is_no_contention_is_not_tried_again(notebook: OpenNotebook) -> None:
    clock = Impatient()

    assert notebook(unlucky(1, ValueError), clock=clock).error("unlucky").code == "INTERNAL"
    assert clock.pauses == []


def test_only_the_outermost_invocation_is_done_again(notebook: OpenNotebook) -> None:
    @action("outer", input={}, output={"notes": {"type": "integer"}})
    def outer(ctx: Context) -> Any:
        write(ctx, "outer")
        return ctx.invoke("unlucky")

    lab = notebook(unlucky(2), outer, clock=Impatient())

    assert (lab.invoke("outer"), lab.notes()) == ({"notes": 2}, ["outer", "unlucky"])


@pytest.fixture
def crossing(postgres_notebook: OpenNotebook) -> Notebook:
    """Give an application in which two calls of `cross` lock two rows in opposite order."""
    both = threading.Barrier(2, timeout=10)
    met: list[str] = []

    @action("cross", input={"rows": {"type": "array"}}, output={})
    def cross(ctx: Context) -> Any:
        for row in ctx.input["rows"]:
            ctx.db.exec_driver_sql(f"SELECT * FROM note WHERE text = '{row}' FOR UPDATE")
            if len(met) < 2:
                met.append(row)
                both.wait()
        return {}

    @action("write", input={"text": {}}, output={})
    def write_note(ctx: Context) -> Any:
        write(ctx, ctx.input["text"])
        return {}

    lab = postgres_notebook(cross, write_note)
    for text in ("a", "b"):
        lab.invoke("write", {"text": text})
    return lab


@pytest.mark.parametrize("key", [False, True], ids=["no key", "key"])
def test_a_deadlock_is_resolved_without_the_callers_noticing(crossing: Notebook, key: bool) -> None:
    outcomes: list[Any] = []

    def call(*rows: str) -> None:
        given = {"rows": list(rows)}
        outcomes.append(crossing.invoke("cross", given, key=KEY + rows[0] if key else None))

    threads = [threading.Thread(target=call, args=rows) for rows in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [{}, {}]


def test_a_lock_that_is_not_released_in_time_makes_busy(notebook: OpenNotebook) -> None:
    locked, release = threading.Event(), threading.Event()

    @action("hold", input={}, output={})
    def hold(ctx: Context) -> Any:
        write(ctx, "unlucky")
        locked.set()
        release.wait(10)
        return {}

    lab = notebook(hold, unlucky(0), CARTFLOW_LOCK_TIMEOUT_S="0.2")
    holder = threading.Thread(target=lab.invoke, args=("hold",))
    holder.start()
    locked.wait(10)
    started = time.monotonic()
    error = lab.error("unlucky")
    waited_s = time.monotonic() - started
    release.set()
    holder.join()

    assert (error.code, waited_s >= 0.2) == ("BUSY", True)


def terminate_others(url: str) -> None:
    """End all sessions of a database but the one that does it."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_a_connection_that_is_lost_in_a_handler_is_replaced(
    postgres_notebook: OpenNotebook, postgres_url: str, key: str | None
) -> None:
    left = [True]

    @action("lose", input={}, output={"notes": {"type": "integer"}})
    def lose(ctx: Context) -> Any:
        write(ctx, "lost and found")
        if left:
            left.clear()
            terminate_others(postgres_url)
        return {"notes": count(ctx)}

    lab = postgres_notebook(lose)

    assert (lab.invoke("lose", key=key), lab.notes()) == ({"notes": 1}, ["lost and found"])


@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_all_pooled_connections_may_be_lost_at_once(
    postgres_notebook: OpenNotebook, postgres_url: str, key: str | None
) -> None:
    together = threading.Barrier(10, timeout=10)

    @action("together", input={}, output={})
    def meet(ctx: Context) -> Any:
        count(ctx)
        together.wait()
        return {}

    lab = postgres_notebook(meet, unlucky(0))
    threads = [threading.Thread(target=lab.invoke, args=("together",)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    terminate_others(postgres_url)

    assert lab.invoke("unlucky", key=key) == {"notes": 1}


@pytest.fixture
def losing_commit(
    postgres_notebook: OpenNotebook, postgres_url: str
) -> Callable[[str | None], Notebook]:
    """Give an application whose first COMMIT loses the connection: a deferred trigger ends it."""

    def open_one(key: str | None) -> Notebook:
        lab = postgres_notebook(unlucky(0))
        with lab.app.database.transaction() as connection:
            connection.exec_driver_sql("CREATE SEQUENCE commits")
            connection.exec_driver_sql(
                "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid());"
                " END IF; RETURN NULL; END $$"
            )
            connection.exec_driver_sql(
                "CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON note"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose()"
            )
        return lab

    return open_one


def test_a_connection_lost_at_commit_is_retried_with_a_key(
    losing_commit: Callable[[str | None], Notebook],
) -> None:
    lab = losing_commit(KEY)

    assert (lab.invoke("unlucky", key=KEY), lab.notes()) == ({"notes": 1}, ["unlucky"])


def test_a_connection_lost_at_commit_is_not_retried_without_a_key(
    losing_commit: Callable[[str | None], Notebook],
) -> None:
    error = losing_commit(None).error("unlucky")

    assert (error.code, error.retryable) == ("INTERNAL", False)


WRITER = """
import json, sys, time
from cartflow import Application, action, hookimpl

@action("add", input={"key": {"type": "string"}}, output={"total": {"type": "integer"}})
def add(ctx):
    # read, then write: what is lost when two do it at once
    total = ctx.db.exec_driver_sql("SELECT n FROM total" + LOCK).scalar_one() + 1
    ctx.db.exec_driver_sql(f"UPDATE total SET n = {total}")
    return {"total": total}

class Plugin:
    @hookimpl
    def cartflow_actions(self): return [add]

url, times, key = sys.argv[1], int(sys.argv[2]), sys.argv[3]
LOCK = "" if url.startswith("sqlite") else " FOR UPDATE"
answers = []
environment = {"CARTFLOW_DATABASE_URL": url}
with Application.open(environment=environment, plugins=[("lab", Plugin())]) as app:
    app.schema.ensure()  # what takes long is done before the clock is looked at
    for number in range(times):
        answers.append(app.invoke("add", {"key": key}, key=key or None)["total"])
print(json.dumps({"answers": answers}))
"""


Writers = Callable[..., list[Any]]


@pytest.fixture
def writers(notebook: OpenNotebook, database_url: str, start_process: StartProcess) -> Writers:
    """Give a function that has processes call `add`, and returns what each says."""
    with notebook().app.database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE total (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO total VALUES (0)")

    def write(how_many: int, times: int, key: str = "") -> list[Any]:
        arguments = (database_url, str(times), key)
        processes = [start_process(WRITER, *arguments) for _ in range(how_many)]
        return [json.loads(process.communicate()[0]) for process in processes]

    return write


def test_of_eight_writers_none_is_starved_and_none_is_told_busy(writers: Writers) -> None:
    said = writers(8, 25)

    assert sorted(total for one in said for total in one["answers"]) == list(range(1, 201))


def test_one_key_from_four_processes_has_one_effect_and_four_equal_answers(
    writers: Writers,
) -> None:
    said = writers(4, 5, KEY)

    assert [one["answers"] for one in said] == [[1] * 5] * 4


def test_threads_that_use_an_application_first_get_one_of_everything(
    notebook: OpenNotebook,
) -> None:
    lab = notebook(unlucky(0))
    outcomes: list[Any] = []

    def call() -> None:
        try:
            outcomes.append(lab.invoke("unlucky", key=KEY))
        except ActionError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [{"notes": 1}] * 12
