"""`cartflow describe`: a contract, readable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import click

from ..application import Application
from ..contract import Contract
from ..flow.inference import changes_data
from ..flow.model import Flow
from ..outcome import unknown_action
from .finding import find_flow, looks_like_file, read_flow
from .schemas import type_text
from .session import Session
from .terminal import show_columns, show_text

_EFFECTS: Final[Mapping[str, str]] = {
    "none": "no",
    "transactional": "yes: all of it, or nothing",
    "keyed": "yes, outside of the database too: once for each idempotency key",
    "at_least_once": "yes, outside of the database too: perhaps more than once",
    "steps": "yes: each step by itself; what is undone after an error, the flow says",
}


@click.command()
@click.argument("name", metavar="NAME|FILE")
@click.pass_obj
def describe(session: Session, name: str) -> None:
    """Explain an action or flow: what it takes, what it returns, and how it can fail."""
    with session.contracts() as app:
        flow = app.library.flows.get(name)
        if name in app.registry:
            contract = app.registry.contract(name)
        elif looks_like_file(name):
            contract = find_flow(app, name).contract
            flow, _ = app.library.read(read_flow(name), name)
        else:
            unknown_action(name, app.registry)
        effect = contract.effect if flow is None else _effect_of_flow(app, flow)
    _show(contract, effect)


def _effect_of_flow(app: Application, flow: Flow) -> str:
    def find(name: str) -> Contract | None:
        action = app.registry.get(name)
        return action.contract if action is not None else None

    return "steps" if changes_data(flow, find) else "none"


def _show(contract: Contract, effect: str) -> None:
    click.echo(f"{click.style(contract.name, bold=True)}  {contract.title}")
    if contract.description:
        show_text(contract.description, "  ")
    if contract.deprecated:
        show_text(f"deprecated: {contract.deprecated}", "  ")
    callers = "everybody" if contract.access is None else ", ".join(sorted(contract.access))
    facts = [("changes data", _EFFECTS[effect]), ("may be called by", callers)]
    if contract.undo:
        facts.append(("is undone by", str(contract.undo["action"])))
    _section("", facts)
    _section("input", list(_members(contract.input)) or [("nothing", "")])
    _section("output", list(_members(contract.output)) or [("{}", "")])
    errors = [
        (code, str(condition.status), _one_line(condition.message))
        for code, condition in contract.errors.items()
    ]
    _section("errors", errors or [("none of its own", "", "")])


def _section(title: str, rows: Sequence[Sequence[str]]) -> None:
    click.echo()
    if title:
        click.echo(click.style(title, bold=True))
    show_columns(rows, "  ")


def _members(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and description of each member of an object schema."""
    required = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        note = _note(name, member, required)
        described = member.get("description", "") if isinstance(member, Mapping) else ""
        yield name, type_text(member, schema) + note, _one_line(described)


def _note(name: str, member: Any, required: Sequence[str]) -> str:
    if name in required:
        return ""
    if isinstance(member, Mapping) and "default" in member:
        return f", default {json.dumps(member['default'], ensure_ascii=False)}"
    return ", optional"


def _one_line(text: str) -> str:
    return " ".join(text.split())
