"""The store that random requests are sent to: its doors, who calls them, and what they log."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, Final

from flask.testing import FlaskClient

from cartflow import ADMIN, GUEST, Application, Principal, create_app
from cartflow.runtime.tokens import Tokens

from ..conftest import Shop
from ..machines.books import Backup
from ..repertoire.store import OTHER, OWNER, STORE
from .pool import Pool

SETTINGS: Final[dict[str, dict[str, str]]] = {
    "documented": {},
    "2.4.8": {
        "CARTFLOW_ADOBE_WORDING": "2.4.8",
        "CARTFLOW_ADOBE_INTROSPECTION": "false",
        "CARTFLOW_SALESFORCE_PARTIAL_SAVE": "false",
    },
}
"""The doors, by name, and how their settings differ."""

_KEY: Final = Principal("integration", "key", frozenset({"actions:invoke"}))
_NARROW_KEY: Final = Principal("integration", "narrow", frozenset({"actions:invoke:cart"}))


class World:
    """The small store of the repertoire in one database.

    Args:
        shop: It, still empty.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.counts: Counter[tuple[str, str]] = Counter()
        shop.invoke("loadStore", by=ADMIN, store=STORE)
        numbers = dict(map(tuple, shop.sql("SELECT email, id FROM cart_customer")))
        self._people = [Principal("customer", str(numbers[email])) for email in (OWNER, OTHER)]
        with shop.app.database.transaction() as db:
            self._backup = Backup(db)
        self._apps = {
            name: Application.open(environment={**shop.environment, **changes})
            for name, changes in SETTINGS.items()
        }
        self.clients: dict[str, FlaskClient] = {
            name: create_app(app).test_client() for name, app in self._apps.items()
        }
        self.callers: dict[str, Principal] = {}
        """By token: who it speaks for; the empty one is no token, and one is dead."""
        self._carts: dict[Principal, list[str]] = {}

    def close(self) -> None:
        for app in self._apps.values():
            app.close()

    def begin(self, random: Random) -> Pool:
        """Bring the store to where each run begins; return what callers find there."""
        with self.shop.app.database.transaction() as db:
            self._backup.restore(db)
        people = (GUEST, *self._people)
        tokens = {self._issue(it): it for it in (*self._people, _KEY, _NARROW_KEY)}
        self.callers = {"": GUEST, "dead": GUEST, **tokens}
        pool = Pool(random)
        self._carts = {it: [self._ready(it)] for it in people}
        self._carts[GUEST].append(self.shop.cart(("few", 1), ("virtual", 2)))
        pool.carts = [cart for carts in self._carts.values() for cart in carts]
        pool.carts.append(self.shop.cart(("half", 1), status="inactive"))
        pool.guests = self._carts[GUEST]
        statement = (
            "SELECT masked_id, cart_item.id FROM cart_item JOIN cart_cart ON cart_cart.id = cart_id"
            " ORDER BY cart_item.id"
        )
        for cart, line in self.shop.sql(statement):
            pool.lines.setdefault(cart, []).append(line)
        in_checkout = self.shop.cart(("many", 1))
        session = self.shop.invoke("checkoutSessionAction", by=ADMIN, cartId=in_checkout)
        pool.carts.append(in_checkout)
        pool.sessions.append(session["id"])
        return pool

    def pick(self, pool: Pool) -> tuple[str, str]:
        """Return a door and the token of a caller, whose carts are to be named most of the time."""
        door = pool.random.choice(list(self.clients))
        [token] = pool.random.choices(list(self.callers), (3, 1, 3, 3, 1, 1))
        pool.own = self._carts.get(self.callers[token], [])
        return door, token

    def caller(self, token: str) -> Principal:
        """Return who a token speaks for now; a customer may have signed out."""
        clock = self.shop.app.clock
        with self.shop.app.database.transaction(read_only=True) as db:
            return Tokens(db, clock.now(), clock.random_text).find(token) or GUEST

    def _ready(self, caller: Principal) -> str:
        """Return the id of a cart that can be ordered."""
        return self.shop.ready(self.shop.cart(("many", 1), ("virtual", 2), by=caller), caller)

    def _issue(self, principal: Principal) -> str:
        clock = self.shop.app.clock
        with self.shop.app.database.transaction() as db:
            return Tokens(db, clock.now(), clock.random_text).issue(principal, 3600)

    @contextmanager
    def logged(self) -> Iterator[list[str]]:
        """Give the errors that are logged meanwhile."""
        handler = _Errors()
        log = logging.getLogger("cartflow")
        log.addHandler(handler)
        try:
            yield handler.messages
        finally:
            log.removeHandler(handler)


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(logging.Formatter().format(record))


def headers_of(token: str) -> dict[str, Any]:
    """Return the headers that name a caller."""
    return {"Authorization": f"Bearer {token}"} if token else {}
