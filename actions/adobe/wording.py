"""The words of errors: whose they are is a setting, and nothing else depends on it.

The contracts' own messages are those of the published pages. What a server of version 2.4.7 or
2.4.8 says otherwise stands here, and the error codes that the latter has beside its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from graphql import GraphQLError

from cartflow import ActionError

from .categories import category_of
from .errors import refusal, shortened

_NOT_ACTIVE: Final = "The cart isn't active."
_NOT_OWNED: Final = 'The current user cannot perform operations on cart "{cart_id}"'
_DESTINATION: Final = 'The parameter "destination_cart_id" cannot be empty'

_SERVER: Final[Mapping[tuple[str, str], str]] = {
    ("mergeCarts", "DESTINATION_EMPTY"): _DESTINATION,
    ("mergeCarts", "CART_NOT_ACTIVE"): _NOT_ACTIVE,
    ("mergeCarts", "CART_NOT_OWNED"): _NOT_OWNED,
}
"""By action and code: what servers say where the page of the operation has other words."""

_STOCK_WORDS: Final = ("The requested qty is not available", "Not enough items for sale")
"""What is said of a stock that is short, alone or at the end of a sentence; since 2.4.8 another."""

_ERROR_CODES: Final = ("CART_NOT_FOUND", "CART_NOT_ACTIVE")
"""Conditions that 2.4.8 answers with their code."""


class Places(NamedTuple):
    """Where in the arguments of a field the input of its action came from.

    Attributes:
        root: The argument that has all members; empty: each is an argument itself.
        others: Members that came from somewhere else, and from where.
    """

    root: str
    others: Mapping[str, str]

    def name(self, pointer: str) -> str:
        """Return how a client would call the value that a JSON pointer into the input is for."""
        first, *rest = pointer.split("/")[1:] or [""]
        place = self.others.get(first) or f"{self.root}.{first}"
        return ".".join([place, *rest]).strip(".")


_OWN: Final = Places("", {})


def words_of(error: ActionError, action: str, wording: str, places: Places = _OWN) -> str:
    """Return what clients are told of an action's error.

    Args:
        error: What `invoke` raised.
        action: Which action it was.
        wording: The setting.
        places: Where the action's input came from.
    """
    if error.code == "INVALID_INPUT" and error.data.get("violations"):
        return shortened(_violations(error.data["violations"], places))
    template = _SERVER.get((action, error.code))
    if template and wording != "documented":
        with suppress(KeyError):  # a plugin raised it and does not say what it is about
            return shortened(template.format_map(error.data))
    return shortened(words_of_item(error.code, error.message or error.title, wording))


def words_of_item(code: str, message: str, wording: str) -> str:
    """Return what clients are told of a product that cannot be had as wanted."""
    if wording == "2.4.8" and code == "INSUFFICIENT_STOCK":
        return message.replace(*_STOCK_WORDS)
    return message


def _violations(found: Iterable[Mapping[str, str]], places: Places) -> str:
    """Return what is wrong with arguments, each by its name: `"input.cart_id": expected …`."""
    said = []
    for violation in found:
        is_argument = violation["rule"] != "key"  # the idempotency key is a header
        name = places.name(violation["path"]) if is_argument else ""
        said.append(f'"{name}": {violation["message"]}' if name else violation["message"])
    return "; ".join(said)


def error_of(error: ActionError, action: str, wording: str, words: str) -> GraphQLError:
    """Return an action's error as clients see it at the top level, in words of `words_of`."""
    category = category_of(action, error.code)
    if category is None:
        return GraphQLError(words, original_error=error)
    if wording == "2.4.8" and error.code in _ERROR_CODES:
        return refusal(words, category, error_code=error.code)
    return refusal(words, category)
