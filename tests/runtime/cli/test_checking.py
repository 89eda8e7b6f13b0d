from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Cli

GOOD = "flow: good\nsteps:\n  - action: createGuestCart\n"


def test_a_good_file_passes(run_cli: Cli, folder: Path) -> None:
    (folder / "good.flow.yaml").write_text(GOOD)

    result = run_cli("check", "good.flow.yaml")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == "1 file, 0 errors, 0 warnings\n"


def test_all_problems_of_all_files_are_reported(run_cli: Cli, folder: Path) -> None:
    (folder / "a.flow.yaml").write_text("flow: a\nsteps:\n  - action: mergeCart\n  - action: crt\n")
    (folder / "b.flow.yaml").write_text("flow: b\nflow: b\nsteps: []\n")

    result = run_cli("check", "a.flow.yaml", "b.flow.yaml")

    places = [line.split(" ")[0] for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert places == ["a.flow.yaml:3:13:", "a.flow.yaml:4:13:", "b.flow.yaml:2:1:"]
    assert "did you mean 'mergeCarts'?" in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        "flow: [",
        '{"flow": "x"',
        "flow: x\nflow: y",
        "flow: &a x\ntitle: *a",
        "a: " + "[" * 100_000,
        "x: .nan",
        "flow: x\nstepz: []",
        "# " + "x" * (1 << 20),
    ],
    ids=["yaml", "json", "twice", "alias", "deep", "nan", "unknown-key", "large"],
)
def test_bad_input_is_one_clear_line(run_cli: Cli, folder: Path, text: str) -> None:
    (folder / "bad.flow.yaml").write_text(text)

    result = run_cli("check", "bad.flow.yaml")

    assert result.exit_code == 1
    assert result.stdout.startswith("bad.flow.yaml:")
    assert max(map(len, result.stdout.splitlines())) < 400


def test_a_missing_file_is_wrong_use(run_cli: Cli, folder: Path) -> None:
    (folder / "good.flow.yaml").write_text(GOOD)

    result = run_cli("check", "god.flow.yaml")

    assert result.exit_code == 2
    assert "'god.flow.yaml' cannot be read" in result.stderr
    assert "did you mean 'good.flow.yaml'?" in result.stderr
