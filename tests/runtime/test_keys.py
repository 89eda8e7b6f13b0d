from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, ActionError, Context, Failure, Principal, action
from cartflow.runtime.clock import SystemClock

from .bring import ERRORS, count, write
from .conftest import Notebook, OpenNotebook

ONE = Principal("customer", "1")
TWO = Principal("customer", "2")
KEY = "a-key-of-at-least-22-characters"
INPUT: dict[str, Any] = {"text": {"type": "string", "default": "a"}, "n": {"default": 0}}


@action("write", input=INPUT, output={"notes": {"type": "integer"}}, errors=ERRORS)
def write_note(ctx: Context) -> Any:
    notes = count(ctx)
    write(ctx, f"{ctx.input['text']} {notes}")
    return {"notes": notes}


@action("write-too", input=INPUT, output={"notes": {"type": "integer"}})
def write_too(ctx: Context) -> Any:
    return {"notes": count(ctx)}


def failing(error: Callable[[], Any], **members: Any) -> Any:
    def handler(ctx: Context) -> Any:
        write(ctx, f"attempt {ctx.unit.id}")
        return error()

    return action("fail", input={}, output={"type": "object"}, errors=ERRORS, **members)(handler)


def raise_(error: Exception) -> Any:
    raise error


class Later(SystemClock):
    """A clock that can be put forward."""

    hours = 0

    def now(self) -> datetime:
        return super().now() + timedelta(hours=self.hours)

    def monotonic(self) -> float:
        return super().monotonic() + self.hours * 3600


def test_the_same_call_with_the_same_key_happens_once(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)

    answers = [lab.invoke("write", {"text": "x"}, principal=ONE, key=KEY) for _ in range(3)]

    assert (answers, lab.notes()) == ([{"notes": 0}] * 3, ["x 0"])


def test_defaults_belong_to_the_call(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)
    lab.invoke("write", {}, principal=ONE, key=KEY)

    assert lab.invoke("write", {"n": 0, "text": "a"}, principal=ONE, key=KEY) == {"notes": 0}


@pytest.mark.parametrize(
    ("name", "given"), [("write", {"text": "y"}), ("write-too", {"text": "x"})], ids=str
)
def test_another_call_with_the_same_key_is_refused(
    notebook: OpenNotebook, name: str, given: dict[str, Any]
) -> None:
    lab = notebook(write_note, write_too)
    lab.invoke("write", {"text": "x"}, principal=ONE, key=KEY)

    error = lab.error(name, given, principal=ONE, key=KEY)

    assert (error.code, error.status, lab.notes()) == ("IDEMPOTENCY_KEY_REUSED", 422, ["x 0"])


def test_a_key_belongs_to_its_principal(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)

    answers = [lab.invoke("write", principal=who, key=KEY) for who in (ONE, TWO, ADMIN, GUEST)]

    assert [answer["notes"] for answer in answers] == [0, 1, 2, 3]


def test_guests_share_one_scope(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)
    lab.invoke("write", key=KEY)

    assert lab.invoke("write", key=KEY) == {"notes": 0}


def test_a_condition_is_recorded_and_its_changes_are_taken_back(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda: raise_(ActionError("WENT_WRONG", what=next(numbers)))))
    numbers = iter(range(9))

    errors = [lab.error("fail", principal=ONE, key=KEY) for _ in range(2)]

    assert [error.to_json() for error in errors] == [errors[0].to_json()] * 2
    assert (errors[0].data, lab.notes()) == ({"what": 0}, [])


def test_a_failure_is_recorded_with_its_changes(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda: Failure(ActionError("WENT_WRONG", what="ink"))))

    errors = [lab.error("fail", principal=ONE, key=KEY) for _ in range(2)]

    assert [error.status for error in errors] == [409, 409]
    assert len(lab.notes()) == 1


def test_a_replay_carries_the_id_of_its_own_invocation(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda: raise_(ActionError("WENT_WRONG"))))

    ids = {lab.error("fail", principal=ONE, key=KEY).invocation_id for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize(
    "problem",
    [
        lambda: raise_(ActionError("TRY_AGAIN")),
        lambda: raise_(ActionError("SECRET")),
        lambda: Failure(ActionError("SECRET")),
        lambda: raise_(ValueError("x")),
        list,
    ],
    ids=["retryable", "undeclared", "undeclared failure", "crash", "bad output"],
)
def test_a_retryable_condition_and_a_500_release_the_key(
    notebook: OpenNotebook, problem: Callable[[], Any]
) -> None:
    outcomes = [problem, dict]
    lab = notebook(failing(lambda: outcomes.pop(0)()))
    lab.error("fail", principal=ONE, key=KEY)

    assert lab.invoke("fail", principal=ONE, key=KEY) == {}
    assert len(lab.notes()) == 1


@pytest.mark.parametrize(
    ("given", "principal"), [({"text": 1}, ONE), ({}, TWO)], ids=["input", "access"]
)
def test_an_error_of_input_or_access_does_not_use_the_key_up(
    notebook: OpenNotebook, given: dict[str, Any], principal: Principal
) -> None:
    @action("mine", input=INPUT, output={"type": "object"})
    def mine(ctx: Context) -> Any:
        write(ctx, "mine")
        return {}

    lab = notebook(mine, write_note)
    if principal is TWO:
        lab.error("mine", {"text": []}, principal=ONE, key=KEY)
    else:
        lab.error("mine", given, principal=principal, key=KEY)

    assert lab.invoke("mine", principal=ONE, key=KEY) == {}


def test_a_key_is_ignored_where_nothing_is_changed(notebook: OpenNotebook) -> None:
    @action("read", input={}, output={"type": "integer"}, effect="none")
    def read(ctx: Context) -> Any:
        return count(ctx)

    lab = notebook(read, write_note)
    before = lab.invoke("read", key="short")
    lab.invoke("write")

    assert (before, lab.invoke("read", key="short")) == (0, 1)


def test_an_output_that_must_not_be_recorded_is_not(notebook: OpenNotebook) -> None:
    secret = action("secret", input={}, output={"type": "string"}, journal=False)

    lab = notebook(secret(lambda ctx: ctx.random_text(20)))
    first = lab.invoke("secret", principal=ONE, key=KEY)

    assert first != lab.invoke("secret", principal=ONE, key=KEY)
    assert journal(lab) == []


def test_no_input_can_be_read_in_the_journal(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)
    lab.invoke("write", {"text": "hunter2"}, principal=ONE, key=KEY)

    assert "hunter2" not in str(journal(lab))


def journal(lab: Notebook) -> list[Any]:
    with lab.app.database.transaction(read_only=True) as connection:
        rows = connection.exec_driver_sql("SELECT * FROM journal")
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(("hours", "notes"), [(23, 1), (25, 2)])
def test_a_key_is_remembered_for_a_day(notebook: OpenNotebook, hours: int, notes: int) -> None:
    clock = Later()
    lab = notebook(write_note, clock=clock)
    lab.invoke("write", principal=ONE, key=KEY)
    clock.hours = hours
    lab.invoke("write", principal=ONE, key=KEY)

    assert len(lab.notes()) == notes


def test_a_setting_says_how_long_a_key_is_remembered(notebook: OpenNotebook) -> None:
    clock = Later()
    lab = notebook(write_note, clock=clock, CARTFLOW_JOURNAL_RETENTION_H="48")
    lab.invoke("write", principal=ONE, key=KEY)
    clock.hours = 47
    lab.invoke("write", principal=ONE, key=KEY)

    assert len(lab.notes()) == 1


def test_what_need_not_be_remembered_is_deleted(notebook: OpenNotebook) -> None:
    clock = Later()
    lab = notebook(write_note, clock=clock)
    for number in range(5):
        lab.invoke("write", principal=ONE, key=f"{KEY}{number}")
    clock.hours = 30
    lab.invoke("write", principal=ONE, key="another")

    assert len(journal(lab)) == 1


def test_the_second_waits_for_the_first_and_replays(notebook: OpenNotebook) -> None:
    @action("slow", input={}, output={"notes": {"type": "integer"}})
    def slow(ctx: Context) -> Any:
        notes = count(ctx)
        write(ctx, f"slow {notes}")
        time.sleep(0.3)
        return {"notes": notes}

    lab = notebook(slow)
    answers: list[Any] = []

    def call() -> None:
        answers.append(lab.invoke("slow", principal=ONE, key=KEY))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (answers, lab.notes()) == ([{"notes": 0}] * 4, ["slow 0"])


@pytest.mark.parametrize(("kind", "code"), [("sqlite", "BUSY"), ("postgresql", "IN_PROGRESS")])
def test_when_waiting_takes_too_long_the_second_is_told(
    request: pytest.FixtureRequest, kind: str, code: str
) -> None:
    opener = "sqlite_notebook" if kind == "sqlite" else "postgres_notebook"
    started, done = threading.Event(), threading.Event()

    @action("slow", input={}, output={"type": "object"})
    def slow(ctx: Context) -> Any:
        write(ctx, "slow")
        started.set()
        done.wait(10)
        return {}

    lab: Notebook = request.getfixturevalue(opener)(slow, CARTFLOW_LOCK_TIMEOUT_S="0.3")
    first = threading.Thread(
        target=lab.invoke, args=("slow",), kwargs={"principal": ONE, "key": KEY}
    )
    first.start()
    started.wait(10)
    error = lab.error("slow", principal=ONE, key=KEY)
    done.set()
    first.join()

    assert (error.code, error.retryable, lab.notes()) == (code, True, ["slow"])


def test_keys_of_different_calls_do_not_wait_for_each_other(
    postgres_notebook: OpenNotebook,
) -> None:
    started, done = threading.Event(), threading.Event()

    @action("slow", input={}, output={"type": "object"})
    def slow(ctx: Context) -> Any:
        started.set()
        done.wait(10)
        return {}

    lab = postgres_notebook(slow, write_note)
    first = threading.Thread(target=lab.invoke, args=("slow",), kwargs={"key": KEY})
    first.start()
    started.wait(10)
    answer = lab.invoke("write", key=KEY + "2")
    done.set()
    first.join()

    assert answer == {"notes": 0}
