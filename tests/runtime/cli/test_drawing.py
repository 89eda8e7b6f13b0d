from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import BUY, Cli, Run


def test_without_a_file_the_picture_is_on_stdout(run_cli: Cli) -> None:
    result = run_cli("draw", "buy-now")

    assert result.exit_code == 0
    assert result.stdout.startswith("<svg ")
    assert result.stdout.endswith("</svg>\n")
    assert result.stderr == ""


@pytest.mark.parametrize(("name", "begin"), [("a.svg", "<svg "), ("a.mmd", "flowchart TD\n")])
def test_the_ending_of_the_file_decides(run_cli: Cli, folder: Path, name: str, begin: str) -> None:
    result = run_cli("draw", "buy-now", "-o", name)

    assert result.exit_code == 0
    assert result.output == ""
    assert (folder / name).read_text("utf-8").startswith(begin)


def test_the_terminal_need_not_know_the_letters(run_process: Run, folder: Path) -> None:
    (folder / "my.flow.yaml").write_text("flow: my\nsteps: [{ title: Größe ✓, value: 1 }]\n")

    result = run_process("draw", "my.flow.yaml", "-o", "-x.svg", PYTHONIOENCODING="ascii")
    piped = run_process("draw", "my.flow.yaml", PYTHONIOENCODING="ascii")

    assert (result.returncode, piped.returncode) == (0, 0)
    assert piped.stdout == (folder / "-x.svg").read_text("utf-8")


def test_actions_are_called_by_their_contracts(run_cli: Cli) -> None:
    assert ">Set Cart as Inactive<" in run_cli("draw", "buy-now").stdout


def test_a_flow_in_a_file_is_drawn(run_cli: Cli, folder: Path) -> None:
    (folder / "my.flow.yaml").write_text("flow: my\nsteps: [{ title: Pack it, value: 1 }]\n")

    assert ">Pack it<" in run_cli("draw", "my.flow.yaml").stdout


def test_a_flow_with_errors_is_drawn_and_they_are_told_of(run_cli: Cli, folder: Path) -> None:
    (folder / "my.flow.yaml").write_text("flow: my\nsteps: [{ action: packParcel }]\n")

    result = run_cli("draw", "my.flow.yaml")

    assert result.exit_code == 0
    assert ">Pack parcel<" in result.stdout
    assert (
        result.stderr == "warning: 'my.flow.yaml' has 1 error; see 'cartflow check my.flow.yaml'\n"
    )


def test_a_run_is_shown(shop: Cli, folder: Path) -> None:
    ran = shop("run", "buy-now", *BUY, "--json", "--trace")
    (folder / "run.json").write_text(ran.stdout)

    result = shop("draw", "buy-now", "--run", "run.json")

    assert result.exit_code == 0
    assert ">a run that succeeded<" in result.stdout
    assert 'opacity=".4"' in result.stdout


def test_a_trace_alone_may_come_from_stdin(shop: Cli) -> None:
    trace = json.loads(shop("run", "buy-now", *BUY, "--json", "--trace").stdout)["trace"]

    result = shop("draw", "buy-now", "--run", "-", text=json.dumps(trace))

    assert result.exit_code == 0
    assert " ms<" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buynow"], "'buynow' is neither a flow nor a file; did you mean 'buy-now'?"),
        (["cart"], "'cart' is an action, not a flow; use 'cartflow invoke cart'"),
        (["./gone.flow.yaml"], "the file './gone.flow.yaml' cannot be read: No such file"),
        (["buy-now", "-o", "a.png"], "'a.png' ends with neither of .svg, .mmd; name the file so"),
        (["buy-now", "-o", "gone/a.svg"], "'gone/a.svg' cannot be used: No such file"),
        (["buy-now", "--run", "gone.json"], "the trace 'gone.json' cannot be read: No such file"),
        (["buy-now", "--run", "bad.json"], "the trace 'bad.json' is not JSON: "),
        (["buy-now", "--run", "empty.json"], "expected a trace, an object with a list of 'steps';"),
    ],
)
def test_what_cannot_be_drawn_gets_a_hint(
    run_cli: Cli, folder: Path, arguments: list[str], message: str
) -> None:
    (folder / "bad.json").write_text("{")
    (folder / "empty.json").write_text("{}")

    result = run_cli("draw", *arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
