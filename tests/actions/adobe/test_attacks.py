"""Documents made to cost more than they look like: refused, or no dearer than they are long.

What a document costs is counted in calls of functions, not in seconds.
"""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from cartflow.actions.adobe.documents import Documents, RefusedDocumentError, Rules
from cartflow.actions.adobe.limits import Limits

from ...memory import traced_memory
from .floods import FLOODS, calls_in

RULES = Rules(Limits(depth=20, complexity=300, aliases=30, fragments=100), 100_000, True)


def errors_of(text: str) -> list[str]:
    """Return what is wrong with a document; nothing if it can be executed."""
    try:
        Documents(RULES).get(text)
    except RefusedDocumentError as refused:
        return [error.message for error in refused.errors]
    return []


def cost_of(text: str) -> int:
    """Return how many functions are called to check a document."""
    return calls_in(lambda: errors_of(text))


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_refused_or_harmless(name: str) -> None:
    flood = FLOODS[name]

    errors = errors_of(flood.text(flood.size))

    assert bool(errors) == bool(flood.said)
    assert "".join(errors).startswith(flood.said)
    assert len(errors) <= 6, "one after another is told, up to a number, and that there are more"


@pytest.mark.parametrize("name", [name for name in FLOODS if not FLOODS[name].is_squared])
def test_a_flood_costs_no_more_than_it_is_long(name: str) -> None:
    flood = FLOODS[name]
    errors_of(flood.text(1))  # what is done once only is done now

    quarter, half = (cost_of(flood.text(flood.size // part)) for part in (4, 2))

    assert half < 2.4 * quarter + 1000


@pytest.mark.parametrize("name", [name for name in FLOODS if FLOODS[name].is_squared])
def test_what_is_compared_with_each_other_is_limited(name: str) -> None:
    usual = cost_of(get_introspection_query())

    assert cost_of(FLOODS[name].text(FLOODS[name].size)) < 30 * usual


def listing(count: int, mark: int) -> str:
    """Return a document of so many tokens and some more."""
    skus = '"" ' * count
    return f"{{ products(filter: {{ sku: {{ in: [{skus}] }} }}) {{ m{mark}: __typename }} }}"


def test_what_is_remembered_stays_small() -> None:
    documents = Documents(RULES, remembered=10_000)
    texts = [listing(900, mark) for mark in range(12)]
    with traced_memory() as memory_now:
        first = documents.get(texts[0])
        for text in texts:
            documents.get(text)
        used, _ = memory_now()

    assert used < 10_000 * 700
    assert documents.get(texts[-1]) is documents.get(texts[-1])
    assert documents.get(texts[0]) is not first


def test_what_is_long_is_not_remembered() -> None:
    documents = Documents(RULES, remembered=1_000)
    long = f'{{ cart(cart_id: "{"x" * 20_000}") {{ id }} }}'

    assert documents.get(long) is not documents.get(long)
