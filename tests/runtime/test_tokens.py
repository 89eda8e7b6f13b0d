from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from cartflow import Principal
from cartflow.runtime.clock import SystemClock
from cartflow.runtime.database import Database
from cartflow.runtime.tokens import Tokens, digest_of

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CUSTOMER = Principal("customer", "7")
KEY = Principal(
    "integration", "k1", frozenset({"actions:invoke:cart", "actions:invoke:mergeCarts"})
)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as connection:
        yield connection


def tokens(connection: Connection, later_s: float = 0) -> Tokens:
    return Tokens(connection, NOW + timedelta(seconds=later_s), SystemClock().random_text)


@pytest.mark.parametrize("principal", [CUSTOMER, KEY], ids=["customer", "key"])
def test_a_token_speaks_for_its_principal(connection: Connection, principal: Principal) -> None:
    token = tokens(connection).issue(principal)

    assert tokens(connection).find(token) == principal


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "' OR 1=1 --", "\x00"])
def test_an_unknown_token_speaks_for_nobody(connection: Connection, token: str) -> None:
    tokens(connection).issue(CUSTOMER)

    assert tokens(connection).find(token) is None


@pytest.mark.parametrize(("later_s", "is_valid"), [(59, True), (60, False), (61, False)])
def test_a_token_expires(connection: Connection, later_s: float, is_valid: bool) -> None:
    token = tokens(connection).issue(CUSTOMER, 60)

    assert (tokens(connection, later_s).find(token) is not None) is is_valid


def test_a_token_without_a_lifetime_does_not_expire(connection: Connection) -> None:
    token = tokens(connection).issue(CUSTOMER)

    assert tokens(connection, 10 * 365 * 86_400).find(token) == CUSTOMER


def test_a_token_is_kept_as_its_hash_alone(connection: Connection) -> None:
    token = tokens(connection).issue(CUSTOMER)

    row = connection.exec_driver_sql("SELECT * FROM oauth_token").one()

    assert digest_of(token) in row
    assert token not in map(str, row)


def test_tokens_are_long_and_differ(connection: Connection) -> None:
    made = {tokens(connection).issue(CUSTOMER) for _ in range(20)}

    assert {len(token) for token in made} == {43}
    assert len(made) == 20


def test_all_tokens_of_a_principal_are_revoked(connection: Connection) -> None:
    mine = [tokens(connection).issue(CUSTOMER) for _ in range(2)]
    other = tokens(connection).issue(Principal("customer", "8"))

    assert tokens(connection).revoke_all(CUSTOMER) == 2
    assert [tokens(connection).find(token) for token in mine] == [None, None]
    assert tokens(connection).find(other) is not None


def test_what_is_revoked_is_not_revoked_again(connection: Connection) -> None:
    tokens(connection).issue(CUSTOMER)
    tokens(connection).revoke_all(CUSTOMER)

    assert tokens(connection).revoke_all(CUSTOMER) == 0


def test_a_key_is_revoked_by_its_name(connection: Connection) -> None:
    token = tokens(connection).issue(KEY, name="n8n")

    assert tokens(connection).revoke_named("customer", "n8n") == 0
    assert tokens(connection).revoke_named("integration", "n8n") == 1
    assert tokens(connection).find(token) is None


def test_a_listing_shows_no_hashes(connection: Connection) -> None:
    tokens(connection).issue(KEY, name="n8n")

    (entry,) = tokens(connection).listing("integration")

    assert (entry["name"], entry["scopes"], "digest" in entry) == (
        "n8n",
        "actions:invoke:cart actions:invoke:mergeCarts",
        False,
    )


# ---- keys and what they are exchanged for


def test_a_key_is_exchanged_for_a_token_of_the_same_principal(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, name="n8n")

    token = tokens(connection).exchange(key, "n8n", 60)

    assert token is not None
    assert tokens(connection, 59).find(token) == KEY
    assert tokens(connection, 60).find(token) is None


def test_what_a_key_was_exchanged_for_ends_with_it(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, 30, "n8n")

    token = tokens(connection).exchange(key, "n8n", 60)

    assert token is not None
    assert tokens(connection, 29).find(token) == KEY
    assert tokens(connection, 30).find(token) is None


def test_what_a_key_was_exchanged_for_is_revoked_with_it(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, name="n8n")
    token = tokens(connection).exchange(key, "n8n", 60)

    revoked = tokens(connection).revoke_named("integration", "n8n")

    assert revoked == 2
    assert [tokens(connection).find(it) for it in (key, token or "")] == [None, None]


@pytest.mark.parametrize(("name", "later_s"), [("other", 0), ("", 0), ("n8n\0", 0), ("n8n", 60)])
def test_only_a_key_in_use_is_exchanged(connection: Connection, name: str, later_s: float) -> None:
    key = tokens(connection).issue(KEY, 60, "n8n")

    assert tokens(connection, later_s).exchange(key, name, 60) is None


def test_a_token_without_a_name_is_not_exchanged(connection: Connection) -> None:
    token = tokens(connection).issue(KEY)

    assert tokens(connection).exchange(token, "", 60) is None


def test_tokens_of_a_key_that_have_expired_are_deleted(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, name="n8n")
    tokens(connection).exchange(key, "n8n", 60)

    tokens(connection, 60).exchange(key, "n8n", 60)

    assert connection.exec_driver_sql("SELECT count(*) FROM oauth_token").scalar_one() == 2


def test_a_listing_is_of_keys_alone(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, name="n8n")
    tokens(connection).exchange(key, "n8n", 60)

    assert [entry["name"] for entry in tokens(connection).listing("integration")] == ["n8n"]


def test_one_token_is_revoked_and_no_key(connection: Connection) -> None:
    key = tokens(connection).issue(KEY, name="n8n")
    token, other = (tokens(connection).issue(CUSTOMER) for _ in range(2))

    assert [tokens(connection).revoke(it) for it in (token, key, "x")] == [True, False, True]
    assert [tokens(connection).find(it) for it in (token, other, key)] == [None, CUSTOMER, KEY]


def test_a_key_that_is_being_exchanged_is_revoked_with_the_new_token(database: Database) -> None:
    with database.transaction() as connection:
        key = tokens(connection).issue(KEY, name="n8n")

    def revoke() -> int:
        with database.transaction() as connection:
            return tokens(connection).revoke_named("integration", "n8n")

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            token = tokens(connection).exchange(key, "n8n", 60)
            revoking = pool.submit(revoke)
            wait([revoking], timeout=0.2)
        assert revoking.result() == 2

    with database.transaction() as connection:
        assert tokens(connection).find(token or "") is None
