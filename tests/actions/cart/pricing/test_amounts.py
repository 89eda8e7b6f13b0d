from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.actions.cart.pricing.amounts import part, percent_e4, spread, without

AMOUNTS = st.integers(0, 10**12)
SHARES = st.integers(0, 1_000_000)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@given(AMOUNTS, SHARES)
def test_a_part_is_exact_and_rounded_half_up(amount: int, share: int) -> None:
    assert part(amount, share) == half_up(Fraction(amount * share, 1_000_000))


@given(AMOUNTS, SHARES)
def test_an_amount_without_what_was_added_is_exact_too(amount: int, share: int) -> None:
    assert without(amount, share) == half_up(amount / (1 + Fraction(share, 1_000_000)))


@given(AMOUNTS, SHARES)
def test_what_was_added_can_be_taken_out_again(amount: int, share: int) -> None:
    assert without(amount + part(amount, share), share) == amount


@pytest.mark.parametrize(
    ("percent", "expected"), [(19, 190_000), (8.25, 82_500), (33.3333, 333_333), (0.0001, 1)]
)
def test_percentages_have_four_decimals(percent: float, expected: int) -> None:
    assert percent_e4(percent) == expected


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [45, 5, 50]) == [5, 0, 5]
    assert spread(1000, [4500, 3400, 600]) == [529, 400, 71]


def test_equal_remainders_are_decided_by_rank() -> None:
    assert spread(100, [1, 1, 1], ["c", "b", "a"]) == [33, 33, 34]


@pytest.mark.parametrize("weights", [[], [0], [0, 0]])
def test_nothing_is_spread_over_nothing(weights: list[int]) -> None:
    assert spread(5, weights) == [0] * len(weights)


WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any)


@given(st.integers(0, 10**10), WEIGHTS)
def test_parts_add_up_and_are_in_proportion(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)

    assert sum(parts) == amount
    for found, weight in zip(parts, weights, strict=True):
        assert abs(found - Fraction(amount * weight, sum(weights))) < 1


@given(WEIGHTS, st.fractions(0, 1))
def test_no_part_is_more_than_its_weight(weights: list[int], share: Fraction) -> None:
    parts = spread(int(sum(weights) * share), weights)

    assert all(found <= weight for found, weight in zip(parts, weights, strict=True))
