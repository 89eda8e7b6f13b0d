"""Finding plugins and hearing what they bring; a bad one is reported and left out, whole.

A plugin is taken or not taken as a unit: one that fails to import, has a wrong hook signature,
needs a newer API, or brings a name that is taken does not leave half of itself behind, and does
not take the others down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from . import hookspecs
from .errors import CartflowError, PluginError
from .violations import nearest

GROUP = "cartflow"

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NO_NAMES = ("runtime", "secret")  # of a table's own; the variables of its settings are secrets


@dataclass(slots=True)
class PluginReport:
    """What became of one plugin.

    Attributes:
        name: The name of its entry point.
        distribution: The distribution that brings it, with its version; empty if unknown.
        problem: Why it was left out; empty if it works.
        actions: The names of the actions and flows that it brought.
        faults: What of it was left out, and why, where the rest works.
    """

    name: str
    distribution: str = ""
    problem: str = ""
    actions: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def complaints(self) -> list[str]:
        """Return a sentence for each thing that is wrong with the plugin."""
        who = f"plugin {self.name!r} ({self.distribution or 'no distribution'})"
        if self.problem:
            return [f"{who}: {self.problem}"]
        return [f"{who}: {fault}; the rest of the plugin works" for fault in self.faults]


class Plugins:
    """The plugins of one application, in the order of their registration."""

    def __init__(self) -> None:
        self.reports: list[PluginReport] = []
        self._registered: list[str] = []
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    @classmethod
    def load(cls, extra: Iterable[tuple[str, Any]] = (), *, installed: bool = True) -> Plugins:
        """Return the *extra* (name, plugin) pairs given by hand, after those that are installed.

        Ours comes first: where a name is taken twice, the stranger is left out.
        """
        plugins = cls()
        found = entry_points(group=GROUP) if installed else ()
        for point in sorted(found, key=_precedence):
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
        except (Exception, SystemExit) as error:
            message = f"{hook} failed: {_said(error)}"
            raise PluginError(message) from error
        return answers[0] if answers else None

    def in_order_of(self, hook: str) -> list[PluginReport]:
        """Return the working plugins in the order in which pluggy calls *hook*."""
        by_plugin = {id(self._manager.get_plugin(report.name)): report for report in self}
        caller = getattr(self._manager.hook, hook)
        order = [by_plugin.get(id(impl.plugin)) for impl in reversed(caller.get_hookimpls())]
        return [report for report in order if report is not None]

    def leave_out(self, report: PluginReport, problem: BaseException) -> None:
        """Report a plugin as unusable and forget all that it brings."""
        report.problem = _said(problem)
        report.actions.clear()
        self._registered.remove(report.name)
        self._manager.unregister(name=report.name)

    def _add_entry_point(self, point: EntryPoint) -> None:
        distribution = f"{point.dist.name} {point.dist.version}" if point.dist else ""
        report = PluginReport(point.name, distribution)
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # whatever a stranger's module raises
            report.problem = f"cannot be imported: {type(error).__name__}: {error}"
            self.reports.append(report)
            return
        self._add(report, plugin)

    def _add(self, report: PluginReport, plugin: Any) -> None:
        self.reports.append(report)
        try:
            self._check_name(report.name)
            _check_api(plugin)
            _check_hooks(plugin)
            if self._manager.is_registered(plugin):
                message = f"is the same as the plugin {self._manager.get_name(plugin)!r}"
                raise PluginError(message)
        except Exception as error:
            report.problem = _said(error)
            return
        self._registered.append(report.name)
        try:
            self._manager.register(plugin, report.name)
            self._manager.check_pending()
        except Exception as error:  # pluggy registers, then checks
            self.leave_out(report, error)

    def _check_name(self, name: str) -> None:
        """Refuse a name that cannot stand in settings and tables, or that is taken there."""
        if not _NAME.fullmatch(name) or name in _NO_NAMES:
            message = (
                f"a plugin cannot be called {name!r}; expected lower-case letters, digits, '-' and"
                " '_', and not 'runtime' or 'secret': rename the entry point"
            )
            raise PluginError(message)
        for taken in self._registered:
            if taken.replace("-", "_") == name.replace("-", "_"):
                message = f"another plugin is called {taken!r} already; rename the entry point"
                raise PluginError(message)


def _said(problem: BaseException) -> str:
    is_explained = isinstance(problem, CartflowError | pluggy.PluginValidationError)
    return str(problem) if is_explained else f"{type(problem).__name__}: {problem}"


def _precedence(point: EntryPoint) -> tuple[bool, str, str]:
    distribution = point.dist.name if point.dist else ""
    return distribution != hookspecs.PROJECT, point.name, point.value


def _check_hooks(plugin: Any) -> None:
    """Refuse what looks like a hook and would never be called."""
    known = [name for name in dir(hookspecs) if name.startswith("cartflow_")]
    for name in dir(plugin):
        if not name.startswith("cartflow_") or not callable(getattr(plugin, name)):
            continue
        if name not in known:
            message = f"there is no hook {name!r}{nearest(name, known)}"
            raise PluginError(message)
        if not hasattr(getattr(plugin, name), f"{hookspecs.PROJECT}_impl"):
            message = f"the hook {name!r} is not marked with @hookimpl"
            raise PluginError(message)


def _check_api(plugin: Any) -> None:
    needed = getattr(plugin, "CARTFLOW_API", hookspecs.API_VERSION)
    if not isinstance(needed, int) or needed > hookspecs.API_VERSION:
        message = (
            f"needs version {needed!r} of the plugin interface, this is {hookspecs.API_VERSION};"
            " update cartflow"
        )
        raise PluginError(message)
