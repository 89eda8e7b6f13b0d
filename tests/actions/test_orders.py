from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cartflow import ADMIN, ActionError, Principal

from .conftest import Shop

DUFFLE = "24-WB07"


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


def test_a_paid_cart_becomes_an_order(shop: Shop, customer: Principal) -> None:
    sku = shop.product(stock=10, price_minor=333, increment=0.5)
    cart_id = shop.cart((sku, 2.5), (DUFFLE, 1), by=customer)
    paid = shop.pay(cart_id, by=customer)

    order = shop.invoke("placeOrder", by=customer, cart_id=cart_id)

    assert order == {
        "order_number": order["order_number"],
        "mp_order_id": paid["mp_order_id"],
        "amount_minor": 5333,
        "currency_code": "USD",
    }
    assert len(order["order_number"]) == 9
    assert shop.status(cart_id) == "closed"
    assert shop.sql("SELECT stock_e4 FROM cart_product WHERE sku = :sku", sku=sku) == [(75_000,)]
    lines = shop.sql(
        "SELECT sku, quantity_e4, row_total_minor FROM cart_order_item i JOIN cart_order o"
        " ON o.id = i.order_id WHERE o.number = :number ORDER BY i.id",
        number=order["order_number"],
    )
    assert [tuple(line) for line in lines] == [(sku, 25_000, 833), (DUFFLE, 10_000, 4500)]


def test_order_numbers_rise(shop: Shop) -> None:
    numbers = []
    for _ in range(2):
        cart_id = shop.cart((DUFFLE, 1))
        shop.pay(cart_id)
        numbers.append(int(shop.invoke("placeOrder", cart_id=cart_id)["order_number"]))

    assert numbers[1] == numbers[0] + 1


def test_a_cart_is_ordered_once(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.pay(cart_id)

    def attempt(_number: int) -> str:
        try:
            return str(shop.invoke("placeOrder", cart_id=cart_id)["order_number"])
        except ActionError as error:
            return error.code

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(attempt, range(4)))

    assert outcomes.count("CART_NOT_ACTIVE") == 3


def test_the_last_piece_is_sold_once(shop: Shop) -> None:
    sku = shop.product(stock=1)
    carts = [shop.cart((sku, 1)) for _ in range(3)]
    for cart_id in carts:
        shop.pay(cart_id)

    def attempt(cart_id: str) -> str:
        try:
            shop.invoke("placeOrder", cart_id=cart_id)
        except ActionError as error:
            return error.code
        return "ordered"

    with ThreadPoolExecutor(3) as threads:
        outcomes = sorted(threads.map(attempt, carts))

    assert outcomes == ["INSUFFICIENT_STOCK", "INSUFFICIENT_STOCK", "ordered"]
    assert shop.sql("SELECT stock_e4 FROM cart_product WHERE sku = :sku", sku=sku) == [(0,)]


def test_back_orders_go_below_the_stock(shop: Shop) -> None:
    sku = shop.product(stock=1, back_orders=True)
    cart_id = shop.cart((sku, 3))
    shop.pay(cart_id)

    shop.invoke("placeOrder", cart_id=cart_id)

    assert shop.sql("SELECT stock_e4 FROM cart_product WHERE sku = :sku", sku=sku) == [(-20_000,)]


def test_a_cart_changed_after_its_payment_needs_another(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))
    shop.pay(cart_id)
    shop.add(cart_id, (DUFFLE, 1))

    error = shop.refused("placeOrder", cart_id=cart_id)
    shop.pay(cart_id)

    assert error.data == {"paid_minor": 4500, "amount_minor": 9000}
    assert shop.invoke("placeOrder", cart_id=cart_id)["amount_minor"] == 9000


def test_a_refused_order_leaves_everything_as_it_was(shop: Shop) -> None:
    sku = shop.product(stock=5)
    cart_id = shop.cart((sku, 2))
    shop.pay(cart_id)
    shop.product(sku=sku, stock=1)

    error = shop.refused("placeOrder", by=ADMIN, cart_id=cart_id)

    assert error.data == {"skus": [sku]}
    assert shop.status(cart_id) == "active"
