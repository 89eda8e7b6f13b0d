"""Carts in every state that actions ask for, and many copies of them at once.

A template is made by real actions, once. Its rows are then copied past all actions: the matrix
needs thousands of carts, and what it is about is not how they came to be.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, insert, select

from cartflow import ADMIN
from cartflow.actions.cart.checkout_tables import background_operation, checkout_session
from cartflow.actions.cart.order_tables import draft_order, payment_order
from cartflow.actions.cart.tables import cart, item

from ..conftest import Shop
from .entry import Template
from .store import GIFT_CARDS

_PUBLIC: Final = ("mp_order_id", "public_id", "number")
_gaps = count(1_000_000, 1_000_000)  # SQLite goes on from the highest number, PostgreSQL does not


def basket(shop: Shop) -> str:
    """Return the id of a cart with two lines."""
    return shop.cart(("many", 2), ("virtual", 1))


def shipped(shop: Shop) -> str:
    """Return the id of a cart with an address to ship it to."""
    cart_id = basket(shop)
    shop.ship_to(cart_id)
    return cart_id


def gifted(shop: Shop) -> str:
    """Return the id of a cart that a gift card pays for."""
    cart_id = basket(shop)
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=GIFT_CARDS[0])
    return cart_id


def ready(shop: Shop) -> str:
    """Return the id of a cart that can be ordered."""
    return shop.ready(basket(shop))


def paid(shop: Shop) -> str:
    """Return the id of a cart that can be ordered and has a payment order."""
    cart_id = ready(shop)
    shop.pay(cart_id)
    return cart_id


def checkout(shop: Shop) -> str:
    """Return the id of a cart in checkout."""
    cart_id = basket(shop)
    shop.invoke("checkoutSessionAction", by=ADMIN, cartId=cart_id)
    return cart_id


def checked(shop: Shop) -> str:
    """Return the id of a cart in checkout whose draft order can be activated."""
    cart_id = ready(shop)
    session = shop.invoke("checkoutSessionAction", by=ADMIN, cartId=cart_id)["id"]
    shop.invoke("cartToOrderAction", by=ADMIN, cartId=cart_id)
    given = {"expCurrentState": "CartToOrder", "nextState": "activateOrder"}
    shop.invoke("updateCheckoutSessionAction", by=ADMIN, checkoutSessionId=session, **given)
    return cart_id


TEMPLATES: Mapping[Template, Callable[[Shop], str]] = {
    "basket": basket,
    "shipped": shipped,
    "gifted": gifted,
    "ready": ready,
    "paid": paid,
    "checkout": checkout,
    "checked": checked,
}


class Copy(NamedTuple):
    """A copy to be made: whose, in which state (None: as the template), with which public id."""

    masked_id: str
    customer_id: int | None
    status: str | None


def random_id(length: int = 32) -> str:
    return "".join(secrets.choice(string.ascii_letters) for _ in range(length))


def copy(db: Connection, template: str, copies: Iterable[Copy]) -> dict[str, list[int]]:
    """Copy a cart with all that belongs to it; return public id to the numbers of its lines."""
    [row] = _rows(db, cart, cart.c.masked_id == template)
    children = {
        table: _rows(db, table, table.c.cart_id == row["id"])
        for table in (item, payment_order, checkout_session, background_operation)
    }
    sessions = [session["id"] for session in children[checkout_session]]
    children[draft_order] = _rows(db, draft_order, draft_order.c.session_id.in_(sessions))
    new: dict[Table, list[dict[str, Any]]] = {table: [] for table in (cart, *children)}
    numbers = count(next(_gaps))
    for one in copies:
        cart_number = next(numbers)
        changes = {"id": cart_number, "masked_id": one.masked_id, "customer_id": one.customer_id}
        new[cart].append(row | changes | ({"status": one.status} if one.status else {}))
        renumbered = {number: next(numbers) for number in sessions}
        for table, found in children.items():
            new[table] += [_child(child, cart_number, renumbered, numbers) for child in found]
    for table, inserted in new.items():
        if inserted:
            db.execute(insert(table), inserted)
    public = {each["id"]: each["masked_id"] for each in new[cart]}
    lines: dict[str, list[int]] = {masked_id: [] for masked_id in public.values()}
    for line in new[item]:
        lines[public[line["cart_id"]]].append(line["id"])
    return lines


def _rows(db: Connection, table: Table, condition: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in db.execute(select(table).where(condition))]


def _child(
    row: dict[str, Any], cart_number: int, sessions: Mapping[int, int], numbers: Iterator[int]
) -> dict[str, Any]:
    """Return a row of the copy: numbers of its own, references to what was copied with it."""
    changes: dict[str, Any] = {"id": sessions.get(row["id"]) or next(numbers)}
    if "cart_id" in row:
        changes["cart_id"] = cart_number
    if row.get("session_id"):
        changes["session_id"] = sessions[row["session_id"]]
    changes |= {name: random_id(18) for name in _PUBLIC if row.get(name)}
    return row | changes
