from __future__ import annotations

import re

import pytest

from cartflow import ADMIN, GUEST, Application, Principal

from .conftest import Shop

CHOSEN = "CYmiiQRjPVc2gJUc5r7IsBmwegVIFO"


def test_a_guest_gets_a_new_cart_each_time(shop: Shop) -> None:
    first, second = shop.cart(), shop.cart()

    assert first != second
    assert re.fullmatch("[A-Za-z0-9]{32}", first)


def test_a_customer_gets_the_same_cart_each_time(shop: Shop) -> None:
    customer = shop.customer()

    first = shop.invoke("createEmptyCart", by=customer)
    again = shop.invoke("createEmptyCart", by=customer)

    assert again == first


def test_an_id_of_ones_own_choice(shop: Shop) -> None:
    chosen = CHOSEN + shop.cart()[:2]

    assert shop.invoke("createEmptyCart", cart_id=chosen) == {"cart_id": chosen}


def test_an_id_that_is_not_alphanumeric_is_refused(shop: Shop) -> None:
    error = shop.refused("createEmptyCart", cart_id="-" * 32)

    assert (error.code, error.data["violations"][0]["path"]) == ("INVALID_INPUT", "/cart_id")


def test_an_empty_cart_costs_nothing(shop: Shop) -> None:
    cart = shop.invoke("createGuestCart")["cart"]

    nothing = {"amount_minor": 0, "currency": "USD"}
    free = {"code": "free", "title": "No Payment Information Required", "is_deferred": True}
    assert cart == {
        "id": cart["id"],
        "status": "active",
        "email": None,
        "is_virtual": False,
        "total_quantity": 0,
        "items": [],
        "prices": {
            "subtotal_excluding_tax": nothing,
            "subtotal_including_tax": nothing,
            "subtotal_with_discount_excluding_tax": nothing,
            "grand_total": nothing,
            "grand_total_excluding_tax": nothing,
            "applied_taxes": [],
            "discounts": None,
            "gift_options": {
                "gift_wrapping_for_order": nothing,
                "gift_wrapping_for_order_incl_tax": nothing,
            },
        },
        "applied_coupon": None,
        "applied_coupons": None,
        "applied_gift_cards": [],
        "applied_reward_points": None,
        "applied_store_credit": None,
        "available_payment_methods": [free],
        "selected_payment_method": None,
        "shipping_addresses": [],
        "billing_address": None,
        "gift_message": None,
        "gift_wrapping": None,
        "available_gift_wrappings": cart["available_gift_wrappings"],
        "gift_receipt_included": False,
        "printed_card_included": False,
    }


def test_a_cart_shows_its_lines_and_totals(shop: Shop) -> None:
    cart_id = shop.cart(("24-WB07", 2), ("24-WG085", 1.5))

    cart = shop.invoke("cart", cart_id=cart_id)["cart"]

    duffle, strap = cart["items"]
    price = {"amount_minor": 4500, "currency": "USD"}
    row_total = {"amount_minor": 9000, "currency": "USD"}
    assert duffle == {
        "id": duffle["id"],
        "uid": duffle["uid"],
        "product": {
            "uid": duffle["product"]["uid"],
            "sku": "24-WB07",
            "name": "Overnight Duffle",
            "type": "simple",
        },
        "quantity": 2,
        "is_available": True,
        "prices": {
            "price": price,
            "price_including_tax": price,
            "row_total": row_total,
            "row_total_including_tax": row_total,
            "original_item_price": price,
            "original_row_total": row_total,
            "total_item_discount": {"amount_minor": 0, "currency": "USD"},
            "discounts": None,
        },
        "errors": [],
    }
    assert strap["prices"]["row_total"]["amount_minor"] == 2100
    assert cart["total_quantity"] == 3.5
    assert cart["prices"]["grand_total"] == {"amount_minor": 11100, "currency": "USD"}


def test_a_customers_cart_shows_the_e_mail(shop: Shop) -> None:
    customer = shop.customer()

    cart = shop.invoke("customerCart", by=customer)["cart"]

    assert cart["email"].endswith("@example.com")


def test_a_cart_of_virtual_products_only_is_virtual(shop: Shop) -> None:
    cart_id = shop.cart(("240-LV04", 1))

    assert shop.invoke("cart", cart_id=cart_id)["cart"]["is_virtual"] is True


def test_a_line_that_cannot_be_bought_any_more_says_so(shop: Shop) -> None:
    sku = shop.product(stock=5)
    cart_id = shop.cart((sku, 5))
    shop.product(sku=sku, stock=4)

    [line] = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]

    assert line["errors"] == [
        {"code": "INSUFFICIENT_STOCK", "message": "The requested qty is not available"}
    ]


def test_prices_are_those_of_today(shop: Shop) -> None:
    sku = shop.product(price_minor=1000)
    cart_id = shop.cart((sku, 1))
    shop.product(sku=sku, price_minor=1200)

    cart = shop.invoke("cart", cart_id=cart_id)["cart"]

    assert cart["prices"]["grand_total"]["amount_minor"] == 1200


@pytest.mark.parametrize("cart_id", ["\x00" * 32, "\ud800", "é" * 32, "1; DROP TABLE cart_cart"])
def test_a_strange_id_is_just_unknown(shop: Shop, cart_id: str) -> None:
    assert shop.refused("setCartAsInactive", cartId=cart_id).code == "CART_NOT_FOUND"


@pytest.mark.parametrize(
    "principal", [ADMIN, Principal("integration", "k", frozenset({"actions:invoke"}))]
)
def test_staff_may_read_every_cart(shop: Shop, principal: Principal) -> None:
    cart_id = shop.cart(by=shop.customer())

    assert shop.invoke("cart", by=principal, cart_id=cart_id)["cart"]["id"] == cart_id


def test_a_guest_may_not_read_a_customers_cart(shop: Shop) -> None:
    cart_id = shop.cart(by=shop.customer())

    error = shop.refused("cart", by=GUEST, cart_id=cart_id)

    assert error.message == f'The current user cannot perform operations on cart "{cart_id}"'


def test_an_inactive_foreign_cart_says_inactive(shop: Shop) -> None:
    cart_id = shop.cart(by=shop.customer(), status="inactive")

    assert shop.refused("cart", by=GUEST, cart_id=cart_id).code == "CART_NOT_ACTIVE"


def test_a_given_up_cart_makes_room_for_another(shop: Shop) -> None:
    customer = shop.customer()
    first = shop.cart(by=customer)

    shop.invoke("setCartAsInactive", by=customer, cartId=first)

    assert shop.cart(by=customer) != first


def test_giving_up_twice_succeeds(shop: Shop) -> None:
    cart_id = shop.cart()

    answers = [shop.invoke("setCartAsInactive", cartId=cart_id) for _ in range(2)]

    assert answers == [{"success": True}, {"success": True}]
    assert shop.status(cart_id) == "inactive"


def test_giving_up_a_cart_in_checkout_ends_the_checkout(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart(by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)
    shop.start_operation(cart_id)

    shop.invoke("setCartAsInactive", by=customer, cartId=cart_id)

    assert shop.status(cart_id) == "inactive"
    assert shop.operations(cart_id) == ["Canceled"]


@pytest.mark.parametrize("status", ["processing", "pending_closed", "closed", "pending_delete"])
def test_a_cart_that_others_work_on_cannot_be_given_up(shop: Shop, status: str) -> None:
    cart_id = shop.cart(status=status)

    error = shop.refused("setCartAsInactive", cartId=cart_id)

    assert error.code == "CART_NOT_ACTIVE"
    assert shop.status(cart_id) == status


def test_giving_up_somebody_elses_cart_answers_as_if_there_were_none(shop: Shop) -> None:
    cart_id = shop.cart(by=shop.customer())

    error = shop.refused("setCartAsInactive", by=shop.customer(), cartId=cart_id)

    assert (error.code, error.status) == ("CART_NOT_FOUND", 404)
    assert error.message == (
        f"Error when setting the cart {cart_id} as inactive - No such entity with cartId = null "
    )
    assert shop.status(cart_id) == "active"


def test_the_currency_is_the_shops_from_the_start(any_app: Application) -> None:
    cart = any_app.invoke("createGuestCart")["cart"]

    assert cart["prices"]["grand_total"] == {"amount_minor": 0, "currency": "USD"}
