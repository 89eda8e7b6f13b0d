"""The real server, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ...certificates import issue
from ...servers import CARTFLOW, Server, free_port, started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("server")) as found:
        yield found


def test_it_invokes_actions(server: Server) -> None:
    connection = server.connect()

    connection.request("POST", "/actions/createGuestCart")

    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert response.status == 409 or len(answer["cart"]["id"]) == 32


def test_it_reads_a_chunked_body_without_a_length(server: Server) -> None:
    connection = server.connect()
    chunks = (b'{"cart_id": ', b'"nobody"}')

    connection.request(
        "POST",
        "/actions/cart",
        iter(chunks),
        {"Content-Type": "application/json"},
        encode_chunked=True,
    )

    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert (answer["code"], answer["data"]) == ("CART_NOT_FOUND", {"cart_id": "nobody"})


def test_it_refuses_a_chunked_body_that_is_too_large(server: Server) -> None:
    chunks = (b" " * 65_536 for _ in range(20))
    headers = {"Content-Type": "application/json"}

    with closing(server.connect()) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it answers before it has read all
            connection.request("POST", "/actions/cart", chunks, headers, encode_chunked=True)
        response = connection.getresponse()
        answer = json.loads(response.read())

    assert (response.status, answer["code"]) == (413, "BODY_TOO_LARGE")


def test_it_keeps_a_connection_open_after_an_error(server: Server) -> None:
    connection = server.connect()

    statuses = []
    for path in ("/nothing", "/healthz"):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    connection.close()
    assert statuses == [404, 200]


def test_it_answers_https_from_tls_1_2_on_by_http_1(tmp_path: Path) -> None:
    versions = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    certificate = issue(tmp_path)

    answers = []
    with started(tmp_path, certificate) as server:
        assert server.trusted is not None
        server.trusted.set_alpn_protocols(["h2", "http/1.1"])
        for version in versions:
            server.trusted.maximum_version = version
            with closing(server.connect()) as connection:
                connection.request("POST", "/actions/createEmptyCart")
                assert isinstance(connection.sock, ssl.SSLSocket)
                chosen = connection.sock.selected_alpn_protocol()
                answers.append((connection.getresponse().status, chosen))
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            refusal = plain.recv(5)
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)

    assert answers == [(200, "http/1.1")] * 2
    assert refusal != b"HTTP/"
    assert certificate.key.read_text().splitlines()[1].encode() not in said


def test_a_server_whose_database_cannot_be_used_says_so_and_ends(tmp_path: Path) -> None:
    environment = {**os.environ, "CARTFLOW_DATABASE_URL": f"sqlite:///{tmp_path}/no/folder.db"}

    ended = subprocess.run(
        [str(CARTFLOW), "serve", "--port", str(free_port())],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert "folder" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_that_is_taken_is_refused(server: Server, tmp_path: Path) -> None:
    environment = {**os.environ, "CARTFLOW_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}

    ended = subprocess.run(
        [str(CARTFLOW), "serve", "--port", str(server.port)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert f"cannot listen at '127.0.0.1', port {server.port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_two_keys_on_one_request_are_refused(server: Server) -> None:
    connection = server.connect()

    connection.putrequest("POST", "/actions/createGuestCart")
    connection.putheader("Idempotency-Key", "a" * 30)
    connection.putheader("Idempotency-Key", "b" * 30)
    connection.endheaders()

    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert (response.status, answer["code"]) == (400, "BAD_REQUEST")


def test_a_worker_that_dies_ends_the_server_with_a_line_in_the_log(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        [worker] = map(int, children.read_text().split())
        os.kill(worker, signal.SIGKILL)
        _, said = server.process.communicate(timeout=20)

    assert server.process.returncode == 1
    last = said.decode().splitlines()[-1]
    assert re.fullmatch(r"\S+Z ERROR _granian Unexpected exit from worker-1", last)


def test_each_thing_is_logged_once(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        (tmp_path / "served.db").write_bytes(b"no database" * 1000)
        (tmp_path / "served.db-wal").unlink(missing_ok=True)
        connection = server.connect()
        connection.request("GET", "/readyz")
        status = connection.getresponse().status
        connection.close()
        server.process.terminate()
        _, said = server.process.communicate(timeout=20)

    lines = [line for line in said.decode().splitlines() if " ERROR cartflow the database" in line]
    assert (status, len(lines)) == (503, 1)


def test_a_request_that_is_under_way_is_answered_before_the_server_ends(tmp_path: Path) -> None:
    with started(tmp_path) as server:
        connection = server.connect()
        connection.putrequest("POST", "/actions/createEmptyCart")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "2")
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        assert connection.sock.recv(1, socket.MSG_PEEK) == b"H"  # the worker has begun with it
        connection.send(b"{")
        server.process.terminate()
        time.sleep(0.3)
        connection.send(b"}")
        status = connection.getresponse().status
        connection.close()
        server.process.communicate(timeout=20)

    assert (status, server.process.returncode) == (200, 0)


def test_a_worker_never_looks_for_garbage_among_what_it_loaded(tmp_path: Path) -> None:
    program = (
        "import gc; from cartflow.runtime.http.server import worker;"
        " worker(); print(gc.get_freeze_count())"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "CARTFLOW_DATABASE_URL": f"sqlite:///{tmp_path}/shop.db"},
        capture_output=True,
        check=True,
    )

    assert int(ended.stdout) > 10_000


def test_a_worker_that_ends_closes_its_application(tmp_path: Path) -> None:
    script = (
        "from multiprocessing import Process\n"
        "def work():\n"
        "    from cartflow.runtime.http.server import worker\n"
        "    worker().test_client().post('/actions/createGuestCart')\n"
        "child = Process(target=work)\n"
        "child.start()\n"
        "child.join()\n"
    )
    database = tmp_path / "worker.db"

    subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "CARTFLOW_DATABASE_URL": f"sqlite:///{database}"},
        timeout=60,
        check=True,
    )

    assert database.exists()
    assert not database.with_name("worker.db-wal").exists()  # the last connection takes it along
