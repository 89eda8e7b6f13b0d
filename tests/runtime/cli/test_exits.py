from __future__ import annotations

from typing import Any

import click
import pytest

from cartflow import hookimpl

from .conftest import Cli, Misbehaving


@click.command()
def defect() -> None:
    """Fail as only a defect of a program can."""
    dict[str, int]()["nothing"]


@click.command()
def gives_up() -> None:
    """Fail like a command that has nothing to do with usage."""
    message = "it did not work out"
    raise click.ClickException(message)


class Commands:
    @staticmethod
    @hookimpl
    def cartflow_commands() -> Any:
        return {"defect": f"{__name__}:defect", "gives-up": f"{__name__}:gives_up"}


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("invoke", "echo", "-i", "text=x"), 0, ""),
        (("invoke", "misbehave", "-i", "how=declared"), 1, "REFUSED 409: no, not this"),
        (("invoke", "echo"), 1, "INVALID_INPUT 400"),
        (("invoke", "ecko"), 1, "UNKNOWN_ACTION 404: action 'ecko' is not registered; did you"),
        (("invoke", "echo", "text"), 2, "got unexpected extra argument"),
        (("invoke", "misbehave", "-i", "how=undeclared"), 70, "UNDECLARED_ERROR 500"),
        (("invoke", "misbehave", "-i", "how=crash"), 70, "INTERNAL 500"),
        (("invoke", "misbehave", "-i", "how=wrong"), 70, "INVALID_OUTPUT 500"),
    ],
    ids=["success", "declared", "input", "unknown", "usage", "undeclared", "crash", "output"],
)
def test_exit_status(run_cli: Cli, arguments: tuple[str, ...], status: int, code: str) -> None:
    result = run_cli(*arguments, plugins=[Misbehaving()])

    assert result.exit_code == status
    assert f"error: {code}" in result.stderr if code else result.stderr == ""
    assert "Traceback" not in result.stderr


def test_an_error_names_its_invocation(run_cli: Cli) -> None:
    result = run_cli("invoke", "misbehave", "-i", "how=declared", plugins=[Misbehaving()])

    lines = result.stderr.splitlines()
    assert lines[1] == '  data {"what": "this"}'
    assert lines[2].startswith("  invocation ")


def test_every_violation_has_a_line(run_cli: Cli) -> None:
    result = run_cli("invoke", "echo", "-i", "texd=1", plugins=[Misbehaving()])

    assert "  unknown member 'texd'; did you mean 'text'?\n" in result.stderr
    assert "  the member 'text' is missing\n" in result.stderr


def test_a_violation_that_the_message_tells_whole_is_told_once(run_cli: Cli) -> None:
    result = run_cli("invoke", "createEmptyCart", "--key", "short")

    assert result.stderr.count("the idempotency key must have") == 1


def test_the_log_says_in_one_line_what_the_caller_is_not_told(run_cli: Cli) -> None:
    result = run_cli("invoke", "misbehave", "-i", "how=crash", plugins=[Misbehaving()])

    log, *lines = result.stderr.splitlines()
    assert "RuntimeError: the sky fell [conftest.py:" in log
    assert "the sky fell" not in "\n".join(lines)
    assert lines[-1] == "  run the command again with --debug to see the Python traceback"


@pytest.mark.parametrize("where", ["before", "after"])
def test_debug_shows_the_traceback(run_cli: Cli, where: str) -> None:
    call = ["invoke", "misbehave", "-i", "how=crash"]
    call.insert(0 if where == "before" else len(call), "--debug")

    result = run_cli(*call, plugins=[Misbehaving()])

    assert "Traceback (most recent call last)" in result.stderr
    assert result.exit_code == 70


def test_a_defect_is_one_line_and_a_hint(run_cli: Cli) -> None:
    result = run_cli("defect", plugins=[Commands()])

    assert result.exit_code == 70
    assert result.stderr.splitlines() == [
        "error: internal error, a defect of cartflow: KeyError: 'nothing'",
        "  run the command again with --debug to see where, and report it",
    ]


def test_a_defect_shows_its_traceback_with_debug(run_cli: Cli) -> None:
    result = run_cli("defect", "--debug", plugins=[Commands()])

    assert "Traceback (most recent call last)" in result.stderr


def test_a_command_that_gives_up_is_no_wrong_use(run_cli: Cli) -> None:
    result = run_cli("gives-up", plugins=[Commands()])

    assert result.exit_code == 1
    assert result.stderr == "error: it did not work out\n"
