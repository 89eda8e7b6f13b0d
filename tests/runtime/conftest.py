"""An application with a table to write into, so that effects can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cartflow import ActionError, Application
from cartflow.runtime.database import Database

from ..conftest import QUICK, MakeApplication
from .bring import Bring


class Notebook:
    """An application with a table `note`."""

    def __init__(self, app: Application) -> None:
        self.app = app
        with app.database.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE note (text VARCHAR(80) UNIQUE)")

    def invoke(self, name: str, given: Any = None, **options: Any) -> Any:
        return self.app.invoke(name, given, **options)

    def error(self, name: str, given: Any = None, **options: Any) -> ActionError:
        """Return the error that an action ends with."""
        with pytest.raises(ActionError) as caught:
            self.app.invoke(name, given, **options)
        return caught.value

    def notes(self) -> list[str]:
        with self.app.database.transaction(read_only=True) as connection:
            rows = connection.exec_driver_sql("SELECT text FROM note ORDER BY text")
            return [row[0] for row in rows]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Give a database with all tables, of this test's own, once of each kind."""
    found = Database(database_url, synchronous=QUICK["CARTFLOW_SQLITE_SYNCHRONOUS"])
    yield found
    found.close()


OpenNotebook = Callable[..., Notebook]


def _opener(make_app: MakeApplication, url: str) -> OpenNotebook:
    def open_notebook(*actions: Any, clock: Any = None, **parts: Any) -> Notebook:
        settings = {name: parts.pop(name) for name in list(parts) if name.startswith("CARTFLOW_")}
        plugin = Bring(actions=actions, **parts)
        plugins = [("lab", plugin)]
        return Notebook(make_app(url, plugins, clock, installed=False, **settings))

    return open_notebook


@pytest.fixture
def notebook(make_app: MakeApplication, database_url: str) -> OpenNotebook:
    """Give a function that opens a `Notebook` of these actions alone, once on each database."""
    return _opener(make_app, database_url)


@pytest.fixture
def sqlite_notebook(make_app: MakeApplication, sqlite_url: str) -> OpenNotebook:
    """Give the same on SQLite alone, for what has nothing to do with the database."""
    return _opener(make_app, sqlite_url)


@pytest.fixture
def postgres_notebook(make_app: MakeApplication, postgres_url: str) -> OpenNotebook:
    """Give the same on PostgreSQL alone, for what only PostgreSQL does."""
    return _opener(make_app, postgres_url)
