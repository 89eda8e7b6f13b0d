"""The manual is true: what it shows is checked, and what there is stands in it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cartflow
from cartflow import Application
from cartflow.runtime import hookspecs
from cartflow.runtime.cli.root import cli

from .docs_tables import DOCS, with_tables

ROOT = DOCS.parent
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
_SNIPPET = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def snippets(language: str) -> list[Any]:
    """Return every snippet of a language, with the page and line where it stands."""
    return [
        pytest.param(found[2], id=f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}")
        for page in PAGES
        for text in [page.read_text("utf-8")]
        for found in _SNIPPET.finditer(text)
        if found[1] == language
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_those_of_the_code(page: Path) -> None:
    text = page.read_text("utf-8")

    assert with_tables(text) == text, "run 'python tests/docs_tables.py'"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text("utf-8"))

    assert [t for t in targets if "://" not in t and not (page.parent / t).exists()] == []


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (DOCS / "README.md").read_text("utf-8")

    assert [page.name for page in DOCS.glob("*.md") if f"({page.name})" not in contents] == [
        "README.md"
    ]


def test_every_hook_has_a_section() -> None:
    text = (DOCS / "plugins.md").read_text("utf-8")
    hooks = [name for name in dir(hookspecs) if name.startswith("cartflow_")]

    assert [hook for hook in hooks if f"### `{hook}`" not in text] == []


def test_every_public_name_is_mentioned() -> None:
    text = (DOCS / "plugins.md").read_text("utf-8")

    assert [name for name in cartflow.__all__ if f"`{name}`" not in text] == []


def test_every_command_is_mentioned() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    context = cli.make_context("cartflow", [], resilient_parsing=True)

    assert [name for name in cli.list_commands(context) if f"`cartflow {name}" not in text] == []


@pytest.mark.parametrize("text", snippets("yaml"))
def test_flow_snippets_have_no_errors(app: Application, text: str) -> None:
    _flow, problems = app.library.read(text.encode(), "snippet.flow.yaml")

    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("text", snippets("json"))
def test_json_snippets_are_json(text: str) -> None:
    assert json.loads(text)


@pytest.mark.parametrize("text", snippets("toml"))
def test_toml_snippets_are_toml(text: str) -> None:
    assert tomllib.loads(text)


@pytest.mark.parametrize("text", snippets("python"))
def test_python_snippets_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    contract = {"name": "lockDoor", "title": "Lock", "input": {"type": "object"}, "output": {}}
    (tmp_path / "lockDoor.json").write_text(json.dumps(contract))
    names = {"__name__": "snippet", "__file__": str(tmp_path / "plugin.py")}

    exec(compile(text, "snippet", "exec"), names)  # the manual is ours


def test_the_store_file_can_be_loaded(app: Application) -> None:
    page = (DOCS / "cart.md").read_text("utf-8")
    [text] = [found[2] for found in _SNIPPET.finditer(page) if found[1] == "json"]

    output = app.invoke("loadStore", {"store": json.loads(text)}, principal=cartflow.ADMIN)

    assert output == {"products": 1, "payment_methods": 1, "customers": 1}


def _commands(text: str) -> Iterator[list[str]]:
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ cartflow ") and not line.endswith(("serve", "demo")):
            quoted = re.findall(r"'[^']*'|\S+", line.removeprefix("$ cartflow "))
            yield [word.strip("'") for word in quoted]


@pytest.mark.parametrize("text", snippets("console"))
def test_commands_succeed(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARTFLOW_DATABASE_URL", f"sqlite:///{tmp_path}/manual.db")

    for arguments in _commands(text):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, (arguments, result.output)
