"""The GraphQL door of the sample store, in each wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cartflow import GUEST, Application, Principal, create_app
from cartflow.runtime.tokens import Tokens

from ..conftest import Shop

WORDINGS = ("documented", "2.4.7", "2.4.8")


class Door:
    """A client of the door to a shop, whose settings of the section `adobe` may differ."""

    def __init__(self, shop: Shop, **settings: Any) -> None:
        self.shop = shop
        variables = {f"CARTFLOW_ADOBE_{name.upper()}": str(settings[name]) for name in settings}
        self.app = Application.open(environment={**shop.environment, **variables})
        self.client: FlaskClient = create_app(self.app).test_client()

    def close(self) -> None:
        self.app.close()

    def token(self, principal: Principal, lifetime_s: float = 3600) -> str:
        clock = self.app.clock
        with self.app.database.transaction() as connection:
            return Tokens(connection, clock.now(), clock.random_text).issue(principal, lifetime_s)

    def headers(self, by: Principal) -> dict[str, str]:
        return {} if by is GUEST else {"Authorization": f"Bearer {self.token(by)}"}

    def send(self, text: str, *, by: Principal = GUEST, **variables: Any) -> TestResponse:
        """Return the response to a document."""
        body = {"query": text, "variables": variables}
        return self.client.post("/graphql", json=body, headers=self.headers(by))

    def ask(self, text: str, *, by: Principal = GUEST, **variables: Any) -> Any:
        """Return the answer to a document, whatever it is."""
        return self.send(text, by=by, **variables).get_json()

    def data(self, text: str, *, by: Principal = GUEST, **variables: Any) -> Any:
        """Return the data that a document is answered with; there must be no errors."""
        answer = self.ask(text, by=by, **variables)
        assert list(answer) == ["data"], answer
        return answer["data"]

    def run(self, field: str, selection: str, *, by: Principal = GUEST, **given: Any) -> Any:
        """Return what a mutation answers whose one argument is an `input` of its own type."""
        kind = f"{field[0].upper()}{field[1:]}Input!"
        text = f"mutation ($input: {kind}) {{ {field}(input: $input) {{ {selection} }} }}"
        return self.data(text, by=by, input=given)[field]

    def errors(self, text: str, *, by: Principal = GUEST, **variables: Any) -> list[Any]:
        """Return message and category of each error of an answer."""
        answer = self.ask(text, by=by, **variables)
        return [
            (error["message"], error.get("extensions", {}).get("category"))
            for error in answer["errors"]
        ]


@pytest.fixture(scope="session")
def sqlite_door(sqlite_shop: Shop) -> Iterator[Door]:
    door = Door(sqlite_shop)
    yield door
    door.close()


@pytest.fixture(scope="session")
def postgres_door(postgres_shop: Shop) -> Iterator[Door]:
    door = Door(postgres_shop)
    yield door
    door.close()


@pytest.fixture(params=["sqlite", "postgres"])
def door(request: pytest.FixtureRequest) -> Door:
    """Give the door of the sample store, once on each kind of database, with default settings."""
    found: Door = request.getfixturevalue(f"{request.param}_door")
    return found


@pytest.fixture(scope="session")
def server_doors(sqlite_shop: Shop) -> Iterator[dict[str, Door]]:
    """Give a door for each wording, on SQLite."""
    doors = {wording: Door(sqlite_shop, wording=wording) for wording in WORDINGS}
    yield doors
    for door in doors.values():
        door.close()
