"""One application: settings, plugins, registry and database, put together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from .secrets import Secrets
from .settings import CORE_SETTINGS, FILE_NAME, PREFIX, Settings, read_settings
from .together import Refusal


class Application:
    """Everything that a door needs; open one per process and close it at the end.

    Attributes:
        settings: All settings, those of plugins by section.
        plugins: What became of each plugin, the refused ones included.
        registry: All actions and flows.
        database: The database; it is opened when it is first needed.
        schema: Its tables.
        schemas: The shared schemas of the plugins, by name.
        library: Makes actions of flow files.
        secrets: What flows may name as `secrets`.
        routes: The HTTP routes of plugins, each with its plugin's name.
    """

    def __init__(
        self,
        plugins: Plugins,
        settings: Settings,
        secrets: Secrets,
        clock: Clock,
        *,
        with_code: bool = True,
    ) -> None:
        parts = assemble(plugins, settings, with_code=with_code)
        self.settings = settings
        self.secrets = secrets
        self.clock = clock
        self.schemas = parts.schemas
        self.library = FlowLibrary(parts.actions, parts.schemas)
        for report, file in parts.flows:
            self.library.add(report, file)
        self.library.freeze(checked=with_code)
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
            secrets,
        )
        self.invoker = Invoker(self._kernel, settings["background_threads"])

    @classmethod
    def open(
        cls,
        *,
        environment: Mapping[str, str] | None = None,
        overrides: Mapping[str, Any] | None = None,
        plugins: Iterable[tuple[str, Any]] = (),
        clock: Clock | None = None,
        with_code: bool = True,
        installed: bool = True,
    ) -> Self:
        """Return the application that environment, `cartflow.toml` and plugins describe.

        Args:
            environment: Instead of the process's own; `cartflow.toml` is then read only if
                `CARTFLOW_CONFIG` in it says so.
            overrides: Values of the runtime's settings that win over all others.
            plugins: More plugins, as (name, module or object), besides the installed ones.
            clock: Instead of the machine's.
            with_code: Whether handlers are imported and the plugins' flows checked. Without,
                contracts can be looked at and other flows checked, in a fraction of the time;
                nothing can be invoked.
            installed: Whether the installed plugins are there; else the given ones alone, as for
                tests of a plugin that needs no other.

        Raises:
            InvalidDocumentError: Unknown or malformed settings.
            DatabaseError: A database that cartflow does not work with.
        """
        file = _settings_file(environment)
        environment = os.environ if environment is None else environment
        loaded = Plugins.load(plugins, installed=installed)
        known = {"": CORE_SETTINGS, **settings_of(loaded)}
        refused = [report.name for report in loaded.reports if report.problem]
        settings = read_settings(known, environment, file, overrides, refused)
        folder = Path(settings["secrets_dir"]) if settings["secrets_dir"] else None
        secrets = Secrets(environment, folder, settings.variables)
        return cls(loaded, settings, secrets, clock or SystemClock(), with_code=with_code)

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

    def invoke_together(
        self, name: str, inputs: Sequence[Mapping[str, Any]], *, principal: Principal = GUEST
    ) -> list[Any] | Refusal:
        """Return the outputs of an action for all inputs, in one transaction: all, or none is done.

        See `Invoker.invoke_together`.
        """
        return self.invoker.invoke_together(name, inputs, principal)

    def drain(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing that this process has begun runs in the background any more.

        Args:
            timeout_s: How long to wait; None: however long it takes.

        Returns:
            Whether nothing is under way.
        """
        return self.invoker.background.drain(timeout_s)

    def extensions(self, point: str) -> Mapping[str, Any]:
        """Return what the plugins provide at an extension point, by name."""
        return self._kernel.extensions(point)

    def complaints(self) -> list[str]:
        """Return what is wrong with plugins and settings, and what the plugins' checks say."""
        refused = [complaint for report in self.plugins for complaint in report.complaints()]
        found = [self._checked(plugin, check) for plugin, check in self._checks]
        found.append(self.secrets.complaint())
        return [*refused, *self.settings.warnings, *filter(None, found)]

    def _checked(self, plugin: str, check: Callable[[Any], str | None]) -> str | None:
        try:
            return check(self)
        except Exception as error:  # a check that fails must not hide the others
            return f"plugin {plugin!r}: a check failed: {type(error).__name__}: {error}"

    def close(self) -> None:
        """Wait for what runs in the background, then give up locks and connections."""
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


def _settings_file(environment: Mapping[str, str] | None) -> Path | None:
    """Return the settings file: `CARTFLOW_CONFIG`, or `cartflow.toml` in the working directory.

    A caller who brings an environment gets what is in it, wherever he stands.
    """
    named = (os.environ if environment is None else environment).get(PREFIX + "CONFIG")
    if named is not None or environment is not None:
        return Path(named) if named else None
    file = Path(FILE_NAME)
    return file if file.is_file() else None
