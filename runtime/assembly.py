"""What all plugins bring, put together; a plugin that does not fit is left out and reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from .action import Action, Wrapper
from .errors import InvalidDocumentError, PluginError
from .plugins import PluginReport, Plugins
from .registry import BoundWrapper, RegisteredAction, register, resolve, wrap
from .route import Route
from .schema import Tables
from .settings import Setting, Settings


@dataclass(slots=True)
class Parts:
    """What one plugin brings, as it says.

    Attributes:
        schemas: Shared schemas by name.
        actions: Checked, without wrappers yet.
        flows: Flow files.
    """

    schemas: Mapping[str, Any]
    actions: list[RegisteredAction]
    flows: Sequence[Path | Traversable]
    wrappers: list[BoundWrapper]
    tables: Tables | None
    routes: list[Route]
    checks: list[Callable[[Any], str | None]]
    provided: Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Assembly:
    """The parts of all plugins that work.

    Attributes:
        owners: Action to the plugin that brought it.
        flows: Each flow file with the report of its plugin.
        extensions: Extension point to what is provided there, by name.
    """

    schemas: dict[str, Any] = field(default_factory=dict)
    actions: dict[str, RegisteredAction] = field(default_factory=dict)
    flows: list[tuple[PluginReport, Path | Traversable]] = field(default_factory=list)
    tables: dict[str, Tables] = field(default_factory=dict)
    routes: list[tuple[str, Route]] = field(default_factory=list)
    checks: list[Callable[[Any], str | None]] = field(default_factory=list)
    extensions: dict[str, dict[str, Any]] = field(default_factory=dict)


def settings_of(plugins: Plugins) -> dict[str, Sequence[Setting]]:
    """Return plugin to its settings."""
    known: dict[str, Sequence[Setting]] = {}
    for report in list(plugins):
        try:
            known[report.name] = plugins.call(report, "cartflow_settings") or ()
        except PluginError as error:
            plugins.leave_out(report, error)
    return known


def assemble(plugins: Plugins, settings: Settings) -> Assembly:
    """Return the parts of all plugins; those that clash or do not work are left out."""
    result = Assembly()
    schemas = _shared_schemas(plugins)
    wrappers: dict[str, list[BoundWrapper]] = {}
    for report in list(plugins):
        try:
            parts = _parts(plugins, report, settings.section(report.name), schemas)
            _check_clashes(parts, result)
        except (PluginError, InvalidDocumentError) as error:
            plugins.leave_out(report, error)
            continue
        _add(result, report, parts)
        wrappers[report.name] = parts.wrappers
    ordered = [
        bound
        for report in plugins.in_order_of("cartflow_wrappers")
        for bound in wrappers.get(report.name, ())
    ]
    result.actions = {name: wrap(action, ordered) for name, action in result.actions.items()}
    return result


def _shared_schemas(plugins: Plugins) -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    owners: dict[str, str] = {}
    for report in list(plugins):
        try:
            brought = plugins.call(report, "cartflow_schemas") or {}
            for name in brought:
                _refuse_taken("shared schema", name, owners.get(name))
        except PluginError as error:
            plugins.leave_out(report, error)
            continue
        schemas.update(brought)
        owners.update(dict.fromkeys(brought, report.name))
    return schemas


def _parts(
    plugins: Plugins, report: PluginReport, settings: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Parts:
    def brought(hook: str) -> Any:
        return plugins.call(report, hook) or ()

    actions = [_expect(Action, resolve(action)) for action in brought("cartflow_actions")]
    wrappers = [_expect(Wrapper, resolve(wrapper)) for wrapper in brought("cartflow_wrappers")]
    tables = brought("cartflow_tables")
    return Parts(
        schemas=schemas,
        actions=[register(action, report.name, settings, schemas) for action in actions],
        flows=brought("cartflow_flows"),
        wrappers=[BoundWrapper(wrapper, settings) for wrapper in wrappers],
        tables=_expect(Tables, tables) if tables else None,
        routes=[_expect(Route, resolve(route)) for route in brought("cartflow_routes")],
        checks=[resolve(check) for check in brought("cartflow_checks")],
        provided=brought("cartflow_provide") or {},
    )


def _check_clashes(parts: Parts, result: Assembly) -> None:
    own: set[str] = set()
    for action in parts.actions:
        name = action.contract.name
        taken = result.actions.get(name)
        _refuse_taken("action", name, taken.plugin if taken else None)
        _refuse_taken("action", name, action.plugin if name in own else None)
        own.add(name)
    for point, objects in parts.provided.items():
        for name in objects:
            if name in result.extensions.get(point, {}):
                message = f"{name!r} is provided at {point!r} already by another plugin; rename it"
                raise PluginError(message)


def _add(result: Assembly, report: PluginReport, parts: Parts) -> None:
    result.schemas.update(parts.schemas)
    for action in parts.actions:
        result.actions[action.contract.name] = action
        report.actions.append(action.contract.name)
    result.flows.extend((report, flow) for flow in parts.flows)
    if parts.tables is not None:
        result.tables[report.name] = parts.tables
    result.routes.extend((report.name, route) for route in parts.routes)
    result.checks.extend(parts.checks)
    for point, objects in parts.provided.items():
        resolved = {name: resolve(provided) for name, provided in objects.items()}
        result.extensions.setdefault(point, {}).update(resolved)


def _expect(kind: type[Any], value: Any) -> Any:
    if isinstance(value, kind):
        return value
    message = f"expected {kind.__name__}, got {value!r}"
    raise PluginError(message)


def _refuse_taken(what: str, name: str, owner: str | None) -> None:
    if owner is not None:
        message = f"the {what} {name!r} is brought by the plugin {owner!r} already; rename it"
        raise PluginError(message)
