"""The words of errors: whose they are is a setting, and nothing else depends on it.

The contracts' own messages are those of the published pages. What a server of version 2.4.7 says
otherwise stands here; 2.4.8 says the same, with error codes of its own beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLError

from cartflow import ActionError

from .errors import ALREADY_EXISTS, AUTHENTICATION, AUTHORIZATION, INPUT, NO_SUCH_ENTITY, refusal

_CATEGORIES: Final = {
    400: INPUT,
    401: AUTHENTICATION,
    403: AUTHORIZATION,
    404: NO_SUCH_ENTITY,
}
"""By the status of a condition, unless its code says more."""

_CATEGORIES_OF_CODES: Final = {
    "CART_NOT_ACTIVE": NO_SUCH_ENTITY,
    "CART_ID_TAKEN": ALREADY_EXISTS,
    "CUSTOMER_REQUIRED": AUTHORIZATION,
    "SIGN_IN_INCORRECT": AUTHENTICATION,
}

_SERVER: Final[Mapping[tuple[str, str], str]] = {
    ("mergeCarts", "CART_NOT_ACTIVE"): "The cart isn't active.",
    ("mergeCarts", "CART_NOT_OWNED"): (
        'The current user cannot perform operations on cart "{cart_id}"'
    ),
}
"""What servers say where the published page of an operation has other words."""

_ERROR_CODES: Final = ("CART_NOT_FOUND", "CART_NOT_ACTIVE")
"""Conditions that 2.4.8 answers with their code."""


def words_of(error: ActionError, action: str, wording: str) -> GraphQLError:
    """Return an action's error as a client sees it.

    Args:
        error: What `invoke` raised.
        action: Which action it was.
        wording: The setting.
    """
    message = error.message or error.title
    if error.status >= 500:  # not the caller's fault: no category fits
        return GraphQLError(message, original_error=error)
    if wording != "documented":
        template = _SERVER.get((action, error.code))
        message = template.format_map(error.data) if template else message
    category = _CATEGORIES_OF_CODES.get(error.code) or _CATEGORIES.get(error.status, INPUT)
    extensions: dict[str, Any] = {}
    if wording == "2.4.8" and error.code in _ERROR_CODES:
        extensions["error_code"] = error.code
    return refusal(message, category, **extensions)
