"""Which tests are about a word, found by reading them: nobody has to claim it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

TESTS: Final = Path(__file__).parents[1]
CONDITIONS: Final = "test_conditions.py"
ABOUT_ALL: Final = (
    *("test_published.py", "test_authorization.py", "test_machines.py"),
    "test_through_salesforce.py",
)
"""Tests of everything, or of a door to it: that they name a word says nothing."""


class Use(NamedTuple):
    """A test, or the conditions of one action, in which a word stands."""

    file: str
    name: str


def tests_about(*words: str) -> tuple[str, ...]:
    """Return the files with a test in which all the words stand."""
    found = set.intersection(*(set(_uses().get(word, ())) for word in words))
    return tuple(sorted({use.file for use in found}))


@cache
def _uses() -> Mapping[str, frozenset[Use]]:
    """Return each word of the cart's tests with the tests that use it.

    A word is a text or the name of an argument, in a test or in a function or constant of the same
    file that the test needs.
    """
    found: defaultdict[str, set[Use]] = defaultdict(set)
    for folder in ("actions", "flows"):
        for file in (TESTS / folder).rglob("test_*.py"):
            if file.name not in ABOUT_ALL:
                for name, words in _words_of_tests(ast.parse(file.read_text("utf-8"))):
                    for word in words:
                        found[word].add(Use(file.name, name))
    for file in (TESTS / "actions" / "conditions").glob("*.py"):
        for action, words in _words_of_conditions(ast.parse(file.read_text("utf-8"))):
            for word in words:
                found[word].add(Use(CONDITIONS, action))
    return {word: frozenset(uses) for word, uses in found.items()}


def _words_of_tests(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    defined = dict(_definitions(module))
    for name, part in defined.items():
        if name.startswith("test_"):
            yield name, _words(part, defined)


def _words_of_conditions(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Yield each action of a table of conditions, with the words of its cases."""
    defined = dict(_definitions(module))
    match defined.get("CASES"):
        case ast.AnnAssign(value=ast.Dict(keys=keys, values=values)):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), _words(value, defined)


def _words(part: ast.AST, defined: Mapping[str, ast.AST]) -> set[str]:
    """Return the words of a part of a module, and of all that it needs from the module."""
    words: set[str] = set()
    waiting, known = [part], set[str]()
    while waiting:
        for node in ast.walk(waiting.pop()):
            match node:
                case ast.Constant(value=str(word)) | ast.keyword(arg=str(word)):
                    words.add(word)
                case ast.Name(id=name) | ast.arg(arg=name) if name in defined.keys() - known:
                    known.add(name)
                    waiting.append(defined[name])
    return words


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
