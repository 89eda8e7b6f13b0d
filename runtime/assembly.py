"""What all plugins bring, put together; a plugin that does not fit is left out and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from .action import Action, Wrapper
from .bundling import SharedSchemas, validator_of
from .contract import read_contract
from .errors import PluginError
from .plugins import PluginReport, Plugins
from .registry import BoundWrapper, RegisteredAction, not_loaded, register, resolve, wrap
from .route import Route
from .schema import Tables
from .settings import CORE_SETTINGS, Setting, Settings, variable_of


@dataclass(slots=True)
class Parts:
    """What one plugin brings, as it says.

    Attributes:
        actions: Checked, without wrappers yet.
        flows: Flow files.
    """

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
        schemas: Shared schemas by name.
        flows: Each flow file with the report of its plugin.
        routes: Each route with the name of its plugin; checks likewise.
        extensions: Extension point to what is provided there, by name.
    """

    schemas: SharedSchemas
    actions: dict[str, RegisteredAction] = field(default_factory=dict)
    flows: list[tuple[PluginReport, Path | Traversable]] = field(default_factory=list)
    tables: dict[str, Tables] = field(default_factory=dict)
    routes: list[tuple[str, Route]] = field(default_factory=list)
    checks: list[tuple[str, Callable[[Any], str | None]]] = field(default_factory=list)
    extensions: dict[str, dict[str, Any]] = field(default_factory=dict)


def settings_of(plugins: Plugins) -> dict[str, Sequence[Setting]]:
    """Return plugin to its settings."""
    known: dict[str, Sequence[Setting]] = {}
    taken = dict.fromkeys((variable_of("", setting) for setting in CORE_SETTINGS), "cartflow")
    for report in list(plugins):
        try:
            brought = [_expect(Setting, s) for s in plugins.call(report, "cartflow_settings") or ()]
            variables = [variable_of(report.name, setting) for setting in brought]
            for variable in variables:
                _refuse_taken("setting", variable, taken.get(variable))
        except Exception as error:  # whatever a stranger's hook returns
            plugins.leave_out(report, error)
            continue
        known[report.name] = brought
        taken.update(dict.fromkeys(variables, report.name))
    return known


def assemble(plugins: Plugins, settings: Settings, *, with_code: bool = True) -> Assembly:
    """Return the parts of all plugins; those that clash or do not work are left out.

    Without code, what only running needs is not imported: contracts and flows are complete.
    """
    schemas = _shared_schemas(plugins)
    accepted: dict[str, Parts] = {}
    for report in list(plugins):
        try:
            section = settings.section(report.name)
            parts = _parts(plugins, report, section, schemas, with_code)
            _check_clashes(parts, accepted)
        except Exception as error:  # whatever a stranger's hook returns
            plugins.leave_out(report, error)
        else:
            accepted[report.name] = parts
    _try_wrappers(plugins, accepted)
    result = Assembly(schemas)
    for report in list(plugins):
        _add(result, report, accepted[report.name])
    ordered = [
        bound
        for report in plugins.in_order_of("cartflow_wrappers")
        for bound in accepted[report.name].wrappers
    ]
    result.actions = {name: wrap(action, ordered) for name, action in result.actions.items()}
    return result


def _shared_schemas(plugins: Plugins) -> SharedSchemas:
    found: dict[str, Any] = {}
    owners: dict[str, PluginReport] = {}
    for report in list(plugins):
        try:
            brought = dict(plugins.call(report, "cartflow_schemas") or {})
            for name in brought:
                _refuse_taken("shared schema", name, owners[name].name if name in owners else None)
        except Exception as error:  # whatever a stranger's hook returns
            plugins.leave_out(report, error)
            continue
        found.update(brought)
        owners.update(dict.fromkeys(brought, report))
    schemas = SharedSchemas(found)
    for name, report in owners.items():
        problem = _problem_of(name, schemas)
        if problem and not report.problem:
            plugins.leave_out(report, PluginError(f"the shared schema {name!r}: {problem}"))
    return schemas


def _problem_of(name: str, schemas: SharedSchemas) -> str:
    """Return what is wrong with a shared schema, or the empty string."""
    try:
        validator_of(schemas.bundle({"$ref": name}))
    except KeyError as error:
        return f"there is no shared schema {error}"
    except (AttributeError, TypeError, ValueError) as error:
        return str(error).splitlines()[0]
    return ""


def _try_wrappers(plugins: Plugins, accepted: dict[str, Parts]) -> None:
    """Leave out the plugins whose wrappers cannot say what they apply to."""
    contracts = [action.contract for parts in accepted.values() for action in parts.actions]
    for report in list(plugins):
        try:
            for bound in accepted[report.name].wrappers:
                for contract in contracts:
                    bound.wrapper.applies_to(contract)
        except Exception as error:  # whatever a stranger's function raises
            plugins.leave_out(report, error)


def _parts(
    plugins: Plugins,
    report: PluginReport,
    settings: Mapping[str, Any],
    schemas: Mapping[str, Any],
    with_code: bool,
) -> Parts:
    def code(hook: str) -> Any:
        return brought(hook) if with_code else ()

    def brought(hook: str) -> Any:
        return plugins.call(report, hook) or ()

    actions = [_expect(Action, resolve(action)) for action in brought("cartflow_actions")]
    wrappers = [_expect(Wrapper, resolve(wrapper)) for wrapper in brought("cartflow_wrappers")]
    tables = brought("cartflow_tables")
    return Parts(
        actions=[
            register(action, report.name, settings, schemas, with_code=with_code)
            for action in actions
        ],
        flows=[_expect(Path | Traversable, flow) for flow in brought("cartflow_flows")],
        wrappers=[_bind(wrapper, report.name, settings, with_code) for wrapper in wrappers],
        tables=_check_tables(_expect(Tables, tables)) if tables else None,
        routes=[_expect(Route, resolve(route)) for route in code("cartflow_routes")],
        checks=[_expect(Callable, resolve(check)) for check in code("cartflow_checks")],
        provided={
            point: {name: resolve(provided) for name, provided in objects.items()}
            for point, objects in dict(code("cartflow_provide")).items()
        },
    )


def _bind(
    wrapper: Wrapper, plugin: str, settings: Mapping[str, Any], with_code: bool
) -> BoundWrapper:
    """Return a wrapper ready for use, the conditions that it adds checked like a contract's."""
    contract = {"name": plugin, "title": plugin, "input": {"type": "object"}, "output": {}}
    read_contract(contract | {"errors": dict(wrapper.conditions)}, f"a wrapper of {plugin!r}", {})
    return BoundWrapper(wrapper, settings, resolve(wrapper.wrap) if with_code else not_loaded)


def _check_tables(tables: Tables) -> Tables:
    if not tables.revisions():
        message = f"there are no migrations in {tables.migrations!r}; expected 0001_NAME.py"
        raise PluginError(message)
    return tables


def _check_clashes(parts: Parts, accepted: Mapping[str, Parts]) -> None:
    """Refuse what another plugin, or the plugin itself, brings already.

    Raises:
        PluginError: With the first name that is taken.
    """
    seen: set[tuple[str, str]] = set()
    taken = {key: plugin for plugin, others in accepted.items() for key in _names(others)}
    for what, name in _names(parts):
        _refuse_taken(what, name, taken.get((what, name)))
        if (what, name) in seen:
            message = f"brings the {what} {name!r} twice; rename one"
            raise PluginError(message)
        seen.add((what, name))


def _names(parts: Parts) -> Iterator[tuple[str, str]]:
    """Yield kind and name of everything that two plugins cannot both bring."""
    for action in parts.actions:
        yield "action", action.contract.name
    for route in parts.routes:
        yield "route", f"{route.method} {route.path}"
    for point, objects in parts.provided.items():
        for name in objects:
            yield f"extension of {point!r}", name


def _add(result: Assembly, report: PluginReport, parts: Parts) -> None:
    for action in parts.actions:
        result.actions[action.contract.name] = action
        report.actions.append(action.contract.name)
    result.flows.extend((report, flow) for flow in parts.flows)
    if parts.tables is not None:
        result.tables[report.name] = parts.tables
    _add_routes(result, report, parts.routes)
    result.checks.extend((report.name, check) for check in parts.checks)
    for point, objects in parts.provided.items():
        result.extensions.setdefault(point, {}).update(objects)


def _add_routes(result: Assembly, report: PluginReport, routes: Sequence[Route]) -> None:
    """Take the routes that can be mounted; the others are left out, the plugin is not."""
    taken = {route.shape for _, route in result.routes}
    for route in routes:
        problem = route.problem() or ("is taken already" if route.shape in taken else "")
        if problem:
            culprit = f"{route.method} {route.path}"
            report.faults.append(f"the route {culprit!r} is left out: it {problem}")
            continue
        taken.add(route.shape)
        result.routes.append((report.name, route))


def _expect(kind: Any, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    message = f"expected {getattr(kind, '__name__', kind)}, got {value!r}"
    raise PluginError(message)


def _refuse_taken(what: str, name: str, owner: str | None) -> None:
    if owner is not None:
        message = f"the {what} {name!r} is brought by the plugin {owner!r} already; rename it"
        raise PluginError(message)
