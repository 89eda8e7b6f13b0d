"""`cartflow store`, `carts`, `customers`: the shop's data from the command line."""

from __future__ import annotations

import re
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

_NAMES = {"shipping": ("way to ship", "ways to ship")}
"""Sections of the store file that are not called like their records: one, and several of them."""

_UNITS_S = {"h": 3600, "d": 86_400, "w": 604_800}
_MAX_S = 100 * 366 * _UNITS_S["d"]


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
    loaded = [_counted(section, count) for section, count in counts.items() if count]
    click.echo(f"loaded {', '.join(loaded) or 'the shop'}")


def _counted(section: str, count: int) -> str:
    """Return how many records of a section there are, in words."""
    one, many = _NAMES.get(section, (section.removesuffix("s"), section))
    return f"{count} {(one if count == 1 else many).replace('_', ' ')}"


@contextmanager
def shown_progress() -> Iterator[None]:
    """Show on a terminal, as a bar on stderr, how far the load inside is."""
    if not sys.stderr.isatty():
        yield
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")

        def report(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        token = PROGRESS.set(report)
        try:
            yield
        finally:
            PROGRESS.reset(token)


@click.group()
def carts() -> None:
    """Look after carts."""


@carts.command()
@click.option("--older", required=True, metavar="30d", help="Not changed for so long: 30d, 36h, …")
@click.option("--batch", default=100, show_default=True, type=click.IntRange(1, 1000))
@click.option("--dry-run", is_flag=True, help="Only say how many carts would go.")
@click.pass_obj
def purge(session: Any, older: str, batch: int, dry_run: bool) -> None:
    """Delete carts that nobody has changed for long, a batch in each transaction.

    Carts that were paid or ordered stay. Shoppers can go on buying meanwhile; a cart that somebody
    is at work on is passed over.
    """
    given = {"older_s": _seconds(older), "limit": batch, "dry_run": dry_run}
    place: str | None = ""
    count = 0
    with session.application() as app, shown_progress():
        while place is not None:
            done = app.invoke("purgeCarts", {**given, "after": place}, principal=SYSTEM)
            place, count = done["next"], count + done["carts"]
            PROGRESS.get()(f"{count} carts", 0, None)
    click.echo(f"{count} cart{'' if count == 1 else 's'} {'would go' if dry_run else 'deleted'}")


def _seconds(duration: str) -> int:
    found = re.fullmatch("([0-9]{1,9})([hdw])", duration)
    seconds = int(found[1]) * _UNITS_S[found[2]] if found else 0
    if not _UNITS_S["h"] <= seconds <= _MAX_S:
        message = f"--older {duration!r}: expected hours, days or weeks, such as 36h, 30d or 8w"
        raise click.UsageError(message)
    return seconds


@click.group()
def customers() -> None:
    """Look after people."""


@customers.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(session: Any, email: str, yes: bool) -> None:
    """Erase what is known of the person with the address EMAIL, customer or guest.

    Of orders stays what the books need: number, amounts, lines, country and region. There is no
    way back; backups and logs are yours to look after.
    """
    if not yes and not click.confirm(f"Erase all that is known of {email!r}?"):
        click.echo("nothing was erased", err=True)
        click.get_current_context().exit(1)
    with session.application() as app:
        counts = app.invoke("eraseCustomer", {"email": email}, principal=SYSTEM)
    for name, count in counts.items():
        click.echo(f"{name.replace('_', ' ')}: {count}")
    if counts["running"]:
        click.echo("some calls are still under way; erase again when they have ended", err=True)
