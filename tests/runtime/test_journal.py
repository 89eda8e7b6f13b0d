from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cartflow import ActionError
from cartflow.runtime.database import Database, Transaction
from cartflow.runtime.journal import DONE, Journal, Slot, outcome_of

HOUR_S = 3600.0


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database, b"secret", HOUR_S)


@pytest.fixture
def begin(database: Database) -> Iterator[Callable[[], Transaction]]:
    opened: list[Transaction] = []

    def begin_one() -> Transaction:
        opened.append(database.begin())
        return opened[-1]

    yield begin_one
    for transaction in opened:
        transaction.close()


Begin = Callable[[], Transaction]


def slot_of(journal: Journal, key: str = "k", given: Any = None) -> Slot:
    return journal.slot("call:guest", key, "pay", given or {"amount": 5})


class Caller:
    id = "the call"


def test_a_slot_is_claimed_once(journal: Journal, begin: Begin) -> None:
    transaction = begin()

    assert journal.claim(transaction, slot_of(journal), 0) is None
    record = journal.claim(transaction, slot_of(journal), 1)

    assert record is not None
    assert record.status == "running"


def test_a_claim_that_is_rolled_back_never_was(journal: Journal, begin: Begin) -> None:
    transaction = begin()
    journal.claim(transaction, slot_of(journal), 0)
    transaction.close()

    assert journal.claim(begin(), slot_of(journal), 0) is None


def test_an_output_is_replayed(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.complete(transaction, slot, outcome_of({"umlaut": "ä\x00", "n": 1.5, "no": None}))

    record = journal.claim(transaction, slot, 1)

    assert record is not None
    assert record.replay(Caller()) == {"umlaut": "ä\x00", "n": 1.5, "no": None}


def test_an_error_is_replayed_whole(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    error = ActionError("X", "a message", self="data")
    error.status, error.title, error.retryable = 418, "Teapot", True
    error.step, error.action = "steps/0", "brew"
    journal.claim(transaction, slot, 0)
    journal.complete(transaction, slot, outcome_of(error=error))
    record = journal.claim(transaction, slot, 1)
    assert record is not None

    with pytest.raises(ActionError) as caught:
        record.replay(Caller())

    again = caught.value
    assert again.to_json() == error.to_json()
    assert (again.retryable, again.step, again.action, again.invocation_id) == (
        True,
        "steps/0",
        "brew",
        "the call",
    )


@pytest.mark.parametrize(
    ("action", "given"), [("pay", {"amount": 6}), ("refund", {"amount": 5})], ids=str
)
def test_a_slot_is_of_one_action_and_input(
    journal: Journal, begin: Begin, action: str, given: Any
) -> None:
    transaction = begin()
    journal.claim(transaction, slot_of(journal), 0)

    with pytest.raises(ActionError, match="IDEMPOTENCY_KEY_REUSED"):
        journal.claim(transaction, journal.slot("call:guest", "k", action, given), 1)


def test_the_order_of_members_does_not_matter(journal: Journal) -> None:
    one, two = slot_of(journal, given={"a": 1, "b": 2}), slot_of(journal, given={"b": 2, "a": 1})

    assert one == two


def test_a_digest_needs_the_secret(database: Database, journal: Journal) -> None:
    other = Journal(database, b"another secret", HOUR_S)

    assert slot_of(journal).digest != slot_of(other).digest


def test_a_slot_that_is_forgotten_can_be_claimed_by_another_call(
    journal: Journal, begin: Begin
) -> None:
    transaction = begin()
    journal.claim(transaction, slot_of(journal), 0)
    journal.forget(transaction, slot_of(journal))

    assert journal.claim(transaction, slot_of(journal, given={"x": 1}), 1) is None


@pytest.mark.parametrize(("now", "is_free"), [(HOUR_S - 1, False), (HOUR_S, True)])
def test_an_outcome_is_remembered_for_the_time_that_was_set(
    journal: Journal, begin: Begin, now: float, is_free: bool
) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.complete(transaction, slot, outcome_of({}))

    assert (journal.claim(transaction, slot, now) is None) is is_free


def test_a_running_call_is_never_too_old(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.remember(transaction, slot, "p/c", {"state": 1})

    record = journal.claim(transaction, slot, 10 * HOUR_S)

    assert record is not None
    assert (record.owner, record.state) == ("p/c", {"state": 1})
    assert journal.purge(transaction, 10 * HOUR_S) == 0


def test_what_is_too_old_is_purged(journal: Journal, begin: Begin) -> None:
    transaction = begin()
    for number, key in enumerate(("old", "new")):
        slot = slot_of(journal, key)
        journal.claim(transaction, slot, number * HOUR_S)
        journal.complete(transaction, slot, outcome_of({}))

    assert journal.purge(transaction, 1.5 * HOUR_S) == 1
    assert journal.find(transaction, slot_of(journal, "old")) is None
    assert journal.find(transaction, slot_of(journal, "new")) is not None


@pytest.mark.parametrize(
    ("owner", "expected", "won"),
    [("a", "a", True), ("a", "b", False), ("a", None, False), (None, None, True)],
)
def test_a_call_is_taken_over_from_the_owner_one_knows(
    journal: Journal, begin: Begin, owner: str | None, expected: str | None, won: bool
) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    if owner is not None:
        journal.remember(transaction, slot, owner, {})

    assert journal.take_over(transaction, slot, "new", expected) is won


def test_a_settled_call_is_not_taken_over(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.complete(transaction, slot, outcome_of({}))

    assert journal.take_over(transaction, slot, "new", None) is False


def test_only_its_owner_gives_a_call_up(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.remember(transaction, slot, "a", {})
    journal.abandon(transaction, slot, "b")
    before = journal.find(transaction, slot)
    journal.abandon(transaction, slot, "a")
    after = journal.find(transaction, slot)

    assert before is not None
    assert after is not None
    assert (before.owner, after.owner) == ("a", None)


def test_the_running_calls_are_listed(journal: Journal, begin: Begin) -> None:
    transaction = begin()
    for key in ("running", "done"):
        journal.claim(transaction, slot_of(journal, key), 0)
        journal.remember(transaction, slot_of(journal, key), "a", {"key": key})
    journal.complete(transaction, slot_of(journal, "done"), outcome_of({}))

    ((slot, record),) = journal.running(transaction)

    assert (slot, record.state) == (slot_of(journal, "running"), {"key": "running"})


def test_what_is_done_keeps_neither_state_nor_owner(journal: Journal, begin: Begin) -> None:
    transaction, slot = begin(), slot_of(journal)
    journal.claim(transaction, slot, 0)
    journal.remember(transaction, slot, "a", {"card": "4111"})
    journal.complete(transaction, slot, outcome_of({}))

    record = journal.find(transaction, slot, lock=True)

    assert record is not None
    assert (record.status, record.owner, record.state) == (DONE, None, None)
