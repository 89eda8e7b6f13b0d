from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from cartflow import GUEST

from .conftest import Shop, quantities

DUFFLE, TEE = "24-WB07", "WS12"


def lines(shop: Shop, cart_id: str) -> list[Any]:
    items: list[Any] = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    return items


def update(shop: Shop, cart_id: str, *items: dict[str, Any]) -> Any:
    return shop.invoke("updateCartItems", cart_id=cart_id, cart_items=list(items))


def test_the_same_product_again_is_added_to_its_line(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1), (TEE, 1))
    before = lines(shop, cart_id)

    cart = shop.add(cart_id, (DUFFLE, 2))["cart"]

    assert quantities(cart) == [(DUFFLE, 3), (TEE, 1)]
    assert cart["items"][0]["id"] == before[0]["id"]


def test_the_same_product_twice_in_one_call_is_one_line(shop: Shop) -> None:
    answer = shop.add(shop.cart(), (DUFFLE, 1), (TEE, 1), (DUFFLE, 2))

    assert quantities(answer["cart"]) == [(DUFFLE, 3), (TEE, 1)]


def test_lines_keep_the_order_of_being_added(shop: Shop) -> None:
    skus = [shop.product() for _ in range(5)]

    cart = shop.add(shop.cart(), *((sku, 1) for sku in reversed(skus)))["cart"]

    assert [sku for sku, _ in quantities(cart)] == skus[::-1]


def test_good_items_are_added_and_bad_ones_reported(shop: Shop) -> None:
    little = shop.product(stock=1)

    answer = shop.add(shop.cart(), ("nope", 1), (DUFFLE, 1), (little, 2), (TEE, 0), (TEE, 0.00001))

    assert quantities(answer["cart"]) == [(DUFFLE, 1)]
    assert answer["user_errors"] == [
        {
            "code": "PRODUCT_NOT_FOUND",
            "message": 'Could not find a product with SKU "nope"',
            "position": 0,
        },
        {
            "code": "INSUFFICIENT_STOCK",
            "message": "The requested qty is not available",
            "position": 2,
        },
        {
            "code": "INVALID_QUANTITY",
            "message": "The product quantity should be greater than 0",
            "position": 3,
        },
        {
            "code": "INVALID_QUANTITY",
            "message": "The product quantity may have at most 4 decimals",
            "position": 4,
        },
    ]


def test_stock_is_asked_about_what_the_cart_would_hold(shop: Shop) -> None:
    little = shop.product(stock=3)
    cart_id = shop.cart((little, 2))

    answer = shop.add(cart_id, (little, 2))

    assert [error["code"] for error in answer["user_errors"]] == ["INSUFFICIENT_STOCK"]
    assert quantities(answer["cart"]) == [(little, 2)]


@pytest.mark.parametrize("sku", ["", "\x00", "\ud800", "'", "ws12"])
def test_a_strange_sku_is_just_unknown(shop: Shop, sku: str) -> None:
    [error] = shop.add(shop.cart(), (sku, 1))["user_errors"]

    assert error["code"] == "PRODUCT_NOT_FOUND"


def test_a_huge_quantity_is_above_the_maximum(shop: Shop) -> None:
    [error] = shop.add(shop.cart(), (DUFFLE, 1e300))["user_errors"]

    assert error["message"] == "The most you may purchase is 10000"


def test_fractions_add_up_exactly(shop: Shop) -> None:
    sku = shop.product(increment=0.1, price_minor=999)
    cart_id = shop.cart((sku, 0.1))

    cart = shop.add(cart_id, (sku, 0.2))["cart"]

    assert quantities(cart) == [(sku, 0.3)]
    assert cart["prices"]["grand_total"]["amount_minor"] == 300


def test_a_new_cart_leaves_the_customers_cart_alone(shop: Shop) -> None:
    customer = shop.customer()
    own = shop.cart(by=customer)

    answer = shop.invoke(
        "addProductsToNewCart", by=customer, cartItems=[{"sku": DUFFLE, "quantity": 1}]
    )

    assert answer["cart"]["id"] != own
    assert answer["cart"]["email"]
    assert shop.cart(by=customer) == own


def test_a_new_cart_is_all_or_nothing(shop: Shop) -> None:
    [[before]] = shop.sql("SELECT count(*) FROM cart_cart")
    items = [("nope", 1), (DUFFLE, 1), (TEE, 0)]

    error = shop.refused(
        "addProductsToNewCart",
        cartItems=[{"sku": sku, "quantity": quantity} for sku, quantity in items],
    )

    assert error.code == "PRODUCT_NOT_FOUND"
    found = [(one["code"], one["position"]) for one in error.data["user_errors"]]
    assert found == [("PRODUCT_NOT_FOUND", 0), ("INVALID_QUANTITY", 2)]
    assert shop.sql("SELECT count(*) FROM cart_cart") == [(before,)]


def test_a_quantity_is_set_by_number_or_uid(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1), (TEE, 1))
    duffle, tee = lines(shop, cart_id)

    answer = update(
        shop,
        cart_id,
        {"cart_item_id": int(duffle["id"]), "quantity": 5},
        {"cart_item_uid": tee["uid"], "quantity": 7},
    )

    assert quantities(answer["cart"]) == [(DUFFLE, 5), (TEE, 7)]
    assert answer["errors"] == []


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_of_nothing_removes_the_line(shop: Shop, quantity: int) -> None:
    cart_id = shop.cart((DUFFLE, 1), (TEE, 1))
    duffle, _ = lines(shop, cart_id)

    answer = update(shop, cart_id, {"cart_item_id": int(duffle["id"]), "quantity": quantity})

    assert quantities(answer["cart"]) == [(TEE, 1)]


def test_updates_that_cannot_be_done_are_reported_and_the_rest_is_done(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1), (TEE, 1))
    duffle, tee = lines(shop, cart_id)
    uid = b64encode(b"no number").decode()

    answer = update(
        shop,
        cart_id,
        {"cart_item_id": 999999999, "quantity": 1},
        {"cart_item_id": int(duffle["id"])},
        {"cart_item_id": int(duffle["id"]), "quantity": 1000},
        {"cart_item_uid": uid, "quantity": 1},
        {"cart_item_id": int(tee["id"]), "quantity": 2},
    )

    assert quantities(answer["cart"]) == [(DUFFLE, 1), (TEE, 2)]
    assert [(error["code"], error["message"]) for error in answer["errors"]] == [
        ("COULD_NOT_FIND_CART_ITEM", "Could not find cart item with id: 999999999."),
        (
            "REQUIRED_PARAMETER_MISSING",
            'Required parameter "quantity" for "cart_items" is missing.',
        ),
        (
            "INSUFFICIENT_STOCK",
            "Could not update the product with SKU 24-WB07: The requested qty is not available",
        ),
        ("COULD_NOT_FIND_CART_ITEM", f"Could not find cart item with id: {uid!r}."),
    ]


def test_a_quantity_above_the_stock_can_be_lowered(shop: Shop) -> None:
    sku = shop.product(stock=9)
    cart_id = shop.cart((sku, 9))
    shop.product(sku=sku, stock=1)
    [line] = lines(shop, cart_id)

    answer = update(shop, cart_id, {"cart_item_id": int(line["id"]), "quantity": 4})

    assert quantities(answer["cart"]) == [(sku, 4)]
    assert answer["errors"] == []


def test_a_line_is_removed_by_number_or_uid(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1), (TEE, 1))
    duffle, tee = lines(shop, cart_id)

    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_id=int(duffle["id"]))
    cart = shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_uid=tee["uid"])["cart"]

    assert cart["items"] == []


def test_a_line_of_another_cart_answers_like_a_missing_one(shop: Shop) -> None:
    [line] = lines(shop, shop.cart((DUFFLE, 1)))
    cart_id = shop.cart((DUFFLE, 1))

    error = shop.refused("removeItemFromCart", cart_id=cart_id, cart_item_id=int(line["id"]))

    assert error.message == "The cart doesn't contain the item"
    assert quantities(shop.invoke("cart", cart_id=cart_id)["cart"]) == [(DUFFLE, 1)]


def test_the_number_of_a_removed_line_is_never_used_again(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    [line] = lines(shop, cart_id)
    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_id=int(line["id"]))

    cart = shop.add(cart_id, (DUFFLE, 1))["cart"]

    assert int(cart["items"][0]["id"]) > int(line["id"])


def test_a_guests_cart_is_not_for_customers_to_change(shop: Shop) -> None:
    cart_id = shop.cart(by=GUEST)

    error = shop.refused(
        "addProductsToCart",
        by=shop.customer(),
        cartId=cart_id,
        cartItems=[{"sku": DUFFLE, "quantity": 1}],
    )

    assert error.code == "CART_NOT_OWNED"


@pytest.mark.parametrize(
    "uid", ["***", "MTQ", b64encode(b"x").decode(), b64encode(b"9" * 30).decode()]
)
def test_a_uid_that_stands_for_no_number_names_no_line(shop: Shop, uid: str) -> None:
    error = shop.refused("removeItemFromCart", cart_id=shop.cart(), cart_item_uid=uid)

    assert error.code == "CART_ITEM_NOT_FOUND"
