"""What a shopper has chosen for the checkout of a cart: one JSON text in the cart's row.

So a cart of which nothing was chosen costs no statement more, and one that was chosen for costs one
to write. Whoever changes choices holds the lock of the cart.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from .model import Cart
from .tables import cart as cart_table

_SAVE = (
    update(cart_table)
    .where(cart_table.c.id == bindparam("cart"))
    .values(choices=bindparam("choices_"), updated_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; the default of each is that nothing was.

    Attributes:
        shipping_address: As `addresses` makes it, its `number` included; None without one.
        billing_address: The same.
        shipping_method: Carrier code and method code, such as `["flatrate", "flatrate"]`.
        payment_method: `code`, and perhaps `purchase_order_number`.
        coupons: Codes as the shop writes them, in the order of being applied.
        gift_cards: Codes, in the order of being applied.
        store_credit: Whether the customer's store credit is to be used.
        reward_points: Whether the customer's reward points are.
        gift_options: `gift_message`, `gift_wrapping_id`, `gift_receipt_included`,
            `printed_card_included`, those that were set.
    """

    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    shipping_method: tuple[str, str] | None = None
    payment_method: dict[str, Any] | None = None
    coupons: tuple[str, ...] = ()
    gift_cards: tuple[str, ...] = ()
    store_credit: bool = False
    reward_points: bool = False
    gift_options: dict[str, Any] = field(default_factory=dict)


NOTHING = Choices()


def choices_of(cart: Cart) -> Choices:
    """Return what was chosen for *cart*."""
    if cart.choices is None:
        return NOTHING
    found = json.loads(cart.choices)
    for name in ("shipping_method", "coupons", "gift_cards"):
        if found.get(name) is not None:
            found[name] = tuple(found[name])
    return Choices(**found)


def save_choices(db: Connection, now: datetime, cart: Cart, choices: Choices) -> Cart:
    """Return the locked *cart* with *choices*, which replace those that it had."""
    chosen = {name: value for name, value in asdict(choices).items() if value}
    text = json.dumps(chosen) if chosen else None
    db.execute(_SAVE, {"cart": cart.id, "choices_": text, "now": now})
    return cart._replace(choices=text)
