"""One application: settings, plugins, registry and database, put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .assembly import assemble, settings_of
from .clock import Clock, SystemClock
from .database import Database
from .invoke import Invoker
from .kernel import Kernel
from .library import FlowLibrary
from .plugins import PluginReport, Plugins
from .principal import GUEST, Principal
from .registry import Registry
from .runs import RunOptions
from .schema import DatabaseSchema
from .settings import CORE_SETTINGS, FILE_NAME, PREFIX, Settings, read_settings


class Application:
    """Everything that a door needs; open one per process and close it at the end.

    Attributes:
        settings: All settings, those of plugins by section.
        plugins: What became of each plugin, the refused ones included.
        registry: All actions and flows.
        database: The database; it is opened when it is first needed.
        schema: Its tables.
        library: Makes actions of flow files.
        routes: The HTTP routes of plugins, each with its plugin's name.
    """

    def __init__(self, plugins: Plugins, settings: Settings, clock: Clock) -> None:
        parts = assemble(plugins, settings)
        self.settings = settings
        self.clock = clock
        self.library = FlowLibrary(parts.actions, parts.schemas)
        for report, file in parts.flows:
            self.library.add(report, file)
        self.library.freeze()
        self.registry = Registry(self.library.actions)
        self.plugins: list[PluginReport] = plugins.reports
        self.routes = parts.routes
        self.database = Database(
            settings["database_url"],
            synchronous=settings["sqlite_synchronous"],
            lock_timeout_s=settings["lock_timeout_s"],
        )
        self.schema = DatabaseSchema(self.database, parts.tables)
        self._checks = parts.checks
        self._kernel = Kernel(
            self.registry,
            self.database,
            self.schema,
            clock,
            parts.extensions,
            settings["secret_key"],
            settings["journal_retention_h"] * 3600,
        )
        self.invoker = Invoker(self._kernel)

    @classmethod
    def open(
        cls,
        *,
        environment: Mapping[str, str] | None = None,
        overrides: Mapping[str, Any] | None = None,
        plugins: Iterable[tuple[str, Any]] = (),
        clock: Clock | None = None,
    ) -> Self:
        """Return the application that environment, `cartflow.toml` and plugins describe.

        Args:
            environment: Instead of the process's own.
            overrides: Values of the runtime's settings that win over all others.
            plugins: More plugins, as (name, module or object), besides the installed ones.
            clock: Instead of the machine's.

        Raises:
            InvalidDocumentError: Unknown or malformed settings.
            DatabaseError: A database that cartflow does not work with.
        """
        environment = os.environ if environment is None else environment
        loaded = Plugins.load(plugins)
        known = {"": CORE_SETTINGS, **settings_of(loaded)}
        refused = [report.name for report in loaded.reports if report.problem]
        settings = read_settings(
            known, environment, _settings_file(environment), overrides, refused
        )
        return cls(loaded, settings, clock or SystemClock())

    def invoke(
        self,
        name: str,
        given: Mapping[str, Any] | None = None,
        *,
        principal: Principal = GUEST,
        key: str | None = None,
        options: RunOptions | None = None,
    ) -> Any:
        """Return the output of an action or flow.

        Args:
            name: The action or flow.
            given: Its input, a JSON object; left out, empty.
            principal: Who calls; left out, a guest.
            key: Idempotency key: the same call with the same key happens once.
            options: For flows: who watches, and what can stop it.

        Raises:
            ActionError: A condition that its contract declares, or one of the runtime's.
            DatabaseError: The database cannot be used at all.
        """
        return self.invoker.invoke(name, given, principal, key, options or RunOptions())

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at an extension point, by name."""
        return self._kernel.extensions(point)

    def complaints(self) -> list[str]:
        """Return what plugins and their checks at start have to complain about."""
        refused = [complaint for report in self.plugins for complaint in report.complaints()]
        found = [self._checked(plugin, check) for plugin, check in self._checks]
        return refused + [complaint for complaint in found if complaint]

    def _checked(self, plugin: str, check: Callable[[Any], str | None]) -> str | None:
        try:
            return check(self)
        except Exception as error:  # a check that fails must not hide the others
            return f"plugin {plugin!r}: a check failed: {type(error).__name__}: {error}"

    def close(self) -> None:
        """Give up locks and connections."""
        self._kernel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _settings_file(environment: Mapping[str, str]) -> Path | None:
    """Return the settings file: `CARTFLOW_CONFIG`, or `cartflow.toml` in the working directory."""
    named = environment.get(PREFIX + "CONFIG")
    if named:
        return Path(named)
    file = Path(FILE_NAME)
    return file if file.is_file() else None
