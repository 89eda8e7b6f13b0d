"""How a demonstration shows runs and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_MARKS: Final[Mapping[str, str]] = {
    "succeeded": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "cancelled": "[yellow]✗[/]",
    "skipped": "-",
}
_MEMBERS: Final = 3
_LONGEST: Final = 24

Record = Mapping[str, Any]


def show_title(console: Console, title: str, flow: str, caller: str) -> None:
    """Show what comes next."""
    console.print(f"\n[bold]{escape(title)}[/]")
    console.print(f"flow [cyan]{flow}[/], run as a {caller}")


def show_outcome(
    console: Console, records: Sequence[Record], output: Any, error: Record | None
) -> None:
    """Show the steps of a run with their results, and what the run came to."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in ("step", "action", "result"):
        table.add_column(column, overflow="fold")
    table.add_column("time", justify="right")
    for record in records:
        step = f"{_MARKS[record['status']]} {escape(_name(record))}"
        table.add_row(step, record["action"] or "", escape(_result(record)), _time(record))
    console.print(table)
    if error is not None:
        console.print(f"=> [red]{error['status']} {error['code']}[/]: {escape(error['message'])}")
    else:
        console.print(f"=> {escape(summary(output))}")


def show_answer(console: Console, command: str, status: int, answer: Any) -> None:
    """Show a request as a curl command, and its answer."""
    console.print(f"$ [cyan]{escape(command)}[/]", soft_wrap=True)
    console.print(f"{status}", style="green" if status < 400 else "red")
    console.print_json(json.dumps(answer))


def summary(value: Any) -> str:
    """Return the essence of an output: a cart is its lines, of anything else the first members."""
    if not isinstance(value, Mapping):
        return _shortened(value if isinstance(value, str) else json.dumps(value))
    cart = value.get("cart")
    if isinstance(cart, Mapping):
        lines = [f"{line['quantity']} x {line['product']['name']}" for line in cart["items"]]
        return f"a cart with {', '.join(lines) or 'nothing'}"
    simple = {name: member for name, member in value.items() if member and _is_simple(member)}
    return ", ".join(f"{name} {summary(simple[name])}" for name in list(simple)[:_MEMBERS])


def _is_simple(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _name(record: Record) -> str:
    if "undo" in record["path"].split("/"):
        return "what was done is undone"
    return str(record.get("title") or record["id"] or record["kind"])


def _result(record: Record) -> str:
    error = record.get("error")
    if error is not None:
        return f"{error['status']} {error['code']}: {error['message']}"
    return summary(record.get("output"))


def _time(record: Record) -> str:
    if record["ended"] is None:
        return ""
    started, ended = (datetime.fromisoformat(record[name]) for name in ("started", "ended"))
    return f"{(ended - started).total_seconds() * 1000:.0f} ms"
