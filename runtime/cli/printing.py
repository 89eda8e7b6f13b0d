"""`cartflow schema`: the schemas of files, for editors and other tools."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from ..application import Application
from ..bundling import bundle
from ..errors import UsageError
from ..flow.editor_schema import schema_of_flows
from ..violations import nearest
from .session import Session

_FILES: Final = {
    "flow": "flow.schema.json",
    "flowtest": "flowtest.schema.json",
    "contract": "action.schema.json",
}
"""The schemas of cartflow's own kinds of files."""

_EXAMPLES: Final = """\b
Examples:
  cartflow schema flow --actions -o flow.schema.json
  cartflow schema contract
  cartflow schema store

\b
An editor with the YAML language server takes it from the first line of a flow:
  # yaml-language-server: $schema=flow.schema.json
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@click.option(
    "--actions",
    is_flag=True,
    help="With the actions and flows there are, and what each is given; for 'flow' only.",
)
@click.option("-o", "--output", metavar="FILE", help="Where the schema goes, instead of stdout.")
@click.pass_obj
def schema(session: Session, name: str, actions: bool, output: str | None) -> None:
    """Print a JSON Schema: that of a 'flow', a 'flowtest' or a 'contract', or one of a plugin.

    A plugin's is found by its name, with '.json' or without.
    """
    if actions and name != "flow":
        message = f"'--actions' goes with 'flow', not with {name!r}; leave it out"
        raise UsageError(message)
    with session.application() as app:
        text = _generated(app) if actions else _text(app, name)
    if output is None:
        click.echo(text.encode(), nl=False)  # JSON is UTF-8, whatever the terminal's encoding
    else:
        Path(output).write_text(text, "utf-8")


def _generated(app: Application) -> str:
    contracts = [action.contract for action in app.registry.values()]
    found = schema_of_flows(contracts, app.schemas)
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _text(app: Application, name: str) -> str:
    """Return the text of a schema.

    Raises:
        UsageError: There is none of that name; the message says which there are.
    """
    if name in _FILES:
        return files("cartflow.schemas").joinpath(_FILES[name]).read_text("utf-8")
    for known in (name, f"{name}.json"):
        if known in app.schemas:
            found = bundle(app.schemas[known], app.schemas)
            return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    names = [*_FILES, *(shared.removesuffix(".json") for shared in sorted(app.schemas))]
    message = f"there is no schema {name!r}{nearest(name, names)} (there is: {', '.join(names)})"
    raise UsageError(message)
