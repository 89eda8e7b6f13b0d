"""Processes that place orders at the same moment."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ..conftest import MakeApplication
from ..processes import StartProcess
from .conftest import Shop
from .placed import stock
from .vouchers import gift_card

BUYERS = 5
KEY = "0123456789abcdef0123456789abcdef"

Race = Callable[[Sequence[str], str | None], list[Any]]


@pytest.fixture
def market(database_url: str, make_app: MakeApplication) -> Shop:
    """Give a shop of its own, with a single piece of `last`."""
    shop = Shop(make_app(database_url), {})
    last = {"sku": "last", "name": "Last", "price_minor": 1000, "stock": 1}
    plenty = {"sku": "plenty", "name": "Plenty", "price_minor": 1000, "stock": 100}
    shop.load(
        products=[last, plenty],
        payment_methods=[{"code": "checkmo", "title": "Check"}],
        coupons=[{"code": "ONCE", "type": "percent", "percent": 50, "uses": 1}],
        gift_cards=[{"code": "SHARED", "balance_minor": 2500}],
    )
    return shop


@pytest.fixture
def race(database_url: str, start_process: StartProcess, tmp_path: Path) -> Race:
    """Give a function that places orders of carts at the same moment and returns the outcomes."""

    def run(carts: Sequence[str], key: str | None) -> list[Any]:
        script = Path(__file__).with_name("racer.py")
        running = [start_process(script) for _ in carts]
        for number, (process, cart) in enumerate(zip(running, carts, strict=True)):
            ready = str(tmp_path / f"ready-{number}")
            task = {"url": database_url, "cart": cart, "key": key, "ready": ready}
            process.stdin.write(f"{json.dumps(task)}\n")
            process.stdin.flush()
        _wait_for(tmp_path, len(carts))
        for process in running:
            process.stdin.write("go\n")
            process.stdin.close()
        outcomes = []
        for process in running:
            assert process.wait() == 0, process.communicate()[1]
            outcomes.append(json.loads(process.communicate()[0]))
        return outcomes

    return run


def _wait_for(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 40
    while len(list(folder.glob("ready-*"))) < count:
        assert time.monotonic() < deadline, "not all of them came to the start"
        time.sleep(0.01)


def test_the_last_piece_goes_to_one_of_many_buyers(market: Shop, race: Race) -> None:
    carts = [market.ready(market.cart(("plenty", 1), ("last", 1))) for _ in range(BUYERS)]

    outcomes = race(carts, None)

    [_won] = [outcome for outcome in outcomes if outcome != "INSUFFICIENT_STOCK"]
    assert outcomes.count("INSUFFICIENT_STOCK") == BUYERS - 1
    assert (stock(market, "last"), stock(market, "plenty")) == (0, 990_000)
    assert sorted(market.status(cart) for cart in carts) == ["active"] * (BUYERS - 1) + ["closed"]
    assert market.sql("SELECT count(*) FROM cart_order") == [(1,)]


@pytest.mark.parametrize("key", [None, KEY], ids=["without a key", "with the same key"])
def test_a_cart_is_ordered_once_by_many_processes(
    market: Shop, race: Race, key: str | None
) -> None:
    cart = market.ready(market.cart(("plenty", 2)))

    outcomes = race([cart] * BUYERS, key)

    orders = [outcome for outcome in outcomes if outcome != "CART_NOT_ACTIVE"]
    assert orders == [orders[0]] * (BUYERS if key else 1)
    assert stock(market, "plenty") == 980_000


def test_numbers_rise_without_gaps_and_nothing_is_spent_twice(market: Shop, race: Race) -> None:
    carts = [market.ready(market.cart(("plenty", 1))) for _ in range(BUYERS)]
    for cart in carts:
        market.invoke("applyCouponToCart", cart_id=cart, coupon_code="ONCE")
        market.invoke("applyGiftCardToCart", cart_id=cart, gift_card_code="SHARED")

    outcomes = race(carts, None)

    full_minor, half_minor = 1500, 500  # shipping is 5.00, the coupon takes off half of 10.00
    assert sorted(int(number) for number, _ in outcomes) == list(range(1, BUYERS + 1))
    assert market.sql("SELECT balance_minor FROM cart_gift_card") == [(0,)]
    assert market.sql("SELECT uses FROM cart_coupon") == [(1,)]
    paid = sum(amount for _, amount in outcomes)
    assert paid == BUYERS * full_minor - half_minor - 2500
    assert market.sql("SELECT sum(amount_minor) FROM cart_credit_use") == [(2500,)]


def test_a_draft_whose_gift_card_is_spent_meanwhile_is_no_order(postgres_shop: Shop) -> None:
    shop, customer = postgres_shop, postgres_shop.customer()
    sku, card = shop.product(), gift_card(shop, 1500)
    cart = shop.ready(shop.cart((sku, 2), by=customer), customer)
    shop.invoke("applyGiftCardToCart", by=customer, cart_id=cart, gift_card_code=card)
    start = shop.invoke("checkoutSessionAction", by=customer, cartId=cart)
    shop.invoke("cartToOrderAction", by=customer, cartId=cart, runAsync=False)
    shop.invoke(
        "updateCheckoutSessionAction",
        by=customer,
        checkoutSessionId=start["id"],
        expCurrentState="CartToOrder",
        nextState="activateOrder",
    )
    statement = "UPDATE cart_gift_card SET balance_minor = 0 WHERE code = :code"
    with ThreadPoolExecutor(1) as pool:
        with shop.app.database.transaction() as other:  # whose order takes all that is on the card
            other.execute(text(statement), {"code": card})
            given = {"cartId": cart, "orderStatus": "Activated", "runAsync": False}
            ordered = pool.submit(shop.refused, "activateOrderAction", by=customer, **given)
            _wait_for_lock(shop)
        refused = ordered.result(timeout=20)

    assert refused.code == "ORDER_SUMMARY_NOT_CREATED"
    assert shop.status(cart) == "checkout"


def _wait_for_lock(shop: Shop) -> None:
    deadline = time.monotonic() + 20
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    while not shop.sql(f"{waiting} AND wait_event_type = 'Lock'"):
        assert time.monotonic() < deadline, "nobody waits for a lock"
        time.sleep(0.01)
