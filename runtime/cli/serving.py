"""`cartflow serve`: the HTTP server."""

from __future__ import annotations

import pkgutil
from typing import Final

import click

from .session import Session

_SERVE: Final = "cartflow.runtime.http:serve"  # the rooms of the doors do not know each other


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer.",
)
@click.pass_obj
def serve(session: Session, host: str, port: int, workers: int) -> None:
    """Answer over HTTP, until it is stopped with Ctrl-C."""
    where = f"http://{host}:{port}"

    def announce() -> None:
        click.echo(f"answering at {where} (see {where}/openapi.json); Ctrl-C ends it", err=True)

    answer = pkgutil.resolve_name(_SERVE)
    answer(announce, host=host, port=port, workers=workers, database=session.database)
