"""`cartflow keys`: the API keys that automation tools call with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import click

from ..application import Application
from ..errors import UsageError
from ..principal import Principal
from ..tokens import Tokens
from ..violations import nearest
from .session import Session
from .terminal import show_table

_KIND: Final = "integration"
_ID_LENGTH: Final = 12
_DAY_S: Final = 86_400
_ALL: Final = "actions:invoke"
_MAX_DAYS: Final = 36_500
_MAX_NAME_LENGTH: Final = 80


@click.group()
def keys() -> None:
    """Create, list and revoke the API keys that automation tools call with."""


@keys.command()
@click.option("--name", required=True, help="What you call it, unique among the keys in use.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="What it may do: actions:invoke, or actions:invoke:NAME for one action; repeatable.",
)
@click.option("--days", type=float, help=f"Until it expires, at most {_MAX_DAYS}.")
@click.pass_obj
def create(session: Session, name: str, scopes: tuple[str, ...], days: float | None) -> None:
    """Create a key and show it, once: only its hash is kept."""
    _check_name(name)
    _check_days(days)
    with session.application() as app:
        for scope in scopes:
            _check_scope(app, scope)
        app.schema.ensure()
        with app.database.transaction() as connection:
            tokens = Tokens(connection, app.clock.now(), app.clock.random_text)
            _check_free(tokens.listing(_KIND), name, app.clock.now())
            principal = Principal(_KIND, app.clock.random_text(_ID_LENGTH), frozenset(scopes))
            lifetime_s = days * _DAY_S if days is not None else None
            key = tokens.issue(principal, lifetime_s, name)
    click.echo(key)
    click.echo("this is the only time that the key is shown; send it as a bearer token", err=True)


@keys.command("list")
@click.pass_obj
def list_keys(session: Session) -> None:
    """List the keys, those that were revoked or have expired included."""
    with session.application() as app:
        app.schema.ensure()
        now = app.clock.now()
        with app.database.transaction(read_only=True) as connection:
            found = Tokens(connection, now, app.clock.random_text).listing(_KIND)
    header = ("NAME", "STATE", "CREATED", "EXPIRES", "SCOPES")
    show_table(header, [_row(key, now) for key in found])


@keys.command()
@click.argument("name")
@click.pass_obj
def revoke(session: Session, name: str) -> None:
    """Revoke a key: from now on nobody can call with it."""
    with session.application() as app:
        app.schema.ensure()
        with app.database.transaction() as connection:
            tokens = Tokens(connection, app.clock.now(), app.clock.random_text)
            known = {key["name"] for key in tokens.listing(_KIND)}
            if not tokens.revoke_named(_KIND, name):
                message = f"there is no key {name!r} in use{nearest(name, known - {name})}"
                raise UsageError(message)
    click.echo(f"the key {name!r} is revoked")


def _check_name(name: str) -> None:
    if not (0 < len(name) <= _MAX_NAME_LENGTH and name.isprintable()):
        message = f"--name {name!r}: expected 1 to {_MAX_NAME_LENGTH} printable characters"
        raise UsageError(message)


def _check_days(days: float | None) -> None:
    if days is not None and not 0 < days <= _MAX_DAYS:  # nor what is not a number
        message = f"--days {days:g}: expected more than 0 and at most {_MAX_DAYS}"
        raise UsageError(message)


def _check_free(existing: list[dict[str, Any]], name: str, now: datetime) -> None:
    if any(key["name"] == name and _state(key, now) == "in use" for key in existing):
        message = f"a key {name!r} is in use already; choose another name, or revoke it first"
        raise UsageError(message)


def _check_scope(app: Application, scope: str) -> None:
    action = scope.removeprefix(f"{_ALL}:")
    if scope == _ALL:
        return
    if action == scope:
        message = f"--scope {scope!r} is unknown; expected {_ALL} or {_ALL}:NAME"
        raise UsageError(message)
    if action not in app.registry:
        message = f"--scope {scope!r}: there is no action {action!r}{nearest(action, app.registry)}"
        raise UsageError(message)


def _row(key: dict[str, Any], now: datetime) -> tuple[str, ...]:
    created, expires = _date(key["created_at"]), _date(key["expires_at"])
    return key["name"], _state(key, now), created, expires, key["scopes"]


def _state(key: dict[str, Any], now: datetime) -> str:
    if key["revoked_at"] is not None:
        return "revoked"
    is_over = key["expires_at"] is not None and key["expires_at"] <= now.timestamp()
    return "expired" if is_over else "in use"


def _date(timestamp: float | None) -> str:
    if timestamp is None:
        return "never"
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M")
