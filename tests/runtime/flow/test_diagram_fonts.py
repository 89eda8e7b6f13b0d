from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.flow.diagram.fonts import ELLIPSIS, clean, shorten, width, wrap

SIZE = 13.0
TEXTS = st.one_of(st.text(max_size=300), st.text("ab -_.W", max_size=300))


@given(TEXTS, st.floats(30, 400), st.integers(1, 3))
def test_no_line_is_wider_than_its_limit(text: str, limit: float, lines: int) -> None:
    made = wrap(text, SIZE, limit, lines)

    assert 1 <= len(made) <= lines
    assert max(width(line, SIZE) for line in made) <= limit


@given(TEXTS)
def test_nothing_is_lost_where_there_is_room(text: str) -> None:
    made = wrap(text, SIZE, 100.0, 1000)

    assert "".join(made).replace(" ", "") == clean(text).replace(" ", "")


def test_words_stay_whole_where_they_can() -> None:
    assert wrap("put them into the cart", SIZE, 90, 3) == ["put them into", "the cart"]


def test_long_identifiers_are_broken_between_their_words() -> None:
    made = wrap("addProductsToNewCart", SIZE, 90, 3)

    assert made == ["addProducts", "ToNewCart"]


def test_what_there_is_no_room_for_is_an_ellipsis() -> None:
    assert wrap("one two three four", SIZE, 60, 1) == [f"one tw{ELLIPSIS}"]
    assert shorten("one two three four", SIZE, 60) == f"one tw{ELLIPSIS}"


def test_a_long_text_is_not_looked_at_to_its_end() -> None:
    assert wrap(" " * 5000 + "end", SIZE, 100, 2) == [ELLIPSIS]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\n\tb\u2028c\u00a0d", "a b c d"),
        ("\ud800", "\ufffd"),
        ("a\x00b", "a b"),
        ("\uffff\U0001fffe", "\ufffd\ufffd"),
        ("a\u202eb\u2066c", "abc"),
    ],
)
def test_a_cleaned_text_can_stand_in_xml(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("joined", ["👩\u200d👧", "👍🏽", "e\u0301"])
def test_what_is_drawn_as_one_is_not_taken_apart(joined: str) -> None:
    made = wrap(joined * 9, SIZE, 40, 20)

    assert all(line.count(joined) * len(joined) == len(line) for line in made)


def test_marks_take_no_room() -> None:
    assert width("e\u0301", SIZE) == width("e", SIZE)


def test_bold_letters_are_wider() -> None:
    assert width("cart", SIZE, bold=True) > width("cart", SIZE)
