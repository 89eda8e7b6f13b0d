"""A database that goes away, comes back, or has a full disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from cartflow import ActionError, Application, Context, DatabaseError, Principal, action, create_app
from cartflow.runtime.looking import look_up
from cartflow.runtime.tokens import Tokens

from ..conftest import MakeApplication
from .bring import write
from .conftest import OpenNotebook

EndSessions = Callable[[bool], None]


@action("remember", input={"text": {"type": "string"}}, output={})
def remember(ctx: Context) -> Any:
    """Write a text down."""
    write(ctx, ctx.input["text"])
    return {}


@pytest.fixture
def end_sessions(postgres_server: str, postgres_url: str) -> EndSessions:
    """Give a function that ends all sessions of the database, and may refuse new ones."""
    name = postgres_url.rpartition("/test_")[2].partition("?")[0]

    def end(is_for_good: bool) -> None:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            if is_for_good:
                connection.execute(f"ALTER DATABASE test_{name} ALLOW_CONNECTIONS false")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (f"test_{name}",),
            )

    return end


@pytest.fixture
def served(postgres_url: str, make_app: MakeApplication) -> tuple[Application, dict[str, str]]:
    """Give an application on PostgreSQL, and the headers of somebody with a key."""
    app = make_app(postgres_url)
    with app.database.transaction() as connection:
        tokens = Tokens(connection, app.clock.now(), app.clock.random_text)
        key = tokens.issue(Principal("integration", "x", frozenset({"actions:invoke"})))
    return app, {"Authorization": f"Bearer {key}"}


def test_a_database_that_came_back_is_found_by_who_has_a_key(
    served: tuple[Application, dict[str, str]], end_sessions: EndSessions
) -> None:
    app, headers = served
    client = create_app(app).test_client()
    before = client.post("/actions/createGuestCart", headers=headers).status_code

    end_sessions(False)

    after = client.post("/actions/createGuestCart", headers=headers).status_code
    assert (before, after) == (200, 200)


def test_a_database_that_came_back_is_ready_at_once(
    served: tuple[Application, dict[str, str]], end_sessions: EndSessions
) -> None:
    client = create_app(served[0]).test_client()
    before = client.get("/readyz").status_code

    end_sessions(False)

    assert (before, client.get("/readyz").status_code) == (200, 200)


def test_a_database_that_is_gone_is_unavailable_to_who_has_a_key(
    served: tuple[Application, dict[str, str]], end_sessions: EndSessions
) -> None:
    app, headers = served
    client = create_app(app).test_client()
    client.post("/actions/createGuestCart", headers=headers)

    end_sessions(True)

    response = client.post("/actions/createGuestCart", headers=headers)
    assert response.get_json(force=True)["code"] == "DATABASE_UNAVAILABLE"


def test_a_database_that_is_gone_is_told_to_the_log(
    postgres_notebook: OpenNotebook, end_sessions: EndSessions, caplog: pytest.LogCaptureFixture
) -> None:
    lab = postgres_notebook(remember)
    lab.invoke("remember", {"text": "before"})

    end_sessions(True)

    error = lab.error("remember", {"text": "x"})
    said = "the database cannot be reached now; nothing happened, try again"
    assert (error.code, error.message) == ("BUSY", said)
    assert f"invocation {error.invocation_id} is given up, nothing happened: " in caplog.text
    assert "is not currently accepting connections" in caplog.text


def test_a_full_disk_is_no_defect_of_the_action(
    sqlite_notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    lab = sqlite_notebook(remember)
    with lab.app.database.transaction() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(DatabaseError, match="cannot be used: database or disk is full; see to its"):
        lab.invoke("remember", {"text": "x" * 100_000})

    assert caplog.text == ""


def test_what_is_wrong_with_the_search_is_not_the_database_s(app: Application) -> None:
    with pytest.raises(ActionError):
        look_up(app.database, lambda connection: _refuse())


def _refuse() -> None:
    code = "REFUSED"
    raise ActionError(code)
