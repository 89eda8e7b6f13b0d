"""The command `cartflow` itself: the table of its commands, its options, its exit status."""

from __future__ import annotations

import gc
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import click

from ..plugins import Plugins
from ..violations import nearest
from .contributed import Contributed, contributed_commands
from .exits import OutputClosedError, exit_status
from .session import Session

_NEW_OBJECTS: Final = 100_000
"""After how many new objects garbage is looked for; Python itself does it after 700."""

COMMANDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "Use": {
        "run": ("runs:run", "Run a flow, by name or from a file, and watch its steps."),
        "invoke": ("invoking:invoke", "Invoke one action."),
    },
    "Write": {
        "new": ("creating:new", "Write a small flow with its tests, to begin with."),
        "check": ("checking:check", "Report everything that is wrong in flow files."),
        "test": ("testing:test", "Run the tests of flows."),
    },
    "Look": {
        "actions": ("catalogue:actions", "List actions, or show the contract of one."),
        "flows": ("catalogue:flows", "List the flows."),
        "describe": ("describing:describe", "Explain an action or flow: inputs, output, errors."),
        "draw": ("drawing:draw", "Draw a flow, and the way that a run took through it."),
        "schema": ("printing:schema", "Print the JSON Schema of a kind of file, for editors."),
        "plugins": ("plugins:plugins", "List the plugins, and why one was left out."),
    },
    "Operate": {
        "serve": ("serving:serve", "Answer over HTTP."),
        "keys": ("keys:keys", "Create, list and revoke API keys."),
        "db": ("databases:db", "Bring the database up to date and look after it."),
    },
}
"""Section of the help page, then name to (module and function, what it does)."""

BUILT_IN: Final = {
    name: target for section in COMMANDS.values() for name, (target, _) in section.items()
}
"""Name of each command of cartflow itself to module and function."""


class CommandLine(click.Group):
    """The group of all commands, those of plugins included; each is imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*BUILT_IN, *_contributed(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        if cmd_name in BUILT_IN:
            found = pkgutil.resolve_name(f"{__package__}.{BUILT_IN[cmd_name]}")
        else:
            contributed = _contributed(ctx).get(cmd_name)
            found = contributed.load() if contributed else None
        return _with_options_of_all(found) if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that *args* begin with.

        Raises:
            click.UsageError: There is none; the message names the nearest.
        """
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            near = nearest(name, self.list_commands(ctx))
            message = f"there is no command {name!r}{near}"
            raise click.UsageError(message, ctx)
        return (name if command else None), command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands into the help page, without importing them."""
        sections = {
            title: [(name, text) for name, (_, text) in commands.items()]
            for title, commands in COMMANDS.items()
        }
        contributed = _contributed(ctx)
        sections["From plugins"] = [(name, command.help) for name, command in contributed.items()]
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would take a reader that went away for a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise OutputClosedError from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run the command line and end the process with the status that fits."""
        session = extra.pop("obj", None) or Session()

        def run() -> Any:
            result = super(CommandLine, self).main(
                args, prog_name or "cartflow", complete_var, False, obj=session, **extra
            )
            sys.stdout.flush()
            return result

        sys.exit(exit_status(run, session))


def _session(ctx: click.Context) -> Session:
    return ctx.ensure_object(Session)


def _contributed(ctx: click.Context) -> dict[str, Contributed]:
    """Return the commands of plugins, looked for once."""
    found: dict[str, Contributed] | None = ctx.meta.get(__name__)
    if found is None:
        found, _ = contributed_commands(Plugins.load(_session(ctx).plugins), BUILT_IN)
        ctx.meta[__name__] = found
    return found


def _set_database(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        _session(ctx).database = value


def _set_debug(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    _session(ctx).debug |= value


def _set_color(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def _options_of_all(*, hidden: bool = False) -> list[click.Parameter]:
    """Return the options of the whole command line; they may also follow the command."""
    shared: dict[str, Any] = {"expose_value": False, "hidden": hidden}
    return [
        click.Option(
            ["--database"],
            metavar="URL",
            callback=_set_database,
            help="The database, instead of CARTFLOW_DATABASE_URL and cartflow.toml:"
            " sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
            **shared,
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            callback=_set_debug,
            help="Show Python tracebacks of internal errors.",
            **shared,
        ),
        click.Option(
            ["--no-color"],
            is_flag=True,
            callback=_set_color,
            help="No colours; also with NO_COLOR, and when the output is not a terminal.",
            **shared,
        ),
    ]


def _with_options_of_all(command: click.Command) -> click.Command:
    """Let the options of the whole command line follow the command, or one of its subcommands."""
    taken = {name for parameter in command.params for name in parameter.opts}
    for option in _options_of_all(hidden=True):
        if taken.isdisjoint(option.opts):
            command.params.append(option)
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            _with_options_of_all(subcommand)
    return command


cli = CommandLine(
    "cartflow",
    params=_options_of_all(),
    help="Business operations as actions with contracts, and flows of them."
    "\n\n'cartflow COMMAND --help' explains a command. The exit status is 0 for success, 1 for an"
    " error that an action or flow answered with, 2 for wrong use, 70 for an internal error.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
click.version_option(package_name="cartflow", message="cartflow %(version)s")(cli)


def main() -> NoReturn:
    """Run `cartflow` with the arguments of the process."""
    # most of what a command makes are modules and contracts, which stay: to look for garbage among
    # them, the more often the more there is, took a third of the time of `cartflow check`
    gc.set_threshold(_NEW_OBJECTS)
    try:
        cli.main()
    finally:
        gc.freeze()
