"""Problems of flow files as people, programs and GitHub read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import click

from ..errors import Problem

_COLORS: Final = {"error": "red", "warning": "yellow"}


def _as_text(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a line for each problem."""
    for problem in problems:
        color = _COLORS.get(problem.level)
        yield str(problem).replace(problem.level, click.style(problem.level, color), 1)


def _as_json(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a JSON list of all problems."""
    found = [
        {
            "file": problem.source,
            "line": problem.line,
            "column": problem.column,
            "level": problem.level,
            "rule": problem.rule,
            "message": problem.message,
        }
        for problem in problems
    ]
    yield json.dumps(found, indent=2, ensure_ascii=False)


def _as_github(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a workflow command for each problem, which GitHub shows beside the line.

    Its documentation: "Workflow commands for GitHub Actions", section "Setting an error message".
    """
    for problem in problems:
        where = {
            "file": problem.source,
            "line": str(problem.line),
            "col": str(problem.column),
            "title": problem.rule,
        }
        said = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in where.items())
        yield f"::{problem.level} {said}::{problem.message.translate(_IN_DATA)}"


_IN_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = {**_IN_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


FORMATS: Final[Mapping[str, Callable[[Sequence[Problem]], Iterator[str]]]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}
"""Name of each format to what yields its lines."""
