from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import cartflow

FACADE = Path(cartflow.__file__)


@pytest.mark.parametrize("name", cartflow.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(cartflow, name) is not None


@pytest.mark.parametrize("name", cartflow.__all__)
def test_every_public_class_and_function_is_documented(name: str) -> None:
    value = getattr(cartflow, name)
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return

    assert inspect.getdoc(value)


def test_names_for_type_checkers_and_names_at_run_time_are_the_same() -> None:
    tree = ast.parse(FACADE.read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    imported = {
        alias.name
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert imported == set(cartflow.__all__)


def test_the_names_are_sorted() -> None:
    constants = [name for name in cartflow.__all__ if name.isupper()]
    classes = [name for name in cartflow.__all__ if name[0].isupper() and not name.isupper()]
    functions = [name for name in cartflow.__all__ if name[0].islower()]

    assert cartflow.__all__ == sorted(constants) + sorted(classes) + sorted(functions)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'cartflow' has no attribute 'nothing'"):
        _ = cartflow.nothing


@pytest.mark.parametrize("module", ["sqlalchemy", "flask", "jsonschema_rs", "alembic", "jinja2"])
def test_importing_the_package_loads_nothing_heavy(module: str) -> None:
    script = f"import sys, cartflow; print({module!r} in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )

    assert said.stdout == "False\n"
