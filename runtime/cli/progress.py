"""The steps of a run, on stderr, as they happen."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import click

_CLEAR_LINE: Final = "\r\x1b[2K"
_LISTS: Final = frozenset(("steps", "undo", "finally"))
_COMPOUND: Final = frozenset(("block", "switch", "for"))

_STYLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "running": ("▸", ">", "cyan"),
    "succeeded": ("✓", "ok", "green"),
    "failed": ("✗", "failed", "red"),
    "cancelled": ("✗", "cancelled", "yellow"),
    "skipped": ("-", "-", "bright_black"),
}
"""Status of a record to its mark, its mark in plain ASCII, and its colour."""

Record = Mapping[str, Any]


class Progress:
    """An observer of a run that shows its steps: a terminal sees the current one as well.

    Args:
        color: False for none; None leaves it to the terminal.
    """

    def __init__(self, color: bool | None = None) -> None:
        self._color = color
        self._is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._is_plain = not _can_write("▸✓✗", sys.stderr.encoding)
        self._is_line_open = False

    def __call__(self, record: Record) -> None:
        """Show a record of the trace."""
        has_steps = record["kind"] in _COMPOUND
        if record["status"] != "running":
            if not (has_steps and record["status"] == "succeeded"):
                self._write(self._line(record))
        elif has_steps:
            self._write(self._line(record))
        elif self._is_terminal:
            self._write(self._line(record), ends=False)

    def close(self) -> None:
        """Take back the line of a step that is not over."""
        if self._is_line_open:
            self._write("", ends=False)
            self._is_line_open = False

    def _line(self, record: Record) -> str:
        status = record["status"]
        mark, plain, color = _STYLES[status]
        text = f"{'  ' * depth_of(record)}{click.style(plain if self._is_plain else mark, color)}"
        text += f" {label_of(record)}"
        if record["attempt"] > 1:
            text += f" (attempt {record['attempt']})"
        if status in ("failed", "cancelled"):
            error = record["error"]
            text += f": {error['code']} {error['status']}"
        duration = duration_of(record)
        return text + (click.style(f"  {duration}", "bright_black") if duration else "")

    def _write(self, line: str, *, ends: bool = True) -> None:
        clear = _CLEAR_LINE if self._is_line_open else ""
        self._is_line_open = not ends
        if clear:  # not by click, which may strip it with the colours
            sys.stderr.write(clear)
        click.echo(line, err=True, nl=ends, color=self._color)


def label_of(record: Record) -> str:
    """Return what a step is called: its title, or else its id and action."""
    step_id, action = record["id"], record["action"]
    named = f"{step_id} ({action})" if step_id and action else step_id or action or record["kind"]
    parts = record["path"].split("/")
    return f"{'undo: ' if 'undo' in parts else ''}{record.get('title') or named}"


def duration_of(record: Record) -> str:
    """Return how long a step took, as text; empty if it is not over or was skipped."""
    if record["ended"] is None or record["status"] == "skipped":
        return ""
    started, ended = (datetime.fromisoformat(record[name]) for name in ("started", "ended"))
    return seconds_text((ended - started).total_seconds())


def seconds_text(seconds: float) -> str:
    """Return a duration as people read it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def depth_of(record: Record) -> int:
    """Return how many blocks, loops and handlers are around a step."""
    return sum(part in _LISTS for part in record["path"].split("/")) - 1


def _can_write(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
