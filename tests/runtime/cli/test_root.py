from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from typing import Any

import pytest

from cartflow import hookimpl
from cartflow.runtime.cli.root import BUILT_IN

from .conftest import COMMAND, Cli, Run, environment


class Contributing:
    """A plugin with commands."""

    def __init__(self, **commands: Any) -> None:
        self._commands = commands

    @hookimpl
    def cartflow_commands(self) -> Any:
        return self._commands


def test_help_lists_every_command(run_cli: Cli) -> None:
    result = run_cli("--help")

    assert result.exit_code == 0
    listed = {line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")}
    assert listed >= {*BUILT_IN, "store"}


@pytest.mark.parametrize("command", [*BUILT_IN, "store"])
def test_every_command_explains_itself(run_cli: Cli, command: str) -> None:
    result = run_cli(command, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cartflow {command}")


@pytest.mark.parametrize("command", ["run", "invoke"])
def test_examples_stand_line_by_line(run_cli: Cli, command: str) -> None:
    result = run_cli(command, "--help")

    examples = result.stdout.partition("Examples:\n")[2].splitlines()
    assert len(examples) == 3
    assert all(line.strip().startswith(f"cartflow {command} ") for line in examples)


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from cartflow.runtime.cli.root import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: print('LOADED', *sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment({}), capture_output=True, text=True
    )

    loaded = done.stdout.rpartition("LOADED")[2].split()
    heavy = {"sqlalchemy", "alembic", "jsonschema", "jsonschema_rs", "flask", "rich", "yaml"}
    assert "click" in loaded
    assert heavy.isdisjoint(loaded)


def test_version_is_that_of_the_distribution(run_cli: Cli) -> None:
    result = run_cli("--version")

    assert result.stdout == f"cartflow {importlib.metadata.version('cartflow')}\n"


def test_an_unknown_command_gets_a_suggestion(run_cli: Cli) -> None:
    result = run_cli("invok")

    assert result.exit_code == 2
    assert "there is no command 'invok'; did you mean 'invoke'?" in result.stderr


def test_an_unknown_option_gets_a_suggestion(run_cli: Cli) -> None:
    result = run_cli("invoke", "cart", "--inputs", "a=1")

    assert result.exit_code == 2
    assert "'--inputs'" in result.stderr
    assert "did you mean" in result.stderr.lower()
    assert "usage: cartflow invoke [OPTIONS] NAME" in result.stderr


def test_without_a_command_help_is_shown_as_wrong_use(run_cli: Cli) -> None:
    result = run_cli()

    assert result.exit_code == 2
    assert "Usage: cartflow" in result.stderr


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
def test_options_of_all_may_stand_on_both_sides(run_cli: Cli, is_first: bool) -> None:
    option = ["--database", "sqlite:///other.db"]

    result = run_cli(*(option if is_first else ()), "db", "status", *(() if is_first else option))

    assert "/other.db\n" in result.stdout


def test_a_plugin_brings_a_command(run_cli: Cli) -> None:
    plugin = Contributing(shop=("cartflow.actions.cli:store", "Look after the shop."))

    overview = run_cli("--help", plugins=[plugin])
    result = run_cli("shop", "load", "--sample", plugins=[plugin])

    assert "Look after the shop." in overview.stdout
    assert result.exit_code == 0


def test_a_plugin_cannot_replace_a_command(run_cli: Cli) -> None:
    plugin = Contributing(db="cartflow.actions.cli:store")

    result = run_cli("plugins", "--strict", plugins=[plugin])

    assert result.exit_code == 1
    assert "plugin 'plugin0': the command 'db' exists already; rename it" in result.stderr


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("nowhere:group", "cannot be imported: ModuleNotFoundError"),
        ("cartflow:ADMIN", "is not a click command but 'Principal'"),
    ],
    ids=["missing", "no-command"],
)
def test_a_bad_command_of_a_plugin_is_named(run_cli: Cli, target: str, why: str) -> None:
    result = run_cli("broken", plugins=[Contributing(broken=target)])

    assert result.exit_code == 2
    assert f"{target!r} of the plugin 'plugin0'" in result.stderr
    assert why in result.stderr


def test_a_reader_that_goes_away_is_no_error(run_process: Run) -> None:
    command = f"{' '.join(COMMAND)} actions show cart | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", command], env=environment({}), capture_output=True, text=True
    )

    assert done.stderr == ""
    assert done.stdout in ("141\n", "0\n")


@pytest.mark.parametrize("variable", [{}, {"NO_COLOR": "1"}], ids=["pipe", "NO_COLOR"])
def test_no_colours_where_nobody_sees_them(run_process: Run, variable: dict[str, str]) -> None:
    done = run_process("actions", **variable)

    assert "createGuestCart" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
