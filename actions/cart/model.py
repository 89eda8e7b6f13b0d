"""A cart: its row, and the ids that shoppers see."""

from __future__ import annotations

from base64 import b64decode
from binascii import b2a_base64
from typing import NamedTuple


class Cart(NamedTuple):
    """The row of a cart.

    Attributes:
        id: The internal number, never shown.
        masked_id: The public id.
        customer_id: Whose cart it is; None for a guest's.
        email: The customer's, or what a guest gave for the order.
        status: One of `states.STATES`.
        account_id: The internal number of the business account that buys; None without one.
        choices: What the shopper chose for the checkout, as `choices.Choices` reads it.
        group: The customer's group; None for a guest's cart.
        currency: The shop's.
        revision: Which state of the shop's rules holds, see `shop.shop_of`.
        store_credit_minor: The customer's store credit; None if there never was any.
    """

    id: int
    masked_id: str
    customer_id: int | None
    email: str | None
    status: str
    account_id: int | None
    choices: str | None
    group: str | None
    currency: str
    revision: str
    store_credit_minor: int | None = None


def uid_of(number: int) -> str:
    """Return a number as the platform's `uid`: base64 of its digits."""
    return b2a_base64(b"%d" % number, newline=False).decode()


def number_of(uid: str) -> int | None:
    """Return the number that a `uid` stands for; None if it is no such text."""
    try:
        digits = b64decode(uid, validate=True)
    except ValueError:
        return None
    return int(digits) if digits.isdigit() and len(digits) < 20 else None
