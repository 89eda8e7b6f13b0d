"""Imports point down only; architecture.md section 2 has the rooms, this file the rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    file.relative_to(ROOT)
    for room in ("actions", "runtime", "schemas")
    for file in (ROOT / room).rglob("*.py")
)
FACADE = Path("runtime/_facade/__init__.py")

LAYERS = (
    ("cartflow.schemas",),
    ("cartflow.runtime.flow",),
    ("cartflow.runtime.engines",),
    ("cartflow.runtime.library", "cartflow.runtime.application"),
    ("cartflow.runtime.workbench",),
    ("cartflow.runtime.http", "cartflow.runtime.cli", "cartflow.runtime.testing"),
    ("cartflow",),
)
"""From the bottom; what is not named here, the runtime's core, stands between the first two."""


def name_of(file: Path) -> str:
    """Return the import name of a source file."""
    if file == FACADE:
        return "cartflow"
    parts = file.with_suffix("").parts
    return ".".join(("cartflow", *parts)).removesuffix(".__init__")


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def layer_of(name: str) -> int:
    for rank, packages in enumerate(LAYERS[:-1]):
        if any(is_below(name, package) for package in packages):
            return 2 * rank
    return 2 * len(LAYERS) if name == "cartflow" else 1


class Imports(NamedTuple):
    """The import statements of a file, and those of its lines that are inside a function."""

    statements: tuple[ast.Import | ast.ImportFrom, ...]
    inside: frozenset[int]


@cache
def imports_in(file: Path) -> Imports:
    """Read a source file, once for all tests."""
    nodes = list(ast.walk(ast.parse((ROOT / file).read_text("utf-8"))))
    statements = tuple(n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom))
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    spans = [range(f.lineno, (f.end_lineno or f.lineno) + 1) for f in functions]
    return Imports(statements, frozenset(line for span in spans for line in span))


def imports(file: Path) -> Iterator[tuple[int, str, int]]:
    """Yield line, absolute module name and level of each import of our own."""
    package = name_of(file).split(".")
    if file.name != "__init__.py":
        package.pop()
    for node in imports_in(file).statements:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if is_below(alias.name, "cartflow"):
                    yield node.lineno, alias.name, 0
        elif node.level:
            base = package[: len(package) - node.level + 1]
            if node.module:
                yield node.lineno, ".".join((*base, node.module)), node.level
            else:
                for alias in node.names:
                    yield node.lineno, ".".join((*base, alias.name)), node.level
        elif node.module and is_below(node.module, "cartflow"):
            yield node.lineno, node.module, 0


def foreign(file: Path) -> set[str]:
    """Return the top-level names of what a file imports from others."""
    found: set[str] = set()
    for node in imports_in(file).statements:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found


def below(*folders: str) -> list[Path]:
    return [file for file in SOURCES if any(file.is_relative_to(folder) for folder in folders)]


every_source = pytest.mark.parametrize("file", SOURCES, ids=str)
every_runtime = pytest.mark.parametrize(
    "file", [file for file in below("runtime") if file != FACADE], ids=str
)
every_action = pytest.mark.parametrize("file", below("actions"), ids=str)


@every_runtime
def test_the_runtime_imports_downwards_only(file: Path) -> None:
    upwards = [
        module for _, module, _ in imports(file) if layer_of(module) > layer_of(name_of(file))
    ]

    assert upwards == []


@every_runtime
def test_the_runtime_imports_its_own_relatively(file: Path) -> None:
    assert [module for _, module, level in imports(file) if not level] == []


@pytest.mark.parametrize("adapter", ["http", "cli"])
def test_the_adapters_do_not_know_each_other(adapter: str) -> None:
    other = {"http": "cartflow.runtime.cli", "cli": "cartflow.runtime.http"}[adapter]
    found = [
        f"{file}: {module}"
        for file in below(f"runtime/{adapter}")
        for _, module, _ in imports(file)
        if is_below(module, other)
    ]

    assert found == []


@every_action
def test_actions_import_the_root_and_their_own_modules_only(file: Path) -> None:
    strange = [
        module
        for _, module, level in imports(file)
        if (level == 0 and module != "cartflow")
        or (level and not is_below(module, "cartflow.actions"))
    ]

    assert strange == []


@every_source
def test_nothing_of_ours_is_imported_inside_a_function(file: Path) -> None:
    inside = imports_in(file).inside

    assert [module for line, module, _ in imports(file) if line in inside] == []


@pytest.mark.parametrize(
    "file", [file for file in SOURCES if not file.is_relative_to("runtime/http")], ids=str
)
def test_flask_appears_below_http_only(file: Path) -> None:
    assert foreign(file).isdisjoint({"flask", "werkzeug", "granian"})


@pytest.mark.parametrize("file", below("schemas"), ids=str)
def test_schemas_are_data(file: Path) -> None:
    assert list(imports(file)) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {name_of(file) for file in SOURCES}
    graph = {
        name_of(file): {module for _, module, _ in imports(file) if module in modules}
        for file in SOURCES
        if file != FACADE
    }

    assert list(TopologicalSorter(graph).static_order())
