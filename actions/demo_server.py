"""A server of one's own for a demonstration, on a free port of this machine only."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click

HOST: Final = "127.0.0.1"
_START_S: Final = 30.0
_STOP_S: Final = 10.0
_POLL_S: Final = 0.05
_COMMAND: Final = "import sys; from cartflow.runtime.cli import main; sys.exit(main())"


@contextmanager
def serving(config: Path) -> Iterator[str]:
    """Give the URL of a server with the settings of *config*, and stop it at the end.

    Raises:
        click.ClickException: It does not start; the message has its last words.
    """
    port = _free_port()
    arguments = ["serve", "--host", HOST, "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CARTFLOW_")}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *arguments],
            env={**environment, "CARTFLOW_CONFIG": str(config)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://{HOST}:{port}"
            if not _answers(url, server):
                log.seek(0)
                words = log.read().decode(errors="replace").strip()[-2000:]
                message = f"the server did not start on port {port}; it said: {words or 'nothing'}"
                raise click.ClickException(message)
            yield url
        finally:
            _stop(server)


def post(url: str, body: Mapping[str, Any]) -> tuple[int, Any]:
    """Return status and answer of a POST request with a JSON body."""
    data = json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method="POST")
    try:
        with urlopen(request, timeout=_START_S) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def curl(url: str, body: Mapping[str, Any]) -> str:
    """Return the curl command of that request."""
    data = shlex.quote(json.dumps(body))
    return f"curl -X POST {url} -H 'Content-Type: application/json' -d {data}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/healthz", timeout=1):
                return True
        except (URLError, OSError):
            time.sleep(_POLL_S)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
