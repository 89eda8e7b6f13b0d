"""The flows of a checkout for real: their operations run in threads beside them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cartflow import (
    SYSTEM,
    ActionError,
    Application,
    Cancellation,
    Context,
    Principal,
    RunOptions,
    action,
)
from cartflow.actions.cart.pricing import Sale

from ...runtime.bring import Bring
from ..conftest import Shop

DUFFLE, TEE = "24-WB07", "WS12"
PATIENCE_S = 20.0


class Gate:
    """Keeps a thread of the background busy until the test opens it."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def actions(self) -> list[Any]:
        @action("stand", input={}, output={}, access=["system"])
        def stand(ctx: Context) -> dict[str, Any]:
            """Wait at the gate."""
            self.entered.set()
            assert self.open.wait(PATIENCE_S)
            return {}

        @action("block", input={}, output={})
        def block(ctx: Context) -> dict[str, Any]:
            """Send somebody to the gate."""
            ctx.start("stand")
            return {}

        return [stand, block]


class Broken:
    """A promotion of somebody who has made a mistake."""

    def on_items(self, sale: Sale) -> list[Any]:
        if threading.current_thread().name == "background":
            message = "no promotion today"
            raise RuntimeError(message)
        return []

    def on_shipping(self, sale: Sale) -> list[Any]:
        return []


def threaded(shop: Shop, **provided: Any) -> Application:
    """Return another application of the same store, with threads in the background."""
    environment = {**shop.environment, "CARTFLOW_BACKGROUND_THREADS": "2"}
    plugin = Bring(provide={"cart.promotions": provided})
    return Application.open(environment=environment, plugins=[("lab", plugin)])


@pytest.fixture
def app(shop: Shop) -> Iterator[Application]:
    with threaded(shop) as app:
        yield app


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


def test_b2b_checkout_orders_a_cart(shop: Shop, app: Application, customer: Principal) -> None:
    cart = shop.ready(shop.cart((DUFFLE, 2), by=customer), customer)

    answer = app.invoke("b2b-checkout", {"cart_id": cart}, principal=customer)

    assert answer["outcome"] == "ordered"
    [[number]] = shop.sql(
        "SELECT o.number FROM cart_order o JOIN cart_cart c ON c.id = o.cart_id"
        " WHERE c.masked_id = :id",
        id=cart,
    )
    assert answer["order_number"] == number
    assert shop.status(cart) == "closed"
    assert shop.operations(cart) == ["Complete"] * 7


def test_b2b_checkout_of_an_ordered_cart_says_so(
    shop: Shop, app: Application, customer: Principal
) -> None:
    cart = shop.cart((DUFFLE, 1), by=customer, status="closed")

    answer = app.invoke("b2b-checkout", {"cart_id": cart}, principal=customer)

    assert answer == {"outcome": "closed", "order_number": None}


def test_b2b_checkout_says_what_is_wrong_and_unlocks_the_cart(
    shop: Shop, app: Application, customer: Principal
) -> None:
    sku = shop.product()
    cart = shop.cart((sku, 5), by=customer)
    shop.product(sku=sku, stock=1)

    with pytest.raises(ActionError) as caught:
        app.invoke("b2b-checkout", {"cart_id": cart}, principal=customer)

    error = caught.value
    assert (error.code, error.step) == ("CHECKOUT_STEP_FAILED", "steps/2[0]/steps/2/steps/1")
    [problem] = error.data["problems"]
    assert (problem["type"], problem["message"]) == (
        "INVENTORY",
        "The requested qty is not available",
    )
    assert error.data["operation"]["name"] == "checkCartInventoryAction"
    assert shop.status(cart) == "active"


def test_a_plugin_that_fails_fails_the_operation(shop: Shop, customer: Principal) -> None:
    cart = shop.ready(shop.cart((DUFFLE, 1), by=customer), customer)

    with threaded(shop, broken=Broken()) as app, pytest.raises(ActionError) as caught:
        app.invoke("b2b-checkout", {"cart_id": cart}, principal=customer)

    assert caught.value.code == "CHECKOUT_STEP_FAILED"
    assert [it["type"] for it in caught.value.data["problems"]] == ["SYSTEM_ERROR"]
    assert shop.status(cart) == "active"


def test_a_change_of_mind_cancels_and_orders_anew(
    shop: Shop, app: Application, customer: Principal
) -> None:
    cart = shop.ready(shop.cart((DUFFLE, 1), by=customer), customer)
    given = {"cart_id": cart, "product_id": TEE, "quantity": "3"}

    answer = app.invoke("b2b-change-of-mind", given, principal=customer)

    assert answer == {
        "was_cancelled": True,
        "quantity": 3,
        "outcome": "ordered",
        "order_number": answer["order_number"],
    }
    rows = shop.sql(
        "SELECT i.sku FROM cart_order_item i JOIN cart_order o ON o.id = i.order_id"
        " WHERE o.number = :number ORDER BY i.id",
        number=answer["order_number"],
    )
    assert [row[0] for row in rows] == [DUFFLE, TEE]


def test_a_run_that_is_cancelled_unlocks_the_cart(shop: Shop, customer: Principal) -> None:
    """The flow waits for an operation that no thread takes up: the only one is at the gate."""
    gate, stop = Gate(), Cancellation()
    cart = shop.ready(shop.cart((DUFFLE, 1), by=customer), customer)
    environment = {**shop.environment, "CARTFLOW_BACKGROUND_THREADS": "1"}
    plugin = Bring(actions=gate.actions())

    def watch(record: Any) -> None:
        if record.get("action") == "getCheckoutSession":
            stop.set()

    with Application.open(environment=environment, plugins=[("lab", plugin)]) as app:
        app.invoke("block", {}, principal=SYSTEM)
        assert gate.entered.wait(PATIENCE_S)
        options = RunOptions(watch, stop)
        with pytest.raises(ActionError) as caught:
            app.invoke("b2b-checkout", {"cart_id": cart}, principal=customer, options=options)
        gate.open.set()
        assert app.drain(PATIENCE_S)

    assert caught.value.code == "CANCELLED"
    assert shop.status(cart) == "active"
    assert shop.operations(cart) == ["Canceled"]
