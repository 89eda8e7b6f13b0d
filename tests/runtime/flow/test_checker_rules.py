"""Every rule is explained, by an example that breaks it and by one that does not."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartflow.runtime.errors import InvalidDocumentError, Problem
from cartflow.runtime.flow.document import load_file
from cartflow.runtime.flow.rules import LEVELS, RULES, Rule
from tests.rule_pages import FOLDER, Example, examples_of, pages

from .hotel import HOTEL
from .shop import problems_of

RUNTIME = Path(__file__).parents[3] / "runtime"

BYTES = {
    "too-large": b"#" * (1 << 21),
    "not-utf-8": b"flow: \xff",
    "control-character": b"flow: st\x00ay",
    "too-many-values": b"- 1\n" * 30_000,
    "too-deep": b"flow: " + b"[" * 70,
}
"""Files that break a rule and that nobody would want to read in a docstring."""

every_rule = pytest.mark.parametrize(
    "rule", [pytest.param(it, id=it.id()) for it in RULES.values()]
)
explained = pytest.mark.parametrize(
    "rule", [pytest.param(it, id=it.id()) for it in RULES.values() if examples_of(it)]
)


def broken_by(example: Example | bytes) -> list[Problem]:
    name = f"example.{example.language}" if isinstance(example, Example) else "example.yaml"
    text = example.text if isinstance(example, Example) else example
    try:
        return problems_of(text, HOTEL, name)
    except InvalidDocumentError as error:
        return list(error.problems)


@explained
def test_the_example_breaks_its_rule_and_no_other(rule: type[Rule]) -> None:
    broken, _ = examples_of(rule)

    found = {(problem.rule, problem.level) for problem in broken_by(broken)}

    assert found == {(rule.id(), rule.level)}


@explained
def test_the_mended_example_breaks_none(rule: type[Rule]) -> None:
    _, mended = examples_of(rule)

    assert broken_by(mended) == []


@pytest.mark.parametrize("rule", BYTES)
def test_a_file_without_sense_breaks_its_rule(rule: str) -> None:
    assert [problem.rule for problem in broken_by(BYTES[rule])] == [rule]


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        load_file(tmp_path / "none.flow.yaml")

    assert [problem.rule for problem in caught.value.problems] == ["unreadable"]


def test_only_rules_of_files_without_sense_have_no_example() -> None:
    assert {name for name, rule in RULES.items() if not examples_of(rule)} == {
        *BYTES,
        "unreadable",
    }


@every_rule
def test_a_rule_is_explained(rule: type[Rule]) -> None:
    summary, _, rest = (inspect.getdoc(rule) or "").partition("\n")

    assert rule.level in ("error", "warning")
    assert re.fullmatch(r"[A-Z`].{10,90}\.", summary)
    assert rest.strip()


def _constants(file: Path) -> Iterator[tuple[str, int]]:
    """Yield each text in a source file that looks like the id of a rule, with its line."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", node.value):
            yield node.value, node.lineno


NOT_RULES = {"utf-8", "utf-8-sig", "x-lanes"}
"""Texts with a hyphen that mean something else."""


def test_every_id_that_is_used_has_a_rule() -> None:
    flow = [it for it in RUNTIME.glob("flow/**/*.py") if it.parent.name != "testing"]
    files = [*flow, RUNTIME / "jsonscan.py", RUNTIME / "library.py"]

    unknown = [
        f"{file.relative_to(RUNTIME)}:{line}: {text}"
        for file in files
        for text, line in _constants(file)
        if text not in LEVELS and text not in NOT_RULES
    ]

    assert unknown == []


def test_the_pages_are_those_of_the_docstrings() -> None:
    written = {page.name: page.read_text("utf-8") for page in FOLDER.glob("*")}

    assert written == pages(), "run 'python -m tests.rule_pages'"
