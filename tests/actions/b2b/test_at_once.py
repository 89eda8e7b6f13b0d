"""What several people do to the same checkout at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from cartflow import SYSTEM, ActionError, Application

from ..conftest import Shop

DUFFLE = "24-WB07"
PATIENCE_S = 20.0


@pytest.fixture
def threaded(shop: Shop) -> Iterator[Shop]:
    """Give the same store with threads in the background."""
    environment = {**shop.environment, "CARTFLOW_BACKGROUND_THREADS": "2"}
    with Application.open(environment=environment) as app:
        yield Shop(app, environment)


def at_once(*calls: Callable[[], Any]) -> Counter[str]:
    """Make calls at the same moment; return how often each outcome was seen."""
    barrier = Barrier(len(calls))

    def outcome(call: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            call()
        except ActionError as error:
            return error.code
        return "ok"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(outcome, calls))


def session_of(shop: Shop, cart: str) -> str:
    return str(shop.invoke("checkoutSessionAction", by=SYSTEM, cartId=cart)["id"])


def test_of_several_tabs_one_wins(shop: Shop) -> None:
    session = session_of(shop, shop.cart((DUFFLE, 1)))

    def announce(state: str) -> Callable[[], Any]:
        given = {"checkoutSessionId": session, "expCurrentState": "Start", "nextState": state}
        return lambda: shop.invoke("updateCheckoutSessionAction", by=SYSTEM, **given)

    outcomes = at_once(*(announce(f"step {number}") for number in range(5)))

    assert outcomes == {"ok": 1, "SESSION_STATE_CHANGED": 4}


def test_a_cart_has_one_session(shop: Shop) -> None:
    cart = shop.cart((DUFFLE, 1))

    outcomes = at_once(*[lambda: session_of(shop, cart)] * 4)

    assert outcomes == {"ok": 4}
    [[count]] = shop.sql(
        "SELECT count(*) FROM cart_checkout_session s JOIN cart_cart c ON c.id = s.cart_id"
        " WHERE c.masked_id = :id",
        id=cart,
    )
    assert count == 1


def test_one_operation_works_at_a_time(shop: Shop) -> None:
    with Application.open(environment=shop.environment) as app:
        app.invoker.background.close(0.0)  # what is started stays as it is
        idle = Shop(app, shop.environment)
        cart = idle.cart((DUFFLE, 1))
        session_of(idle, cart)

        outcomes = at_once(*[lambda: idle.invoke("priceCart", by=SYSTEM, cartId=cart)] * 4)

        assert outcomes == {"ok": 1, "ALREADY_IN_PROCESS": 3}


@pytest.mark.parametrize("round_", range(4))
def test_a_cancellation_and_the_work_that_it_cancels(threaded: Shop, round_: int) -> None:
    """Whoever comes first: the cart is active, and a canceled operation has found nothing."""
    cart = threaded.cart((DUFFLE, 1))
    session = session_of(threaded, cart)
    threaded.invoke("calcCartShipmentAction", by=SYSTEM, cartId=cart)  # finds no address

    outcomes = at_once(
        lambda: threaded.invoke("cancelCartAsyncOperation", by=SYSTEM, cartId=cart),
        lambda: threaded.app.drain(PATIENCE_S),
    )

    assert outcomes == {"ok": 2}
    assert threaded.app.drain(PATIENCE_S)
    found = threaded.invoke("getCheckoutSession", by=SYSTEM, checkoutSessionId=session)
    assert (found["isArchived"], found["isProcessing"]) == (True, False)
    assert threaded.status(cart) == "active"
    status = found["backgroundOperation"]["status"]
    assert status in ("Canceled", "Error")
    assert bool(found["cartValidationOutputs"]) is (status == "Error")


def test_an_order_is_activated_once(shop: Shop) -> None:
    cart = shop.ready(shop.cart((DUFFLE, 1)))
    session = session_of(shop, cart)
    shop.invoke("cartToOrderAction", by=SYSTEM, cartId=cart)
    given = {"expCurrentState": "CartToOrder", "nextState": "activateOrder"}
    shop.invoke("updateCheckoutSessionAction", by=SYSTEM, checkoutSessionId=session, **given)

    def activate() -> Any:
        return shop.invoke("activateOrderAction", by=SYSTEM, cartId=cart, orderStatus="Activated")

    outcomes = at_once(activate, activate, activate)

    assert outcomes == {"ok": 1, "INVALID_OPERATION": 2}
    [[orders]] = shop.sql(
        "SELECT count(*) FROM cart_order o JOIN cart_cart c ON c.id = o.cart_id"
        " WHERE c.masked_id = :id",
        id=cart,
    )
    assert orders == 1
