"""What an expression may cost: every way to make the machine work or hoard is cut short.

The expressions here are short, and so are the lists and texts that they name; what would be long is
what they make the machine do: each went on for minutes, or took gigabytes, without a bound.
"""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from cartflow.runtime.flow.expressions import ExpressionError

from .evaluating import NAMES, compiled, evaluate, reason, refusal

TWINS = "['a' * 400000 ~ 'b', 'a' * 400000 ~ 'c']"
"""Texts that differ at their end only."""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(['A' * 1000000] * 1000000) | sort", id="folds a long text for each item"),
        pytest.param("(['A' * 1000000] * 1000000) | unique", id="folds and hashes it"),
        pytest.param("(['A' * 1000000] * 1000000) | max", id="folds it to find the largest"),
        pytest.param(f"({TWINS} * 500000) | sort(case_sensitive=true)", id="compares to sort"),
        pytest.param(f"({TWINS} * 500000) | min(case_sensitive=true)", id="compares for the least"),
        pytest.param(f"({TWINS} * 500000) | unique(case_sensitive=true)", id="compares to merge"),
        pytest.param(
            "('a' * 400000 ~ 'b') in ['a' * 400000 ~ 'c'] * 1000000", id="looks for a long text"
        ),
        pytest.param(
            "(['a' * 400000] * 1000000) | select('startswith', 'a' * 400000)", id="startswith"
        ),
        pytest.param(
            "(['a' * 400000] * 1000000) | select('endswith', 'a' * 400000)", id="endswith"
        ),
        pytest.param(
            "([[]] * 1000000) | map('map', attribute='a.' * 400000)", id="takes a path apart"
        ),
        pytest.param(
            "([[]] * 1000000) | map('sort', attribute='a.' * 400000)", id="takes paths apart"
        ),
        pytest.param("(['a'] * 1000000) | map('trim', 'b' * 400000)", id="sorts out characters"),
        pytest.param("([10 ** 999] * 1000000) | map('round', -400)", id="divides long integers"),
    ],
)
def test_work_that_multiplies_is_refused(text: str) -> None:
    started = time.process_time()

    failed = reason(text)

    assert "more than 5000000 characters and items" in failed
    assert time.process_time() - started < 5  # a shared machine


def test_a_text_is_not_trimmed_of_a_whole_alphabet() -> None:
    alphabet = "".join(chr(0x4E00 + number) for number in range(101))

    assert "at most 100 different characters" in reason(f"'a' | trim('{alphabet}')")
    assert evaluate(f"'{alphabet[:2]}a' | trim('{alphabet[:100] * 3}')") == "a"


def test_long_integers_are_told_apart_in_no_time() -> None:
    started = time.process_time()

    assert evaluate("([10 ** 999, 1e3, 1000] * 300000) | unique") == [10**999, 1000]
    assert time.process_time() - started < 5


def test_what_is_missing_a_million_times_costs_no_messages() -> None:
    started = time.process_time()

    found = evaluate("([{'sku': 1, 'title': 2}] * 1000000) | map(attribute='tilte', default=0)")

    assert len(found) == 1_000_000
    assert time.process_time() - started < 5  # with a message for each: half a minute


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(["${{ 'a' * 1000000 }}"] * 1000, id="a list of texts"),
        pytest.param({f"n{at}": "${{ 'a' * 1000000 }}" for at in range(1000)}, id="an object"),
        pytest.param([["a${{ 'b' * 999999 }}"]] * 1000, id="texts with text around"),
        pytest.param("${{ 'a' * 1000000 }}" * 999, id="one text"),
        pytest.param(["${{ [0] * 400000 }}"] * 1000, id="a list of lists"),
    ],
)
def test_a_value_is_refused_before_all_of_it_is_made(raw: Any) -> None:
    value = compiled(raw)
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError, match=r"would be l(arg|ong)er than"):
            value.evaluate(NAMES)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 200_000_000  # all of it: 1 GB and more


def test_the_parts_of_each_value_are_counted_anew() -> None:
    value = compiled(["${{ 'a' * 1000000 }}"] * 15)

    assert [len(value.evaluate(NAMES)) for _ in range(3)] == [15, 15, 15]


def test_after_a_value_that_failed_the_count_begins_anew() -> None:
    with pytest.raises(ExpressionError):
        compiled(["${{ 'a' * 1000000 }}"] * 20).evaluate(NAMES)

    assert [len(evaluate("'a' * 1000000")) for _ in range(20)] == [1_000_000] * 20


# ---- nothing that is missing gets into a value


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[none] | map('default', nothing)", "there is no name 'nothing'"),
        ("[{}] | map(attribute='a', default=nothing)", "there is no name 'nothing'"),
        ("[[]] | map('first')", "what is empty has no first item"),
        ("[''] | map('last')", "what is empty has no last item"),
        ("[[]] | map('min')", "an empty list has no min"),
        ("[[[]]] | map('map', 'max')", "an empty list has no max"),
    ],
)
def test_a_list_never_holds_what_is_missing(text: str, missing: str) -> None:
    assert missing in reason(text)


# ---- escapes in texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"'C:\\dir'", r"C:\dir"),
        (r"'\\\\q'", r"\\q"),
        (r"'\\400'", r"\400"),
        (r"'\377'", "\xff"),
        (r"'\\\''", r"\'"),
    ],
)
def test_a_backslash_that_is_written_twice_is_one(text: str, expected: str) -> None:
    assert evaluate(text) == expected


@pytest.mark.parametrize("text", [r"'\400'", r"'\777'", r"'\\\d'", r"'\d'"])
def test_an_escape_that_python_warns_about_is_refused(text: str) -> None:
    assert "unknown escape" in refusal(text)
