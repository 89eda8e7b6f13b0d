"""`cartflow graphql`: the schema, for editors and code generators."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click


@click.command()
@click.option("-o", "--output", metavar="FILE", help="Where the schema goes, instead of stdout.")
def graphql(output: str | None) -> None:
    """Print the GraphQL schema that /graphql serves, with what each field means."""
    text = files("cartflow.schemas").joinpath("commerce.graphqls").read_text("utf-8")
    if output is None:
        click.echo(text.encode(), nl=False)  # UTF-8, whatever the terminal's encoding
    else:
        Path(output).write_text(text, "utf-8")
