"""`cartflow actions` and `cartflow flows`: what there is."""

from __future__ import annotations

import click

from ..contract import Contract
from ..outcome import unknown_action
from .session import Session
from .terminal import show_json, show_table


@click.group(invoke_without_command=True)
@click.pass_context
def actions(ctx: click.Context) -> None:
    """List the actions, or show the contract of one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_actions)


@actions.command("list")
@click.pass_obj
def list_actions(session: Session) -> None:
    """List the actions with their effect and who may call them."""
    with session.application() as app:
        contracts = [action.contract for action in app.registry.values()]
    rows = [
        (contract.name, contract.effect, _callers(contract), contract.title)
        for contract in sorted(contracts, key=lambda contract: contract.name.lower())
        if contract.effect != "steps"
    ]
    show_table(("ACTION", "EFFECT", "FOR", "TITLE"), rows)


@actions.command("show")
@click.argument("name")
@click.pass_obj
def show_action(session: Session, name: str) -> None:
    """Show the contract of an action or flow as JSON; 'describe' explains it."""
    with session.application() as app:
        if name not in app.registry:
            unknown_action(name, app.registry)
        show_json(app.registry.contract(name).to_json())


@click.command()
@click.pass_obj
def flows(session: Session) -> None:
    """List the flows that can be run by name."""
    with session.application() as app:
        found = [action for action in app.registry.values() if action.contract.effect == "steps"]
    rows = [
        (flow.contract.name, flow.plugin, _callers(flow.contract), flow.contract.title)
        for flow in sorted(found, key=lambda flow: flow.contract.name.lower())
    ]
    show_table(("FLOW", "PLUGIN", "FOR", "TITLE"), rows)


def _callers(contract: Contract) -> str:
    return "everybody" if contract.access is None else ", ".join(sorted(contract.access))
