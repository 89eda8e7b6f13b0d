"""Commands that plugins bring."""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from dataclasses import dataclass

import click

from ..errors import PluginError
from ..plugins import Plugins


@dataclass(frozen=True, slots=True)
class Contributed:
    """A command of a plugin.

    Attributes:
        plugin: The name of the plugin.
        target: The import string of a click command or group.
        help: One line for the help page, which does not import the command.
    """

    plugin: str
    target: str
    help: str

    def load(self) -> click.Command:
        """Return the command.

        Raises:
            PluginError: It cannot be imported, or is none.
        """
        try:
            found = pkgutil.resolve_name(self.target)
        except Exception as error:  # whatever a stranger's module raises while it is imported
            message = (
                f"the command {self.target!r} of the plugin {self.plugin!r} cannot be imported:"
                f" {type(error).__name__}: {error}"
            )
            raise PluginError(message) from error
        if not isinstance(found, click.Command):
            message = (
                f"the command {self.target!r} of the plugin {self.plugin!r} is not a click command"
                f" but {type(found).__name__!r}"
            )
            raise PluginError(message)
        return found


def contributed_commands(
    plugins: Plugins, taken: Collection[str]
) -> tuple[dict[str, Contributed], dict[str, str]]:
    """Return the commands of plugins by name, and what is wrong with them by plugin.

    Args:
        plugins: The plugins that are asked.
        taken: The names of the commands that are built in; no plugin can replace one.
    """
    commands: dict[str, Contributed] = {}
    problems: dict[str, str] = {}
    for report in list(plugins):
        try:
            brought = plugins.call(report, "cartflow_commands") or {}
        except PluginError as error:
            problems[report.name] = str(error)
            continue
        for name, described in brought.items():
            target, text = (described, "") if isinstance(described, str) else described
            if name in taken or name in commands:
                problems[report.name] = f"the command {name!r} exists already; rename it"
                continue
            commands[name] = Contributed(
                report.name, target, text or f"Of the plugin {report.name!r}."
            )
    return commands, problems
