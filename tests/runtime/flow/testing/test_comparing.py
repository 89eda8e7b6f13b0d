"""What differs is told, and nothing else; what a mock leaves out comes from the example."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartflow.runtime.contract import read_contract
from cartflow.runtime.flow.testing.comparing import differences
from cartflow.runtime.flow.testing.mocks import completed

NAMES = st.sampled_from("abc")
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, "", "a"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=6,
)
OBJECTS = st.dictionaries(NAMES, VALUES)


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert list(differences(value, value)) == []


@given(OBJECTS, OBJECTS)
def test_members_that_are_not_named_are_not_looked_at(
    expected: dict[str, Any], more: dict[str, Any]
) -> None:
    assert list(differences(expected, more | expected)) == []


@given(VALUES, VALUES)
def test_no_difference_means_the_same_apart_from_further_members(one: Any, other: Any) -> None:
    if not list(differences(one, other)) and not list(differences(other, one)):
        assert one == other


@pytest.mark.parametrize(
    ("expected", "got", "paths"),
    [
        ([1, 2], [1], [()]),
        ([{"a": 1}], [{"a": 1, "b": 2}], []),
        ([{"a": 1}], [{"a": 2}], [(0, "a")]),
        ({"a": None}, {}, [("a",)]),
        ({"a": {}}, {"a": None}, [("a",)]),
        (1, True, [()]),
        (1, 1.0, []),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}, [("a", "b", 0)]),
    ],
    ids=str,
)
def test_where_values_differ(expected: Any, got: Any, paths: list[tuple[Any, ...]]) -> None:
    assert [difference.path for difference in differences(expected, got)] == paths


def test_a_long_value_is_cut() -> None:
    [difference] = differences("", "x" * 10_000)

    assert len(difference.got) < 2100
    assert difference.got.endswith("… (10002 characters)")


@given(OBJECTS, OBJECTS)
def test_what_is_told_stands_in_the_output_and_the_rest_is_the_example(
    example: dict[str, Any], told: dict[str, Any]
) -> None:
    document = {
        "name": "a",
        "title": "A",
        "input": {"type": "object"},
        "output": {"type": "object"},
        "examples": [{"title": "e", "input": {}, "output": example}],
    }

    output = completed(read_contract(document, "a.json", {}), {"output": told})

    assert list(differences(told, output)) == []
    assert {name: output[name] for name in example if name not in told} == {
        name: value for name, value in example.items() if name not in told
    }
    assert output.keys() == example.keys() | told.keys()
