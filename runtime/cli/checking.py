"""`cartflow check`: everything that is wrong in flow files."""

from __future__ import annotations

import inspect
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from ..errors import InvalidDocumentError, Problem, UsageError
from ..flow.fixing import mend
from ..flow.rules import RULES
from ..library import FlowLibrary
from ..violations import nearest
from .exits import REFUSED, EndedError
from .finding import read_flow
from .findings import FORMATS
from .session import Session


def _explain(context: click.Context, _parameter: click.Parameter, name: str | None) -> None:
    """Print the page about a rule and end."""
    if name is None or context.resilient_parsing:
        return
    rule = RULES.get(name)
    if rule is None:
        message = f"there is no rule {name!r}{nearest(name, RULES)}"
        raise click.BadParameter(message, context)
    click.echo(f"{click.style(name, bold=True)}  {rule.level}\n\n{inspect.getdoc(rule)}")
    context.exit()


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS]),
    default="text",
    show_default=True,
    help="For people, for programs (a list of objects), or as annotations of a GitHub workflow.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Mend the spelling of codes and inputs where only one can be meant.",
)
@click.option(
    "--explain",
    metavar="RULE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Say what a rule means, with an example, and end.",
)
@click.pass_obj
def check(session: Session, files: tuple[str, ...], form: str, fix: bool) -> None:
    """Report everything that is wrong in flow files, as FILE:LINE:COLUMN: LEVEL RULE MESSAGE.

    Nothing is run. The exit status is 1 if there are errors; warnings do not count.
    """
    with session.contracts() as app:
        if fix:
            for file in files:
                _fix(app.library, file)
        problems = [
            problem for file in files for problem in _problems(app.library, read_flow(file), file)
        ]
    for line in FORMATS[form](problems):
        click.echo(line)
    if problems and form == "text":
        click.echo("what a rule means: cartflow check --explain RULE, or docs/rules", err=True)
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [_count(len(files), "file"), _count(errors, "error"), _count(warnings, "warning")]
    click.echo(", ".join(counts), err=True)
    if errors:
        raise EndedError(REFUSED)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _problems(library: FlowLibrary, text: bytes, file: str) -> Sequence[Problem]:
    try:
        return library.read(text, file)[1]
    except InvalidDocumentError as error:
        return error.problems


def _fix(library: FlowLibrary, file: str) -> None:
    """Mend what can be mended in a file, and say on stderr what that was."""
    text, mended = mend(read_flow(file), lambda text: _problems(library, text, file))
    if not mended:
        return
    _write(Path(file).resolve(), text)
    for problem in mended:
        place = f"{file}:{problem.line}:{problem.column}"
        if problem.fix is not None:
            click.echo(f"{place}: {problem.fix.wrong!r} is now {problem.fix.right!r}", err=True)


def _write(file: Path, text: bytes) -> None:
    """Put *text* into a file, all of it or nothing.

    Raises:
        UsageError: It cannot be written; it is as it was.
    """
    beside = file.with_name(
        f".{file.name}.{os.getpid()}"
    )  # tempfile and shutil take long to import
    try:
        with beside.open("xb") as written:
            written.write(text)
        beside.chmod(stat.S_IMODE(file.stat().st_mode))
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        message = f"the file {str(file)!r} cannot be written: {error.strerror}"
        raise UsageError(message) from error
