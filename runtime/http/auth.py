"""Who is calling: nobody in particular, or whom a bearer token speaks for."""

from __future__ import annotations

from ..application import Application
from ..errors import ActionError
from ..principal import GUEST, Principal
from ..tokens import Tokens


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
    with application.database.transaction(read_only=True) as connection:
        clock = application.clock
        principal = Tokens(connection, clock.now(), clock.random_text).find(token)
    if principal is None:
        message = (
            "The current customer isn't authorized. The token is unknown, expired or revoked;"
            " sign in again, or leave the header out to call as a guest"
        )
        raise _refused(message)
    return principal


def _refused(message: str) -> ActionError:
    return ActionError("NOT_AUTHENTICATED", message)
