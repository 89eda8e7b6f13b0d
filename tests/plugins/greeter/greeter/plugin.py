"""What the plugin brings."""

from __future__ import annotations

from importlib.resources import files

from cartflow import Action, Route, Setting, Tables, hookimpl

from .greetings import POLITENESS, greet_by_path, list_greetings


@hookimpl
def cartflow_actions() -> list[Action]:
    """Return an action with a contract file and one with a decorator."""
    contract = files("greeter").joinpath("greet.json")
    return [Action.from_file(contract, "greeter.greetings:greet"), list_greetings]


@hookimpl
def cartflow_settings() -> list[Setting]:
    """Return the setting `CARTFLOW_GREETER_WORD`."""
    return [Setting("word", "Hello", "How everybody is greeted")]


@hookimpl
def cartflow_tables() -> Tables:
    """Return the table of greetings."""
    return Tables("greeter.migrations")


@hookimpl
def cartflow_wrappers() -> list[object]:
    """Return the wrapper that finds out whether anybody is there."""
    return [POLITENESS]


@hookimpl
def cartflow_routes() -> list[Route]:
    """Return the route `POST /greetings/<name>`."""
    return [Route("POST", "/greetings/<name>", greet_by_path)]
