"""What is secret stays out of the log, whatever goes wrong."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from cartflow import GUEST, Request
from cartflow.actions.adobe.door import answer

from ..conftest import PASSWORD
from .conftest import Door


def test_passwords_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    text = f'mutation {{ generateCustomerToken(email: "a", password: "{PASSWORD}") {{ token }} }}'
    settings: dict[str, Any] = {"wording": "documented", "introspection": True, "max_batch": 0}
    settings |= {"max_depth": 9, "max_complexity": 9, "max_aliases": 9, "max_fragments": 9}
    request = Request(
        method="POST",
        path="/graphql",
        parameters={},
        query={},
        headers={"content-type": "application/json"},
        body=json.dumps({"query": text}).encode(),
        principal=GUEST,
        invoke=lambda *_, **__: {"token": [1]},
        settings={**settings, "max_document_characters": 999, "max_root_fields": 1},
    )

    with caplog.at_level(logging.DEBUG):
        answered = answer(request).body

    assert answered["errors"][0]["message"] == "Internal server error"
    assert "String cannot represent value: [1]" in caplog.text
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize("password", [[PASSWORD], {"a": PASSWORD}, PASSWORD * 20])
def test_a_password_that_is_refused_is_not_logged(
    sqlite_door: Door, password: Any, caplog: pytest.LogCaptureFixture
) -> None:
    text = """mutation($email: String!, $password: String!) {
        generateCustomerToken(email: $email, password: $password) { token } }"""

    with caplog.at_level(logging.DEBUG):
        answered = sqlite_door.ask(text, email="a", password=password)

    assert answered["errors"]
    assert PASSWORD not in caplog.text
