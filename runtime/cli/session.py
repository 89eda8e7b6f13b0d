"""What the options of the whole command line say; every command finds it as `ctx.obj`."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:  # the application takes longer to import than the whole command line
    from ..application import Application

_OPEN = "cartflow.runtime.cli.opening:opened"


@dataclass(slots=True)
class Session:
    """One use of the command line.

    Commands of plugins get it with `click.pass_obj`; what they need of it is `application()`.

    Attributes:
        plugins: Plugins besides the installed ones, as (name, module or object).
        database: The database URL of `--database`, instead of that of the settings.
        debug: Whether `--debug` asks for Python tracebacks.
    """

    plugins: Sequence[tuple[str, Any]] = ()
    database: str | None = None
    debug: bool = False

    def application(self) -> AbstractContextManager[Application]:
        """Open the application for the length of a `with` block; it sets up the log as well."""
        return cast(AbstractContextManager["Application"], pkgutil.resolve_name(_OPEN)(self))

    def contracts(self) -> AbstractContextManager[Application]:
        """Open it to look at contracts and flows only; nothing can be invoked, but it is quick."""
        opened = pkgutil.resolve_name(_OPEN)(self, with_code=False)
        return cast(AbstractContextManager["Application"], opened)
