"""Opening the application for a command."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..application import Application
from ..logs import log_to
from .session import Session


@contextmanager
def opened(
    session: Session, *, warns: bool = True, with_code: bool = True
) -> Iterator[Application]:
    """Give the application that the settings and the options of the command line describe.

    Args:
        session: The options.
        with_code: Whether something is going to be invoked; else handlers are not imported.
        warns: Whether to say on stderr which plugins do not work, and what was passed over.

    Raises:
        InvalidDocumentError: Unknown or malformed settings.
        DatabaseError: A database that cartflow does not work with.
    """
    overrides = {"database_url": session.database} if session.database is not None else {}
    with Application.open(overrides=overrides, plugins=session.plugins, with_code=with_code) as app:
        given = app.secrets.given
        handler = log_to(sys.stderr, app.settings, given, with_tracebacks=session.debug)
        try:
            for warning in app.settings.warnings if warns else ():
                click.echo(f"warning: {warning}", err=True)
            for report in app.plugins if warns else ():
                if report.complaints():
                    message = f"warning: the plugin {report.name!r} does not work as it should"
                    click.echo(f"{message}; see 'cartflow plugins'", err=True)
            yield app
        finally:
            logging.getLogger("cartflow").removeHandler(handler)
