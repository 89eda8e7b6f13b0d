"""Sessions that begin and end with SOAP."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from werkzeug.test import TestResponse

from cartflow import create_app

from ....conftest import MakeApplication
from .conftest import V60, Org, refusal_of

URL = "/services/Soap/u/60.0"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
PARTNER = "urn:partner.soap.sforce.com"


def envelope(body: str, header: str = "") -> str:
    """Return an envelope as jsforce writes it."""
    return (
        f'<se:Envelope xmlns:se="{SOAP}"><se:Header>{header}</se:Header>'
        f"<se:Body>{body}</se:Body></se:Envelope>"
    )


def login(username: str, password: str) -> str:
    return envelope(
        f'<login xmlns="{PARTNER}"><username>{escape(username)}</username>'
        f"<password>{escape(password)}</password></login>"
    )


def send(org: Org, text: str | bytes, url: str = URL) -> TestResponse:
    return org.client.post(url, data=text, headers={"Content-Type": "text/xml", "SOAPAction": '""'})


def member(response: TestResponse, name: str) -> str:
    """Return the text of an element, which clients look for with a regular expression."""
    text = response.get_data(as_text=True)
    ElementTree.fromstring(text)
    [found] = set(re.findall(f"<{name}>([^<]+)</{name}>", text))
    return str(found)


@pytest.mark.parametrize("url", [URL, "/services/Soap/u", "/services/Soap/c/59.0/"])
def test_a_password_begins_a_session(org: Org, url: str) -> None:
    response = send(org, login("ada", "right"), url)

    token = member(response, "sessionId")
    info = org.get("/services/oauth2/userinfo", token=token)
    assert response.content_type == "text/xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert (member(response, "userId"), member(response, "organizationId")) == (
        info["user_id"],
        info["organization_id"],
    )
    assert member(response, "serverUrl") == f"http://localhost{url.rstrip('/')}"


def test_a_session_is_ended(org: Org) -> None:
    token = member(send(org, login("ada", "right")), "sessionId")
    header = f'<SessionHeader xmlns="{PARTNER}"><sessionId>{token}</sessionId></SessionHeader>'

    response = send(org, envelope(f'<logout xmlns="{PARTNER}"/>', header))

    assert (response.status_code, "logoutResponse" in response.get_data(as_text=True)) == (
        200,
        True,
    )
    assert refusal_of(org.open("GET", V60, token)) == (401, "INVALID_SESSION_ID")


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "wrong password": (login("ada", "s3<ret"), "INVALID_LOGIN"),
    "no password": (login("ada", ""), "MALFORMED_MESSAGE"),
    "crash": (login("trap", "x"), "UNKNOWN_EXCEPTION"),
    "other call": (envelope("<query/>"), "INVALID_OPERATION"),
    "no call": (envelope(""), "INVALID_OPERATION"),
    "no body": ("<a/>", "INVALID_OPERATION"),
    "no session": (envelope("<logout/>"), "MALFORMED_MESSAGE"),
    "no xml": (b"{}", "MALFORMED_MESSAGE"),
    "empty": (b"", "MALFORMED_MESSAGE"),
    "not utf-8": (b"\xff\xfe<\x00a\x00/\x00>\x00", "MALFORMED_MESSAGE"),
    "document type": ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "MALFORMED_MESSAGE"),
    "unknown entity": ("<a>&b;</a>", "MALFORMED_MESSAGE"),
    "deep": ("<a>" * 100_000 + "</a>" * 100_000, "INVALID_OPERATION"),
    "large": (b" " * 1_048_577, "BODY_TOO_LARGE"),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_a_fault(org: Org, case: tuple[str | bytes, str]) -> None:
    text, code = case

    response = send(org, text)

    assert response.status_code == 500
    assert member(response, "sf:exceptionCode") == code
    assert member(response, "faultcode") == f"sf:{code}"
    assert member(response, "faultstring").startswith(f"{code}: ")
    assert "s3" not in response.get_data(as_text=True)


def test_an_api_key_is_not_ended(org: Org) -> None:
    with org.app.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE oauth_token SET name = 'n8n' WHERE name = ''")

    response = send(org, envelope("<logout/>", f"<sessionId>{org.token}</sessionId>"))

    assert member(response, "sf:exceptionCode") == "INVALID_SESSION_ID"
    assert org.get(V60)


def test_a_database_that_cannot_be_used_is_a_fault(
    make_app: MakeApplication, tmp_path: Path
) -> None:
    app = make_app(f"sqlite:///{tmp_path}/missing/test.db", upgrade=False, installed=False)
    text = envelope("<logout/>", "<sessionId>x</sessionId>")

    response = create_app(app).test_client().post(URL, data=text)

    assert member(response, "sf:exceptionCode") == "SERVER_UNAVAILABLE"


def test_nobody_signs_in_where_there_are_no_people(
    make_app: MakeApplication, sqlite_url: str
) -> None:
    client = create_app(make_app(sqlite_url, installed=False)).test_client()

    response = client.post(URL, data=login("ada", "right"))

    assert member(response, "sf:exceptionCode") == "INVALID_LOGIN"
