"""`cartflow schema`: the schemas of files, for editors and other tools."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Final

import click

from ..application import Application
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
  cartflow schema flow --actions > flow.schema.json
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
@click.pass_obj
def schema(session: Session, name: str, actions: bool) -> None:
    """Print a JSON Schema: that of a 'flow', a 'flowtest' or a 'contract', or one of a plugin.

    A plugin's is found by its name, with '.json' or without.
    """
    if actions and name != "flow":
        message = f"'--actions' goes with 'flow', not with {name!r}; leave it out"
        raise UsageError(message)
    with session.application() as app:
        text = _generated(app) if actions else _text(app, name)
    click.echo(text, nl=False)


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
            return json.dumps(app.schemas[known], indent=2, ensure_ascii=False) + "\n"
    names = [*_FILES, *(shared.removesuffix(".json") for shared in sorted(app.schemas))]
    message = f"there is no schema {name!r}{nearest(name, names)} (there is: {', '.join(names)})"
    raise UsageError(message)
