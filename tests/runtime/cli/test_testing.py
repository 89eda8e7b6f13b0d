"""`cartflow test`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cartflow import UsageError, hookimpl
from cartflow.runtime.cli.selecting import selection

from .conftest import Cli, Misbehaving

FLOW = """\
flow: hello
inputs: { name: string }
steps:
  - id: said
    action: echo
    with: { text: "${{ inputs.name }}" }
    catch: [{ on: BUSY, result: { text: later } }]
outputs: { text: "${{ steps.said.text }}" }
"""
GOOD = "  - { title: it says it, inputs: { name: a }, mocks: { echo: { output: { text: b } } } }\n"
BAD = """\
  - title: it says less
    inputs: { name: a }
    mocks: { echo: { output: { text: b } } }
    expect: { outputs: { text: c } }
"""
BUSY = "  - { title: it is busy, inputs: { name: a }, mocks: { echo: { error: BUSY } } }\n"


def write(folder: Path, *tests: str, name: str = "hello") -> Path:
    """Write a flow and its tests down; return the file of the tests."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.flow.yaml").write_text(FLOW.replace("hello", name))
    file = folder / f"{name}.flowtest.yaml"
    file.write_text(f"flow: {name}\ntests:\n{''.join(tests)}")
    return file


def lines_of(output: str) -> list[str]:
    """Return the lines, with the time that the tests took left out."""
    return [re.sub(r"in [0-9.]+s", "in 0s", line).strip(" =_-") for line in output.splitlines()]


def test_all_files_below_are_run(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD, BUSY)
    write(folder / "inner", GOOD, BUSY, name="other")
    write(folder / ".hidden", BAD)

    result = run_cli("test", plugins=[Misbehaving])

    assert lines_of(result.stdout) == [
        "hello.flowtest.yaml ..",
        "inner/other.flowtest.yaml ..",
        "coverage",
        "100 %  hello.flow.yaml",
        "100 %  inner/other.flow.yaml",
        "4 passed in 0s",
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_failure_is_told_with_place_and_difference(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD, BAD)

    result = run_cli("test", "--no-coverage", plugins=[Misbehaving])

    assert lines_of(result.stdout) == [
        "hello.flowtest.yaml .F",
        "it says less",
        "hello.flowtest.yaml:7:26: outputs: not as expected",
        "text",
        'expected  "c"',
        'got       "b"',
        "what the flow did:",
        "succeeded: said",
        "FAILED hello.flowtest.yaml:4: it says less",
        "1 failed, 1 passed in 0s",
    ]
    assert result.exit_code == 1


def test_verbose_is_a_line_for_each_test(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD, BAD)

    result = run_cli("test", "-v", plugins=[Misbehaving])

    assert lines_of(result.stdout)[:2] == [
        "hello.flowtest.yaml:3: it says it PASSED",
        "hello.flowtest.yaml:4: it says less FAILED",
    ]


def test_what_no_test_reached_is_told(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD)

    result = run_cli("test", plugins=[Misbehaving])

    assert lines_of(result.stdout)[2:4] == [
        "50 %  hello.flow.yaml",
        "hello.flow.yaml:7:13: catch BUSY of action 'said' was never taken",
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize("option", ["-k=busy", "-x", "--no-coverage"])
def test_coverage_is_not_told_of_a_part(folder: Path, run_cli: Cli, option: str) -> None:
    write(folder, BAD, BUSY)

    result = run_cli("test", *option.split("="), plugins=[Misbehaving])

    assert "coverage" not in result.stdout


def test_one_failure_is_enough_with_x(folder: Path, run_cli: Cli) -> None:
    write(folder, BAD, GOOD)
    write(folder, GOOD, name="other")

    result = run_cli("test", "-x", plugins=[Misbehaving])

    assert lines_of(result.stdout)[-1] == "1 failed in 0s"


def test_k_selects_by_file_and_title(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD, BUSY)
    write(folder, GOOD, name="other")

    result = run_cli("test", "-k", "hello and not busy", plugins=[Misbehaving])

    assert lines_of(result.stdout) == ["hello.flowtest.yaml .", "1 passed, 2 deselected in 0s"]


def test_a_broken_file_does_not_hide_the_others(folder: Path, run_cli: Cli) -> None:
    write(folder, "  - { titel: x }\n")
    write(folder, GOOD, name="other")

    result = run_cli("test", "--no-coverage", plugins=[Misbehaving])

    assert lines_of(result.stdout) == [
        "hello.flowtest.yaml E",
        "other.flowtest.yaml .",
        "ERROR in hello.flowtest.yaml",
        "hello.flowtest.yaml:3:5: error missing-key"
        " the key 'title' is missing: a sentence that says what must hold",
        "hello.flowtest.yaml:3:7: error unknown-key unknown key 'titel'; did you mean 'title'?;"
        " expected one of title, as, inputs, secrets, mocks, real, given, events, expect",
        "ERROR hello.flowtest.yaml",
        "1 passed, 1 error in 0s",
    ]
    assert result.exit_code == 1


def test_no_tests_is_a_status_of_its_own(run_cli: Cli) -> None:
    result = run_cli("test")

    assert (lines_of(result.stdout), result.exit_code) == (["no tests ran in 0s"], 5)


def test_none_selected_is_no_tests(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD)

    result = run_cli("test", "-k", "nothing", plugins=[Misbehaving])

    assert (lines_of(result.stdout), result.exit_code) == (["1 deselected in 0s"], 5)


def test_the_tests_of_a_flow_are_found_by_the_flow(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD)

    result = run_cli("test", "hello.flow.yaml", "hello.flowtest.yaml", ".", plugins=[Misbehaving])

    assert lines_of(result.stdout)[-1] == "1 passed in 0s"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("helo.flowtest.yaml", "there is no file or folder 'helo.flowtest.yaml'; did you mean"),
        ("readme.md", "'readme.md' holds no flow tests; expected a file NAME.flowtest.yaml"),
        ("lone.flow.yaml", "'lone.flow.yaml' holds no flow tests; expected a file NAME.flowtest"),
    ],
)
def test_a_path_to_something_else_is_wrong_use(
    folder: Path, run_cli: Cli, path: str, said: str
) -> None:
    write(folder, GOOD)
    (folder / "readme.md").touch()
    (folder / "lone.flow.yaml").touch()

    result = run_cli("test", path)

    assert result.stderr.startswith(f"error: {said}")
    assert result.exit_code == 2


def test_a_plugin_that_does_not_work_is_told_once(folder: Path, run_cli: Cli) -> None:
    class Broken:
        @hookimpl
        def cartflow_flow(self) -> None:
            """There is no such hook."""

    write(folder, GOOD)

    result = run_cli("test", plugins=[Misbehaving, Broken()])

    assert result.stderr.splitlines() == [
        "warning: the plugin 'plugin1' does not work as it should; see 'cartflow plugins'"
    ]
    assert result.exit_code == 0


def test_nothing_is_left_in_the_folder(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD)
    before = sorted(folder.iterdir())

    run_cli("test", plugins=[Misbehaving])

    assert sorted(folder.iterdir()) == before


# ---- -k


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("guest cart", ["a guest cart"]),
        ("CART", ["a guest cart", "my cart"]),
        ("guest cart or my", ["a guest cart", "my cart"]),
        ("not cart", ["a guest"]),
        ("guest and not cart", ["a guest"]),
        ("not (guest and cart)", ["my cart", "a guest"]),
        ("my or guest and not cart", ["my cart", "a guest"]),
        ('"guest cart"', ["a guest cart"]),
    ],
)
def test_an_expression_selects(expression: str, names: Sequence[str]) -> None:
    selects = selection(expression)

    found = [name for name in ("a guest cart", "my cart", "a guest") if selects(name)]

    assert found == names


@pytest.mark.parametrize("expression", ["", "a and", "or", "(a", "a)", "not", '"open', "a (b)"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(UsageError, match="is not an expression; expected words, 'and', 'or'"):
        selection(expression)


# ---- JUnit


def test_results_are_written_as_junit(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD, BAD)
    write(folder, "  - { titel: x }\n", name="broken")

    result = run_cli("test", "--junit", "out.xml", plugins=[Misbehaving])

    root = ElementTree.parse(folder / "out.xml").getroot()
    assert root.attrib.items() >= {"tests": "3", "failures": "1", "errors": "1"}.items()
    assert [
        (case.get("classname"), case.get("name"), case.get("line"), [kind.tag for kind in case])
        for case in root.iter("testcase")
    ] == [
        ("broken.flowtest.yaml", "the file can be read", None, ["error"]),
        ("hello.flowtest.yaml", "it says it", "3", []),
        ("hello.flowtest.yaml", "it says less", "4", ["failure"]),
    ]
    assert result.exit_code == 1


def test_junit_holds_what_xml_does_not_allow(folder: Path, run_cli: Cli) -> None:
    odd = '"\\u0007 & <b> \\U0001F600 ]]>"'
    write(folder, BAD.replace("it says less", odd).replace("text: c", f"text: {odd}"))

    run_cli("test", "--junit", "out.xml", plugins=[Misbehaving])

    [case] = ElementTree.parse(folder / "out.xml").iter("testcase")
    assert case.get("name") == "\\x07 & <b> \U0001f600 ]]>"
    assert "hello.flowtest.yaml:6:26: outputs: not as expected" in str(case[0].text)


def test_a_junit_file_that_cannot_be_written_is_told(folder: Path, run_cli: Cli) -> None:
    write(folder, GOOD)

    result = run_cli("test", "--junit", "no/out.xml", plugins=[Misbehaving])

    assert result.stderr == "error: 'no/out.xml' cannot be used: No such file or directory\n"
    assert result.exit_code == 2
