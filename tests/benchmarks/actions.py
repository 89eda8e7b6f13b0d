"""The actions that are measured: one without database, one with one small write."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy import text

from cartflow import Context, action, hookimpl

INSERT = "INSERT INTO installation (name, value) VALUES (:name, 'x')"
_INSERT = text(INSERT)
_NUMBERS = count()


def next_name() -> str:
    return f"row {next(_NUMBERS)}"


@action(
    "echo",
    input={"text": {"type": "string"}},
    output={"text": {"type": "string"}},
    effect="none",
)
def echo(ctx: Context) -> dict[str, Any]:
    """Return the input."""
    return {"text": ctx.input["text"]}


@action("note", input={"name": {"type": "string"}}, output={"done": {"type": "boolean"}})
def note(ctx: Context) -> dict[str, Any]:
    """Write one row."""
    ctx.db.execute(_INSERT, {"name": ctx.input["name"]})
    return {"done": True}


class Actions:
    """The plugin with the actions that are measured."""

    @hookimpl
    def cartflow_actions(self) -> list[Any]:
        return [echo, note]


PLUGIN = ("bench", Actions())
