from __future__ import annotations

from typing import Any

import pytest

from .conftest import Shop, quantities

DUFFLE, TEE, VIRTUAL = "24-WB07", "WS12", "240-LV04"


def items(*wanted: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"data": {"sku": sku, "quantity": quantity}} for sku, quantity in wanted]


@pytest.mark.parametrize("action", ["addSimpleProductsToCart", "addVirtualProductsToCart"])
def test_all_are_added_whatever_their_type(shop: Shop, action: str) -> None:
    cart_id = shop.cart((TEE, 1))
    wanted = items((DUFFLE, 1), (VIRTUAL, 1), (TEE, 2), (DUFFLE, 1))

    cart = shop.invoke(action, cart_id=cart_id, cart_items=wanted)["cart"]

    assert quantities(cart) == [(TEE, 3), (DUFFLE, 2), (VIRTUAL, 1)]


def test_none_is_added_when_one_is_refused(shop: Shop) -> None:
    cart_id, few = shop.cart((TEE, 1)), shop.product(stock=1)
    wanted = items((DUFFLE, 1), (few, 2), ("none", 1))

    error = shop.refused("addSimpleProductsToCart", cart_id=cart_id, cart_items=wanted)

    assert (error.code, error.message) == (
        "INSUFFICIENT_STOCK",
        f"Could not add the product with SKU {few} to the shopping cart:"
        " The requested qty is not available",
    )
    refused = [(it["position"], it["code"]) for it in error.data["user_errors"]]
    assert refused == [(1, "INSUFFICIENT_STOCK"), (2, "PRODUCT_NOT_FOUND")]
    assert quantities(shop.invoke("cart", cart_id=cart_id)["cart"]) == [(TEE, 1)]


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        (0, "Please enter a number greater than 0 in this field."),
        (-1, "Please enter a number greater than 0 in this field."),
        (1.00001, "The product quantity may have at most 4 decimals"),
    ],
)
def test_what_is_no_quantity(shop: Shop, quantity: float, message: str) -> None:
    wanted = items((DUFFLE, quantity))

    error = shop.refused("addSimpleProductsToCart", cart_id=shop.cart(), cart_items=wanted)

    assert (error.code, error.message) == ("INVALID_QUANTITY", message)
