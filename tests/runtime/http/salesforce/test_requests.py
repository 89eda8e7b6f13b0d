"""Requests that are wrong as a whole: each is refused with one error in an array."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from cartflow import Principal, create_app

from ....conftest import MakeApplication
from .conftest import FLOWS, STANDARD, V60, Org, refusal_of

JSON = {"Content-Type": "application/json"}
ONE = b'{"inputs": [{}]}'
GREET = f"{STANDARD}/greet"

UNSUPPORTED = (415, "UNSUPPORTED_MEDIA_TYPE")

WRONG: dict[str, tuple[str, str, bytes, dict[str, str], tuple[int, str]]] = {
    "nothing there": ("GET", "/services/nothing", b"", {}, (404, "NOT_FOUND")),
    "the root": ("GET", "/services", b"", {}, (404, "NOT_FOUND")),
    "no such identity": ("GET", "/id", b"", {}, (404, "NOT_FOUND")),
    "too old": ("GET", "/services/data/v10.0/actions", b"", {}, (404, "NOT_FOUND")),
    "doubled": ("GET", "/services//data", b"", {}, (404, "NOT_FOUND")),
    "no version": ("GET", "/services/data/60.0/actions", b"", {}, (404, "NOT_FOUND")),
    "slashes": ("GET", f"{V60}//actions", b"", {}, (404, "NOT_FOUND")),
    "unknown action": ("POST", f"{STANDARD}/gret", ONE, JSON, (404, "NOT_FOUND")),
    "unknown description": ("GET", f"{STANDARD}/gret", b"", {}, (404, "NOT_FOUND")),
    "flow as an action": ("POST", f"{STANDARD}/write-twice", ONE, JSON, (404, "NOT_FOUND")),
    "action as a flow": ("POST", f"{FLOWS}/greet", ONE, JSON, (404, "NOT_FOUND")),
    "apex": ("POST", f"{V60}/actions/custom/apex/Any", ONE, JSON, (404, "NOT_FOUND")),
    "wrong method": ("PUT", GREET, ONE, JSON, (405, "METHOD_NOT_ALLOWED")),
    "strange method": ("BREW", GREET, ONE, JSON, (405, "METHOD_NOT_ALLOWED")),
    "options of nothing": ("OPTIONS", "/services/nothing", b"", {}, (404, "NOT_FOUND")),
    "broken": ("POST", GREET, b'{"inputs": ', JSON, (400, "JSON_PARSER_ERROR")),
    "not utf-8": ("POST", GREET, b'{"inputs": "\xff"}', JSON, (400, "JSON_PARSER_ERROR")),
    "twice": ("POST", GREET, b'{"inputs":[],"inputs":[]}', JSON, (400, "JSON_PARSER_ERROR")),
    "deep": ("POST", GREET, b"[" * 100_000, JSON, (400, "JSON_PARSER_ERROR")),
    "null": ("POST", GREET, b"null", JSON, (400, "INVALID_API_INPUT")),
    "list": ("POST", GREET, b"[{}]", JSON, (400, "JSON_PARSER_ERROR")),
    "no body": ("POST", GREET, b"", {}, (400, "JSON_PARSER_ERROR")),
    "no inputs": ("POST", GREET, b'{"input": [{}]}', JSON, (400, "JSON_PARSER_ERROR")),
    "more than inputs": ("POST", GREET, b'{"inputs":[{}],"a":1}', JSON, (400, "JSON_PARSER_ERROR")),
    "an object of inputs": ("POST", GREET, b'{"inputs": {}}', JSON, (400, "JSON_PARSER_ERROR")),
    "input null": ("POST", GREET, b'{"inputs": [null]}', JSON, (400, "JSON_PARSER_ERROR")),
    "an empty list": ("POST", GREET, b'{"inputs": []}', JSON, (400, "INVALID_API_INPUT")),
    "too many inputs": (
        "POST",
        GREET,
        json.dumps({"inputs": [{}] * 201}).encode(),
        JSON,
        (400, "LIMIT_EXCEEDED"),
    ),
    "large": ("POST", GREET, b" " * 1_048_577, JSON, (413, "BODY_TOO_LARGE")),
    "xml": ("POST", GREET, b"<a/>", {"Content-Type": "application/xml"}, UNSUPPORTED),
    "compressed": (
        "POST",
        GREET,
        gzip.compress(ONE),
        {**JSON, "Content-Encoding": "gzip"},
        UNSUPPORTED,
    ),
    "unreadable key": (
        "POST",
        GREET,
        ONE,
        {**JSON, "Idempotency-Key": '"never closed'},
        (400, "BAD_REQUEST"),
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_request_that_is_wrong_is_refused_with_an_array(org: Org, case: Any) -> None:
    method, path, body, headers, expected = case

    response = org.open(method, path, data=body, headers=headers)

    assert refusal_of(response) == expected


def test_the_nearest_name_is_told(org: Org) -> None:
    [error] = org.call("gret", {}).get_json()

    assert error["message"].endswith("did you mean 'greet'?")


@pytest.mark.parametrize("method", ["DELETE", "BREW"])
def test_the_allowed_methods_are_told(org: Org, method: str) -> None:
    refused, asked = org.open(method, GREET), org.open("OPTIONS", GREET)

    assert refused.headers["Allow"] == asked.headers["Allow"] == "GET, HEAD, POST"
    assert (asked.status_code, asked.get_data()) == (204, b"")


# ---- who calls


@pytest.mark.parametrize(
    "header",
    ["Bearer {}", "bearer  {}", "Bearer 00Dxx0000000001!{}", "OAuth 00Dxx0000000001AAA!{}"],
)
def test_a_token_is_taken_with_or_without_the_organization(org: Org, header: str) -> None:
    headers = {"Authorization": header.format(org.token)}

    response = org.client.post(f"{STANDARD}/everybody", json={"inputs": [{}]}, headers=headers)

    assert response.get_json()[0]["outputValues"] == {"output": ["integration:n8n"]}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Bearer 00Dxx0000000001!nobody"},
        {"Authorization": "Bearer gr\xfc\xdfe"},
    ],
    ids=["none", "basic", "no token", "empty", "unknown", "with organization", "not ascii"],
)
def test_nobody_is_let_in_without_a_token(org: Org, headers: dict[str, str]) -> None:
    response = org.client.get(f"{V60}/actions", headers=headers)

    assert refusal_of(response) == (401, "INVALID_SESSION_ID")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="cartflow"'


def test_a_token_that_has_expired_is_refused(org: Org) -> None:
    token = org.issue(Principal("customer", "8"), -1)

    assert refusal_of(org.open("GET", V60, token)) == (401, "INVALID_SESSION_ID")


# ---- what goes wrong inside


def test_a_database_that_cannot_be_used_is_told_of(
    make_app: MakeApplication, tmp_path: Path
) -> None:
    app = make_app(f"sqlite:///{tmp_path}/missing/test.db", upgrade=False, installed=False)

    response = create_app(app).test_client().get(V60, headers={"Authorization": "Bearer x"})

    assert refusal_of(response) == (503, "SERVER_UNAVAILABLE")
    assert response.headers["Retry-After"] == "1"


def test_what_nobody_expected_stands_in_the_log(org: Org, caplog: pytest.LogCaptureFixture) -> None:
    with org.app.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE oauth_token RENAME TO gone")
    try:
        response = org.open("GET", V60)
    finally:
        with org.app.database.transaction() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO oauth_token")

    assert refusal_of(response) == (500, "UNKNOWN_EXCEPTION")
    [record] = [it for it in caplog.records if it.levelno == logging.ERROR]
    assert record.getMessage().split()[1] in response.get_data(as_text=True)
