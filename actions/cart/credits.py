"""Gift cards and store credit: finding them, locking them, taking what an order costs.

A balance goes down with an order, not by being applied to a cart. Who orders calls `lock_credits`
after locking coupons, finds what was locked, and calls `take_credits`: no balance becomes negative.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, insert, select, text, update

from .order_tables import credit_use, gift_card
from .tables import shop, store_credit

_CODES = gift_card.c.code.in_(bindparam("codes", expanding=True))
_FIND: Select[Any] = select(
    gift_card.c.id,
    gift_card.c.code,
    gift_card.c.balance_minor,
    gift_card.c.expires_on,
    gift_card.c.enabled,
    select(shop.c.currency).scalar_subquery(),
).where(_CODES)
_LOCK: Select[Any] = (
    select(gift_card.c.id).where(_CODES).order_by(gift_card.c.id).with_for_update(key_share=True)
)
_CREDIT: Select[Any] = select(store_credit.c.balance_minor).where(
    store_credit.c.customer_id == bindparam("customer")
)
_LOCK_CREDIT = _CREDIT.with_for_update(key_share=True)
_TAKE_CREDIT = (
    update(store_credit)
    .where(
        store_credit.c.customer_id == bindparam("customer"),
        store_credit.c.balance_minor >= bindparam("amount"),
    )
    .values(balance_minor=store_credit.c.balance_minor - bindparam("amount"))
    .returning(store_credit.c.customer_id)
)
_ADD_CREDIT = text(
    "INSERT INTO cart_store_credit (customer_id, balance_minor) VALUES (:customer, :amount)"
    " ON CONFLICT (customer_id) DO UPDATE"
    " SET balance_minor = cart_store_credit.balance_minor + excluded.balance_minor"
)
_EMPTY_CARD = update(gift_card).where(gift_card.c.id == bindparam("card")).values(balance_minor=0)

# One JSON text of [code, amount]: one statement for all cards.
_PAIRS = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS code, json_extract(value, '$[1]') AS amount"
    " FROM json_each(:pairs)",
    "postgresql": "SELECT value ->> 0 AS code, CAST(value ->> 1 AS BIGINT) AS amount"
    " FROM json_array_elements(CAST(:pairs AS JSON))",
}
_TAKE_CARDS = {
    dialect: text(
        "UPDATE cart_gift_card SET balance_minor = balance_minor - pairs.amount"
        f" FROM ({pairs}) AS pairs"
        " WHERE cart_gift_card.code = pairs.code AND balance_minor >= pairs.amount"
        " RETURNING cart_gift_card.id, cart_gift_card.code"
    )
    for dialect, pairs in _PAIRS.items()
}


class GiftCard(NamedTuple):
    """A gift card.

    Attributes:
        expires_on: Its last day, in UTC; None if it does not expire.
        currency: The shop's.
    """

    id: int
    code: str
    balance_minor: int
    expires_on: date | None
    enabled: bool
    currency: str

    def is_valid(self, today: date) -> bool:
        """Return whether the card exists for shoppers on a day, perhaps with nothing left on it."""
        return self.enabled and (self.expires_on is None or today <= self.expires_on)


def find_gift_cards(db: Connection, codes: Iterable[str]) -> list[GiftCard]:
    """Return the gift cards that there are of *codes*, in that order, valid or not, each once."""
    possible = _possible(codes)
    if not possible:
        return []
    cards = map(GiftCard._make, db.execute(_FIND, {"codes": possible}))
    found = {card.code: card for card in cards}
    return [found[code] for code in possible if code in found]


def find_store_credit(db: Connection, customer_id: int) -> int:
    """Return the balance of a customer's store credit, in minor units; 0 if there is none."""
    return db.execute(_CREDIT, {"customer": customer_id}).scalar() or 0


def lock_credits(db: Connection, codes: Iterable[str], customer_id: int | None = None) -> None:
    """Lock gift cards, then the store credit of a customer, until the end of the transaction.

    What was read of them before may be old.
    """
    possible = _possible(codes)
    if possible:
        db.execute(_LOCK, {"codes": possible}).all()
    if customer_id is not None:
        db.execute(_LOCK_CREDIT, {"customer": customer_id}).all()


def _possible(codes: Iterable[str]) -> list[str]:
    """Return the codes, each once; without those that no database would take."""
    return list(dict.fromkeys(code for code in codes if code.isprintable()))


def take_credits(
    db: Connection,
    order_id: int,
    cards: Sequence[tuple[str, int]],
    customer_id: int | None = None,
    store_credit_minor: int = 0,
) -> None:
    """Take what locked gift cards and store credit pay of a new order, in three statements.

    Args:
        db: The connection.
        order_id: The order's internal number.
        cards: Code and amount of each card; amounts of 0 are left out.
        customer_id: Whose store credit it is; required if any is taken.
        store_credit_minor: What the store credit pays.

    Raises:
        RuntimeError: A balance is lower than that: it was not locked.
    """
    uses = _take_cards(db, order_id, {code: amount for code, amount in cards if amount})
    if store_credit_minor:
        values = {"customer": customer_id, "amount": store_credit_minor}
        if db.execute(_TAKE_CREDIT, values).first() is None:
            message = f"store credit of less than {store_credit_minor}; lock it before it is read"
            raise RuntimeError(message)
        uses.append(_use(order_id, None, customer_id, store_credit_minor))
    if uses:
        db.execute(insert(credit_use), uses)


def _take_cards(db: Connection, order_id: int, cards: dict[str, int]) -> list[dict[str, Any]]:
    if not cards:
        return []
    pairs = json.dumps(list(cards.items()))
    taken = {
        code: number for number, code in db.execute(_TAKE_CARDS[db.dialect.name], {"pairs": pairs})
    }
    if len(taken) < len(cards):
        short = len(cards) - len(taken)  # the codes themselves are worth money: not in a message
        message = f"{short} gift cards with too low a balance; lock them before they are read"
        raise RuntimeError(message)
    return [_use(order_id, taken[code], None, amount) for code, amount in cards.items()]


def _use(
    order_id: int, card_id: int | None, customer_id: int | None, amount_minor: int
) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "gift_card_id": card_id,
        "customer_id": customer_id,
        "amount_minor": amount_minor,
    }


def redeem(db: Connection, card: GiftCard, customer_id: int) -> None:
    """Move all that is on a locked gift card to the store credit of a customer."""
    db.execute(_EMPTY_CARD, {"card": card.id})
    db.execute(_ADD_CREDIT, {"customer": customer_id, "amount": card.balance_minor})
