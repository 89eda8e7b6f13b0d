"""Amounts as documents show them."""

from __future__ import annotations

from typing import TypedDict


class Money(TypedDict):
    """What `money.json` describes."""

    amount_minor: int
    currency: str


class MoneyOf(dict[int, Money]):
    """Amount in minor units to its document: of one currency, and equal amounts share one.

    A cart of 1 000 lines names 7 000 amounts, most of them several times.
    """

    def __init__(self, currency: str) -> None:
        super().__init__()
        self._currency = currency

    def __missing__(self, amount_minor: int) -> Money:
        money: Money = {"amount_minor": amount_minor, "currency": self._currency}
        self[amount_minor] = money
        return money
