"""Store files that do not fit into memory."""

from __future__ import annotations

import io
import json
import os
import pty
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from cartflow import ADMIN, SYSTEM, ActionError, Application, Principal
from cartflow.actions.cli import shown_progress

from ..memory import traced_memory
from .conftest import Shop

SHOP = {"name": "Luma", "currency": "USD"}


def store_file(folder: Path, count: int, **last: Any) -> Path:
    """Write a store file with products first and the shop behind them."""
    products = [
        {"sku": f"sku-{number:06}", "name": f"Thing {number}", "price_minor": number}
        for number in range(count)
    ]
    products[-1] |= last
    file = folder / f"store-{count}.json"
    file.write_text(json.dumps({"products": products, "shop": SHOP}))
    return file


def load(app: Application, file: Path) -> Any:
    return app.invoke("loadStoreFile", {"file": str(file)}, principal=SYSTEM)


def refusal(app: Application, file: Path) -> ActionError:
    with pytest.raises(ActionError) as caught:
        load(app, file)
    return caught.value


def test_a_file_may_have_its_sections_in_any_order(any_app: Application, tmp_path: Path) -> None:
    counts = load(any_app, store_file(tmp_path, 1201))

    assert counts["products"] == 1201
    [[count, total]] = Shop(any_app, {}).sql("SELECT count(*), sum(price_minor) FROM cart_product")
    assert (count, total) == (1201, 1200 * 1201 // 2)


def test_many_records_go_into_one_statement(any_app: Application, tmp_path: Path) -> None:
    few, many = store_file(tmp_path, 400), store_file(tmp_path, 500)
    load(any_app, few)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    counts = []
    for file in (few, many):
        statements.clear()
        event.listen(any_app.database.engine, "before_cursor_execute", note)
        load(any_app, file)
        event.remove(any_app.database.engine, "before_cursor_execute", note)
        counts.append(len(statements))

    assert counts[0] == counts[1] < 20


def test_a_mistake_in_the_last_record_leaves_everything_as_it_was(
    any_app: Application, tmp_path: Path
) -> None:
    error = refusal(any_app, store_file(tmp_path, 1200, price_minor=-1))

    [problem] = error.data["problems"]
    assert (problem["pointer"], problem["rule"]) == ("/products/1199/price_minor", "minimum")
    assert Shop(any_app, {}).sql("SELECT count(*) FROM cart_product") == [(0,)]


def test_the_same_sku_far_apart_is_found(app: Application, tmp_path: Path) -> None:
    error = refusal(app, store_file(tmp_path, 1200, sku="sku-000003"))

    [problem] = error.data["problems"]
    assert problem["pointer"] == "/products/1199/sku"
    assert problem["message"] == "the same sku stands in products/3 already"


def test_all_mistakes_are_counted_and_the_first_hundred_listed(
    app: Application, tmp_path: Path
) -> None:
    file = tmp_path / "store.json"
    file.write_text(json.dumps({"shop": SHOP, "products": [{}] * 50}))

    error = refusal(app, file)

    assert (error.data["count"], len(error.data["problems"])) == (150, 100)
    assert error.message == "the store file has 150 problem(s); nothing was loaded"


def test_a_file_that_ends_too_early_loads_nothing(app: Application, tmp_path: Path) -> None:
    file = store_file(tmp_path, 1200)
    file.write_text(file.read_text()[:-100])

    error = refusal(app, file)

    [problem] = error.data["problems"]
    assert problem["pointer"].startswith("/products/119")
    assert "line 1, column" in problem["message"]


@pytest.mark.parametrize("kind", ["guest", "customer", "integration", "admin"])
def test_nobody_outside_has_files_of_the_server_read(app: Application, kind: str) -> None:
    caller = Principal(kind, "1", frozenset(("actions:invoke",)))

    with pytest.raises(ActionError) as caught:
        app.invoke("loadStoreFile", {"file": "/etc/passwd"}, principal=caller)

    assert caught.value.code in ("NOT_AUTHENTICATED", "NOT_AUTHORIZED")


def test_memory_does_not_grow_with_the_file(app: Application, tmp_path: Path) -> None:
    load(app, store_file(tmp_path, 10))  # what is made once
    peaks = []
    for count in (1_000, 6_000):
        file = store_file(tmp_path, count)
        with traced_memory() as memory_now:
            load(app, file)
            peaks.append(memory_now()[1])

    assert peaks[1] < 1.25 * peaks[0]


def test_a_terminal_sees_how_far_it_is(app: Application, tmp_path: Path) -> None:
    file = store_file(tmp_path, 1200)
    reader, writer = pty.openpty()

    with os.fdopen(writer, "w") as terminal, redirect_stderr(terminal), shown_progress():
        load(app, file)

    shown = b""
    with suppress(OSError):  # which says on Linux that nobody writes any more
        while more := os.read(reader, 4096):
            shown += more
    os.close(reader)
    assert b"writing" in shown
    assert b"100%" in shown


def test_what_is_no_terminal_sees_nothing(app: Application, tmp_path: Path) -> None:
    with redirect_stderr(io.StringIO()) as shown, shown_progress():
        load(app, store_file(tmp_path, 10))

    assert shown.getvalue() == ""


def test_the_document_and_the_file_say_the_same(app: Application, tmp_path: Path) -> None:
    file = store_file(tmp_path, 600)
    load(app, file)
    before = Shop(app, {}).sql("SELECT * FROM cart_product ORDER BY id")

    app.invoke("loadStore", {"store": json.loads(file.read_text())}, principal=ADMIN)

    assert Shop(app, {}).sql("SELECT * FROM cart_product ORDER BY id") == before
