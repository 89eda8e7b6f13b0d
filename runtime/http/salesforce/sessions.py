"""How sessions begin and end: everything that is done to tokens, is done by `invoke`.

Passwords are for the action of the registry that signs people in. What is done with API keys and
with tokens that are not needed any more belongs to this door alone: those actions are in no
registry.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ...action import action
from ...application import Application
from ...context import Context
from ...errors import ActionError
from ...principal import GUEST
from ...registry import register
from .errors import refused

SIGN_IN: Final = "x-sign-in"
"""The member of a contract that says which inputs take name and password."""

_LIFETIME: Final = "salesforce_token_lifetime_s"
_PREFIX: Final = re.compile(r"00D\w{12,15}!", re.ASCII)
_SECRET = {"type": "string", "writeOnly": True}


@action(
    "exchangeKey",
    input={"name": {"type": "string"}, "key": _SECRET, "lifetime_s": {"type": "number"}},
    output={"token": {"type": "string"}},
    errors={
        "CLIENT_INVALID": {
            "status": 401,
            "title": "Client Invalid",
            "message": "there is no API key in use with this name and secret",
        }
    },
    journal=False,
)
def _exchange(ctx: Context) -> dict[str, Any]:
    """Give a token that speaks for an API key for a while."""
    token = ctx.tokens.exchange(ctx.input["key"], ctx.input["name"], ctx.input["lifetime_s"])
    if token is None:
        raise ActionError("CLIENT_INVALID")
    return {"token": token}


@action(
    "revokeToken",
    input={"token": _SECRET},
    output={},
    errors={
        "TOKEN_IS_KEY": {
            "status": 400,
            "title": "Token Is an API Key",
            "message": "an API key is revoked with 'cartflow keys revoke NAME'",
        }
    },
    journal=False,
)
def _revoke(ctx: Context) -> dict[str, Any]:
    """Revoke a token, unless it is an API key."""
    if not ctx.tokens.revoke(ctx.input["token"]):
        raise ActionError("TOKEN_IS_KEY")
    return {}


class Sessions:
    """Begins and ends the sessions of one application.

    Attributes:
        sign_in: The action that signs people in, if there is one.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._exchange, self._revoke = (
            register(it, "cartflow", {}, {}) for it in (_exchange, _revoke)
        )
        signing_in = (
            name
            for name, action in application.registry.items()
            if SIGN_IN in action.contract.extensions
        )
        self.sign_in = min(signing_in, default=None)

    def of_password(self, username: str, password: str) -> str:
        """Return the token of the action that signs people in; it counts wrong passwords.

        Raises:
            ActionError: `invalid_grant`: it refused; `unsupported_grant_type`: there is none.
        """
        if self.sign_in is None:
            message = "nobody signs in with a password here; expected 'client_credentials'"
            raise refused("unsupported_grant_type", message)
        application = self._application
        members = application.registry[self.sign_in].contract.extensions[SIGN_IN]
        given = {members["username"]: username, members["password"]: password}
        try:
            output = application.invoke(self.sign_in, given, principal=GUEST)
        except ActionError as error:
            if error.status >= 500 or error.retryable:
                raise
            raise refused("invalid_grant", error.message or error.title) from error
        return str(output[members["token"]])

    def of_key(self, name: str, key: str) -> str:
        """Return a token that speaks for an API key for a while.

        Raises:
            ActionError: `invalid_client`: there is no such key.
        """
        lifetime_s = self._application.settings[_LIFETIME]
        given = {"name": name, "key": key, "lifetime_s": lifetime_s}
        try:
            output = self._application.invoker.invoke_action(self._exchange, given)
        except ActionError as error:
            if error.code != "CLIENT_INVALID":
                raise
            raise refused("invalid_client", error.message, 401) from error
        return str(output["token"])

    def end(self, token: str) -> None:
        """Revoke a token, with or without the organization in front of it.

        Raises:
            ActionError: `unsupported_token_type`: it is an API key.
        """
        given = {"token": _PREFIX.sub("", token, count=1)}
        try:
            self._application.invoker.invoke_action(self._revoke, given)
        except ActionError as error:
            if error.code != "TOKEN_IS_KEY":
                raise
            raise refused("unsupported_token_type", error.message) from error
