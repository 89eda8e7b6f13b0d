"""Nothing that the platforms publish is forgotten, and nothing is served without a test."""

from __future__ import annotations

import pytest

from ..published.reading import NAMES, matches, published
from ..published.rows import contracts, rows_of
from .test_conditions import CASES

LISTS = pytest.mark.parametrize("name", NAMES)


@LISTS
def test_everything_is_served_or_left_out_for_a_reason(name: str) -> None:
    missing = [row.name for row in rows_of(published(name)) if not row.ours]

    assert missing == [], f"serve it, or say in published/{name}.yaml why not"


@LISTS
def test_nothing_is_served_without_a_test(name: str) -> None:
    untested = [row.name for row in rows_of(published(name)) if row.ours and not row.tests]

    assert untested == []


@LISTS
def test_conditions_of_what_is_published_are_provoked(name: str) -> None:
    for row in rows_of(published(name)):
        assert set(row.conditions) == set(CASES[row.ours] if row.conditions else ())


@LISTS
def test_what_is_left_out_is_in_the_list(name: str) -> None:
    listed = published(name)
    names = set(listed.names())

    unknown = [it for it in listed.left_out if not any(matches(name, it) for name in names)]

    assert unknown == []


@LISTS
def test_what_is_left_out_is_not_served(name: str) -> None:
    listed = published(name)

    served = [
        it.name for it in listed.operations if listed.reason(it.name) and it.name in contracts()
    ]

    assert served == []


def test_every_action_is_published_or_our_own() -> None:
    """Ours alone: what a store and a checkout need and no platform has an operation for."""
    listed = {it.name for name in NAMES for it in published(name).operations}
    own = {
        name
        for name, contract in contracts().items()
        if name not in listed and contract.effect != "steps"
    }

    assert own == OWN


OWN = {
    "beginCartOperation",
    "doCartOperation",
    "eraseCustomer",
    "failCartOperation",
    "getCheckoutSession",
    "loadStore",
    "loadStoreFile",
    "purgeCarts",
}
