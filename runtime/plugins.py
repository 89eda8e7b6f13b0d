"""Finding plugins and hearing what they bring; a bad one is reported and left out, whole.

A plugin is taken or not taken as a unit: one that fails to import, has a wrong hook signature,
needs a newer API, or brings a name that is taken does not leave half of itself behind, and does
not take the others down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from . import hookspecs
from .errors import PluginError
from .violations import nearest

GROUP = "cartflow"


@dataclass(slots=True)
class PluginReport:
    """What became of one plugin.

    Attributes:
        name: The name of its entry point.
        distribution: The distribution that brings it, with its version; empty if unknown.
        problem: Why it was left out; empty if it works.
        actions: The names of the actions and flows that it brought.
    """

    name: str
    distribution: str = ""
    problem: str = ""
    actions: list[str] = field(default_factory=list)


class Plugins:
    """The plugins of one application, in the order of their registration."""

    def __init__(self) -> None:
        self.reports: list[PluginReport] = []
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    @classmethod
    def load(cls, extra: Iterable[tuple[str, Any]] = ()) -> Plugins:
        """Return the installed plugins and the *extra* (name, plugin) pairs given by hand."""
        plugins = cls()
        found = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
        for point in found:
            plugins._add_entry_point(point)
        for name, plugin in extra:
            plugins._add(PluginReport(name), plugin)
        return plugins

    def __iter__(self) -> Iterator[PluginReport]:
        return (report for report in self.reports if not report.problem)

    def call(self, report: PluginReport, hook: str) -> Any:
        """Return what one plugin answers to a hook; None if it does not have it.

        Raises:
            PluginError: The hook failed; the plugin is out.
        """
        others = [
            plugin for name, plugin in self._manager.list_name_plugin() if name != report.name
        ]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        try:
            answers = caller()
        except Exception as error:
            message = f"{hook} failed: {type(error).__name__}: {error}"
            raise PluginError(message) from error
        return answers[0] if answers else None

    def in_order_of(self, hook: str) -> list[PluginReport]:
        """Return the working plugins in the order in which pluggy calls *hook*."""
        by_plugin = {id(self._manager.get_plugin(report.name)): report for report in self}
        caller = getattr(self._manager.hook, hook)
        order = [by_plugin.get(id(impl.plugin)) for impl in reversed(caller.get_hookimpls())]
        return [report for report in order if report is not None]

    def leave_out(self, report: PluginReport, problem: Exception) -> None:
        """Report a plugin as unusable and forget all that it brings."""
        report.problem = str(problem)
        report.actions.clear()
        if self._manager.has_plugin(report.name):
            self._manager.unregister(name=report.name)

    def _add_entry_point(self, point: EntryPoint) -> None:
        distribution = f"{point.dist.name} {point.dist.version}" if point.dist else ""
        report = PluginReport(point.name, distribution)
        try:
            plugin = point.load()
        except Exception as error:  # whatever a stranger's module raises while it is imported
            report.problem = f"cannot be imported: {type(error).__name__}: {error}"
            self.reports.append(report)
            return
        self._add(report, plugin)

    def _add(self, report: PluginReport, plugin: Any) -> None:
        self.reports.append(report)
        try:
            _check_api(plugin)
            self._register(report.name, plugin)
        except (PluginError, pluggy.PluginValidationError, ValueError) as error:
            report.problem = str(error)
            if self._manager.is_registered(plugin):  # pluggy checks after it has registered
                self._manager.unregister(plugin)

    def _register(self, name: str, plugin: Any) -> None:
        if self._manager.has_plugin(name):
            message = f"another plugin is called {name!r} already; rename the entry point"
            raise PluginError(message)
        known = [spec for spec in dir(hookspecs) if spec.startswith("cartflow_")]
        for attribute in dir(plugin):
            if attribute.startswith("cartflow_") and attribute not in known:
                message = f"there is no hook {attribute!r}{nearest(attribute, known)}"
                raise PluginError(message)
        self._manager.register(plugin, name)


def _check_api(plugin: Any) -> None:
    needed = getattr(plugin, "CARTFLOW_API", hookspecs.API_VERSION)
    if needed > hookspecs.API_VERSION:
        message = (
            f"needs version {needed} of the plugin interface, this is {hookspecs.API_VERSION};"
            " update cartflow"
        )
        raise PluginError(message)
