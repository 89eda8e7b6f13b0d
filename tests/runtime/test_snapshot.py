from __future__ import annotations

from typing import Any

import pytest

from cartflow import CartflowError, Context, action

from .bring import count, write
from .conftest import OpenNotebook

KEY = "a-key-of-at-least-22-characters"
NOTES = {"before": {"type": "integer"}, "after": {"type": "integer"}}


def seen(ctx: Context) -> int:
    with ctx.snapshot() as db:
        return int(db.exec_driver_sql("SELECT count(*) FROM note").scalar_one())


@action("write", input={}, output=NOTES)
def look_and_write(ctx: Context) -> Any:
    before = seen(ctx)
    write(ctx, "written")
    return {"before": before, "after": seen(ctx)}


@action("look", input={}, output=NOTES, effect="none")
def look(ctx: Context) -> Any:
    return {"before": seen(ctx), "after": count(ctx)}


@pytest.mark.parametrize("key", [None, KEY], ids=["no key", "key"])
def test_once_the_transaction_is_open_it_is_what_is_read(
    notebook: OpenNotebook, key: str | None
) -> None:
    lab = notebook(look_and_write, look)

    assert lab.invoke("write", key=key) == {"before": 0, "after": 1}
    assert lab.invoke("look") == {"before": 1, "after": 1}


def test_nobody_waits_for_who_only_looks(notebook: OpenNotebook) -> None:
    written = []

    @action("slow", input={}, output=NOTES)
    def slow(ctx: Context) -> Any:
        with ctx.snapshot() as db:
            written.append(lab.invoke("write"))  # would wait for a transaction that may write
            before = int(db.exec_driver_sql("SELECT count(*) FROM note").scalar_one())
        return {"before": before, "after": count(ctx)}

    lab = notebook(look_and_write, slow)

    answer = lab.invoke("slow")

    assert written == [{"before": 0, "after": 1}]
    assert answer["after"] == 1


def test_a_snapshot_cannot_be_written_to(notebook: OpenNotebook) -> None:
    @action("cheat", input={}, output=NOTES)
    def cheat(ctx: Context) -> Any:
        with ctx.snapshot() as db:
            db.exec_driver_sql("INSERT INTO note (text) VALUES ('x')")

    lab = notebook(cheat)

    with pytest.raises(CartflowError):
        lab.invoke("cheat")
    assert lab.notes() == []
