from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cartflow import ADMIN, ActionError, Application, hookimpl

from .conftest import Shop

DUFFLE = "24-WB07"
KEY = "0123456789abcdef0123456789abcdef"


def charges(shop: Shop) -> int:
    """Return how many charges the sandbox remembers."""
    folder = Path(shop.environment["CARTFLOW_CART_SANDBOX_DIR"])
    return len(list(folder.glob("charge-*.json")))


def payments(shop: Shop, cart_id: str) -> list[tuple[Any, ...]]:
    rows = shop.sql(
        "SELECT p.status, p.amount_minor FROM cart_payment_order p JOIN cart_cart c"
        " ON c.id = p.cart_id WHERE c.masked_id = :id ORDER BY p.id",
        id=cart_id,
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("method", ["checkmo", "banktransfer", "cashondelivery", "purchaseorder"])
def test_offline_methods_accept_at_once(shop: Shop, method: str) -> None:
    cart_id = shop.cart((DUFFLE, 2))

    answer = shop.pay(cart_id, methodCode=method)

    assert answer == {
        "id": f"{method}-{answer['mp_order_id']}",
        "mp_order_id": answer["mp_order_id"],
        "amount_minor": 9000,
        "currency_code": "USD",
        "status": "CREATED",
    }
    assert payments(shop, cart_id) == [("CREATED", 9000)]


def test_a_cart_in_checkout_can_be_paid(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.invoke("checkoutSessionAction", by=ADMIN, cartId=cart_id)

    assert shop.pay(cart_id)["status"] == "CREATED"
    assert shop.status(cart_id) == "checkout"


def test_the_sandbox_charges(shop: Shop) -> None:
    cart_id, before = shop.cart((DUFFLE, 1)), charges(shop)

    shop.pay(cart_id, methodCode="sandbox", paymentSource="tok_visa")

    assert charges(shop) == before + 1


def test_a_declined_payment_stays_on_record(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    error = shop.refused(
        "createPaymentOrder", cartId=cart_id, methodCode="sandbox", paymentSource="tok_declined"
    )

    assert (error.code, error.status, error.retryable) == ("PAYMENT_DECLINED", 402, False)
    assert payments(shop, cart_id) == [("DECLINED", 4500)]


def test_an_unavailable_provider_leaves_nothing_behind(shop: Shop) -> None:
    cart_id, before = shop.cart((DUFFLE, 1)), charges(shop)

    error = shop.refused(
        "createPaymentOrder", cartId=cart_id, methodCode="sandbox", paymentSource="tok_unavailable"
    )

    assert (error.code, error.status, error.retryable) == ("PAYMENT_UNAVAILABLE", 503, True)
    assert payments(shop, cart_id) == []
    assert charges(shop) == before


def test_trying_again_after_unavailable_charges(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    card: dict[str, Any] = {"methodCode": "sandbox", "paymentSource": "tok_unavailable_once"}
    shop.refused("createPaymentOrder", cartId=cart_id, **card)

    shop.pay(cart_id, **card)

    assert payments(shop, cart_id) == [("CREATED", 4500)]


def test_a_lost_answer_is_learned_by_the_same_key_and_charged_once(shop: Shop) -> None:
    cart_id, before = shop.cart((DUFFLE, 1)), charges(shop)
    card: dict[str, Any] = {
        "methodCode": "sandbox",
        "paymentSource": "tok_timeout",
        "key": KEY + cart_id,
    }
    with pytest.raises(ActionError) as lost:
        shop.pay(cart_id, **card)

    answer = shop.pay(cart_id, **card)
    again = shop.pay(cart_id, **card)

    assert (lost.value.code, lost.value.status) == ("TIMEOUT", 504)
    assert answer == again
    assert charges(shop) == before + 1
    assert payments(shop, cart_id) == [("CREATED", 4500)]


def test_the_sandbox_is_off_unless_enabled(app: Application) -> None:
    shop = Shop(app, {})
    shop.load(payment_methods=[{"code": "sandbox", "title": "Sandbox", "provider": "sandbox"}])
    cart_id = shop.cart((shop.product(), 1))

    error = shop.refused("createPaymentOrder", cartId=cart_id, methodCode="sandbox")

    assert error.code == "PAYMENT_METHOD_UNKNOWN"


@pytest.mark.parametrize("method", ["barter", "\x00", "switchedoff", "nobody"])
def test_a_method_that_shoppers_cannot_use_is_unknown(shop: Shop, method: str) -> None:
    shop.load(
        payment_methods=[
            {"code": "switchedoff", "title": "Off", "enabled": False},
            {"code": "nobody", "title": "Without provider", "provider": "sandbox"},
        ]
    )
    shop.lose_plugin_of("nobody")

    error = shop.refused("createPaymentOrder", cartId=shop.cart((DUFFLE, 1)), methodCode=method)

    assert error.code == "PAYMENT_METHOD_UNKNOWN"


class Acme:
    """A payment provider of somebody else."""

    def configure(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return {"account": "acme"}

    def charge(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        assert request["options"] == {"account": "acme"}
        return {"status": "created", "id": f"{request['amount_minor']} {request['currency']}"}


class AcmePlugin:
    @staticmethod
    @hookimpl
    def cartflow_provide() -> Mapping[str, Mapping[str, Any]]:
        return {"cart.payment_providers": {"acme": Acme()}}


def test_a_plugin_brings_a_provider(make_app: Any, database_url: str) -> None:
    shop = Shop(make_app(database_url, plugins=[("acme", AcmePlugin())]), {})
    shop.load(payment_methods=[{"code": "card", "title": "Card", "provider": "acme"}])
    cart_id = shop.cart((shop.product(price_minor=1234), 1))

    assert shop.pay(cart_id, methodCode="card")["id"] == "1234 USD"


class Slow:
    """A provider that takes so long that somebody gives the cart up meanwhile."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], Any] = lambda: None

    def configure(self, _settings: Mapping[str, Any]) -> Mapping[str, Any]:
        return {}

    def charge(self, _request: Mapping[str, Any]) -> Mapping[str, Any]:
        self.meanwhile()
        return {"status": "created", "id": "slow"}

    @hookimpl
    def cartflow_provide(self) -> Mapping[str, Mapping[str, Any]]:
        return {"cart.payment_providers": {"slow": self}}


def test_a_charge_for_a_cart_that_is_gone_stays_on_record(make_app: Any, database_url: str) -> None:
    slow = Slow()
    shop = Shop(make_app(database_url, plugins=[("slow", slow)]), {})
    shop.load(payment_methods=[{"code": "card", "title": "Card", "provider": "slow"}])
    cart_id = shop.cart((shop.product(price_minor=1234), 1))
    slow.meanwhile = lambda: shop.invoke("setCartAsInactive", cartId=cart_id)

    error = shop.refused("createPaymentOrder", cartId=cart_id, methodCode="card")

    assert error.code == "CART_NOT_ACTIVE"
    found = shop.sql("SELECT mp_order_id, status FROM cart_payment_order")
    assert [tuple(row) for row in found] == [(error.data["mp_order_id"], "CREATED")]
