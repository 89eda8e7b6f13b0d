"""The hooks of cartflow: all that a plugin can bring.

A plugin is a module or object with functions of these names, marked with `hookimpl`, and an entry
point in the group `cartflow`. None takes an argument. Wherever a hook returns objects, it may
return import strings (`module:name`) instead, so that a plugin costs nothing until it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pluggy

PROJECT = "cartflow"
API_VERSION = 1
"""Plugins that need a newer one say so: `CARTFLOW_API = 2` in their module."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def cartflow_actions() -> Sequence[Any]:
    """Return the plugin's actions: `Action`s or import strings."""
    return ()


@hookspec
def cartflow_flows() -> Sequence[Path | Traversable]:
    """Return the plugin's flow files."""
    return ()


@hookspec
def cartflow_schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return shared schemas by the name that a relative `$ref` uses, such as `cart.json`."""
    return {}


@hookspec
def cartflow_wrappers() -> Sequence[Any]:
    """Return the plugin's wrappers: `Wrapper`s or import strings.

    Their order is pluggy's: the plugin registered last is outermost; `tryfirst` and `trylast`
    change that.
    """
    return ()


@hookspec
def cartflow_settings() -> Sequence[Any]:
    """Return the plugin's settings: `Setting`s. They get a section of the plugin's name."""
    return ()


@hookspec
def cartflow_tables() -> Any:
    """Return the plugin's `Tables`, or None."""
    return None


@hookspec
def cartflow_routes() -> Sequence[Any]:
    """Return the plugin's HTTP routes: `Route`s or import strings."""
    return ()


@hookspec
def cartflow_commands() -> Mapping[str, str | tuple[str, str]]:
    """Return commands: name to the import string of a click command or group.

    With a line of help beside it, as in `(target, help)`, `cartflow --help` need not import it.
    """
    return {}


@hookspec
def cartflow_checks() -> Sequence[Any]:
    """Return checks at start: functions of the application that return a complaint or None."""
    return ()


@hookspec
def cartflow_provide() -> Mapping[str, Mapping[str, Any]]:
    """Return what the plugin provides at others' extension points: point to name to object.

    The cart's payment providers come this way, at `cart.payment_providers`.
    """
    return {}
