"""Requests, right and wrong in every way, and what comes back."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask import Response
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from cartflow import Application, create_app

from ...conftest import MakeApplication

JSON = {"Content-Type": "application/json"}
KEY = "x" * 22


def problem_of(response: TestResponse, schema: Draft202012Validator) -> dict[str, Any]:
    """Return the problem document of a response, which must be one."""
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = response.get_json(force=True)
    assert [error.message for error in schema.iter_errors(document)] == []
    assert document["status"] == response.status_code
    return document


def test_the_body_is_the_input_and_the_answer_the_output(client: FlaskClient) -> None:
    response = client.post("/actions/greet", json={"name": "Ada"})

    assert response.status_code == 200
    assert response.get_data(as_text=True) == '{"greeting":"Good day, Ada ✓"}'
    assert response.headers["Cache-Control"] == "no-store"


def test_no_body_is_an_empty_input(client: FlaskClient) -> None:
    assert client.post("/actions/greet").get_json() == {"greeting": "Good day, you ✓"}


def test_a_character_set_may_be_named(client: FlaskClient) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}

    response = client.post("/actions/greet", data=b'{"name": "\xc3\xa9"}', headers=headers)

    assert response.get_json() == {"greeting": "Good day, é ✓"}


WRONG = {
    "unknown route": ("GET", "/nothing", None, {}, 404, "ROUTE_NOT_FOUND"),
    "unknown action": ("POST", "/actions/gret", b"{}", JSON, 404, "UNKNOWN_ACTION"),
    "unknown contract": ("GET", "/actions/gret", None, {}, 404, "UNKNOWN_ACTION"),
    "unknown condition": ("GET", "/problems/NOPE", None, {}, 404, "ROUTE_NOT_FOUND"),
    "wrong method": ("PUT", "/actions/greet", b"{}", JSON, 405, "METHOD_NOT_ALLOWED"),
    "form": (
        "POST",
        "/actions/greet",
        b"name=x",
        {"Content-Type": "application/x-www-form-urlencoded"},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "no type": ("POST", "/actions/greet", b"{}", {}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    "broken": ("POST", "/actions/greet", b'{"name": ', JSON, 400, "MALFORMED_BODY"),
    "not utf-8": ("POST", "/actions/greet", b'{"name": "\xff"}', JSON, 400, "MALFORMED_BODY"),
    "twice": ("POST", "/actions/greet", b'{"name":"a","name":"b"}', JSON, 400, "MALFORMED_BODY"),
    "NaN": ("POST", "/actions/greet", b'{"name": NaN}', JSON, 400, "MALFORMED_BODY"),
    "huge number": ("POST", "/actions/greet", b'{"name": 1e999}', JSON, 400, "MALFORMED_BODY"),
    "deep": ("POST", "/actions/greet", b"[" * 100_000, JSON, 400, "MALFORMED_BODY"),
    "large": ("POST", "/actions/greet", b" " * 1_048_577, JSON, 413, "BODY_TOO_LARGE"),
    "list": ("POST", "/actions/greet", b"[]", JSON, 400, "INVALID_INPUT"),
    "null": ("POST", "/actions/greet", b"null", JSON, 400, "INVALID_INPUT"),
    "another character set": (
        "POST",
        "/actions/greet",
        b"{}",
        {"Content-Type": "application/json; charset=latin-1"},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "type without a body": (
        "POST",
        "/actions/greet",
        b"",
        {"Content-Type": "text/plain"},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "compressed": (
        "POST",
        "/actions/greet",
        gzip.compress(b"{}"),
        {**JSON, "Content-Encoding": "gzip"},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "doubled slash": ("GET", "/actions//greet", None, {}, 404, "ROUTE_NOT_FOUND"),
    "unreadable key": (
        "POST",
        "/actions/lock",
        b'{"door": "side"}',
        {**JSON, "Idempotency-Key": '"never closed'},
        400,
        "BAD_REQUEST",
    ),
    "wrong type": ("POST", "/actions/greet", b'{"name": 3}', JSON, 400, "INVALID_INPUT"),
    "short guest key": (
        "POST",
        "/actions/lock",
        b'{"door": "side"}',
        {**JSON, "Idempotency-Key": "1"},
        400,
        "INVALID_INPUT",
    ),
    "declared": ("POST", "/actions/lock", b'{"door": "front"}', JSON, 409, "DOOR_STUCK"),
    "retryable": ("POST", "/actions/lock", b'{"door": "back"}', JSON, 503, "LATER"),
    "crash": ("POST", "/actions/lock", b'{"door": "trap"}', JSON, 500, "INTERNAL"),
    "guest": ("POST", "/actions/secret", b"{}", JSON, 401, "NOT_AUTHENTICATED"),
    "basic": (
        "POST",
        "/actions/greet",
        b"{}",
        {**JSON, "Authorization": "Basic eDp5"},
        401,
        "NOT_AUTHENTICATED",
    ),
    "empty token": (
        "POST",
        "/actions/greet",
        b"{}",
        {**JSON, "Authorization": "Bearer "},
        401,
        "NOT_AUTHENTICATED",
    ),
    "plugin's route": ("POST", "/stuck", b"", {}, 409, "DOOR_STUCK"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_every_error_is_a_problem_document_whose_type_can_be_read(
    client: FlaskClient, problem_schema: Draft202012Validator, case: Any
) -> None:
    method, path, body, headers, status, code = case

    response = client.open(path, method=method, data=body, headers=headers)

    document = problem_of(response, problem_schema)
    assert (document["status"], document["code"]) == (status, code)
    described = client.get(document["type"])
    assert (described.status_code, described.get_json()["code"]) == (200, code)
    assert "secret that must not" not in response.get_data(as_text=True)


def test_a_declared_condition_tells_code_message_and_data(
    client: FlaskClient, problem_schema: Draft202012Validator
) -> None:
    document = problem_of(client.post("/actions/lock", json={"door": "front"}), problem_schema)

    invocation = document.pop("invocation_id")
    assert document == {
        "type": "/problems/lock/DOOR_STUCK",
        "title": "Door Stuck",
        "status": 409,
        "detail": "the front door is stuck",
        "code": "DOOR_STUCK",
        "data": {"door": "front"},
        "instance": f"urn:cartflow:invocation:{invocation}",
    }


def test_what_may_be_tried_again_says_when(client: FlaskClient) -> None:
    response = client.post("/actions/lock", json={"door": "back"})

    assert response.headers["Retry-After"] == "1"


def test_an_unknown_method_names_the_allowed_ones(client: FlaskClient) -> None:
    allowed = client.put("/actions/greet").headers["Allow"]

    assert {"GET", "POST"} <= set(allowed.split(", "))


@pytest.mark.parametrize("who", ["expired", "revoked", "unknown"])
def test_a_dead_token_is_not_taken_for_a_guest(
    client: FlaskClient, tokens: dict[str, str], problem_schema: Draft202012Validator, who: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens.get(who, 'nobody')}"}

    response = client.post("/actions/greet", headers=headers)

    document = problem_of(response, problem_schema)
    assert document["code"] == "NOT_AUTHENTICATED"
    assert "The current customer isn't authorized." in document["detail"]
    assert response.headers["WWW-Authenticate"] == REFUSED


REFUSED = 'Bearer realm="cartflow", error="invalid_token"'


def test_a_guest_is_asked_for_a_token_but_not_blamed_for_one(client: FlaskClient) -> None:
    response = client.post("/actions/secret")

    assert response.headers["WWW-Authenticate"] == 'Bearer realm="cartflow"'


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/actions/greet", "/labels/Ada"])
def test_no_browser_guesses_the_type_of_an_answer(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["X-Content-Type-Options"] == "nosniff"


def test_head_and_options_are_answered_without_a_body(client: FlaskClient) -> None:
    head, options = client.head("/actions/greet"), client.options("/actions/greet")

    assert [(answer.status_code, answer.get_data()) for answer in (head, options)] == [
        (200, b""),
        (200, b""),
    ]
    assert {"GET", "POST"} <= set(options.headers["Allow"].split(", "))


def test_an_answer_that_somebody_waits_for_tells_them_when_it_is_sent(
    door_app: Application,
) -> None:
    app = create_app(door_app)
    sent: list[str] = []

    @app.after_request
    def listen(response: Response) -> Response:
        response.call_on_close(lambda: sent.append("closed"))
        return response

    response = app.test_client().post("/actions/greet", buffered=True)

    assert (response.status_code, sent) == (200, ["closed"])


@pytest.mark.parametrize(("who", "scope"), [("customer", "customer:7"), ("key", "integration:n8n")])
def test_a_token_speaks_for_its_principal(
    client: FlaskClient, tokens: dict[str, str], who: str, scope: str
) -> None:
    headers = {"Authorization": f"Bearer {tokens[who]}"}

    assert client.post("/actions/secret", headers=headers).get_json() == {"who": scope}


def test_a_key_without_the_scope_is_refused(client: FlaskClient, tokens: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens['other key']}"}

    response = client.post("/actions/secret", headers=headers)

    assert (response.status_code, response.get_json(force=True)["code"]) == (403, "NOT_AUTHORIZED")


@pytest.mark.parametrize("form", ["{}", '"{}"'], ids=["plain", "quoted"])
def test_the_same_key_happens_once(client: FlaskClient, form: str) -> None:
    key = KEY + "y" * len(form)
    first, second, third = (
        client.post(
            "/actions/lock", json={"door": "side"}, headers={"Idempotency-Key": sent}
        ).get_json()["count"]
        for sent in (key, form.format(key), key + "z")
    )

    assert (second, third) == (first, first + 1)


def test_the_same_key_with_another_input_is_refused(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": KEY}
    client.post("/actions/lock", json={"door": "side"}, headers=headers)

    response = client.post("/actions/lock", json={"door": "other"}, headers=headers)

    assert response.status_code == 422
    assert response.get_json(force=True)["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_the_list_leads_to_the_contracts(client: FlaskClient) -> None:
    listed = {entry["name"]: entry for entry in client.get("/actions").get_json()["actions"]}

    contract = client.get(listed["lock"]["url"]).get_json()

    assert contract["errors"] == CONDITIONS_OF_LOCK
    assert "buy-now" in listed


CONDITIONS_OF_LOCK = {
    "DOOR_STUCK": {"status": 409, "title": "Door Stuck", "message": "the {door} door is stuck"},
    "LATER": {"status": 503, "title": "Later", "message": "not now", "retryable": True},
}


def test_a_current_database_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.get_json()) == (200, {"status": "ready"})


def test_a_database_that_cannot_be_reached_is_not_ready(
    postgres_url: str, make_app: MakeApplication, problem_schema: Draft202012Validator
) -> None:
    nowhere = postgres_url.replace("/test_", "/missing_")
    app = Application.open(environment={"CARTFLOW_DATABASE_URL": nowhere})
    client = create_app(app).test_client()

    responses = [client.get("/readyz"), client.post("/actions/createGuestCart")]

    found = [problem_of(response, problem_schema) for response in responses]
    assert [document["code"] for document in found] == ["DATABASE_UNAVAILABLE"] * 2
    assert "postgres" not in json.dumps(found)
    app.close()


def test_a_flow_is_an_action(client: FlaskClient) -> None:
    response = client.post("/actions/buy-now", json={"items": []})

    assert response.get_json(force=True)["code"] == "CART_ITEMS_REQUIRED"
