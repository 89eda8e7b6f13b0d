"""Limits of documents: each holds at its bound, is told in its own words, and costs no time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import get_introspection_query

from ..conftest import Shop
from .conftest import Door


@pytest.fixture(scope="module")
def small_door(sqlite_shop: Shop) -> Iterator[Door]:
    limits = {"max_depth": 4, "max_complexity": 6, "max_aliases": 2, "max_fragments": 2}
    door = Door(
        sqlite_shop, introspection=False, max_document_characters=300, max_batch=0, **limits
    )
    yield door
    door.close()


def message_of(door: Door, text: str) -> str | None:
    answer = door.ask(text)
    return answer["errors"][0]["message"] if "data" not in answer else None


DEEP = "{ customer { addresses { region { region } } } }"
WIDE = "{ customer { id email firstname lastname gender } }"
NAMED = "{ a: __typename b: __typename }"
SPREAD = "{ ... { __typename } ...F } fragment F on Query { __typename }"


@pytest.mark.parametrize("text", [DEEP, WIDE, NAMED, SPREAD])
def test_as_much_as_is_allowed_is_allowed(small_door: Door, text: str) -> None:
    assert message_of(small_door, text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{ customer { addresses { region { region { code } } } } }",
            "Max query depth should be 4 but got 5.",
        ),
        (
            "{ customer { id email firstname lastname gender suffix } }",
            "Max query complexity should be 6 but got 7.",
        ),
        (
            "{ a: __typename b: __typename c: __typename }",
            "Max query aliases should be 2 but got 3.",
        ),
        (
            "{ ...F ...F ...F } fragment F on Query { __typename }",
            "Max query fragments should be 2 but got 3.",
        ),
        (
            "{ customer { ...F email } } fragment F on Customer { id a: id b: id suffix prefix }",
            "Max query complexity should be 6 but got 7.",
        ),
        (
            "{ customer { id } } fragment Unused on Customer { a: id b: id c: id }",
            "Max query aliases should be 2 but got 3.",
        ),
        (
            "{ __typename }" + " " * 300,
            "The query is too long: expected at most 300 characters, got 314.",
        ),
        (
            "{ __schema { queryType { name } } }",
            "GraphQL introspection is not allowed, but the query contained __schema or __type",
        ),
    ],
)
def test_more_is_refused_in_words_of_its_own(small_door: Door, text: str, message: str) -> None:
    assert message_of(small_door, text) == message


def test_without_introspection_nothing_is_suggested(small_door: Door, sqlite_door: Door) -> None:
    assert message_of(sqlite_door, "{ cars }") == (
        "Cannot query field 'cars' on type 'Query'. Did you mean 'cart'?"
    )
    assert message_of(small_door, "{ cars }") == "Cannot query field 'cars' on type 'Query'."


def test_batches_can_be_forbidden(small_door: Door) -> None:
    response = small_door.client.post("/graphql", json=[{"query": "{ __typename }"}])

    [error] = response.get_json()["errors"]
    assert error["message"] == "A request holds one operation here, got a list of 1."


def test_the_usual_question_for_the_schema_keeps_to_the_limits(sqlite_door: Door) -> None:
    data = sqlite_door.data(get_introspection_query(input_value_deprecation=True))

    assert {"Cart", "CartItemInterface"} <= {found["name"] for found in data["__schema"]["types"]}


def test_fragments_that_double_each_other_are_measured_without_unfolding(
    sqlite_door: Door,
) -> None:
    doubling = "".join(f"fragment F{n} on Cart {{ ...F{n + 1} ...F{n + 1} }}\n" for n in range(600))
    text = "{ customerCart { ...F0 } }" + doubling + "fragment F600 on Cart { id }"

    assert message_of(sqlite_door, text) in (
        "Max query complexity should be 300 but got much more.",
        "Max query depth should be 20 but got much more.",
    )


def test_fragments_in_a_circle_are_refused(sqlite_door: Door) -> None:
    text = "{ customerCart { ...A } } fragment A on Cart { ...B } fragment B on Cart { ...A }"

    assert message_of(sqlite_door, text) == "Cannot spread fragment 'A' within itself via 'B'."


@pytest.mark.parametrize("text", ["{a" * 20_000, "{a(b:" + "[" * 20_000, "query(" * 9000])
def test_nesting_without_end_is_refused(sqlite_door: Door, text: str) -> None:
    message = message_of(sqlite_door, text)

    assert message is not None
    assert message.startswith(("Syntax Error", "Max query depth"))
