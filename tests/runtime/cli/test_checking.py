from __future__ import annotations

import json
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


# ---- formats

WRONG = "flow: a\nsteps:\n  - id: x\n    action: mergeCart\n"


def test_text_ends_with_where_the_rules_are_explained(run_cli: Cli, folder: Path) -> None:
    (folder / "a.flow.yaml").write_text(WRONG)

    result = run_cli("check", "a.flow.yaml")

    assert result.output.splitlines()[2:] == [
        "what a rule means: cartflow check --explain RULE, or docs/rules",
        "1 file, 1 error, 1 warning",
    ]


def test_json_is_a_list_of_all_problems(run_cli: Cli, folder: Path) -> None:
    (folder / "a.flow.yaml").write_text(WRONG)

    result = run_cli("check", "--format", "json", "a.flow.yaml")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "file": "a.flow.yaml",
            "line": 3,
            "column": 9,
            "level": "warning",
            "rule": "unused-id",
            "message": "no expression uses the step 'x'; remove the id, or use it",
        },
        {
            "file": "a.flow.yaml",
            "line": 4,
            "column": 13,
            "level": "error",
            "rule": "unknown-action",
            "message": "there is no action 'mergeCart'; did you mean 'mergeCarts'?",
        },
    ]


def test_json_of_nothing_wrong_is_an_empty_list(run_cli: Cli, folder: Path) -> None:
    (folder / "good.flow.yaml").write_text(GOOD)

    assert json.loads(run_cli("check", "--format", "json", "good.flow.yaml").stdout) == []


def test_github_gets_workflow_commands(run_cli: Cli, folder: Path) -> None:
    (folder / "a.flow.yaml").write_text(WRONG)

    lines = run_cli("check", "--format", "github", "a.flow.yaml").stdout.splitlines()

    assert lines == [
        "::warning file=a.flow.yaml,line=3,col=9,title=unused-id::"
        "no expression uses the step 'x'; remove the id, or use it",
        "::error file=a.flow.yaml,line=4,col=13,title=unknown-action::"
        "there is no action 'mergeCart'; did you mean 'mergeCarts'?",
    ]


def test_github_reads_what_was_escaped(run_cli: Cli, folder: Path) -> None:
    (folder / "50%,a:b.flow.yaml").write_text("flow: a\nsteps: [{ action: 'a%b\\n' }]\n")

    (line,) = run_cli("check", "--format", "github", "50%,a:b.flow.yaml").stdout.splitlines()[:1]

    assert line.startswith("::error file=50%25%2Ca%3Ab.flow.yaml,line=2,col=19,title=bad-name::")


# ---- explaining


def test_a_rule_is_explained(run_cli: Cli) -> None:
    result = run_cli("check", "--explain", "unused-id")

    assert result.exit_code == 0
    assert result.stdout.startswith("unused-id  warning\n\nNo expression uses the id of a step.\n")


def test_a_rule_that_there_is_not_gets_a_suggestion(run_cli: Cli) -> None:
    result = run_cli("check", "--explain", "unusedid")

    assert result.exit_code == 2
    assert "there is no rule 'unusedid'; did you mean 'unused-id'?" in result.stderr


# ---- mending

LOOK = (
    "\ufeff# caf\u00e9 \U0001f600\r\n"
    "flow: a\r\n"
    "inputs: { cart_id: string }   # \U0001f600\r\n"
    "steps:\r\n"
    "  - id: x\r\n"
    "    action:   cart  # as it is\r\n"
    '    with: { cart_id: "\U0001f600 ${{ inputs.cart_id }}" }\r\n'
    "    catch: [{ on: ['CART_NOT_FOUND', CART_NOT_ACTIVE] }]\r\n"
    'outputs: { x: "${{ steps.x }}" }'
)
"""A flow with everything that an editor may leave in a file, and that is right."""


def _write(folder: Path, text: str) -> Path:
    file = folder / "a.flow.yaml"
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        pytest.param(
            "{ cart_id: \"", "{ cart_idd: \"", "7:13: 'cart_idd' is now 'cart_id'", id="input"
        ),
        pytest.param(
            "inputs.cart_id ",
            "inputs.card_id ",
            "7:22: 'inputs.card_id' is now 'inputs.cart_id'",
            id="input in an expression",
        ),
        pytest.param(
            "'CART_NOT_FOUND'",
            "'CART_NOT_FOND'",
            "8:20: 'CART_NOT_FOND' is now 'CART_NOT_FOUND'",
            id="code in quotes",
        ),
        pytest.param(
            " CART_NOT_ACTIVE",
            " CART_NOTACTIVE",
            "8:38: 'CART_NOTACTIVE' is now 'CART_NOT_ACTIVE'",
            id="code",
        ),
    ],
)  # fmt: skip
def test_a_misspelling_is_mended_and_every_other_byte_stays(
    run_cli: Cli, folder: Path, right: str, wrong: str, says: str
) -> None:
    file = _write(folder, LOOK.replace(right, wrong))
    assert file.read_bytes() != LOOK.encode()

    result = run_cli("check", "--fix", "a.flow.yaml")

    assert result.exit_code == 0
    assert file.read_bytes() == LOOK.encode()
    assert result.stderr == f"a.flow.yaml:{says}\n1 file, 0 errors, 0 warnings\n"


def test_several_are_mended_at_once(run_cli: Cli, folder: Path) -> None:
    file = _write(folder, LOOK.replace("FOUND", "FOND").replace('{ cart_id: "', '{ cartid: "'))

    run_cli("check", "--fix", "a.flow.yaml")

    assert file.read_bytes() == LOOK.encode()


def test_a_json_file_is_mended(run_cli: Cli, folder: Path) -> None:
    text = '{"flow": "a", "steps": [{"action": "cart", "with": {"cartid" : "c1"}}]}'
    file = folder / "a.json"
    file.write_text(text)

    run_cli("check", "--fix", "a.json")

    assert file.read_text() == text.replace("cartid", "cart_id")


def test_of_two_misspellings_of_one_name_the_first_is_mended(run_cli: Cli, folder: Path) -> None:
    file = _write(folder, LOOK.replace('{ cart_id: "', '{ cartid: c, cart_i: "'))

    run_cli("check", "--fix", "a.flow.yaml")

    assert file.read_bytes() == LOOK.replace('{ cart_id: "', '{ cart_id: c, cart_i: "').encode()


def test_what_comes_to_light_by_mending_is_told(run_cli: Cli, folder: Path) -> None:
    file = _write(
        folder, LOOK.replace('{ cart_id: "\U0001f600 ${{ inputs.cart_id }}"', "{ cartid: 1")
    )

    result = run_cli("check", "--fix", "a.flow.yaml")

    assert b"{ cart_id: 1 }" in file.read_bytes()
    assert "7:22: error bad-literal expected a string, got an integer\n" in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LOOK, id="nothing is wrong"),
        pytest.param(LOOK.replace("{ cart_id: \"", "{ card: \""), id="too far off"),
        pytest.param(LOOK.replace("{ cart_id: \"", "{ cart_id: c, cartid: \""), id="taken already"),
        pytest.param(LOOK.replace("'CART_NOT_FOUND'", '"CART_NOT_\\x46OND"'), id="escapes"),
        pytest.param(
            LOOK.replace("CART_NOT_ACTIVE", "CART_NOT_FOND"), id="the code stands there already"
        ),
        pytest.param(
            LOOK.replace("${{ inputs.cart_id", "inputs.card_id ${{ inputs.card_id"),
            id="twice in one text",
        ),
        pytest.param(
            "flow: a\ninputs: { 'null': string }\n"
            "steps: [{ action: a, if: inputs['null'], with: { nulll: x } }]",
            id="a name that needs quotes",
        ),
        pytest.param("flow: [", id="unreadable"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_as_it_is(run_cli: Cli, folder: Path, text: str) -> None:
    file = _write(folder, text)
    before = file.stat()

    result = run_cli("check", "--fix", "a.flow.yaml")

    assert file.read_bytes() == text.encode()
    assert file.stat().st_ino == before.st_ino
    assert "is now" not in result.stderr


def test_mending_twice_changes_nothing_more(run_cli: Cli, folder: Path) -> None:
    file = _write(folder, LOOK.replace("FOUND", "FOND") + "\r\nnonsense: 1")
    run_cli("check", "--fix", "a.flow.yaml")
    before = file.read_bytes()

    result = run_cli("check", "--fix", "a.flow.yaml")

    assert file.read_bytes() == before
    assert "is now" not in result.stderr


def test_a_file_that_cannot_be_written_is_as_it_was(run_cli: Cli, folder: Path) -> None:
    inner = folder / ("x" * 248)  # so long a name that there is none for the new file
    file = inner.with_name(inner.name + ".json")
    file.write_text('{"flow": "a", "steps": [{"action": "cart", "with": {"cartid": "c1"}}]}')
    before = file.read_bytes()

    result = run_cli("check", "--fix", file.name)

    assert result.exit_code == 2
    assert "cannot be written: File name too long" in result.stderr
    assert file.read_bytes() == before


def test_a_mended_file_keeps_its_mode_and_the_links_to_it(run_cli: Cli, folder: Path) -> None:
    file = _write(folder, LOOK.replace("FOUND", "FOND"))
    file.chmod(0o640)
    link = folder / "link.flow.yaml"
    link.symlink_to(file.name)

    run_cli("check", "--fix", "link.flow.yaml")

    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.read_bytes() == LOOK.encode()
    assert sorted(it.name for it in folder.glob(".*")) == []
