"""The pytest plugin: a file of flow tests is collected, each test is an item."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cartflow.runtime.workbench  # noqa: F401  else each inner pytest imports it anew

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
TESTS = """\
flow: hello
tests:
  - { title: it is said, inputs: { name: anna } }
  - title: it is sung
    inputs: { name: anna }
    expect: { outputs: { text: la la } }
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """Give the working directory of an inner pytest, with a flow and its tests."""
    (pytester.path / "hello.flow.yaml").write_text(
        "flow: hello\ninputs: { name: string }\nsteps: []\n"
        'outputs: { text: "hello, ${{ inputs.name }}" }\n'
    )
    (pytester.path / "hello.flowtest.yaml").write_text(TESTS)
    return pytester.path


def test_each_test_is_an_item_whose_failure_shows_no_python(
    folder: Path, pytester: pytest.Pytester
) -> None:
    result = pytester.runpytest_subprocess("-v")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "hello.flowtest.yaml::it is said PASSED*",
            "hello.flowtest.yaml::it is sung FAILED*",
            "_* it is sung _*",
            "hello.flowtest.yaml:6:26: outputs: not as expected",
            "    text",
            '      expected  "la la"',
            '      got       "hello, anna"',
        ]
    )
    result.stdout.no_fnmatch_line("*testing.py*")


def test_one_test_can_be_chosen(folder: Path, pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("hello.flowtest.yaml::it is said")

    result.assert_outcomes(passed=1)


def test_a_file_that_is_not_valid_is_an_error(folder: Path, pytester: pytest.Pytester) -> None:
    (folder / "hello.flowtest.yaml").write_text("flow: hello\ntests:\n  - titel: x\n    title: y\n")

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["hello.flowtest.yaml:3:5: error unknown-key *'title'?*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_it_can_be_switched_off(folder: Path, pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-p", "no:cartflow")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_it_is_found_by_its_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["entry-points"]["pytest11"] == {"cartflow": "cartflow.runtime.testing"}


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Give the modules that are imported where there is a plugin and no flow test."""
    script = "import sys, cartflow.runtime.testing; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    return set(said.stdout.split())


@pytest.mark.parametrize(
    "module", ["cartflow.runtime.application", "yaml", "jinja2", "jsonschema_rs", "sqlalchemy"]
)
def test_a_suite_without_flow_tests_pays_nothing(imported: set[str], module: str) -> None:
    assert "cartflow.runtime.testing" in imported
    assert module not in imported
