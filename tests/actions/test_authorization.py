"""Every action for every kind of caller and cart ends as `repertoire` says."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from .conftest import opened
from .repertoire import ENTRIES, CartFacts, Entry
from .repertoire.rows import CALLERS, CARTS
from .stage import FIRST, Stage


@pytest.fixture(scope="module")
def sqlite_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    for shop in opened(f"sqlite:///{folder}/stage.db", folder):
        yield Stage(shop)


@pytest.fixture(scope="module")
def postgres_stage(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE stage")
    url = postgres_server.replace("/postgres?", "/stage?", 1)
    for shop in opened(url, tmp_path_factory.mktemp("stage")):
        yield Stage(shop)


@pytest.fixture(params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.getfixturevalue(f"{request.param}_stage")
    return found


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_authorization_is_that_of_the_matrix(stage: Stage, entry: Entry) -> None:
    carts = stage.carts_for(entry)
    expected = {it: entry.expected(*it) for it in carts}
    refused = [it for it, outcome in expected.items() if outcome != "ok"]
    before = stage.rows()

    outcomes = {it: stage.outcome(entry, it[0], carts[it]) for it in refused}
    after = stage.rows()
    outcomes |= {it: stage.outcome(entry, it[0], carts[it]) for it in carts if it not in outcomes}

    assert outcomes == expected
    assert after == before, "who is refused changes nothing"


def test_every_action_is_in_the_matrix(sqlite_stage: Stage) -> None:
    actions = {
        name
        for name, action in sqlite_stage.shop.app.registry.items()
        if action.plugin == "cart" and action.contract.effect != "steps"
    }

    assert {entry.action for entry in ENTRIES} == actions, "enter it in repertoire/entries.py"


def test_no_entry_stands_twice() -> None:
    names = [entry.name for entry in ENTRIES]

    assert len(names) == len(set(names))


def test_every_input_that_holds_a_cart_is_in_the_matrix(sqlite_stage: Stage) -> None:
    facts = CartFacts("the cart", (1,), "spare")
    asked = {
        (entry.action, name)
        for entry in ENTRIES
        for name, value in entry.given(FIRST, facts).items()
        if value == facts.id
    }
    declared = {
        (action.contract.name, name)
        for action in sqlite_stage.shop.app.registry.values()
        if action.plugin == "cart" and action.contract.effect != "steps"
        for name in action.contract.extensions.get("x-cart", {}).get("carts", ())
    }

    assert asked == declared


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_rows_of_the_matrix_are_complete(entry: Entry) -> None:
    assert list(entry.rows) == list(CALLERS)
    for row in entry.rows.values():
        assert tuple(row) in (CARTS, ("any",))
