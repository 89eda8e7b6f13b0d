"""`cartflow check`: everything that is wrong in flow files."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..application import Application
from ..errors import InvalidDocumentError, Problem
from .exits import REFUSED, EndedError
from .finding import read_flow
from .session import Session

_COLORS = {"error": "red", "warning": "yellow"}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.pass_obj
def check(session: Session, files: tuple[str, ...]) -> None:
    """Report everything that is wrong in flow files, as FILE:LINE:COLUMN: LEVEL RULE MESSAGE.

    Nothing is run. The exit status is 1 if there are errors; warnings do not count.
    """
    with session.contracts() as app:
        problems = [problem for file in files for problem in _problems(app, file)]
    for problem in problems:
        color = _COLORS.get(problem.level)
        click.echo(str(problem).replace(problem.level, click.style(problem.level, color), 1))
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [_count(len(files), "file"), _count(errors, "error"), _count(warnings, "warning")]
    click.echo(", ".join(counts), err=True)
    if errors:
        raise EndedError(REFUSED)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _problems(app: Application, file: str) -> Sequence[Problem]:
    text = read_flow(file)
    try:
        return app.library.read(text, file)[1]
    except InvalidDocumentError as error:
        return error.problems
