"""The manual is true: what it shows is checked, and what there is stands in it."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from click.testing import CliRunner

import cartflow
from cartflow import Application, InvalidDocumentError, Problem, create_app
from cartflow.runtime import hookspecs
from cartflow.runtime.cli.root import cli
from cartflow.runtime.cli.session import Session
from cartflow.runtime.errors import BUILTIN_CONDITIONS
from cartflow.runtime.flow import expressions, filters, limits, sandbox, texts
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.filters import FILTERS
from cartflow.runtime.flow.operators import TESTS
from cartflow.runtime.flow.steps import KINDS
from cartflow.runtime.workbench import Workbench

from .conftest import MakeApplication
from .docs_tables import TABLES_OF_A_LIST, with_tables
from .manual import CLIENTS, DOCS, FENCE, PAGES, ROOT, Snippet, Terminal, snippets_of
from .published.reading import NAMES
from .test_flow_schema import violations

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_FILE = re.compile(r"# (\S+/\S+\.\w+)\n")

_LANGUAGES: Final = {"", "console", "graphql", "json", "mermaid", "python", "toml", "yaml"}
"""Each of them is checked here or with the door that it is for, except what has no language."""

_LANGUAGES_OF_CLIENTS: Final = _LANGUAGES | {"javascript"}

SNIPPETS = [snippet for page in PAGES for snippet in snippets_of(page)]


def parameters(found: Iterable[Snippet]) -> list[Any]:
    """Return snippets as the parameters of a test."""
    return [pytest.param(snippet, id=snippet.place) for snippet in found]


def snippets(language: str) -> list[Any]:
    """Return every snippet of a language that needs no server as the parameters of a test."""
    found = [it for it in SNIPPETS if it.language == language and not it.needs_server]
    return [pytest.param(snippet.text, id=snippet.place) for snippet in found]


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CARTFLOW_")]:
        monkeypatch.delenv(name)


# ---- what there is stands in the manual


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_are_those_of_the_code(page: Path) -> None:
    text = page.read_text("utf-8")

    assert with_tables(text) == text, "run 'python -m tests.docs_tables'"


@pytest.mark.parametrize(
    ("page", "table"),
    [
        ("operating.md", "settings"),
        ("http.md", "conditions"),
        ("cart.md", "actions"),
        *(("coverage.md", f"{table}_{name}") for name in NAMES for table in TABLES_OF_A_LIST),
    ],
)
def test_tables_of_the_code_are_there(page: str, table: str) -> None:
    assert f"<!-- table: {table} -->\n|" in (DOCS / page).read_text("utf-8")


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = (DOCS / "README.md").read_text("utf-8")

    assert [page.name for page in DOCS.glob("*.md") if f"({page.name})" not in contents] == [
        "README.md"
    ]


HOOKS = [name for name in dir(hookspecs) if name.startswith("cartflow_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_section_with_an_example(hook: str) -> None:
    text = (DOCS / "plugins.md").read_text("utf-8")

    _, _, section = text.partition(f"\n### `{hook}`\n")

    assert f"@hookimpl\ndef {hook}():" in re.split(r"^##", section, flags=re.MULTILINE)[0]


def test_every_public_name_is_mentioned() -> None:
    text = (DOCS / "plugins.md").read_text("utf-8")

    assert [name for name in cartflow.__all__ if f"`{name}`" not in text] == []


def test_every_command_is_mentioned() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    context = cli.make_context("cartflow", [], resilient_parsing=True)

    assert [name for name in cli.list_commands(context) if f"`cartflow {name}" not in text] == []


def test_every_module_of_the_core_stands_in_its_room() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    modules = [file.stem for file in (ROOT / "runtime").glob("*.py") if file.stem != "__init__"]

    assert [name for name in modules if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize(
    ("word", "names"), [("Filters", FILTERS), ("Tests", TESTS)], ids=["filters", "tests"]
)
def test_filters_and_tests_of_expressions_are_listed(word: str, names: Any) -> None:
    text = (DOCS / "language.md").read_text("utf-8")

    [listed] = re.findall(rf"{word}: ([^.]+)\.", text)

    assert sorted(re.split(r",\s+", listed)) == sorted(names)


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("the length of one expression", expressions._MAX_LENGTH),
        ("its nesting, operators included", sandbox.MAX_NESTING),
        ("expressions in one text", texts._MOST),
        ("a text or list that an operator or filter makes", limits.MAX_TEXT),
        ("a whole value, written down", limits.MAX_SIZE),
        ("what one expression goes through on its way", limits.MAX_WORK),
        ("the nesting of a value", limits.MAX_LEVELS),
        ("an integer", limits.MAX_DIGITS),
        ("attributes of `sort`", filters._MOST_PATHS),
    ],
)
def test_limits_of_expressions_are_those_of_the_code(what: str, limit: int) -> None:
    text = (DOCS / "language.md").read_text("utf-8")

    [row] = re.findall(rf"^\| {re.escape(what)} \| ([0-9 ]+)", text, re.MULTILINE)

    assert int(row.replace(" ", "")) == limit


def test_errors_of_the_runtime_are_listed() -> None:
    text = (DOCS / "language.md").read_text("utf-8")

    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", text, re.MULTILINE))

    assert listed == {code: str(found[0]) for code, found in BUILTIN_CONDITIONS.items()}


def test_every_kind_of_step_is_listed() -> None:
    text = (DOCS / "language.md").read_text("utf-8")
    _, _, table = text.partition("| kind | form | result |")

    forms = table.partition("\n\n")[0]

    assert [kind for kind in KINDS if f"`{kind}: " not in forms] == []


# ---- links


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(FENCE.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in _LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if "://" in link or (target.exists() and (not anchor or anchor in _anchors(target))):
            continue
        lost.append(link)

    assert lost == []


# ---- snippets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_snippet_is_of_a_kind_that_is_checked(page: Path) -> None:
    fences = page.read_text("utf-8").count("```")
    found = list(snippets_of(page))

    assert len(found) * 2 == fences
    known = _LANGUAGES_OF_CLIENTS if page == CLIENTS else _LANGUAGES
    assert {snippet.language for snippet in found} <= known


_IS_TEST = re.compile(r"^tests:$", re.MULTILINE)
_INPUT = re.compile(r"\binputs\.([A-Za-z_]\w*)")

YAML = [snippet for snippet in SNIPPETS if snippet.language == "yaml"]
FLOW_TESTS = [snippet for snippet in YAML if _IS_TEST.search(snippet.text)]
FLOWS = [snippet for snippet in YAML if snippet not in FLOW_TESTS]


@pytest.mark.parametrize("snippet", parameters(FLOW_TESTS))
def test_flow_tests_pass(tmp_path: Path, snippet: Snippet) -> None:
    for other in snippets_of(snippet.page):
        Terminal(tmp_path).write(other)
    file = tmp_path / (snippet.file or "snippet.flowtest.yaml")
    file.write_text(snippet.text)

    with Workbench() as bench:
        suite = bench.load(file)
        failed = [line for test in suite.tests for line in bench.run(suite, test).lines()]

    assert failed == []


def _whole(text: str) -> str:
    """Return a flow; steps alone are put into one that has the inputs they name."""
    if not text.startswith("- "):
        return text
    inputs: dict[str, Any] = {name: {} for name in _INPUT.findall(text)}
    return f"flow: snippet\ninputs: {json.dumps(inputs)}\nsteps:\n{text}"


def _problems_in(app: Application, snippet: Snippet) -> list[Problem]:
    try:
        return app.library.read(_whole(snippet.text).encode(), snippet.place)[1]
    except InvalidDocumentError as error:
        return list(error.problems)


@pytest.mark.parametrize("snippet", parameters(it for it in FLOWS if not it.has_mistakes))
def test_flow_snippets_have_no_problems(
    gifts: ModuleType, make_app: MakeApplication, sqlite_url: str, snippet: Snippet
) -> None:
    app = make_app(sqlite_url, [("gifts", gifts)], upgrade=False)

    problems = _problems_in(app, snippet)

    is_part = snippet.text.startswith("- ")
    assert [str(it) for it in problems if it.level == "error" or not is_part] == []


@pytest.mark.parametrize("snippet", parameters(it for it in FLOWS if it.has_mistakes))
def test_snippets_with_mistakes_have_some(app: Application, snippet: Snippet) -> None:
    assert _problems_in(app, snippet) != []


@pytest.mark.parametrize("snippet", parameters(it for it in FLOWS if not it.has_mistakes))
def test_flow_snippets_satisfy_the_schema(snippet: Snippet) -> None:
    document = load(_whole(snippet.text).encode(), snippet.place)

    assert violations(document.value) == []


@pytest.mark.parametrize("text", snippets("json"))
def test_json_snippets_are_json(text: str) -> None:
    assert json.loads(text)


@pytest.mark.parametrize("text", snippets("toml"))
def test_toml_snippets_are_toml(text: str) -> None:
    assert tomllib.loads(text)


def test_settings_files_can_be_read(tmp_path: Path) -> None:
    [text] = [s.text for s in SNIPPETS if s.language == "toml" and s.page.name == "operating.md"]
    file = tmp_path / "cartflow.toml"
    file.write_text(text)

    with Application.open(environment={"CARTFLOW_CONFIG": str(file)}) as app:
        assert app.settings.section("cart")["checkout_policy"] == "recalculate"


@pytest.mark.parametrize("text", snippets("python"))
def test_python_snippets_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    contract = {"name": "lockDoor", "title": "Lock", "input": {"type": "object"}, "output": {}}
    (tmp_path / "lockDoor.json").write_text(json.dumps(contract))
    names: dict[str, Any] = {"__name__": "snippet", "__file__": str(tmp_path / "plugin.py")}

    exec(compile(text, "snippet", "exec"), names)  # the manual is ours
    for test in [names[name] for name in names if name.startswith("test_")]:
        test(tmp_path)


def test_the_store_file_can_be_loaded(app: Application) -> None:
    page = DOCS / "cart.md"
    [text] = [snippet.text for snippet in snippets_of(page) if snippet.language == "json"]

    output = app.invoke("loadStore", {"store": json.loads(text)}, principal=cartflow.ADMIN)

    loaded = {name: count for name, count in output.items() if count}
    assert loaded == {"products": 1, "payment_methods": 1, "customers": 1}


# ---- the plugin that plugins.md is about


@pytest.fixture
def gifts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give the plugin whose files stand on the page, written down and imported."""
    folder = tmp_path / "site"
    files: dict[str, str] = {}
    for snippet in snippets_of(DOCS / "plugins.md"):
        if snippet.language in ("python", "yaml"):
            named = _FILE.match(snippet.text)
            name = named[1] if named else "shop_gifts/plugin.py"
            files[name] = files.get(name, "") + snippet.text
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for package in ("shop_gifts", "shop_gifts/migrations"):
        (folder / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(folder)
    yield import_module("shop_gifts.plugin")
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop_gifts"]:
        del sys.modules[name]


@pytest.fixture
def gift_shop(gifts: ModuleType, make_app: MakeApplication, sqlite_url: str) -> Application:
    """Give an application with the plugin of the page."""
    return make_app(sqlite_url, [("gifts", gifts)], CARTFLOW_GIFTS_PAPER="gold")


def test_the_plugin_of_the_page_has_no_problems(gift_shop: Application) -> None:
    assert gift_shop.complaints() == []


def test_the_plugin_of_the_page_has_every_hook(gifts: ModuleType) -> None:
    assert [hook for hook in HOOKS if not hasattr(gifts, hook)] == []


def test_the_flow_of_the_page_runs(gift_shop: Application) -> None:
    output = gift_shop.invoke("give-cart")

    assert output["paper"] == "gold"


def test_the_action_of_the_page_fails_as_declared(gift_shop: Application) -> None:
    gift_shop.invoke("wrapGift", {"cart_id": "c1"})

    with pytest.raises(cartflow.ActionError, match="GIFT_WRAPPED 409: cart c1 is wrapped already"):
        gift_shop.invoke("wrapGift", {"cart_id": "c1"})


def test_the_wrapper_of_the_page_refuses(
    gifts: ModuleType, make_app: MakeApplication, sqlite_url: str
) -> None:
    app = make_app(sqlite_url, [("gifts", gifts)], CARTFLOW_GIFTS_CLOSED_FOR="c1")

    with pytest.raises(cartflow.ActionError, match="STOCKTAKING 409"):
        app.invoke("wrapGift", {"cart_id": "c1"})


def test_the_route_of_the_page_answers(gift_shop: Application) -> None:
    response = create_app(gift_shop).test_client().post("/gifts/c1")

    assert (response.status_code, response.get_json()) == (201, {"paper": "gold"})


def test_the_command_of_the_page_runs(gift_shop: Application, gifts: ModuleType) -> None:
    gift_shop.invoke("wrapGift", {"cart_id": "c1"})
    url = gift_shop.settings["database_url"]

    result = CliRunner().invoke(
        cli, ["gifts"], obj=Session([("gifts", gifts)], database=url), catch_exceptions=False
    )

    assert (result.output, result.exit_code) == ("1\n", 0)


def test_the_extension_of_the_page_is_found(gift_shop: Application) -> None:
    assert gift_shop.extensions("gifts.papers") == {"gold": {"price_minor": 250}}
