"""Text for terminals: tables, JSON."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

import click


def show_json(value: Any) -> None:
    """Write a JSON value to stdout, for people and programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def show_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table to stdout, as wide as its contents."""
    lines = _aligned([header, *rows])
    click.echo(click.style(lines[0], bold=True))
    for line in lines[1:]:
        click.echo(line)


def show_columns(rows: Sequence[Sequence[str]], indent: str = "") -> None:
    """Write a table without a header to stdout."""
    for line in _aligned(rows):
        click.echo(f"{indent}{line}".rstrip())


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(cells).rstrip() for cells in padded]


def show_text(text: str, indent: str = "") -> None:
    """Write a paragraph to stdout, wrapped to the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    click.echo(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent))
