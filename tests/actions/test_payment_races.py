"""A cart is charged once, whoever else pays for it meanwhile, and whatever answer is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cartflow import ADMIN, ActionError, hookimpl

from .conftest import Shop, opened

PRICE = 1234


class Moody:
    """A provider that answers as it was told to, and charges once for each key."""

    def __init__(self) -> None:
        self.charged: list[str] = []
        self.answers: list[str] = []
        self.meanwhile: list[Callable[[], Any]] = []

    def forget(self) -> None:
        self.charged, self.answers, self.meanwhile = [], [], []

    def configure(self, _settings: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self.answers.pop(0) if self.answers else "created"
        if self.meanwhile:
            self.meanwhile.pop(0)()
        key = request["idempotency_key"]
        if answer in ("created", "lost") and key not in self.charged:
            self.charged.append(key)
        if answer in ("lost", "never came"):
            message = "the answer was lost"
            raise TimeoutError(message)
        return {"status": answer, "id": f"moody-{key}"}

    @hookimpl
    def cartflow_provide(self) -> Mapping[str, Mapping[str, Any]]:
        return {"cart.payment_providers": {"moody": self}}


class Till:
    """A cart that two methods of the provider can pay for."""

    def __init__(self, shop: Shop, moody: Moody) -> None:
        self.shop = shop
        self.moody = moody
        self.cart_id = shop.cart((shop.product(price_minor=PRICE), 1))

    def pay(self, method: str = "card", source: str = "mine") -> Any:
        """Return the payment order, or the code of the condition."""
        try:
            return self.shop.pay(self.cart_id, methodCode=method, paymentSource=source)
        except ActionError as error:
            return error.code

    def wait(self) -> None:
        """Let a minute pass since a provider was asked last."""
        earlier = datetime.now(UTC) - timedelta(seconds=61)
        statement = "UPDATE cart_payment_order SET created_at = :earlier WHERE status = 'PENDING'"
        self.shop.sql(statement, earlier=earlier.isoformat(" "))

    def rows(self) -> list[tuple[Any, ...]]:
        rows = self.shop.sql(
            "SELECT p.status, p.method_code, p.amount_minor FROM cart_payment_order p"
            " JOIN cart_cart c ON c.id = p.cart_id WHERE c.masked_id = :id ORDER BY p.id",
            id=self.cart_id,
        )
        return [tuple(row) for row in rows]


Counter = tuple[Shop, Moody]


def counters(url: str, folder: Path) -> Iterator[Counter]:
    moody = Moody()
    for shop in opened(url, folder, plugins=[("moody", moody)]):
        methods = [{"code": code, "title": "Card", "provider": "moody"} for code in ("card", "tap")]
        shop.load(payment_methods=[*methods, {"code": "checkmo", "title": "Check"}])
        yield shop, moody


@pytest.fixture(scope="module")
def sqlite_counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    yield from counters(f"sqlite:///{folder}/counter.db", folder)


@pytest.fixture(scope="module")
def postgres_counter(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE counter")
    url = postgres_server.replace("/postgres?", "/counter?", 1)
    yield from counters(url, tmp_path_factory.mktemp("counter"))


@pytest.fixture(params=["sqlite", "postgres"])
def till(request: pytest.FixtureRequest) -> Till:
    shop, moody = request.getfixturevalue(f"{request.param}_counter")
    moody.forget()
    return Till(shop, moody)


def test_who_pays_while_another_payment_is_under_way_is_told(till: Till) -> None:
    told: list[Any] = []
    till.moody.meanwhile = [lambda: told.append(till.pay()), lambda: told.append("charged twice")]

    paid = till.pay()

    assert told == ["PAYMENT_IN_PROGRESS"]
    assert paid["status"] == "CREATED"
    assert till.rows() == [("CREATED", "card", PRICE)]


def test_of_several_at_the_same_time_one_charges(shop: Shop) -> None:
    cart_id = shop.cart((shop.product(), 1))

    def pay(number: int) -> Any:
        source = f"tok_{number}"
        try:
            paid = shop.pay(cart_id, methodCode="sandbox", paymentSource=source)
            return paid["mp_order_id"]
        except ActionError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        outcomes = set(threads.map(pay, range(4)))

    [paid] = outcomes - {"PAYMENT_IN_PROGRESS"}
    found = shop.sql(
        "SELECT p.mp_order_id, p.status FROM cart_payment_order p JOIN cart_cart c"
        " ON c.id = p.cart_id WHERE c.masked_id = :id",
        id=cart_id,
    )
    assert [tuple(row) for row in found] == [(paid, "CREATED")]


def test_a_cart_that_is_paid_is_not_charged_again(till: Till) -> None:
    paid = till.pay()

    again = till.pay(source="another card")

    assert again == paid
    assert len(till.moody.charged) == 1


def test_a_cart_that_is_paid_is_not_charged_by_another_method(till: Till) -> None:
    till.pay()

    assert till.pay("tap") == "CART_ALREADY_PAID"
    assert till.pay("checkmo")["status"] == "CREATED", "it charges nothing"
    assert len(till.moody.charged) == 1


def test_what_was_charged_is_not_forgotten_for_a_method_that_is_paid_later(till: Till) -> None:
    shop, cart_id = till.shop, till.cart_id
    shop.ready(cart_id, method="card")
    till.pay()
    shop.pay_by(cart_id)

    error = shop.refused("placeOrder", cart_id=cart_id)
    check = till.pay("checkmo")  # who means it says so
    placed = shop.invoke("placeOrder", cart_id=cart_id)

    assert (error.code, error.data["method_code"]) == ("CART_ALREADY_PAID", "card")
    assert placed["mp_order_id"] == check["mp_order_id"]


def test_nothing_is_ordered_as_long_as_nobody_knows_whether_it_was_charged(till: Till) -> None:
    shop, cart_id = till.shop, till.cart_id
    shop.ready(cart_id)
    till.moody.answers = ["lost"]
    till.pay()

    error = shop.refused("placeOrder", cart_id=cart_id)
    till.wait()
    paid = till.pay()
    placed = shop.invoke("placeOrder", cart_id=cart_id)

    assert (error.code, error.retryable) == ("PAYMENT_IN_PROGRESS", True)
    assert placed["mp_order_id"] == paid["mp_order_id"]


def test_a_cart_that_became_dearer_is_paid_anew(till: Till) -> None:
    till.pay()
    till.shop.add(till.cart_id, (till.shop.product(price_minor=1), 1))

    assert till.pay()["amount_minor"] == PRICE + 1
    assert len(till.moody.charged) == 2


def test_a_lost_answer_is_asked_for_by_whoever_pays_next(till: Till) -> None:
    till.moody.answers = ["lost"]

    outcomes = [till.pay(), till.pay()]
    till.wait()
    paid = till.pay()

    assert outcomes == ["TIMEOUT", "PAYMENT_IN_PROGRESS"]
    assert paid["status"] == "CREATED"
    assert len(till.moody.charged) == 1
    assert till.rows() == [("CREATED", "card", PRICE)]


def test_who_wanted_another_method_learns_that_the_lost_one_has_paid(till: Till) -> None:
    till.moody.answers = ["lost"]
    till.pay()
    till.wait()

    assert till.pay("tap") == "CART_ALREADY_PAID"
    assert till.rows() == [("CREATED", "card", PRICE)]


@pytest.mark.parametrize("answer", ["declined", "unavailable"])
def test_who_wanted_another_method_may_try_it_once_the_lost_one_has_not_paid(
    till: Till, answer: str
) -> None:
    till.moody.answers = ["never came", answer]
    till.pay()
    till.wait()

    outcomes = [till.pay("tap"), till.pay("tap")]

    assert outcomes[0] == "PAYMENT_IN_PROGRESS"
    assert outcomes[1]["status"] == "CREATED"
    declined = [("DECLINED", "card", PRICE)] if answer == "declined" else []
    assert till.rows() == [*declined, ("CREATED", "tap", PRICE)]


def test_a_provider_that_is_slower_than_a_minute_is_believed_at_last(till: Till) -> None:
    """The second, asked meanwhile, says that nothing was charged; the first was, after all."""
    told: list[Any] = []

    def ask_again() -> None:
        till.wait()
        till.moody.answers = ["unavailable"]
        told.append(till.pay())

    till.moody.meanwhile = [ask_again]

    paid = till.pay()

    assert told == ["PAYMENT_UNAVAILABLE"]
    assert paid["status"] == "CREATED"
    assert till.rows() == [("CREATED", "card", PRICE)]


def test_a_cart_that_is_being_paid_is_neither_purged_nor_erased(till: Till) -> None:
    till.moody.answers = ["lost"]
    till.pay()
    email = "payer@example.com"
    till.shop.invoke("setGuestEmailOnCart", cart_id=till.cart_id, email=email)
    earlier = (datetime.now(UTC) - timedelta(days=2)).isoformat(" ")
    for table in ("cart", "item"):
        till.shop.sql(f"UPDATE cart_{table} SET updated_at = :earlier", earlier=earlier)

    purged = till.shop.invoke("purgeCarts", by=ADMIN, older_s=3600)
    erased = till.shop.invoke("eraseCustomer", by=ADMIN, email=email)

    assert (purged["carts"], erased["carts_kept"]) == (0, 1)
    assert till.rows() == [("PENDING", "card", PRICE)]
