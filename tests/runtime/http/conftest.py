"""An application with a few small actions, behind the HTTP door."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from cartflow import (
    ActionError,
    Application,
    Context,
    Principal,
    Request,
    Response,
    Route,
    action,
    create_app,
    hookimpl,
)

from ...conftest import QUICK

CONDITIONS = {
    "DOOR_STUCK": {"status": 409, "title": "Door Stuck", "message": "the {door} door is stuck"},
    "LATER": {"status": 503, "title": "Later", "message": "not now", "retryable": True},
}


@action(
    "greet",
    input={"name": {"type": "string", "default": "you"}},
    output={"greeting": {"type": "string"}},
    effect="none",
)
def greet(ctx: Context) -> Any:
    """Greet somebody."""
    return {"greeting": f"Good day, {ctx.input['name']} ✓"}


@action(
    "lock",
    input={"door": {"type": "string"}},
    output={"count": {"type": "integer"}},
    errors=CONDITIONS,
    category="Doors",
)
def lock(ctx: Context) -> Any:
    """Lock a door, counting how often it was done."""
    door = ctx.input["door"]
    if door == "front":
        raise ActionError("DOOR_STUCK", door=door)
    if door == "back":
        raise ActionError("LATER")
    if door == "trap":
        message = "a secret that must not get out"
        raise RuntimeError(message)
    add = "INSERT INTO installation (name, value) VALUES ('locked', '1')"
    more = " ON CONFLICT (name) DO UPDATE SET value = installation.value + 1 RETURNING value"
    return {"count": int(ctx.db.exec_driver_sql(add + more).scalar_one())}


@action("secret", input={}, output={"who": {"type": "string"}}, access=["customer", "integration"])
def secret(ctx: Context) -> Any:
    """Say who calls, if it is somebody."""
    return {"who": ctx.principal.scope}


def _label(request: Request) -> Response:
    output = request.invoke("greet", {"name": request.parameters["name"]})
    return Response(body={"label": output["greeting"], "by": request.principal.kind})


def _stuck(request: Request) -> Response:
    request.invoke("lock", {"door": "front"})
    return Response()


class Doors:
    @hookimpl
    def cartflow_actions(self) -> list[Any]:
        return [greet, lock, secret]

    @hookimpl
    def cartflow_routes(self) -> list[Route]:
        return [
            Route("GET", "/labels/<name>", _label),
            Route("POST", "/stuck", _stuck),
        ]


@pytest.fixture(scope="module")
def door_app(
    sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """Give an application for all tests of a module: what they leave is in none's way."""
    file = shutil.copyfile(sqlite_tables, tmp_path_factory.mktemp("doors") / "doors.db")
    environment = {"CARTFLOW_DATABASE_URL": f"sqlite:///{file}", **QUICK}
    with Application.open(environment=environment, plugins=[("doors", Doors())]) as app:
        yield app


@pytest.fixture(scope="module")
def client(door_app: Application) -> FlaskClient:
    return create_app(door_app).test_client()


@pytest.fixture(scope="module")
def tokens(door_app: Application) -> dict[str, str]:
    """Issue a token of each kind."""
    from cartflow.runtime.tokens import Tokens

    found = {}
    with door_app.database.transaction() as connection:
        clock = door_app.clock
        issuer = Tokens(connection, clock.now(), clock.random_text)
        found["customer"] = issuer.issue(Principal("customer", "7"), 60)
        scopes = frozenset({"actions:invoke:secret"})
        found["key"] = issuer.issue(Principal("integration", "n8n", scopes))
        found["other key"] = issuer.issue(Principal("integration", "x", frozenset({"other"})))
        found["expired"] = issuer.issue(Principal("customer", "8"), -1)
        found["revoked"] = issuer.issue(Principal("customer", "9"), 60)
        issuer.revoke_all(Principal("customer", "9"))
    return found


@pytest.fixture(scope="session")
def problem_schema() -> Draft202012Validator:
    text = files("cartflow.schemas").joinpath("problem.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))
