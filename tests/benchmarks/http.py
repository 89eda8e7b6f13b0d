"""`POST /actions/NAME` beside a bare Flask route on the same server."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from cartflow import Application, create_app

from .actions import PLUGIN
from .measure import Figure, ratio

_BODY = json.dumps({"text": "hello"})
_HEADERS = {"Content-Type": "application/json"}


def bench_app() -> Flask:
    """Return the application with one bare route more; granian calls it in its worker."""
    flask = create_app(Application.open(plugins=[PLUGIN]))

    @flask.post("/bare")
    def bare() -> Any:
        from flask import request

        return flask.response_class(
            json.dumps(json.loads(request.get_data())), mimetype="application/json"
        )

    return flask


def requests(database_url: str) -> Iterator[Figure]:
    with serving(database_url) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

        def post(path: str) -> None:
            connection.request("POST", path, _BODY, _HEADERS)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                message = f"{path}: expected 200, got {response.status}"
                raise RuntimeError(message)

        # throughput is the inverse of time, so the baseline stands first
        figure = ratio(lambda: post("/bare"), lambda: post("/actions/echo"), times=400)
        connection.close()
    yield Figure("requests/s of POST /actions/echo : a bare Flask route", figure, 0.7, True)


@contextmanager
def serving(database_url: str) -> Iterator[int]:
    """Serve the application of a database, and `bench_app`'s routes; give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "tests.benchmarks.http:bench_app"]
    environment = {**os.environ, "CARTFLOW_DATABASE_URL": database_url}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
