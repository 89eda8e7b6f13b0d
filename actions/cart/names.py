"""The names that businesses give to carts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from .tables import cart

MAX_NAME_LENGTH = 250

_FIND: Select[Any] = select(cart.c.name).where(cart.c.id == bindparam("cart"))
_SET = update(cart).where(cart.c.id == bindparam("cart")).values(name=bindparam("name_"))


def name_of(db: Connection, cart_id: int) -> str | None:
    """Return the name of a cart; None if it has none."""
    name: str | None = db.execute(_FIND, {"cart": cart_id}).scalar()
    return name


def name_cart(db: Connection, cart_id: int, name: str | None) -> None:
    """Give a locked cart a name, if it is to have one."""
    if name:
        db.execute(_SET, {"cart": cart_id, "name_": name})
