from __future__ import annotations

from .conftest import Shop, quantities

DUFFLE, TEE = "24-WB07", "WS12"


def test_all_lines_go_and_what_was_chosen_stays(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 2), (TEE, 1))
    shop.ship_to(cart_id)
    chosen = shop.choices(cart_id)

    answer = shop.invoke("clearCart", uid=cart_id)

    assert answer == shop.invoke("cart", cart_id=cart_id)
    assert answer["cart"]["items"] == []
    assert answer["cart"]["prices"]["grand_total"] == {"amount_minor": 0, "currency": "USD"}
    assert shop.choices(cart_id) == chosen


def test_other_carts_keep_their_lines(shop: Shop) -> None:
    other, cart_id = shop.cart((DUFFLE, 1)), shop.cart((DUFFLE, 1))

    shop.invoke("clearCart", uid=cart_id)

    assert quantities(shop.invoke("cart", cart_id=other)["cart"]) == [(DUFFLE, 1)]


def test_an_empty_cart_can_be_cleared(shop: Shop) -> None:
    assert shop.invoke("clearCart", uid=shop.cart())["cart"]["items"] == []


def test_clearing_cancels_a_checkout(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    cart = shop.invoke("clearCart", by=customer, uid=cart_id)["cart"]

    assert (cart["status"], cart["items"]) == ("active", [])


def test_the_older_name_is_for_customers(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)

    answer = shop.invoke("clearCustomerCart", by=customer, cartUid=cart_id)

    assert answer["status"] is True
    assert answer["cart"]["items"] == []


def test_what_the_platform_calls_the_conditions(shop: Shop) -> None:
    conditions = shop.app.registry["clearCart"].contract.errors

    published = {
        code: condition.published["code"]
        for code, condition in conditions.items()
        if condition.published
    }
    assert published == {
        "CART_NOT_FOUND": "NOT_FOUND",
        "CART_NOT_ACTIVE": "INACTIVE",
        "CART_NOT_OWNED": "UNAUTHORISED",
    }
