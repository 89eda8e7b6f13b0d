"""A small application behind the door, with what clients of the platform send and look at."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cartflow import (
    ActionError,
    Application,
    Context,
    Failure,
    Principal,
    Remote,
    action,
    create_app,
)
from cartflow.runtime.tokens import Tokens

from ...bring import Bring

V60 = "/services/data/v60.0"
STANDARD = f"{V60}/actions/standard"
FLOWS = f"{V60}/actions/custom/flow"

FORM = "application/x-www-form-urlencoded"

NOTE_ERRORS = {
    "SHUT": {
        "status": 409,
        "title": "Shut",
        "message": "the {door} door is shut",
        "published": {"code": "INVALID_OPERATION", "status": 403},
    },
    "KEPT": {"status": 402, "title": "Kept", "message": "refused, and written down"},
    "NAMELESS": {
        "status": 422,
        "title": "Nameless",
        "message": "something is wrong",
        "published": {"code": "UNDEFINED", "status": 400},
    },
    "STRANGER": {"status": 401, "title": "Stranger", "message": "who are you"},
    "LATER": {"status": 503, "title": "Later", "message": "not now", "retryable": True},
}

KINDS = {
    "text": {"type": "string", "title": "Text", "description": "Any."},
    "count": {"type": ["integer", "null"], "default": None},
    "size": {"type": "number", "default": 1},
    "colour": {"enum": ["red", "green"], "default": "red"},
    "day": {"type": "string", "format": "date", "default": "2026-01-01"},
    "is_new": {"anyOf": [{"type": "null"}, {"type": "boolean"}], "default": None},
    "words": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "default": []},
    "town": {"$ref": "town.json", "default": ""},
    "place": {"type": "object", "properties": {"city": {"type": "string"}}, "default": {}},
    "fixed": {"const": "Cart", "default": "Cart"},
    "anything": True,
}


@action("greet", input={"name": {"type": "string", "default": "you"}}, output={}, effect="none")
def greet(ctx: Context) -> Any:
    """Greet somebody."""
    return {}


@action(
    "note",
    title="Take a Note",
    category="Notes",
    input={"text": {"type": "string", "maxLength": 9}},
    output={"count": {"type": "integer"}},
    errors=NOTE_ERRORS,
)
def note(ctx: Context) -> Any:
    """Write a text down."""
    text = ctx.input["text"]
    ctx.db.exec_driver_sql(f"INSERT INTO note (text) VALUES ('{text}')")
    if text == "shut":
        raise ActionError("SHUT", door="front")
    if text == "kept":
        return Failure(ActionError("KEPT"))
    if text.upper() in ("LATER", "NAMELESS", "STRANGER"):
        raise ActionError(text.upper())
    if text == "full":
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error
    if text == "trap":
        message = "a secret that must not get out"
        raise RuntimeError(message)
    return {"count": ctx.db.exec_driver_sql("SELECT count(*) FROM note").scalar_one()}


@action("kinds", input={"type": "object", "properties": KINDS, "required": ["text"]}, output={})
def kinds(ctx: Context) -> Any:
    """Take all kinds of things."""
    return {}


@action("everybody", input={}, output={"type": "array"}, effect="none")
def everybody(ctx: Context) -> Any:
    """Answer with a list."""
    return [ctx.principal.scope]


@action("onlyCustomers", input={}, output={}, access=["customer"])
def only_customers(ctx: Context) -> Any:
    """Do nothing, for customers."""
    return {}


SIGN_IN: dict[str, Any] = {
    "x-sign-in": {"username": "mail", "password": "secret", "token": "bearer"}
}


@action(
    "signIn",
    input={
        "mail": {"type": "string", "maxLength": 50},
        "secret": {"type": "string", "writeOnly": True},
    },
    output={"bearer": {"type": "string"}},
    errors={"WRONG": {"status": 401, "title": "Wrong", "message": "wrong, or locked"}},
    journal=False,
    **SIGN_IN,
)
def sign_in(ctx: Context) -> Any:
    """Give a token for the right password; three wrong ones lock the account."""
    who = ctx.input["mail"]
    if who == "trap":
        raise RuntimeError
    failures = f"SELECT count(*) FROM note WHERE text = 'wrong {who}'"
    is_locked = ctx.db.exec_driver_sql(failures).scalar_one() >= 3
    if is_locked or ctx.input["secret"] != "right":
        ctx.db.exec_driver_sql(f"INSERT INTO note (text) VALUES ('wrong {who}')")
        return Failure(ActionError("WRONG"))
    return {"bearer": ctx.tokens.issue(Principal("customer", who), 60)}


ring = action("ring", input={}, output={}, effect="at_least_once")(
    Remote(lambda ctx: {}, lambda state, extensions: {}, lambda ctx, state, answer: {})
)

TWICE = """\
flow: write-twice
title: Write it down twice
inputs:
  text: { type: string }
  by: { type: string, optional: true }
steps:
  - action: note
    with: { text: "${{ inputs.text }}" }
  - id: second
    action: note
    with: { text: "${{ inputs.text }}" }
outputs:
  count: ${{ steps.second.count }}
"""


HALF = """\
flow: {name}
steps:
  - {{ action: greet, with: {{ name: "{name}" }} }}
"""


class Org:
    """The application as its clients see it: the platform would call it an organization."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.client = create_app(app).test_client()
        self.token = self.issue(Principal("integration", "n8n", frozenset({"actions:invoke"})))

    def issue(self, principal: Principal, lifetime_s: float | None = None, name: str = "") -> str:
        """Return a new token."""
        with self.app.database.transaction() as connection:
            clock = self.app.clock
            tokens = Tokens(connection, clock.now(), clock.random_text)
            return tokens.issue(principal, lifetime_s, name)

    def open(self, method: str, path: str, token: str | None = None, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token or self.token}", **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """Return what stands in the answer to a GET that succeeds."""
        response = self.open("GET", path, **options)
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()

    def call(self, name: str, *inputs: Any, flow: bool = False, **options: Any) -> TestResponse:
        """Return the response to a call of an action for some inputs."""
        path = f"{FLOWS if flow else STANDARD}/{name}"
        response: TestResponse = self.open("POST", path, json={"inputs": inputs}, **options)
        return response

    def notes(self) -> list[str]:
        """Return what was written down, and forget it."""
        with self.app.database.transaction() as connection:
            rows = connection.exec_driver_sql("SELECT text FROM note ORDER BY text")
            found = [row[0] for row in rows]
            connection.exec_driver_sql("DELETE FROM note")
        return found


@contextmanager
def opened(template: Path, folder: Path, **settings: str) -> Iterator[Org]:
    """Open the application on a database of its own."""
    shutil.copyfile(template, folder / "org.db")
    (folder / "twice.flow.yaml").write_text(TWICE)
    for name in ("half-way", "half_way"):
        (folder / f"{name}.flow.yaml").write_text(HALF.format(name=name))
    plugin = Bring(
        actions=[greet, note, kinds, everybody, only_customers, sign_in, ring],
        flows=sorted(folder.glob("*.flow.yaml")),
        schemas={"town.json": {"type": ["string", "null"], "format": "time"}},
    )
    environment = {
        "CARTFLOW_DATABASE_URL": f"sqlite:///{folder}/org.db",
        "CARTFLOW_SQLITE_SYNCHRONOUS": "NORMAL",
        **settings,
    }
    with Application.open(
        environment=environment, plugins=[("notes", plugin)], installed=False
    ) as app:
        with app.database.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE note (text VARCHAR(80))")
        yield Org(app)


@pytest.fixture(scope="module")
def org(sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """Give an application whose partial successes are kept; tests of a module share it."""
    with opened(sqlite_tables, tmp_path_factory.mktemp("org")) as found:
        yield found


def refusal_of(response: TestResponse) -> tuple[int, str]:
    """Return status and code of a request that was refused as a whole."""
    [error] = response.get_json()
    assert list(error) == ["errorCode", "message"]
    assert error["message"]
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, error["errorCode"]
