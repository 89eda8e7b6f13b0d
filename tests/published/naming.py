"""Which tests are about a word, found by reading them: nobody has to claim it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
ABOUT_ALL: Final = ("test_published.py", "test_authorization.py", "test_machines.py")
"""Tests of everything: that they name a word says nothing."""


@cache
def tests_by_word() -> Mapping[str, tuple[str, ...]]:
    """Return each word of the cart's tests with the files whose tests use it.

    A word is a text or the name of an argument, in a test or in a function or constant of the same
    file that the test needs.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in sorted(_files()):
        for word in _words_of_tests(ast.parse(file.read_text("utf-8"))):
            found[word].add(file.name)
    return {word: tuple(sorted(names)) for word, names in found.items()}


@cache
def words_of_conditions() -> frozenset[str]:
    """Return the words of the calls that provoke each condition."""
    files = (TESTS / "actions" / "conditions").glob("*.py")
    return frozenset(word for file in files for word in _words(ast.parse(file.read_text("utf-8"))))


def _files() -> Iterator[Path]:
    for folder in ("actions", "flows"):
        yield from (it for it in (TESTS / folder).rglob("test_*.py") if it.name not in ABOUT_ALL)


def _words_of_tests(module: ast.Module) -> set[str]:
    """Return the words of all tests of a module."""
    defined = dict(_definitions(module))
    words: set[str] = set()
    waiting = [name for name in defined if name.startswith("test_")]
    known = set(waiting)
    while waiting:
        part = defined[waiting.pop()]
        words.update(_words(part))
        for node in ast.walk(part):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) if name in defined.keys() - known:
                    known.add(name)
                    waiting.append(name)
    return words


def _words(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        match node:
            case ast.Constant(value=str(word)) | ast.keyword(arg=str(word)):
                yield word


def _definitions(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield what the module defines at its top, by name: functions, classes, constants."""
    for node in module.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node
            case ast.Assign(targets=[ast.Tuple(elts=names)]):
                yield from ((it.id, node) for it in names if isinstance(it, ast.Name))
