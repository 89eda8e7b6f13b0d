from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cartflow.runtime.cli.progress import Progress, depth_of, label_of, seconds_text

from .conftest import COMMAND, Cli, environment

FLOW = "flow: look\nsteps:\n  - id: seen\n    action: createGuestCart\n"


def record(**members: Any) -> dict[str, Any]:
    return {
        "path": "steps/0",
        "id": None,
        "kind": "action",
        "action": "cart",
        "started": "2026-01-01T00:00:00Z",
        "ended": "2026-01-01T00:00:00.012Z",
        "status": "succeeded",
        "attempt": 1,
        **members,
    }


@pytest.mark.parametrize(
    ("members", "label"),
    [
        ({"title": "Read it", "id": "read"}, "Read it"),
        ({"id": "read"}, "read (cart)"),
        ({}, "cart"),
        ({"kind": "value", "action": None, "id": "sum"}, "sum"),
        ({"kind": "return", "action": None}, "return"),
        ({"path": "steps/0/undo"}, "undo: cart"),
        ({"path": "steps/0/undo/1", "title": "Put it back"}, "undo: Put it back"),
    ],
)
def test_a_step_is_called_by_its_title_or_else(members: dict[str, Any], label: str) -> None:
    assert label_of(record(**members)) == label


@pytest.mark.parametrize(
    ("path", "depth"),
    [
        ("steps/0", 0),
        ("steps/0/steps/1[3]", 1),
        ("steps/0/switch/1/steps/0", 1),
        ("steps/0/catch/0/steps/0", 1),
        ("steps/0/undo", 1),
        ("finally/0", 0),
    ],
)
def test_steps_are_indented_below_what_is_around_them(path: str, depth: int) -> None:
    assert depth_of(record(path=path)) == depth


@pytest.mark.parametrize(("seconds", "text"), [(0.0123, "12 ms"), (1.25, "1.2 s"), (90, "90.0 s")])
def test_durations_are_readable(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_attempts_after_the_first_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    Progress()(record(attempt=2))

    assert capsys.readouterr().err == "✓ cart (attempt 2)  12 ms\n"


def on_terminal(folder: Path, *arguments: str, **env: str) -> str:
    """Return what a person sees who runs the command line in a terminal."""
    ours, theirs = pty.openpty()
    added = {"TERM": "xterm", "PYTHONIOENCODING": "utf-8", **env}
    variables = {k: v for k, v in environment(added).items() if k != "NO_COLOR" or k in env}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    try:
        while data := os.read(ours, 4096):
            seen += data
    except OSError:  # how Linux says that nobody writes any more
        pass
    finally:
        os.close(ours)
        assert process.wait(60) == 0, seen
    return seen.decode()


def test_a_terminal_sees_the_step_that_is_running(run_cli: Cli, folder: Path) -> None:
    run_cli("store", "load", "--sample")
    (folder / "look.flow.yaml").write_text(FLOW)

    seen = on_terminal(folder, "run", "look.flow.yaml")

    running = "\x1b[36m▸\x1b[0m seen (createGuestCart)"
    assert seen.startswith(f"{running}\r\x1b[2K\x1b[32m✓\x1b[0m seen (createGuestCart)")


@pytest.mark.parametrize(
    ("options", "env"),
    [(("--no-color",), {}), ((), {"NO_COLOR": "1"}), ((), {"TERM": "dumb"})],
    ids=["option", "NO_COLOR", "dumb"],
)
def test_colours_can_be_switched_off(
    run_cli: Cli, folder: Path, options: tuple[str, ...], env: dict[str, str]
) -> None:
    run_cli("store", "load", "--sample")
    (folder / "look.flow.yaml").write_text(FLOW)

    seen = on_terminal(folder, *options, "run", "look.flow.yaml", **env)

    assert "✓ seen (createGuestCart)" in seen
    assert "\x1b[3" not in seen


def test_a_terminal_without_unicode_gets_words(run_cli: Cli, folder: Path) -> None:
    run_cli("store", "load", "--sample")
    (folder / "look.flow.yaml").write_text(FLOW)

    seen = on_terminal(folder, "--no-color", "run", "look.flow.yaml", PYTHONIOENCODING="ascii")

    assert "> seen (createGuestCart)\r\x1b[2Kok seen (createGuestCart)" in seen
