"""The shop's own rules: read once for each of its revisions, and shared by all that follows.

Every cart comes with the revision of the shop that holds in its transaction. A revision is a digest
of the rules, so that one which was rolled back is never taken for another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from .tables import payment_method, shop, shop_section

_SHOP = select(shop.c.name, shop.c.currency, shop.c.web_store_id, shop.c.rules, shop.c.revision)
_REVISION = select(shop.c.revision)
_SECTIONS = select(shop_section.c.name, shop_section.c.document)
_METHODS = select(payment_method.c.code, payment_method.c.title, payment_method.c.provider).where(
    payment_method.c.enabled
)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that shoppers may choose."""

    code: str
    title: str
    provider: str


@dataclass(frozen=True)
class Shop:
    """The shop as it is in one revision.

    Attributes:
        web_store_id: By which the business actions name it.
        rules: The members of the store file's `shop` beside name and currency.
        sections: `taxes`, `shipping`, `gift_wrappings`, as the store file has them; one that was
            never loaded is missing.
        payment_methods: Those that are enabled, by code, in their order.
    """

    revision: str
    name: str
    currency: str
    web_store_id: str
    rules: Mapping[str, Any]
    sections: Mapping[str, Any]
    payment_methods: Mapping[str, PaymentMethod]


_known: WeakKeyDictionary[Engine, Shop] = WeakKeyDictionary()


def shop_of(db: Connection, revision: str) -> Shop:
    """Return the shop in *revision*, the one that holds in this transaction."""
    found = _known.get(db.engine)
    if found is None or found.revision != revision:
        found = _read(db)
        _known[db.engine] = found
    return found


def current_shop(db: Connection) -> Shop:
    """Return the shop as it is in this transaction; called "Shop" before any was loaded."""
    return shop_of(db, db.execute(_REVISION).scalar_one())


def digest_of_shop(db: Connection) -> str:
    """Return the revision that the shop is in, to be written down after each change of it."""
    found = replace(_read(db), revision="")
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _read(db: Connection) -> Shop:
    name, currency, web_store_id, rules, revision = db.execute(_SHOP).one()
    methods = [PaymentMethod(*row) for row in db.execute(_METHODS.order_by(payment_method.c.code))]
    return Shop(
        revision=revision,
        name=name,
        currency=currency,
        web_store_id=web_store_id,
        rules=json.loads(rules),
        sections={
            name: json.loads(text)
            for name, text in db.execute(_SECTIONS.order_by(shop_section.c.name))
        },
        payment_methods={method.code: method for method in methods},
    )
