"""cartflow: business operations as actions with contracts, and flows of them.

This is a table of contents. Each name is imported when it is first used, so that a plugin or the
command line pays for nothing that it does not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cartflow.runtime.action import Action, Failure, Proceed, Remote, Wrapper, action
    from cartflow.runtime.application import Application
    from cartflow.runtime.cancellation import Cancellation
    from cartflow.runtime.context import Context
    from cartflow.runtime.contract import Condition, Contract
    from cartflow.runtime.errors import (
        ActionError,
        CartflowError,
        DatabaseError,
        InvalidDocumentError,
        PluginError,
        Problem,
        UsageError,
    )
    from cartflow.runtime.hookspecs import hookimpl
    from cartflow.runtime.http import create_app
    from cartflow.runtime.jsonstream import stream_members
    from cartflow.runtime.jsontext import loads
    from cartflow.runtime.principal import ADMIN, GUEST, SYSTEM, Principal
    from cartflow.runtime.route import Request, Response, Route
    from cartflow.runtime.runs import RunOptions
    from cartflow.runtime.schema import Tables
    from cartflow.runtime.settings import Setting
    from cartflow.runtime.violations import violations

_HOMES = {
    "action": ("Action", "Failure", "Proceed", "Remote", "Wrapper", "action"),
    "application": ("Application",),
    "context": ("Context",),
    "contract": ("Condition", "Contract"),
    "errors": (
        "ActionError",
        "CartflowError",
        "DatabaseError",
        "InvalidDocumentError",
        "PluginError",
        "Problem",
        "UsageError",
    ),
    "hookspecs": ("hookimpl",),
    "http": ("create_app",),
    "jsonstream": ("stream_members",),
    "jsontext": ("loads",),
    "principal": ("ADMIN", "GUEST", "SYSTEM", "Principal"),
    "route": ("Request", "Response", "Route"),
    "cancellation": ("Cancellation",),
    "runs": ("RunOptions",),
    "schema": ("Tables",),
    "settings": ("Setting",),
    "violations": ("violations",),
}

__all__ = [
    "ADMIN",
    "GUEST",
    "SYSTEM",
    "Action",
    "ActionError",
    "Application",
    "Cancellation",
    "CartflowError",
    "Condition",
    "Context",
    "Contract",
    "DatabaseError",
    "Failure",
    "InvalidDocumentError",
    "PluginError",
    "Principal",
    "Problem",
    "Proceed",
    "Remote",
    "Request",
    "Response",
    "Route",
    "RunOptions",
    "Setting",
    "Tables",
    "UsageError",
    "Wrapper",
    "action",
    "create_app",
    "hookimpl",
    "loads",
    "stream_members",
    "violations",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"cartflow.runtime.{home}"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
