from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from cartflow import ActionError, Principal

from .conftest import Shop, quantities
from .vouchers import coupon

DUFFLE, TEE = "24-WB07", "WS12"


def merge(shop: Shop, customer: Principal, source: str, **given: Any) -> Any:
    return shop.invoke("mergeCarts", by=customer, source_cart_id=source, **given)


def test_the_documented_example(shop: Shop) -> None:
    customer = shop.customer()
    destination = shop.cart((DUFFLE, 1), by=customer)
    source = shop.cart((DUFFLE, 1), (TEE, 1))
    [before] = shop.invoke("cart", by=customer, cart_id=destination)["cart"]["items"]

    answer = merge(shop, customer, source, destination_cart_id=destination)

    cart = answer["cart"]
    assert cart["id"] == destination
    assert [(line["product"]["name"], repr(line["quantity"])) for line in cart["items"]] == [
        ("Overnight Duffle", "2"),
        ("Radiant Tee", "1"),
    ]
    assert cart["items"][0]["id"] == before["id"]
    assert answer["adjustments"] == []
    assert shop.status(source) == "inactive"


@pytest.mark.parametrize("destination", [{}, {"destination_cart_id": None}], ids=["absent", "null"])
def test_without_destination_it_is_the_customers_own_cart(
    shop: Shop, destination: dict[str, None]
) -> None:
    customer = shop.customer()
    own = shop.cart((DUFFLE, 1), by=customer)

    cart = merge(shop, customer, shop.cart((TEE, 1)), **destination)["cart"]

    assert cart["id"] == own
    assert quantities(cart) == [(DUFFLE, 1), (TEE, 1)]


def test_without_any_cart_the_customer_gets_one(shop: Shop) -> None:
    customer = shop.customer()

    cart = merge(shop, customer, shop.cart((TEE, 1)))["cart"]

    assert quantities(cart) == [(TEE, 1)]
    assert shop.cart(by=customer) == cart["id"]


def test_an_empty_guest_cart_merges_fine(shop: Shop) -> None:
    customer, source = shop.customer(), shop.cart()
    shop.cart((DUFFLE, 1), by=customer)

    assert quantities(merge(shop, customer, source)["cart"]) == [(DUFFLE, 1)]
    assert shop.status(source) == "inactive"


@pytest.mark.parametrize(("strategy", "kept"), [("sum", 5), ("guest", 2), ("customer", 3)])
def test_strategy(shop: Shop, strategy: str, kept: int) -> None:
    customer = shop.customer()
    shop.cart((DUFFLE, 3), by=customer)

    answer = merge(shop, customer, shop.cart((DUFFLE, 2), (TEE, 1)), strategy=strategy)

    assert quantities(answer["cart"]) == [(DUFFLE, kept), (TEE, 1)]


def test_what_cannot_be_kept_is_reported(shop: Shop) -> None:
    customer, few = shop.customer(), shop.product(stock=5)
    shop.cart((few, 3), by=customer)

    answer = merge(shop, customer, shop.cart((few, 4)))

    assert quantities(answer["cart"]) == [(few, 5)]
    assert answer["adjustments"] == [
        {"sku": few, "requested": 7, "kept": 5, "reason": "INSUFFICIENT_STOCK"}
    ]


def test_the_same_merge_again_is_an_error_and_adds_nothing(shop: Shop) -> None:
    customer, source = shop.customer(), shop.cart((DUFFLE, 1))
    cart = merge(shop, customer, source)["cart"]

    error = shop.refused("mergeCarts", by=customer, source_cart_id=source)

    assert (error.code, error.message) == (
        "CART_NOT_ACTIVE",
        "Current user does not have an active cart.",
    )
    assert shop.invoke("cart", by=customer, cart_id=cart["id"])["cart"] == cart


def test_checks_come_in_the_documented_order(shop: Shop) -> None:
    customer, gone = shop.customer(), "0" * 32

    def refused(**given: Any) -> str:
        return shop.refused("mergeCarts", **given).code

    assert refused(source_cart_id="", destination_cart_id="") == "SOURCE_REQUIRED"
    assert refused(source_cart_id=gone, destination_cart_id="") == "DESTINATION_EMPTY"
    assert refused(source_cart_id=gone, destination_cart_id=gone) == "CUSTOMER_REQUIRED"
    error = shop.refused(
        "mergeCarts", by=customer, source_cart_id=gone, destination_cart_id="1" * 32
    )
    assert error.message == f'Could not find a cart with ID "{gone}"'


def test_a_customers_cart_is_no_source(shop: Shop) -> None:
    customer = shop.customer()
    own = shop.cart(by=customer)

    error = shop.refused("mergeCarts", by=customer, source_cart_id=own, destination_cart_id=own)

    assert (error.code, error.message) == (
        "CART_NOT_OWNED",
        "The current user cannot perform operations on cart",
    )


def test_a_guest_cart_is_no_destination(shop: Shop) -> None:
    source, destination = shop.cart((DUFFLE, 1)), shop.cart()

    error = shop.refused(
        "mergeCarts",
        by=shop.customer(),
        source_cart_id=source,
        destination_cart_id=destination,
    )

    assert (error.code, error.data) == ("CART_NOT_OWNED", {"cart_id": destination})
    assert shop.status(source) == "active"


def test_two_at_the_same_time_add_once(shop: Shop) -> None:
    customer, source = shop.customer(), shop.cart((DUFFLE, 1), (TEE, 2))
    own = shop.cart((DUFFLE, 1), by=customer)

    def attempt(_number: int) -> str:
        try:
            merge(shop, customer, source, destination_cart_id=own)
        except ActionError as error:
            return error.code
        return "merged"

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(attempt, range(4)))

    assert outcomes == ["CART_NOT_ACTIVE"] * 3 + ["merged"]
    cart = shop.invoke("cart", by=customer, cart_id=own)["cart"]
    assert quantities(cart) == [(DUFFLE, 2), (TEE, 2)]


def test_a_customer_without_cart_gets_only_one(shop: Shop) -> None:
    customer = shop.customer()
    sources = [shop.cart((DUFFLE, 1)) for _ in range(4)]

    with ThreadPoolExecutor(4) as threads:
        carts = list(threads.map(lambda source: merge(shop, customer, source)["cart"], sources))

    assert {cart["id"] for cart in carts} == {shop.cart(by=customer)}
    assert max(quantities(cart) for cart in carts) == [(DUFFLE, 4)]


@contextmanager
def counted(shop: Shop) -> Iterator[list[str]]:
    """Give the list of the statements that are executed meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(shop.app.database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(shop.app.database.engine, "before_cursor_execute", note)


def test_the_number_of_statements_does_not_depend_on_the_lines(shop: Shop) -> None:
    skus = [shop.product() for _ in range(30)]

    def statements(lines: int) -> int:
        customer = shop.customer()
        shop.cart(*((sku, 1) for sku in skus[: lines * 2]), by=customer)
        source = shop.cart(*((sku, 1) for sku in skus[lines : lines * 3]))
        with counted(shop) as executed:
            merge(shop, customer, source)
        return len(executed)

    assert statements(10) == statements(1)


def test_only_coupons_cost_a_merge_the_statement_that_writes_choices(shop: Shop) -> None:
    code = coupon(shop)

    def written(*, with_coupon: bool) -> int:
        customer, source = shop.customer(), shop.cart((DUFFLE, 1))
        if with_coupon:
            shop.invoke("applyCouponToCart", cart_id=source, coupon_code=code)
        with counted(shop) as executed:
            merge(shop, customer, source)
        return sum("choices=" in statement for statement in executed)

    assert (written(with_coupon=False), written(with_coupon=True)) == (0, 1)
