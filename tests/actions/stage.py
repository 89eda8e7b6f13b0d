"""A store with a cart of each kind for each caller: who may do what with whose is proved there."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import select

from cartflow import ADMIN, GUEST, ActionError, Principal
from cartflow.actions.cart.checkout_tables import background_operation, checkout_session
from cartflow.actions.cart.order_tables import gift_card, order, payment_order
from cartflow.actions.cart.tables import cart as cart_table
from cartflow.actions.cart.tables import item as item_table

from .conftest import Shop
from .machines.books import Backup
from .repertoire import CartFacts, Entry, Hand
from .repertoire.rows import CALLERS
from .repertoire.store import OTHER, OWNER, STORE
from .repertoire.templates import TEMPLATES, Copy, copy, random_id

_SESSIONS = select(cart_table.c.masked_id, checkout_session.c.public_id).join_from(
    checkout_session, cart_table
)
CHANGEABLE = (
    cart_table,
    item_table,
    checkout_session,
    background_operation,
    payment_order,
    order,
    gift_card,
)
FIRST = Hand(lambda options: options[0])


class Stage:
    """The small store with its people, and a cart of each kind to copy."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        shop.invoke("loadStore", by=ADMIN, store=STORE)
        numbers = dict(map(tuple, shop.sql("SELECT email, id FROM cart_customer")))
        self.owners = {"own": numbers[OWNER], "guest's": None, "other's": numbers[OTHER]}
        self.callers = {
            "guest": GUEST,
            "owner": Principal("customer", str(numbers[OWNER])),
            "other": Principal("customer", str(numbers[OTHER])),
            "integration": Principal("integration", "key", frozenset({"actions:read"})),
            "admin": ADMIN,
        }
        self.templates = {name: make(shop) for name, make in TEMPLATES.items()}
        with shop.app.database.transaction() as db:
            self._backup = Backup(db)

    def carts_for(self, entry: Entry) -> dict[tuple[str, str], CartFacts]:
        """Return a fresh cart for each combination of caller and cart, all others forgotten."""
        wanted = {it: random_id() for it in product(CALLERS, next(iter(entry.rows.values())))}
        spares = {it: random_id() for it in wanted}
        copies = [Copy(spare, None, None) for spare in spares.values()]
        for (_caller, kind), masked_id in wanted.items():
            if kind != "unknown":
                status = kind if kind in ("inactive", "closed") else None
                owner = self.owners.get(kind, self.owners["own"])
                copies.append(Copy(masked_id, owner, status))
        with self.shop.app.database.transaction() as db:
            self._backup.restore(db)
            lines = copy(db, self.templates[entry.cart], copies)
            sessions = dict(map(tuple, db.execute(_SESSIONS)))
        users = {one.masked_id: str(one.customer_id or 0) for one in copies}
        return {
            it: CartFacts(
                masked_id,
                lines.get(masked_id, ()),
                spares[it],
                users.get(masked_id, "0"),
                sessions.get(masked_id, ""),
            )
            for it, masked_id in wanted.items()
        }

    def outcome(self, entry: Entry, caller: str, cart: CartFacts) -> str:
        try:
            self.shop.invoke(entry.action, by=self.callers[caller], **entry.given(FIRST, cart))
        except ActionError as error:
            return error.code
        return "ok"

    def rows(self) -> list[Any]:
        """Return all that a call about carts can change."""
        with self.shop.app.database.transaction(read_only=True) as db:
            return [list(db.execute(select(it).order_by(it.c.id))) for it in CHANGEABLE]
