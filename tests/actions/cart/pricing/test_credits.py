from __future__ import annotations

from datetime import timedelta

from cartflow.actions.cart.pricing import Totals, price

from .baskets import TODAY, basket, card, line


def taken(totals: Totals) -> list[int]:
    return [*(found.amount_minor for found in totals.gift_cards), totals.store_credit_minor]


def test_cards_pay_in_their_order_and_store_credit_the_rest() -> None:
    cards = [card(300, "one"), card(300, "two")]

    totals = price(basket(line(), cards=cards, store_credit_minor=5000, store_credit=True))

    assert taken(totals) == [300, 300, 400]
    assert (totals.total_minor, totals.grand_total_minor) == (1000, 0)


def test_what_is_not_needed_stays() -> None:
    cards = [card(700, "one"), card(700, "two")]

    totals = price(basket(line(), cards=cards, store_credit_minor=5000, store_credit=True))

    assert taken(totals) == [700, 300, 0]


def test_store_credit_is_used_only_if_it_was_asked_for() -> None:
    assert taken(price(basket(line(), store_credit_minor=5000))) == [0]


def test_a_card_pays_up_to_its_last_day() -> None:
    yesterday = TODAY - timedelta(days=1)
    cards = [card(1, expires_on=yesterday), card(2, expires_on=TODAY), card(4, enabled=False)]

    assert taken(price(basket(line(), cards=cards))) == [0, 2, 0, 0]


def test_taxes_are_no_part_of_what_credits_left() -> None:
    totals = price(basket(line(), cards=[card(1000)]))

    assert totals.grand_total_excluding_tax_minor == 0
