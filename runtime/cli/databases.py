"""`cartflow db`: the database."""

from __future__ import annotations

import click

from ..application import Application
from ..journal import Journal
from .session import Session
from .terminal import show_table


@click.group()
def db() -> None:
    """Bring the database up to date and look after it."""


@db.command()
@click.pass_obj
def upgrade(session: Session) -> None:
    """Create the tables, or bring them up to date; all of them or none."""
    with session.application() as app:
        done = app.schema.upgrade()
        for plugin, revision in done.items():
            click.echo(f"{plugin}: now at revision {revision}")
        if not done:
            click.echo(f"the database {app.database} is up to date")


@db.command()
@click.pass_obj
def status(session: Session) -> None:
    """Show at which revision the tables are; changes nothing."""
    with session.application() as app:
        click.echo(f"database {app.database}")
        newest = app.schema.newest()
        current = {} if _is_missing(app) else app.schema.current()
        rows = [
            (plugin, current.get(plugin) or "no tables", revision)
            for plugin, revision in newest.items()
        ]
        show_table(("PLUGIN", "REVISION", "NEWEST"), rows)
        behind = app.schema.behind()
        click.echo("not up to date; run 'cartflow db upgrade'" if behind else "up to date")


@db.command()
@click.pass_obj
def purge(session: Session) -> None:
    """Delete the recorded outcomes of idempotency keys that have expired."""
    with session.application() as app:
        app.schema.ensure()
        journal = Journal(app.database, secret=b"", retention_s=0)
        transaction = app.database.begin()
        try:
            count = journal.purge(transaction, app.clock.now().timestamp())
            transaction.commit()
        finally:
            transaction.close()
        click.echo(f"{count} outcome{'' if count == 1 else 's'} deleted")


def _is_missing(app: Application) -> bool:
    return app.database.is_sqlite and not app.database.file.exists()
