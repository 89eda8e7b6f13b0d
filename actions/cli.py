"""`cartflow store`: the shop's data from the command line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from cartflow import ADMIN, loads

MAX_BYTES = 64 << 20

_NAMES = {
    "payment_methods": "payment methods",
    "gift_cards": "gift cards",
    "shipping": "ways to ship",
    "gift_wrappings": "gift wrappings",
}


@click.group()
def store() -> None:
    """Look after what the shop sells, and to whom."""


@store.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False))
@click.option("--sample", is_flag=True, help="Load the sample store that comes with cartflow.")
@click.pass_obj
def load(session: Any, file: str | None, sample: bool) -> None:
    """Load the store file FILE: the shop with all that it sells, and to whom.

    What is there already is brought to what the file says; nothing is removed. A file with a
    mistake changes nothing, and all of its mistakes are listed.
    """
    if (file is not None) == sample:
        message = "expected a FILE or --sample, one of the two"
        raise click.UsageError(message)
    source = Path(file) if file else files("cartflow.actions").joinpath("sample", "store.json")
    document = loads(source.read_bytes(), file or "sample store", max_bytes=MAX_BYTES)
    with session.application() as app:
        counts = app.invoke("loadStore", {"store": document}, principal=ADMIN)
    loaded = [f"{count} {_NAMES.get(name, name)}" for name, count in counts.items() if count]
    click.echo(f"loaded {', '.join(loaded) or 'the shop'}")
