from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

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


@pytest.mark.parametrize(
    ("points", "taken_points", "left"),
    [
        ((0, 25, 300), 0, 1000),
        ((24, 25, 300), 0, 1000),
        ((60, 25, 300), 50, 400),
        ((100, 25, 300), 100, 0),
        ((1000, 25, 300), 100, 0),
        ((1000, 1, 1), 1000, 0),
        ((999, 1, 1), 999, 1),
        ((7, 7, 5000), 7, 0),
    ],
    ids=["none", "no lot", "two lots", "the last not whole", "more", "all", "one short", "one lot"],
)
def test_points_count_in_whole_lots(
    points: tuple[int, int, int], taken_points: int, left: int
) -> None:
    totals = price(basket(line(), points=points))

    assert (totals.reward_points, totals.grand_total_minor) == (taken_points, left)
    assert totals.reward_points_minor == 1000 - left


def test_points_pay_before_cards_and_store_credit() -> None:
    cards, points = [card(300)], (20, 10, 200)

    totals = price(
        basket(line(), points=points, cards=cards, store_credit_minor=5000, store_credit=True)
    )

    assert (totals.reward_points_minor, *taken(totals)) == (400, 300, 300)


def test_points_of_a_shop_that_has_none_any_more_stay() -> None:
    totals = price(replace(basket(line()), reward_points=100))

    assert (totals.reward_points, totals.grand_total_minor) == (0, 1000)


def test_taxes_are_no_part_of_what_credits_left() -> None:
    totals = price(basket(line(), cards=[card(1000)]))

    assert totals.grand_total_excluding_tax_minor == 0
