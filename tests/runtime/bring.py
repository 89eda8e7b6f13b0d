"""A plugin made of whatever a test wants it to bring."""

from __future__ import annotations

from typing import Any

from cartflow import Context, hookimpl


class Bring:
    """A plugin; each argument is what the hook of that name returns."""

    def __init__(self, **parts: Any) -> None:
        self._parts = parts

    @hookimpl
    def cartflow_actions(self) -> Any:
        return self._parts.get("actions", ())

    @hookimpl
    def cartflow_flows(self) -> Any:
        return self._parts.get("flows", ())

    @hookimpl
    def cartflow_schemas(self) -> Any:
        return self._parts.get("schemas", {})

    @hookimpl
    def cartflow_wrappers(self) -> Any:
        return self._parts.get("wrappers", ())

    @hookimpl
    def cartflow_settings(self) -> Any:
        return self._parts.get("settings", ())

    @hookimpl
    def cartflow_tables(self) -> Any:
        return self._parts.get("tables")

    @hookimpl
    def cartflow_routes(self) -> Any:
        return self._parts.get("routes", ())

    @hookimpl
    def cartflow_checks(self) -> Any:
        return self._parts.get("checks", ())

    @hookimpl
    def cartflow_provide(self) -> Any:
        return self._parts.get("provide", {})


def write(ctx: Context, text: str) -> None:
    """Add a line to the table of a `Notebook`."""
    ctx.db.exec_driver_sql(f"INSERT INTO note (text) VALUES ('{text}')")


def count(ctx: Context) -> int:
    """Return how many lines the table of a `Notebook` has."""
    return int(ctx.db.exec_driver_sql("SELECT count(*) FROM note").scalar_one())


CONDITION = {"status": 409, "title": "It Went Wrong", "message": "it went wrong with {what}"}
ERRORS = {"WENT_WRONG": CONDITION, "TRY_AGAIN": {**CONDITION, "status": 503, "retryable": True}}
