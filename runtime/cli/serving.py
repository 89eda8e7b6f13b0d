"""`cartflow serve`: the HTTP server."""

from __future__ import annotations

import pkgutil
from pathlib import Path
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
@click.option(
    "--certificate",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Answer https with the certificate in this PEM file.",
)
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The private key of the certificate, a PEM file too.",
)
@click.pass_obj
def serve(
    session: Session,
    host: str,
    port: int,
    workers: int,
    certificate: Path | None,
    key: Path | None,
) -> None:
    """Answer over HTTP, until it is stopped with Ctrl-C."""
    if (certificate is None) != (key is None):
        message = "'--certificate' and '--key' go together; give both, or neither for plain http"
        raise click.UsageError(message)
    where = f"http{'s' if certificate else ''}://{host}:{port}"

    def announce() -> None:
        click.echo(f"answering at {where} (see {where}/openapi.json); Ctrl-C ends it", err=True)

    answer = pkgutil.resolve_name(_SERVE)
    answer(
        announce,
        host=host,
        port=port,
        workers=workers,
        database=session.database,
        certificate=certificate,
        key=key,
    )
