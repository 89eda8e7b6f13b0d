from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from cartflow import Application, Principal
from cartflow.runtime.tokens import Tokens

from .conftest import Cli


def holder_of(token: str) -> Principal | None:
    """Return whom a token speaks for in the database of the working directory."""
    with Application.open(environment={}) as app, app.database.transaction() as connection:
        return Tokens(connection, datetime.now(UTC), app.clock.random_text).find(token)


def create(cli: Cli, name: str = "n8n", *more: str) -> str:
    result = cli("keys", "create", "--name", name, "--scope", "actions:invoke", *more)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def states(cli: Cli) -> list[list[str]]:
    rows = cli("keys", "list").stdout.splitlines()[1:]
    return [re.split(r"\s{2,}", row)[:2] for row in rows]


def test_a_new_key_speaks_for_an_integration_with_its_scopes(run_cli: Cli) -> None:
    result = run_cli(
        *("keys", "create", "--name", "n8n", "--scope", "actions:invoke:cart"),
        *("--scope", "actions:invoke:mergeCarts"),
    )

    holder = holder_of(result.stdout.strip())
    assert holder is not None
    assert holder.kind == "integration"
    assert holder.scopes == {"actions:invoke:cart", "actions:invoke:mergeCarts"}


def test_each_key_is_a_principal_of_its_own(run_cli: Cli) -> None:
    assert holder_of(create(run_cli, "a")) != holder_of(create(run_cli, "b"))


def test_a_key_is_shown_once(run_cli: Cli) -> None:
    key = create(run_cli)

    assert key not in run_cli("keys", "list").stdout


def test_a_name_is_used_once_at_a_time(run_cli: Cli) -> None:
    create(run_cli)

    result = run_cli("keys", "create", "--name", "n8n", "--scope", "actions:invoke")

    assert result.exit_code == 2
    assert "a key 'n8n' is in use already; choose another name, or revoke it" in result.stderr


def test_a_revoked_key_is_worth_nothing(run_cli: Cli) -> None:
    key = create(run_cli)

    result = run_cli("keys", "revoke", "n8n")

    assert result.stdout == "the key 'n8n' is revoked\n"
    assert holder_of(key) is None
    assert states(run_cli) == [["n8n", "revoked"]]


def test_a_name_is_free_again_once_its_key_is_revoked(run_cli: Cli) -> None:
    create(run_cli)
    run_cli("keys", "revoke", "n8n")

    create(run_cli)

    assert sorted(states(run_cli)) == [["n8n", "in use"], ["n8n", "revoked"]]


def test_a_key_can_expire(run_cli: Cli) -> None:
    key = create(run_cli, "n8n", "--days", "0.0000001")

    assert holder_of(key) is None
    assert states(run_cli) == [["n8n", "expired"]]


def test_revoking_an_unknown_key_suggests_the_nearest(run_cli: Cli) -> None:
    create(run_cli, "zapier")

    result = run_cli("keys", "revoke", "zapir")

    assert result.exit_code == 2
    assert "there is no key 'zapir' in use; did you mean 'zapier'?" in result.stderr


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("actions:invoke:mergeCart", "no action 'mergeCart'; did you mean 'mergeCarts'?"),
        ("actions:invok", "is unknown; expected actions:invoke or actions:invoke:NAME"),
        ("actions:invokecart", "is unknown"),
        ("actions:invoke:", "no action ''"),
    ],
)
def test_a_scope_that_covers_nothing_is_refused(run_cli: Cli, scope: str, message: str) -> None:
    result = run_cli("keys", "create", "--name", "n8n", "--scope", scope)

    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("name", ["", "a\nb", "\udcff", "x" * 81])
def test_a_name_that_nobody_could_read_is_refused(run_cli: Cli, name: str) -> None:
    result = run_cli("keys", "create", "--name", name, "--scope", "actions:invoke")

    assert result.exit_code == 2
    assert "expected 1 to 80 printable characters" in result.stderr


@pytest.mark.parametrize("days", ["0", "-1", "nan", "inf", "36501", "1e300"])
def test_a_life_that_cannot_be_counted_is_refused(run_cli: Cli, days: str) -> None:
    result = run_cli("keys", "create", "--name", "a", "--scope", "actions:invoke", "--days", days)

    assert result.exit_code == 2
    assert "expected more than 0 and at most 36500" in result.stderr
