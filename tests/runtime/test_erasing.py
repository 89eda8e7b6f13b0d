from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from cartflow import Application, Principal
from cartflow.runtime.erasing import forget
from cartflow.runtime.tokens import Tokens

ADA = Principal("customer", "7")
BOB = Principal("customer", "77")

ROW = (
    "INSERT INTO journal (scope, key, action, digest, status, outcome, created_at, expires_at)"
    " VALUES (:scope, :key, 'a', 'd', :status, :outcome, 0, 1)"
)


def record(db: Connection, key: str, scope: str = "call:guest", **given: Any) -> None:
    outcome = json.dumps({"output": given.get("output")})
    values = {"scope": scope, "key": key, "status": given.get("status", "done")}
    db.execute(text(ROW), {**values, "outcome": outcome})


def keys(db: Connection) -> list[str]:
    return list(db.scalars(text("SELECT key FROM journal ORDER BY key")))


def test_outcomes_and_tokens_of_a_principal_go(any_app: Application) -> None:
    with any_app.database.transaction() as db:
        for principal in (ADA, BOB):
            record(db, f"of {principal.id}", f"call:{principal.scope}")
            Tokens(db, datetime.now(UTC), any_app.clock.random_text).issue(principal)

        done = forget(db, ADA, [])

        assert done == (1, 1, 0)
        assert keys(db) == ["of 77"]
        assert db.scalar(text("SELECT principal_id FROM oauth_token")) == "77"


@pytest.mark.parametrize("mention", ["Zoë@example.org", 'quo"te', "100%_"])
def test_what_mentions_a_text_goes(any_app: Application, mention: str) -> None:
    with any_app.database.transaction() as db:
        record(db, "another", output="nobody")
        record(db, "theirs", output={"email": [mention.swapcase()]})

        done = forget(db, None, [mention, ""])

        assert done == (1, 0, 0)
        assert keys(db) == ["another"]


def test_a_text_in_a_key_counts_as_well(any_app: Application) -> None:
    with any_app.database.transaction() as db:
        record(db, "order of ADA@example.org")

        assert forget(db, None, ["ada@example.org"]).outcomes == 1


def test_what_is_under_way_stays(any_app: Application) -> None:
    with any_app.database.transaction() as db:
        record(db, "running", f"call:{ADA.scope}", status="running")

        assert forget(db, ADA, []) == (0, 0, 1)
        assert keys(db) == ["running"]
