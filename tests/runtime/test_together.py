"""One action for several inputs in one transaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from cartflow import ActionError, Context, Failure, action
from cartflow.runtime.together import Refusal

from .bring import ERRORS, count, write
from .conftest import OpenNotebook


@action(
    "note",
    input={"text": {"type": "string"}, "ends": {"type": "string", "default": ""}},
    output={"count": {"type": "integer"}},
    errors=ERRORS,
)
def note(ctx: Context) -> Any:
    write(ctx, ctx.input["text"])
    if ctx.input["ends"] == "raised":
        raise ActionError("WENT_WRONG", what="it")
    if ctx.input["ends"] == "returned" or (ctx.input["ends"] == "third" and count(ctx) > 2):
        return Failure(ActionError("WENT_WRONG", what="it"))
    return {"count": count(ctx)}


class SerializationError(Exception):
    """What a database says that wants the transaction to be tried again."""

    sqlstate = "40001"


def given(*ends: str) -> list[dict[str, str]]:
    return [{"text": str(index), "ends": end} for index, end in enumerate(ends)]


def test_each_sees_what_those_before_it_did(notebook: OpenNotebook) -> None:
    book = notebook(note)

    outputs = book.app.invoke_together("note", given("", "", ""))

    assert outputs == [{"count": 1}, {"count": 2}, {"count": 3}]
    assert book.notes() == ["0", "1", "2"]


def test_one_that_raises_takes_all_back(notebook: OpenNotebook) -> None:
    book = notebook(note)

    found = book.app.invoke_together("note", given("", "raised", ""))

    assert isinstance(found, Refusal)
    assert (found.position, found.error.code, found.error.status) == (1, "WENT_WRONG", 409)
    assert book.notes() == []


def test_what_a_returned_failure_keeps_is_all_that_stays(notebook: OpenNotebook) -> None:
    book = notebook(note)

    found = book.app.invoke_together("note", given("", "returned", ""))

    assert isinstance(found, Refusal)
    assert found.position == 1
    assert book.notes() == ["1"]


def test_nothing_stays_of_what_alone_would_not_have_failed(notebook: OpenNotebook) -> None:
    book = notebook(note)

    found = book.app.invoke_together("note", given("", "", "third"))

    assert isinstance(found, Refusal)
    assert found.position == 2
    assert book.notes() == []


def test_contention_is_met_with_another_try_of_all(notebook: OpenNotebook) -> None:
    tries: list[str] = []

    @action("pair", input={"text": {"type": "string"}}, output={})
    def pair(ctx: Context) -> Any:
        tries.append(ctx.input["text"])
        write(ctx, ctx.input["text"])
        if tries == ["a", "b"]:
            raise SerializationError
        return {}

    book = notebook(pair)

    book.app.invoke_together("pair", [{"text": "a"}, {"text": "b"}])

    assert (tries, book.notes()) == (["a", "b", "a", "b"], ["a", "b"])


def test_calls_that_lock_the_same_the_other_way_round_both_succeed(
    postgres_notebook: OpenNotebook,
) -> None:
    both_have_one = threading.Barrier(2)
    locked: list[str] = []

    @action("bump", input={"text": {"type": "string"}}, output={})
    def bump(ctx: Context) -> Any:
        ctx.db.exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")
        ctx.db.exec_driver_sql(f"SELECT 1 FROM note WHERE text = '{ctx.input['text']}' FOR UPDATE")
        locked.append(ctx.input["text"])
        with suppress(threading.BrokenBarrierError):
            both_have_one.wait(0.5)
        return {}

    book = postgres_notebook(note, bump)
    for text in "ab":
        book.invoke("note", {"text": text})
    pair = [{"text": "a"}, {"text": "b"}]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda it: book.app.invoke_together("bump", it), (pair, pair[::-1])))

    assert found == [[{}, {}], [{}, {}]]
    assert len(locked) > 4  # one of the two was done once more
