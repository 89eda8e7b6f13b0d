from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from cartflow.actions.demo import expect
from cartflow.actions.demo_server import serving

Demo = Callable[..., "subprocess.CompletedProcess[str]"]

PROMISES = (
    "a cart with 2 x Overnight Duffle, 1 x Radiant Tee",
    "=> 402 PAYMENT_DECLINED: The payment was declined.",
    "=> outcome restarted",
    "403 INVALID_OPERATION",
    "=> outcome closed",
    "$ curl -X POST http://127.0.0.1:",
    '"amount_minor": 1400',
    "all examples came out as documented",
)


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """Give a function that runs `cartflow demo` with a folder of its own for temporary files."""

    def run(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CARTFLOW_")}
        return subprocess.run(
            [Path(sys.executable).with_name("cartflow"), "demo", *options],
            env={**kept, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8", **env},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_the_demo_plays_the_documented_examples(demo: Demo, tmp_path: Path) -> None:
    done = demo(CARTFLOW_DATABASE_URL="sqlite:////nowhere/of/the/users.db")

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [promise for promise in PROMISES if promise not in done.stdout] == []
    assert list(tmp_path.iterdir()) == []


def test_the_demo_stops_its_server(demo: Demo) -> None:
    done = demo()

    port = int(done.stdout.partition("http://127.0.0.1:")[2].partition("/")[0])
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))


def test_keep_leaves_a_database_to_go_on_with(demo: Demo, tmp_path: Path) -> None:
    done = demo("--keep")

    (folder,) = tmp_path.iterdir()
    assert f"cd {folder} && cartflow serve" in done.stdout
    assert {"cartflow.toml", "demo.db"} <= {file.name for file in folder.iterdir()}


def test_an_example_that_comes_out_otherwise_fails_the_demo() -> None:
    with pytest.raises(click.ClickException, match="expected the answer to be 1, got 2") as caught:
        expect("the answer", 2, 1)

    assert caught.value.exit_code == 1


def test_a_server_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    config = tmp_path / "cartflow.toml"
    config.write_text("database_ulr = 'x'")

    with pytest.raises(click.ClickException, match="did you mean 'database_url'"), serving(config):
        pass
