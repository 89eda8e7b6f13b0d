"""Counting what is sent to a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import event

from cartflow import Application


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


class Opened(Protocol):
    """What has an application."""

    app: Application


@contextmanager
def tallied(opened: Opened) -> Iterator[Tally]:
    tally = Tally()
    engines = (opened.app.database.engine, opened.app.database.read_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", tally)
    yield tally
    for engine in engines:
        event.remove(engine, "before_cursor_execute", tally)
