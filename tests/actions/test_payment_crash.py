"""A payment whose process is killed: whatever it was doing, one charge and one settlement."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, Application

from ..conftest import MakeApplication
from ..processes import StartProcess
from .bank import KEY, Bank

PLACES = ["prepare", "call", "settle"]


@dataclass
class Till:
    """A cart that is to be paid by `bank`, and what is known of its payments."""

    app: Application
    url: str
    folder: Path
    bank: Bank
    cart_id: str
    start_process: StartProcess

    def pay(self) -> Any:
        given = {"cartId": self.cart_id, "methodCode": "bank"}
        return self.app.invoke("createPaymentOrder", given, principal=GUEST, key=KEY)

    def kill_at(self, place: str) -> None:
        """Pay in another process, and kill it in the middle of *place*."""
        task = {"url": self.url, "folder": str(self.folder), "cart": self.cart_id, "stop": place}
        process = self.start_process(Path(__file__).with_name("bank.py"))
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        deadline = time.monotonic() + 40
        while not (self.folder / "stopped").exists():
            assert process.poll() is None, "the payment ended before it was killed"
            assert time.monotonic() < deadline, f"it never came to {place}"
            time.sleep(0.02)
        process.kill()

    def orders(self) -> list[tuple[Any, ...]]:
        with self.app.database.transaction(read_only=True) as db:
            rows = db.exec_driver_sql("SELECT provider_order_id, status FROM cart_payment_order")
            return [tuple(row) for row in rows]


@pytest.fixture
def till(
    database_url: str, make_app: MakeApplication, tmp_path: Path, start_process: StartProcess
) -> Till:
    bank = Bank(tmp_path)
    app = make_app(database_url, plugins=[("bank", bank)])
    store = {
        "shop": {"name": "Luma", "currency": "USD"},
        "payment_methods": [{"code": "bank", "title": "Bank", "provider": "bank"}],
        "products": [{"sku": "bag", "name": "Bag", "price_minor": 4500, "stock": 9}],
    }
    app.invoke("loadStore", {"store": store}, principal=ADMIN)
    items = [{"sku": "bag", "quantity": 1}]
    cart = app.invoke("addProductsToNewCart", {"cartItems": items})["cart"]
    return Till(app, database_url, tmp_path, bank, cart["id"], start_process)


@pytest.mark.parametrize("place", PLACES)
def test_repeating_a_killed_payment_charges_and_settles_once(till: Till, place: str) -> None:
    till.kill_at(place)

    paid = [till.pay(), till.pay()]

    [charge] = till.bank.charges()
    assert [order["id"] for order in paid] == [f"bank-{charge}"] * 2
    assert till.orders() == [(f"bank-{charge}", "CREATED")]


def test_whoever_pays_a_minute_after_the_crash_finishes_the_payment(till: Till) -> None:
    till.kill_at("call")
    given = {"cartId": till.cart_id, "methodCode": "bank"}
    with till.app.database.transaction() as db:
        db.exec_driver_sql("UPDATE cart_payment_order SET created_at = '2020-01-01 00:00:00+00:00'")

    paid = till.app.invoke("createPaymentOrder", given, principal=GUEST)
    recovered = till.app.invoker.recover()

    [charge] = till.bank.charges()
    assert (paid["id"], recovered) == (f"bank-{charge}", 1)
    assert till.orders() == [(f"bank-{charge}", "CREATED")]


@pytest.mark.parametrize("place", ["call", "settle"])
def test_a_server_that_starts_settles_a_killed_payment(till: Till, place: str) -> None:
    till.kill_at(place)

    settled = till.app.invoker.recover()

    [charge] = till.bank.charges()
    assert (settled, till.orders()) == (1, [(f"bank-{charge}", "CREATED")])
    assert till.pay()["id"] == f"bank-{charge}"
