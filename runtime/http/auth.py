"""Who is calling: nobody in particular, or whom a bearer token speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..application import Application
from ..errors import ActionError
from ..looking import look_up
from ..principal import GUEST, Principal
from ..tokens import Tokens

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection


def principal_of(header: str | None, application: Application) -> Principal:
    """Return who calls, by the `Authorization` header; without one a guest.

    Raises:
        ActionError: `NOT_AUTHENTICATED`: not a bearer token, or one that is unknown, expired or
            revoked. A caller who means to be somebody is not taken for a guest.
    """
    if header is None:
        return GUEST
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii():
        message = "expected 'Authorization: Bearer TOKEN'; leave the header out to call as a guest"
        raise _refused(message)
    application.schema.ensure()
    clock = application.clock

    def find(connection: Connection) -> Principal | None:
        return Tokens(connection, clock.now(), clock.random_text).find(token)

    principal = look_up(application.database, find)
    if principal is None:
        message = (
            "The current customer isn't authorized. The token is unknown, expired or revoked;"
            " sign in again, or leave the header out to call as a guest"
        )
        raise _refused(message)
    return principal


def _refused(message: str) -> ActionError:
    return ActionError("NOT_AUTHENTICATED", message)
