"""`invoke` itself, and `invoke` with one small write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import jsonschema_rs
import pluggy
import psycopg

from cartflow import Application, Principal

from .actions import next_name
from .measure import Figure, Work, alternately, ratio

_CUSTOMER = Principal("customer", "1")
_CALLS = 900
_hookspec = pluggy.HookspecMarker("bench")
_hookimpl = pluggy.HookimplMarker("bench")


class _Spec:
    @_hookspec(firstresult=True)
    def around(self, given: object) -> object:
        """Be called around nothing."""


class _Wrapper:
    @_hookimpl(wrapper=True)
    def around(self, given: object) -> Iterator[None]:
        return (yield)


def without_database(app: Application) -> Iterator[Figure]:
    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(_Spec)
    manager.register(_Wrapper())
    contract = app.registry["echo"].contract
    given = {"text": "hello"}
    check_input = jsonschema_rs.Draft202012Validator(contract.input)
    check_output = jsonschema_rs.Draft202012Validator(contract.output)

    def baseline() -> None:
        check_input.is_valid(given)
        manager.hook.around(given=given)
        check_output.is_valid(given)

    figure = ratio(lambda: app.invoke("echo", given), baseline, times=4000)
    yield Figure("invoke without database : 2 validations + empty wrapper", figure, 4.0)


def with_write(app: Application) -> Iterator[Figure]:
    kind = "SQLite" if app.database.is_sqlite else "PostgreSQL"
    bare = _bare_sqlite(app) if app.database.is_sqlite else _bare_postgresql(app)
    plain = alternately(lambda: app.invoke("note", {"name": next_name()}), bare, times=_CALLS)
    yield Figure(f"invoke with one write : bare statements, {kind}", plain, 2.0)

    def keyed() -> None:
        name = next_name()
        app.invoke("note", {"name": name}, principal=_CUSTOMER, key=name)

    yield Figure(f"the same with a key, {kind}", alternately(keyed, bare, times=_CALLS), 3.0)


def _bare_sqlite(app: Application) -> Work:
    connection = sqlite3.connect(app.database.file, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")

    def bare() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO installation (name, value) VALUES (?, 'x')", (next_name(),))
        connection.execute("COMMIT")

    return bare


def _bare_postgresql(app: Application) -> Work:
    url = app.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(url)

    def bare() -> None:
        connection.execute(
            "INSERT INTO installation (name, value) VALUES (%s, 'x')", (next_name(),)
        )
        connection.commit()

    return bare
