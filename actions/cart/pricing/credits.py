"""The last stage: reward points, gift cards and store credit pay what they can, in this order.

It is the order in which the platform calculates its totals: points 650, cards 700, credit 750.
"""

from __future__ import annotations

from typing import NamedTuple

from .basket import Basket
from .totals import Applied


class Payments(NamedTuple):
    """What is taken from each kind of credit; the names are those of `Totals`."""

    reward_points: int
    reward_points_minor: int
    gift_cards: list[Applied]
    store_credit_minor: int


def pay(basket: Basket, total_minor: int) -> Payments:
    """Return what is taken of the credits that were applied, no more than is due."""
    points, points_minor = _redeem(basket, total_minor)
    due = total_minor - points_minor
    cards = []
    for card in basket.gift_cards:
        amount = min(card.balance_minor, due) if card.is_valid(basket.today) else 0
        due -= amount
        cards.append(Applied(card.code, amount))
    credit_minor = min(basket.store_credit_minor, due) if basket.choices.store_credit else 0
    return Payments(points, points_minor, cards, credit_minor)


def _redeem(basket: Basket, due_minor: int) -> tuple[int, int]:
    """Return how many reward points are taken, and what they pay.

    They count in whole lots, those of the shop's rate: what is left of a balance stays, and the
    last lot may be worth more than it pays.
    """
    rate = basket.shop.rules.get("reward_points")
    if rate is None or not basket.reward_points:
        return 0, 0
    needed = -(-due_minor // rate["amount_minor"])
    lots = min(basket.reward_points // rate["points"], needed)
    return lots * rate["points"], min(lots * rate["amount_minor"], due_minor)
