"""The server process: granian in front of the application."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.log import LogLevels

from ..application import Application
from ..errors import UsageError
from ..logs import LineFormatter, log_to
from ..settings import PREFIX
from .app import create_app
from .tls import check_pair

log = logging.getLogger("cartflow")

THREADS: Final = 4
"""Requests that one worker answers at the same time; more wait."""

STOP_S: Final = 25
"""How long a request that is under way may take when the server is told to stop: supervisors as a
rule kill what has not ended after 30 seconds."""

_LOG: Final = {
    "formatters": {"line": {"()": LineFormatter, "secrets": frozenset()}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
            "formatter": "line",
        }
    },
    "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
}
"""Granian would write to stdout, without the time."""


def worker() -> Flask:
    """Return the application of one worker process, which writes its log to stderr."""
    application = Application.open()
    log_to(sys.stderr, application.settings, application.secrets.given)
    app = create_app(application)
    # what runs in the background may end first; the process ends without the usual ceremonies
    Finalize(None, application.close, exitpriority=1)
    # what is loaded by now stays: looking at all of it for garbage holds everybody up for 0.2 s,
    # and large documents make that happen every few requests
    gc.collect()
    gc.freeze()
    return app


def serve(
    announce: Callable[[], None],
    *,
    host: str,
    port: int,
    workers: int,
    database: str | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Answer over HTTP until the process is told to stop (SIGINT, SIGTERM), or a worker dies.

    Before the first request the database is brought up to date where that may happen by itself,
    and what a process left behind when it died is ended: remote calls, background runs.

    Args:
        announce: Is called when nothing stands in the way any more.
        host: The address to listen at.
        port: The port.
        workers: Processes that answer.
        database: A database URL that wins over the settings.
        certificate: With *key*, the files to answer https with, instead of http.
        key: The private key of the certificate.

    Raises:
        DatabaseError: The database cannot be used; nothing was started.
        InvalidDocumentError: A setting is wrong.
        UsageError: Nobody can listen at this address, or somebody does already; or certificate
            and key cannot be used.
    """
    if certificate and key:
        check_pair(certificate, key)
    _check_address(host, port)
    _prepare(database)
    announce()
    Granian(
        "cartflow.runtime.http.server:worker",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # who is answered before a body has come in whole, as one that is too large, gets no more
        # than a reset of the stream by HTTP/2
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOG,
        workers_kill_timeout=STOP_S,
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,  # many a client in use knows no 1.3
        factory=True,
    ).serve()


def _prepare(database: str | None) -> None:
    """Bring the database up to date, and end what processes that died left behind."""
    if database is not None:
        os.environ[PREFIX + "DATABASE_URL"] = database
    with Application.open() as application:
        handler = log_to(sys.stderr, application.settings, application.secrets.given)
        application.schema.ensure()
        for complaint in application.complaints():
            log.warning("%s", complaint)
        settled = application.invoker.recover()
        if settled:
            log.warning("ended %d calls and runs that an earlier process left behind", settled)
    log.removeHandler(handler)  # the workers would inherit it, and say everything twice


def _check_address(host: str, port: int) -> None:
    """Refuse an address that is taken; granian would share it, and answer every other request."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        message = (
            f"cannot listen at {host!r}, port {port}: {error.strerror};"
            " stop what listens there, or choose another address with --host and --port"
        )
        raise UsageError(message) from error
