"""Counting what is sent to a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from .conftest import Shop


class Tally:
    """What was sent to a database; a statement with many rows of parameters counts for each row."""

    def __init__(self) -> None:
        self.count = 0
        self.statements: list[str] = []

    def __call__(
        self, _connection: Any, _cursor: Any, statement: str, rows: Any, *_context: Any
    ) -> None:
        self.count += len(rows) if isinstance(rows, list) else 1
        self.statements.append(statement)


@contextmanager
def tallied(shop: Shop) -> Iterator[Tally]:
    tally = Tally()
    engines = (shop.app.database.engine, shop.app.database.read_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", tally)
    yield tally
    for engine in engines:
        event.remove(engine, "before_cursor_execute", tally)
