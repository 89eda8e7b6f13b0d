"""`cartflow store`: the shop's data from the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from cartflow import SYSTEM

from .progress import PROGRESS

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
    mistake changes nothing, and its mistakes are listed. However many records the file has, it
    takes little memory.
    """
    if (file is not None) == sample:
        message = "expected a FILE or --sample, one of the two"
        raise click.UsageError(message)
    source = Path(file) if file else files("cartflow.actions").joinpath("sample", "store.json")
    with as_file(source) as path, session.application() as app, shown_progress():
        counts = app.invoke("loadStoreFile", {"file": str(path)}, principal=SYSTEM)
    loaded = [f"{count} {_NAMES.get(name, name)}" for name, count in counts.items() if count]
    click.echo(f"loaded {', '.join(loaded) or 'the shop'}")


@contextmanager
def shown_progress() -> Iterator[None]:
    """Show on a terminal, as a bar on stderr, how far the load inside is."""
    if not sys.stderr.isatty():
        yield
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        token = PROGRESS.set(report)
        try:
            yield
        finally:
            PROGRESS.reset(token)
