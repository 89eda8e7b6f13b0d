"""The last stage: gift cards and store credit pay what they can."""

from __future__ import annotations

from .basket import Basket
from .totals import Applied


def pay(basket: Basket, total_minor: int) -> tuple[list[Applied], int]:
    """Return what is taken from each gift card and from the store credit, no more than is due."""
    due = total_minor
    cards = []
    for card in basket.gift_cards:
        amount = min(card.balance_minor, due) if card.is_valid(basket.today) else 0
        due -= amount
        cards.append(Applied(card.code, amount))
    return cards, min(basket.store_credit_minor, due) if basket.choices.store_credit else 0
