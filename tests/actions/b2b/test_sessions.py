from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartflow import SYSTEM, ActionError, Principal
from cartflow.actions.cart import sessions
from cartflow.actions.cart.sessions import Session

from ..conftest import Shop

MANUAL = Path(__file__).parents[3] / "docs" / "b2b.md"
FRESH = Session(1, "s" * 18, 1, "Start")


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


@pytest.fixture
def session(shop: Shop, customer: Principal) -> str:
    cart_id = shop.cart(by=customer)
    return str(shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)["id"])


def update(shop: Shop, session: str, expected: str, then: str, by: Principal = SYSTEM) -> Any:
    given = {"checkoutSessionId": session, "expCurrentState": expected, "nextState": then}
    return shop.invoke("updateCheckoutSessionAction", by=by, **given)


def read(shop: Shop, session: str) -> dict[str, Any]:
    found = shop.invoke("getCheckoutSession", by=SYSTEM, checkoutSessionId=session)
    return dict(found)


def test_update_announces_the_next_state(shop: Shop, customer: Principal, session: str) -> None:
    answer = update(shop, session, "Start", "CheckInventory", by=customer)

    assert answer == {"requestId": session}
    found = read(shop, session)
    assert (found["state"], found["nextState"]) == ("Start", "CheckInventory")


def test_of_two_tabs_one_wins(shop: Shop, session: str) -> None:
    update(shop, session, "Start", "CheckInventory")

    with pytest.raises(ActionError) as caught:
        update(shop, session, "Start", "Payment")

    assert caught.value.title == "Expected Validation Error"
    assert caught.value.data == {"expected": "Start", "state": "CheckInventory"}
    assert read(shop, session)["nextState"] == "CheckInventory"


def test_who_knows_what_was_announced_goes_on_from_there(shop: Shop, session: str) -> None:
    update(shop, session, "Start", "Delivery Method")

    update(shop, session, "Delivery Method", "Payment")

    found = read(shop, session)
    assert (found["state"], found["nextState"]) == ("Delivery Method", "Payment")


def test_a_session_of_somebody_else_is_as_if_it_did_not_exist(shop: Shop, session: str) -> None:
    with pytest.raises(ActionError) as caught:
        update(shop, session, "Start", "Payment", by=shop.customer())

    assert caught.value.code == "SESSION_NOT_FOUND"
    assert caught.value.title == "Invalid Session or Inadequate User Access"


def test_a_cancelled_session_can_be_read_but_not_updated(
    shop: Shop, customer: Principal, session: str
) -> None:
    shop.invoke("cancelCartAsyncOperation", by=customer, cartId=shop.cart(by=customer))

    with pytest.raises(ActionError) as caught:
        update(shop, session, "Start", "Payment")

    assert caught.value.code == "SESSION_NOT_FOUND"
    assert read(shop, session)["isArchived"] is True


def test_the_alias_is_the_same_action(shop: Shop, session: str) -> None:
    given = {"checkoutSessionId": session, "expCurrentState": "Start", "nextState": "Payment"}

    answer = shop.invoke("updateCheckoutSessionStateAction", by=SYSTEM, **given)

    assert answer == {"requestId": session}
    one, other = (
        shop.app.registry.contract(name).to_json()
        for name in ("updateCheckoutSessionAction", "updateCheckoutSessionStateAction")
    )
    different = {name for name in one if one[name] != other[name]}
    assert different == {"name", "description"}


@pytest.mark.parametrize(
    ("session", "phase"),
    [
        (FRESH, "waiting"),
        (FRESH.announce("Payment"), "announced"),
        (FRESH.begin("CheckInventory"), "processing"),
        (FRESH.begin("CheckInventory").complete(), "waiting"),
        (FRESH.begin("CheckInventory").fail(), "failed"),
        (FRESH._replace(is_archived=True), "archived"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_phases(session: Session, phase: str) -> None:
    assert session.phase == phase
    assert phase in sessions.PHASES


def test_the_table_is_what_the_methods_do() -> None:
    reached = {
        FRESH,
        FRESH.announce("Payment"),
        FRESH.begin("Payment"),
        FRESH.begin("Payment").fail(),
        FRESH._replace(is_archived=True),
    }
    moves: dict[str, Callable[[Session], Session]] = {
        "update": lambda it: it.announce("Payment"),
        "start operation": lambda it: it.begin("Payment"),
        "complete": Session.complete,
        "fail": Session.fail,
        "archive": lambda it: it._replace(is_archived=True),
    }

    for it in reached:
        for event, move in moves.items():
            if it.allows(event):
                assert move(it).phase == sessions.TRANSITIONS[it.phase, event]


def test_a_job_that_is_done_copies_the_next_state() -> None:
    done = FRESH.announce("Confirm Price").begin("CheckInventory").complete()

    assert (done.state, done.next_state, done.is_processing) == ("Confirm Price", None, False)


def test_a_job_that_was_not_announced_is_the_next_state_itself() -> None:
    assert FRESH.begin("CheckInventory").complete().state == "CheckInventory"


def test_a_job_that_has_failed_leaves_no_next_state() -> None:
    failed = FRESH.announce("Confirm Price").begin("CheckInventory").fail()

    assert (failed.state, failed.next_state, failed.is_error) == ("Error", None, True)


def test_an_error_is_over_when_the_next_step_is_announced() -> None:
    again = FRESH.begin("CheckInventory").fail().announce("CheckInventory")

    assert (again.state, again.next_state, again.is_error) == ("Error", "CheckInventory", False)


def test_the_manual_shows_the_table() -> None:
    manual = MANUAL.read_text("utf-8")

    assert f"```mermaid\n{sessions.mermaid()}\n```" in manual
    for phase, meaning in sessions.PHASES.items():
        assert f"| `{phase}` | {meaning} |" in manual
