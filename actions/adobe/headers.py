"""Headers that name a store and a currency: there is one of each, and others are refused."""

from __future__ import annotations

from typing import Final

from cartflow import ActionError, Request

from .errors import INPUT, refusal
from .wording import error_of, words_of

_ACTION: Final = "storeConfig"


def check_headers(request: Request, wording: str) -> None:
    """Refuse a request for another store or another currency; without such headers ask nothing.

    Raises:
        GraphQLError: With the words and the category of the platform.
    """
    store = request.headers.get("store", "").strip()
    currency = request.headers.get("content-currency", "").strip().upper()
    if not store and not currency:
        return
    try:
        found = request.invoke(_ACTION, {"store": store} if store else {})
    except ActionError as error:
        if error.code == "INVALID_INPUT":  # no store has such a name
            message = "Requested store is not found"
            raise refusal(message, INPUT) from error
        raise error_of(error, _ACTION, wording, words_of(error, _ACTION, wording)) from error
    if currency and currency != found["default_display_currency_code"]:
        message = "Please correct the target currency"
        raise refusal(message, INPUT)
