"""People who name carts that are not theirs, and which refusals they have to expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from cartflow import GUEST, Principal

from .conftest import Shop
from .machines.books import read_books
from .repertoire import CartFacts, Entry, Hand

FIRST: Final = Hand(lambda options: options[0])
_FACTS: Final = CartFacts("the cart", (1,), "spare")
_STRANGERS: Final = (
    ("guest", "own"),
    ("owner", "guest's"),
    ("owner", "other's"),
    ("other", "own"),
)
"""Caller and cart; `own` is the one of `owner`."""


class People(NamedTuple):
    """Two customers, and the cart of each and of a guest, all of them ready to be ordered."""

    callers: dict[str, Principal]
    carts: dict[str, str]
    spare: str


def people_of(shop: Shop) -> People:
    owner, other = shop.customer(), shop.customer()
    item = (shop.product(), 1)
    return People(
        {"guest": GUEST, "owner": owner, "other": other},
        {
            "own": shop.ready(shop.cart(item, by=owner), owner),
            "guest's": shop.ready(shop.cart(item)),
            "other's": shop.ready(shop.cart(item, by=other), other),
        },
        shop.cart(item),
    )


def inputs_with_the_cart(entry: Entry) -> list[str]:
    """Return in which inputs an entry names the cart that it is about."""
    given = entry.given(FIRST, _FACTS)
    return [name for name, value in given.items() if value == _FACTS.id]


def refusals_of(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Yield caller, cart and code of the calls that strangers must be refused."""
    for caller, cart in _STRANGERS:
        code = entry.expected(caller, cart)
        if code != "ok":
            yield caller, cart, code


def rows(shop: Shop) -> Any:
    """Return all that a call about carts can change."""
    with shop.app.database.transaction(read_only=True) as db:
        return read_books(db).rows
