from __future__ import annotations

import pytest

from cartflow.actions.cart.quantities import from_json, row_total_minor, to_json


@pytest.mark.parametrize(
    ("number", "quantity_e4"),
    [(2, 20_000), (2.0, 20_000), (0.1, 1_000), (1e-4, 1), (-1.5, -15_000), (1e3, 10_000_000)],
)
def test_a_number_is_taken_by_its_shortest_text(number: float, quantity_e4: int) -> None:
    assert from_json(number) == quantity_e4


@pytest.mark.parametrize("number", [0.00001, 1.00001, float("inf")])
def test_more_than_four_decimals_are_no_quantity(number: float) -> None:
    assert from_json(number) is None


@pytest.mark.parametrize(
    ("quantity_e4", "shown"), [(20_000, "2"), (5_000, "0.5"), (15_001, "1.5001")]
)
def test_whole_quantities_are_shown_without_decimals(quantity_e4: int, shown: str) -> None:
    assert repr(to_json(quantity_e4)) == shown


@pytest.mark.parametrize(
    ("price", "quantity_e4", "total"),
    [(1000, 20_000, 2000), (5, 5_000, 3), (3, 5_000, 2), (1, 4_999, 0), (0, 10_000, 0)],
    ids=["whole", "2.5 up", "1.5 up", "0.4999 down", "free"],
)
def test_row_totals_are_rounded_half_up(price: int, quantity_e4: int, total: int) -> None:
    assert row_total_minor(price, quantity_e4) == total
