"""Plain paths of every length, beside the same path that Jinja2's way has to work out."""

from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.flow.expressions import ExpressionError, compile_expression
from cartflow.runtime.flow.scope import Results

from .evaluating import Bound

LENGTHS = range(9)


def nested(length: int, value: Any) -> Any:
    for _ in range(length):
        value = {"m": value, "list": [value]}
    return value


@pytest.mark.parametrize("length", LENGTHS)
def test_a_member_is_found_however_deep_it_is(length: int) -> None:
    names = Bound({"a": nested(length, "found")})

    assert compile_expression("a" + ".m" * length).evaluate(names) == "found"


@pytest.mark.parametrize("length", LENGTHS)
def test_an_item_is_found_however_deep_it_is(length: int) -> None:
    names = Bound({"a": nested(length, [1, 2])})

    assert compile_expression("a" + ".m" * length + "[1]").evaluate(names) == 2


def test_indexes_may_follow_each_other() -> None:
    names = Bound({"a": [[[1], [2, {"b": 3}]]]})

    assert compile_expression("a[0][1][1].b").evaluate(names) == 3
    assert compile_expression("a[0][1][0]").evaluate(names) == 2


@pytest.mark.parametrize(
    "value", ["text", 1, 1.5, True, None, [], {}, ["text"], {"m": "text"}, {"0": 1}, [{}]]
)
@pytest.mark.parametrize("path", ["[0]", "[0][0]", ".m[0]", "[0].m", "[0].m.m", ".m.m.m[3]", "[9]"])
def test_it_finds_what_jinja_finds_and_misses_what_jinja_misses(path: str, value: Any) -> None:
    names = Bound({"a": value, "yes": True})

    assert outcome(f"a{path}", names) == outcome(f"a{path} if yes else 0", names)


def outcome(text: str, names: Bound) -> Any:
    try:
        return compile_expression(text).evaluate(names)
    except ExpressionError as error:
        return error.data["reason"]


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_what_is_missing_is_told_at_every_depth(length: int) -> None:
    names = Bound({"a": nested(length - 1, {"n": 1})})

    assert outcome("a" + ".m" * length, names) == "there is no member 'm' (there is: n)"


def test_a_step_that_has_not_completed_is_null() -> None:
    names = Bound({"steps": Results(frozenset(["early", "late"]))})

    assert outcome("steps.early", names) is None
    assert outcome("steps.early.id", names) == "null has no member 'id'"
    assert outcome("steps.erly", names).startswith("there is no member 'erly'; did you mean")


def test_a_path_of_thousands_of_parts_is_looked_up() -> None:
    names = Bound({"a": nested(150, "found")})

    assert compile_expression("a" + ".m" * 150).evaluate(names) == "found"
    assert "has no member" in outcome("a" + ".m" * 9000, names)
    assert "has no member 0" in outcome("a" + "[0]" * 6000, names)
