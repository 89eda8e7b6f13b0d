"""`cartflow draw`: a picture of a flow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ..application import Application
from ..contract import Contract
from ..errors import UsageError
from ..flow.called import Contracts
from ..flow.diagram import Journey, mermaid, svg
from ..flow.model import Flow
from .finding import find_flow, looks_like_file, read_flow
from .session import Session

_Draw = Callable[[Flow, Contracts, Journey | None], str]

_FORMATS: Final[Mapping[str, _Draw]] = {".svg": svg, ".mmd": mermaid}

_EXAMPLES: Final = """\b
Examples:
  cartflow draw buy-now > buy-now.svg
  cartflow draw my.flow.yaml -o my.svg
  cartflow draw my.flow.yaml -o my.mmd
  cartflow run my.flow.yaml --json --trace > run.json
  cartflow draw my.flow.yaml --run run.json -o run.svg
"""


@click.command(epilog=_EXAMPLES)
@click.argument("flow", metavar="FLOW|FILE")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where the picture goes, instead of stdout: FILE.svg, or FILE.mmd for Mermaid.",
)
@click.option(
    "--run",
    "trace",
    metavar="FILE",
    help="Show the way of a run: what 'cartflow run --json --trace' wrote, or '-' for stdin.",
)
@click.pass_obj
def draw(session: Session, flow: str, output: str | None, trace: str | None) -> None:
    """Draw a flow, by its name or from a file: as SVG, or as Mermaid text.

    With --run the way that a run took is lit, and each step shows how long it took.
    """
    drawn = _format(output)
    with session.application() as app:
        found = _find(app, flow)
        journey = Journey.of(found, _read_trace(trace)) if trace is not None else None
        text = drawn(found, _contracts(app), journey)
    if output is None:
        click.echo(text.encode(), nl=False)  # the file says UTF-8, whatever the terminal's encoding
    else:
        Path(output).write_text(text, "utf-8")


def _format(output: str | None) -> _Draw:
    if output is None:
        return svg
    suffix = Path(output).suffix
    if suffix not in _FORMATS:
        message = f"{output!r} ends with neither of {', '.join(_FORMATS)}; name the file so"
        raise UsageError(message)
    return _FORMATS[suffix]


def _find(app: Application, name: str) -> Flow:
    """Return a flow, also one with errors as long as it can be read: a picture may show them."""
    known = app.library.flows.get(name)
    if known is not None:
        return known
    if name in app.registry or not looks_like_file(name):
        find_flow(app, name)  # says what is wrong with the name
    flow, problems = app.library.read(read_flow(name), name)
    errors = sum(problem.level == "error" for problem in problems)
    if errors:
        message = f"warning: {name!r} has {errors} error{'s' * (errors > 1)}"
        click.echo(f"{message}; see 'cartflow check {name}'", err=True)
    return flow


def _contracts(app: Application) -> Contracts:
    def find(name: str) -> Contract | None:
        action = app.registry.get(name)
        return action.contract if action is not None else None

    return find


def _read_trace(name: str) -> Any:
    try:
        with click.open_file(name, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        message = f"the trace {name!r} cannot be read: {error.strerror}"
        raise UsageError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"the trace {name!r} is not JSON: {error}"
        raise UsageError(message) from error
