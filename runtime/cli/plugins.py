"""`cartflow plugins`: what became of each plugin."""

from __future__ import annotations

import click

from ..plugins import PluginReport, Plugins
from .contributed import contributed_commands
from .exits import REFUSED, EndedError
from .opening import opened
from .root import BUILT_IN
from .session import Session
from .terminal import show_table


@click.command()
@click.option("--strict", is_flag=True, help="Exit with status 1 if anything is wrong.")
@click.pass_obj
def plugins(session: Session, strict: bool) -> None:
    """List the plugins with their distribution, and why one was left out."""
    with opened(session, warns=False) as app:
        reports = app.plugins
        complaints = app.complaints()
    _, problems = contributed_commands(Plugins.load(session.plugins), BUILT_IN)
    complaints += [f"plugin {name!r}: {problem}" for name, problem in problems.items()]
    rows = [
        (
            report.name,
            report.distribution or "-",
            _state(report, has_bad_command=report.name in problems),
            str(len(report.actions)),
        )
        for report in reports
    ]
    show_table(("PLUGIN", "DISTRIBUTION", "STATE", "ACTIONS"), rows)
    for complaint in complaints:
        click.echo(f"error: {complaint}", err=True)
    if strict and complaints:
        raise EndedError(REFUSED)


def _state(report: PluginReport, *, has_bad_command: bool) -> str:
    if report.problem:
        return "left out"
    return "works in part" if report.faults or has_bad_command else "works"
