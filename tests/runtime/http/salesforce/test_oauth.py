"""Tokens for passwords and API keys, and who they speak for."""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cartflow import Application, Principal, create_app

from ....conftest import MakeApplication
from .conftest import FORM, STANDARD, V60, Org, refusal_of

TOKEN = "/services/oauth2/token"
PASSWORD = {"grant_type": "password", "username": "ada", "password": "right"}
KEY_SCOPES = frozenset({"actions:invoke:everybody"})


@pytest.fixture
def key(org: Org) -> str:
    """Give an API key called 'tool'."""
    with org.app.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM oauth_token WHERE name = 'tool'")
    return org.issue(Principal("integration", "t1", KEY_SCOPES), 3600, "tool")


def ask(org: Org, **form: str) -> TestResponse:
    """Return the response of the token endpoint."""
    return org.client.post(TOKEN, data=form)


def by_key(org: Org, key: str, **form: str) -> TestResponse:
    given = {"client_id": "tool", "client_secret": key, **form}
    return ask(org, grant_type="client_credentials", **given)


def denial_of(response: TestResponse) -> tuple[int, str]:
    """Return status and error of a refused request for a token."""
    document = response.get_json()
    assert list(document) == ["error", "error_description"]
    assert document["error_description"]
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, document["error"]


def caller_of(org: Org, token: str) -> Any:
    """Return whom a token speaks for, as an action sees it."""
    return org.call("everybody", {}, token=token).get_json()[0]["outputValues"]["output"]


# ---- passwords


def test_a_password_gives_a_token_that_speaks_for_the_person(org: Org) -> None:
    response = ask(org, **PASSWORD, client_id="any", client_secret="any")

    document = response.get_json()
    assert response.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"00D\w{12}![.\w]+", document["access_token"])
    assert caller_of(org, document["access_token"]) == ["customer:ada"]
    assert list(document) == [
        *("access_token", "instance_url", "id", "token_type", "issued_at", "scope"),
    ]
    assert (document["instance_url"], document["token_type"]) == ("http://localhost", "Bearer")


def test_a_body_may_come_in_chunks(org: Org) -> None:
    response = org.client.post(
        TOKEN,
        data=b"grant_type=password&username=ada&password=right",
        headers={"Content-Type": FORM, "Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert response.status_code == 200


DENIED: dict[str, tuple[dict[str, str], tuple[int, str]]] = {
    "wrong password": ({**PASSWORD, "password": "wrong"}, (400, "invalid_grant")),
    "not valid": ({**PASSWORD, "username": "x" * 99}, (400, "invalid_grant")),
    "no password": ({"grant_type": "password", "username": "ada"}, (400, "invalid_request")),
    "empty password": ({**PASSWORD, "password": ""}, (400, "invalid_request")),
    "no grant": ({"username": "ada"}, (400, "invalid_request")),
    "other grant": ({"grant_type": "refresh_token"}, (400, "unsupported_grant_type")),
    "crash": ({**PASSWORD, "username": "trap"}, (500, "server_error")),
    "no secret": ({"grant_type": "client_credentials"}, (400, "invalid_request")),
}


@pytest.mark.parametrize("case", DENIED.values(), ids=DENIED)
def test_a_token_is_denied_as_oauth_wants_it(org: Org, case: Any) -> None:
    form, expected = case

    assert denial_of(ask(org, **form)) == expected


BODIES = {
    "json": (b"{}", "application/json", (400, "invalid_request")),
    "not utf-8": (b"grant_type=\xff", FORM, (400, "invalid_request")),
    "not utf-8, quoted": (b"grant_type=%ff", FORM, (400, "invalid_request")),
    "twice": (b"grant_type=password&grant_type=password", FORM, (400, "invalid_request")),
    "many": (b"a=b&" * 60, FORM, (400, "invalid_request")),
    "large": (b"a" * 1_048_577, FORM, (413, "invalid_request")),
}


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_a_form_that_is_none_is_refused(org: Org, case: Any) -> None:
    body, kind, expected = case

    response = org.client.post(TOKEN, data=body, headers={"Content-Type": kind})

    assert denial_of(response) == expected


def test_wrong_passwords_count(org: Org) -> None:
    for _ in range(3):
        ask(org, **{**PASSWORD, "username": "bob", "password": "wrong"})

    assert denial_of(ask(org, **{**PASSWORD, "username": "bob"})) == (400, "invalid_grant")


def test_nothing_that_is_secret_reaches_the_log(
    org: Org, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ["wr0ng-passw0rd", key]

    ask(org, **{**PASSWORD, "password": secrets[0]})
    ask(org, **{**PASSWORD, "username": "trap", "password": secrets[0]})
    answer = by_key(org, key).get_json()
    by_key(org, key + "x")

    said = [record.getMessage() + str(record.exc_info) for record in caplog.records]
    secrets.append(answer["access_token"].partition("!")[2])
    assert [secret for secret in secrets if any(secret in text for text in said)] == []


def test_passwords_are_for_applications_that_have_people(
    make_app: MakeApplication, sqlite_url: str
) -> None:
    client = create_app(make_app(sqlite_url, installed=False)).test_client()

    assert denial_of(client.post(TOKEN, data=PASSWORD)) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("path", [TOKEN, "/services/oauth2/revoke"])
def test_a_database_that_cannot_be_used_is_told_of(
    make_app: MakeApplication, tmp_path: Path, path: str
) -> None:
    app = make_app(f"sqlite:///{tmp_path}/missing/test.db", upgrade=False, installed=False)
    form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}

    response = create_app(app).test_client().post(path, data={**form, "token": "x"})

    assert denial_of(response) == (503, "temporarily_unavailable")
    assert response.headers["Retry-After"] == "1"


# ---- API keys


def test_an_api_key_gives_a_token_with_its_scopes(org: Org, key: str) -> None:
    token = by_key(org, key).get_json()["access_token"]

    assert token.partition("!")[2] != key
    assert caller_of(org, token) == ["integration:t1"]
    assert org.call("note", {"text": "a"}, token=token).status_code == 403


def test_name_and_key_may_stand_in_the_header(org: Org, key: str) -> None:
    header = "Basic " + b64encode(f"tool:{key}".encode()).decode()
    form = {"grant_type": "client_credentials"}

    response = org.client.post(TOKEN, data=form, headers={"Authorization": header})

    assert caller_of(org, response.get_json()["access_token"]) == ["integration:t1"]


@pytest.mark.parametrize(
    "form", [{"client_secret": "x"}, {"client_id": "other"}], ids=["secret", "name"]
)
def test_a_key_that_is_none_is_refused(org: Org, key: str, form: dict[str, str]) -> None:
    response = by_key(org, key, **form)

    assert denial_of(response) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == 'Basic realm="cartflow"'


def test_a_token_is_no_key(org: Org, key: str) -> None:
    token = by_key(org, key).get_json()["access_token"].partition("!")[2]

    assert denial_of(by_key(org, token)) == (401, "invalid_client")


# ---- revoking


def revoke(org: Org, token: str) -> TestResponse:
    return org.client.post("/services/oauth2/revoke", data={"token": token})


@pytest.mark.parametrize("is_whole", [True, False], ids=["with organization", "without"])
def test_a_revoked_token_is_dead(org: Org, is_whole: bool) -> None:
    token = ask(org, **PASSWORD).get_json()["access_token"]

    done = revoke(org, token if is_whole else token.partition("!")[2])

    assert (done.status_code, done.get_data()) == (200, b"")
    assert refusal_of(org.open("GET", V60, token)) == (401, "INVALID_SESSION_ID")


def test_an_unknown_token_is_revoked_already(org: Org) -> None:
    assert revoke(org, "nobody").status_code == 200


def test_a_key_is_not_revoked_by_logging_out(org: Org, key: str) -> None:
    assert denial_of(revoke(org, key)) == (400, "unsupported_token_type")
    assert caller_of(org, key) == ["integration:t1"]


def test_logging_out_needs_a_token(org: Org) -> None:
    assert denial_of(revoke(org, "")) == (400, "invalid_request")


# ---- who somebody is


def test_everybody_can_see_who_he_is(org: Org) -> None:
    document = ask(org, **PASSWORD).get_json()
    token = document["access_token"]

    info = org.get("/services/oauth2/userinfo", token=token)
    identity = org.get(document["id"].removeprefix("http://localhost"), token=token)

    assert info["organization_id"][:15] == token.partition("!")[0]
    assert document["id"] == (f"http://localhost/id/{info['organization_id']}/{info['user_id']}")
    assert (info["sub"], info["preferred_username"]) == (
        document["id"],
        "customer.ada@cartflow.invalid",
    )
    assert (identity["id"], identity["user_id"], identity["username"]) == (
        document["id"],
        info["user_id"],
        "customer.ada@cartflow.invalid",
    )


def test_the_resources_lead_to_the_identity(org: Org) -> None:
    place = org.get(V60)["identity"] + "?format=json&oauth_token=x"  # as jsforce asks

    assert org.get(place.removeprefix("http://localhost"))["display_name"] == "integration n8n"


def test_nobody_can_see_who_others_are(org: Org) -> None:
    document = ask(org, **PASSWORD).get_json()
    place = document["id"].removeprefix("http://localhost")

    assert refusal_of(org.open("GET", place)) == (404, "NOT_FOUND")


def test_ids_are_those_of_the_installation(org: Org) -> None:
    first, again = (org.get("/services/oauth2/userinfo") for _ in range(2))

    assert first == again
    assert re.fullmatch(r"00D\w{15}", first["organization_id"])
    assert re.fullmatch(r"005\w{15}", first["user_id"])


def test_the_public_address_is_the_one_that_is_told(org: Org) -> None:
    environment = {
        "CARTFLOW_DATABASE_URL": org.app.settings["database_url"],
        "CARTFLOW_PUBLIC_URL": "https://shop.example.com/",
    }
    with Application.open(environment=environment, installed=False) as app:
        response = (
            create_app(app).test_client().get(V60, headers={"Authorization": f"Bearer {org.token}"})
        )

    assert response.get_json()["identity"].startswith("https://shop.example.com/id/00D")


def test_a_token_is_needed_for_all_else(org: Org) -> None:
    for path in ("/services/oauth2/userinfo", "/id/00D/005", f"{STANDARD}/note"):
        assert refusal_of(org.client.get(path)) == (401, "INVALID_SESSION_ID")
