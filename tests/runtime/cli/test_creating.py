"""`cartflow new`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cartflow.runtime.workbench import Workbench

from .conftest import Cli


def test_what_it_writes_passes_as_it_is(folder: Path, run_cli: Cli) -> None:
    created = run_cli("new", "hello")

    checked = run_cli("check", "hello.flow.yaml")
    tested = run_cli("test")

    assert created.stdout.splitlines()[0] == "wrote hello.flow.yaml and hello.flowtest.yaml"
    assert (checked.exit_code, checked.output) == (0, "1 file, 0 errors, 0 warnings\n")
    assert tested.exit_code == 0
    assert "3 passed" in tested.stdout


def test_its_tests_reach_all_of_it(folder: Path, run_cli: Cli) -> None:
    run_cli("new", "hello")

    with Workbench() as bench:
        suite = bench.load(folder / "hello.flowtest.yaml")
        passed = [bench.run(suite, test).is_passed for test in suite.tests]

    assert passed == [True, True, True]
    assert suite.coverage.gaps() == []


def test_the_commands_that_it_names_succeed(folder: Path, run_cli: Cli) -> None:
    created = run_cli("new", "hello")

    commands = [line.split()[1:] for line in created.stdout.splitlines()[2:]]

    assert [run_cli(*command).exit_code for command in commands] == [0, 0, 0]
    assert json.loads(run_cli(*commands[-1]).stdout) == {"greeting": "Hello, Ada!"}


@pytest.mark.parametrize("name", ["true", "NULL", "on", "a-b_c", "x" * 80])
def test_every_name_works(folder: Path, run_cli: Cli, name: str) -> None:
    assert run_cli("new", name).exit_code == 0

    assert run_cli("test").exit_code == 0


def test_the_directory_is_made(folder: Path, run_cli: Cli) -> None:
    run_cli("new", "hello", "--directory", "my flows/new")

    assert run_cli("test", "my flows/new/hello.flow.yaml").exit_code == 0


@pytest.mark.parametrize("there", ["hello.flow.yaml", "hello.flowtest.yaml"])
def test_nothing_is_overwritten(folder: Path, run_cli: Cli, there: str) -> None:
    (folder / there).write_text("precious")

    result = run_cli("new", "hello")

    assert result.stderr == f"error: {there!r} is there already; choose another name\n"
    assert result.exit_code == 2
    assert [file.name for file in folder.glob("hello.*")] == [there]
    assert (folder / there).read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hello.flow.yaml", "is not the name of a flow; expected a letter"),
        ("dir/hello", "80 at most; did you mean 'hello'?"),
        ("1st", "'_' or '-', 80 at most\n"),
        ("mergeCarts", "the plugin 'cart' brings 'mergeCarts' already; choose another name"),
    ],
)
def test_a_name_that_cannot_be_is_refused(folder: Path, run_cli: Cli, name: str, said: str) -> None:
    result = run_cli("new", name)

    assert said in result.stderr
    assert result.exit_code == 2
    assert list(folder.iterdir()) == []
