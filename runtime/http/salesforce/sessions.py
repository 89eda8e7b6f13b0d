"""What the token endpoint does with API keys and tokens, as actions: `invoke` does it.

They belong to this door alone, so they are in no registry.
"""

from __future__ import annotations

from typing import Any

from ...action import action
from ...context import Context
from ...errors import ActionError
from ...registry import RegisteredAction, register

LIFETIME = "salesforce_token_lifetime_s"

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


def actions() -> tuple[RegisteredAction, RegisteredAction]:
    """Return the action that exchanges an API key, and the one that revokes a token."""
    exchange, revoke = (register(it, "cartflow", {}, {}) for it in (_exchange, _revoke))
    return exchange, revoke
