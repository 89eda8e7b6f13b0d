from __future__ import annotations

import string
from collections import Counter

import pytest

from cartflow.runtime.clock import SystemClock


@pytest.mark.parametrize("length", [0, 1, 20, 43, 1000])
def test_a_random_text_has_the_length_that_was_asked_for(length: int) -> None:
    assert len(SystemClock().random_text(length)) == length


def test_every_letter_and_digit_comes_up_equally_often() -> None:
    found = Counter(SystemClock().random_text(62_000))

    assert set(found) == set(string.ascii_letters + string.digits)
    assert 800 < min(found.values()) <= max(found.values()) < 1200  # 1000, six deviations around


def test_no_two_random_texts_are_the_same() -> None:
    assert len({SystemClock().random_text(20) for _ in range(1000)}) == 1000
