from __future__ import annotations

import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from ...servers import free_port
from .conftest import COMMAND, Cli, environment


def fetch(url: str, server: subprocess.Popen[str]) -> int:
    """Return the status of a GET request, once the server answers."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=5) as response:
                return int(response.status)
        except URLError:
            time.sleep(0.05)
    raise TimeoutError


def test_serve_answers_until_it_is_stopped(folder: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port), "--database", f"sqlite:///{folder}/other.db"],
        env=environment({}),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        status = fetch(f"http://127.0.0.1:{port}/healthz", server)
        server.terminate()
        _, said = server.communicate(timeout=30)
    finally:
        server.kill()

    assert status == 200
    assert server.returncode == 0
    assert "Traceback" not in said
    assert f"answering at http://127.0.0.1:{port} " in said
    assert (folder / "other.db").exists()


def test_serve_refuses_a_database_that_cannot_be_used(run_cli: Cli) -> None:
    result = run_cli("serve", CARTFLOW_DATABASE_URL="sqlite:////nowhere/x.db")

    assert result.exit_code == 2
    assert "the folder '/nowhere' of the database does not exist" in result.stderr
    assert "answering" not in result.stderr


@pytest.mark.parametrize("options", [("--port", "70000"), ("--workers", "0"), ("--port", "http")])
def test_serve_refuses_impossible_options(run_cli: Cli, options: tuple[str, str]) -> None:
    result = run_cli("serve", *options)

    assert result.exit_code == 2
    assert f"invalid value for '{options[0]}'" in result.stderr


@pytest.mark.parametrize("option", ["--certificate", "--key"])
def test_serve_wants_certificate_and_key_or_neither(run_cli: Cli, option: str) -> None:
    result = run_cli("serve", option, "x.pem")

    assert result.exit_code == 2
    assert "'--certificate' and '--key' go together" in result.stderr


def test_serve_looks_at_the_certificate_before_anything_else(run_cli: Cli, folder: Path) -> None:
    result = run_cli("serve", "--certificate", "x.pem", "--key", "x.pem")

    assert result.exit_code == 2
    assert "the certificate 'x.pem' cannot be read: No such file or directory" in result.stderr
    assert list(folder.iterdir()) == []
