from __future__ import annotations

from typing import Any

import pytest

from .conftest import Shop

DUFFLE, FOR_NOTHING, VIRTUAL = "24-WB07", "240-LV09", "240-LV04"


def pay_by(shop: Shop, cart_id: str, **method: Any) -> dict[str, Any]:
    shop.invoke("setPaymentMethodOnCart", cart_id=cart_id, payment_method=method)
    return dict(shop.choices(cart_id)["payment_method"])


def refusal(shop: Shop, cart_id: str, code: str) -> str:
    method = {"code": code}
    return shop.refused("setPaymentMethodOnCart", cart_id=cart_id, payment_method=method).code


def test_a_payment_method_is_chosen_and_another(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.ship_to(cart_id)

    assert pay_by(shop, cart_id, code="checkmo") == {"code": "checkmo"}
    assert pay_by(shop, cart_id, code="purchaseorder", purchase_order_number=" 4711 ") == {
        "code": "purchaseorder",
        "purchase_order_number": "4711",
    }


def test_a_virtual_cart_is_shipped_nowhere(shop: Shop) -> None:
    assert pay_by(shop, shop.cart((VIRTUAL, 1)), code="checkmo") == {"code": "checkmo"}


def test_what_costs_nothing_is_free_and_nothing_else_is(shop: Shop) -> None:
    for_nothing, costly = shop.cart((FOR_NOTHING, 1)), shop.cart((VIRTUAL, 1))

    assert pay_by(shop, for_nothing, code="free") == {"code": "free"}
    assert refusal(shop, for_nothing, "checkmo") == "PAYMENT_METHOD_NOT_AVAILABLE"
    assert refusal(shop, costly, "free") == "PAYMENT_METHOD_NOT_AVAILABLE"


@pytest.mark.parametrize("code", ["switchedoff", "nobody", "\x00"])
def test_a_method_that_shoppers_cannot_use(shop: Shop, code: str) -> None:
    shop.load(
        payment_methods=[
            {"code": "switchedoff", "title": "Off", "enabled": False},
            {"code": "nobody", "title": "Without provider", "provider": "sandbox"},
        ]
    )
    shop.lose_plugin_of("nobody")

    assert refusal(shop, shop.cart((VIRTUAL, 1)), code) == "PAYMENT_METHOD_NOT_AVAILABLE"
