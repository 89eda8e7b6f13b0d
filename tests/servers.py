"""Real servers, in processes of their own."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from .certificates import Certificate

CARTFLOW = Path(sys.executable).with_name("cartflow")


@dataclass
class Server:
    """A server that answers.

    Attributes:
        trusted: What its certificate is held against; None, if it answers plain http.
    """

    process: subprocess.Popen[bytes]
    port: int
    trusted: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http{'s' if self.trusted else ''}://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        if self.trusted is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.trusted)


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            connection = server.connect()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            connection.close()
        except OSError:
            assert server.process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    """Return a port that nobody listens at.

    It is none of those that the system gives to connections: until the server listens, some time
    goes by, in which other tests connect to theirs.
    """
    while True:
        port = 16_000 + secrets.randbelow(16_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def started(
    folder: Path,
    certificate: Certificate | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """Start a server on the database `served.db` of a folder; end it, if the test did not.

    Several can work on one database.
    """
    trusted = certificate and ssl.create_default_context(cafile=certificate.authority)
    port = free_port()
    command = [str(CARTFLOW), "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, *certificate.options] if certificate else command,
        cwd=folder,
        env={**os.environ, "CARTFLOW_DATABASE_URL": f"sqlite:///{folder}/served.db", **settings},
        stderr=subprocess.PIPE,
    )
    found = Server(process, port, trusted)
    try:
        _wait_for(found)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
