"""A cart of 500 lines costs as many statements as one of a single line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Shop
from .tally import tallied
from .vouchers import coupon

MANY = 500


@pytest.fixture(scope="module")
def skus() -> list[str]:
    return [f"size-{number}" for number in range(MANY)]


@pytest.fixture(autouse=True)
def products(shop: Shop, skus: list[str]) -> None:
    thing = {"name": "Thing", "price_minor": 1000, "stock": 1_000_000}
    shop.load(products=[{"sku": sku, **thing} for sku in skus])


Lines = list[tuple[str, float]]
Prepared = Callable[[], Any]


def reading(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    return lambda: shop.invoke("cart", cart_id=cart_id)


def adding(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart()
    return lambda: shop.add(cart_id, *lines)


def adding_more(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    return lambda: shop.add(cart_id, *lines)


def adding_to_a_new_cart(shop: Shop, lines: Lines) -> Prepared:
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
    return lambda: shop.invoke("addProductsToNewCart", cartItems=items)


def updating(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    items = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    wanted = [{"cart_item_uid": line["uid"], "quantity": 3} for line in items]
    return lambda: shop.invoke("updateCartItems", cart_id=cart_id, cart_items=wanted)


def removing(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    items = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    wanted = [{"cart_item_uid": line["uid"], "quantity": 0} for line in items]
    return lambda: shop.invoke("updateCartItems", cart_id=cart_id, cart_items=wanted)


def merging(shop: Shop, lines: Lines) -> Prepared:
    customer, source = shop.customer(), shop.cart(*lines)
    shop.cart(*lines[len(lines) // 2 :], by=customer)
    return lambda: shop.invoke("mergeCarts", by=customer, source_cart_id=source)


def assigning(shop: Shop, lines: Lines) -> Prepared:
    customer, guests = shop.customer(), shop.cart(*lines)
    shop.cart(*lines[len(lines) // 2 :], by=customer)
    return lambda: shop.invoke("assignCustomerToGuestCart", by=customer, cart_id=guests)


def adding_the_older_way(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines[::2])
    items = [{"data": {"sku": sku, "quantity": quantity}} for sku, quantity in lines]
    return lambda: shop.invoke("addSimpleProductsToCart", cart_id=cart_id, cart_items=items)


def clearing(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    return lambda: shop.invoke("clearCart", uid=cart_id)


def applying_a_coupon(shop: Shop, lines: Lines) -> Prepared:
    cart_id, code = shop.cart(*lines), coupon(shop)
    return lambda: shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)


def paying(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    return lambda: shop.pay(cart_id)


def reading_one_that_is_shipped(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    shop.ship_to(cart_id)
    shop.bill_to(cart_id)
    return lambda: shop.invoke("cart", cart_id=cart_id)


def placing(shop: Shop, lines: Lines) -> Prepared:
    cart_id = shop.cart(*lines)
    shop.ready(cart_id)
    return lambda: shop.invoke("placeOrder", cart_id=cart_id)


def placing_with_a_coupon(shop: Shop, lines: Lines) -> Prepared:
    cart_id, code = shop.cart(*lines), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    shop.ready(cart_id)
    return lambda: shop.invoke("placeOrder", cart_id=cart_id)


def in_checkout(shop: Shop, lines: Lines, action: str, **given: Any) -> Prepared:
    customer = shop.customer()
    cart_id = shop.ready(shop.cart(*lines, by=customer), customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)
    return lambda: shop.invoke(action, by=customer, cartId=cart_id, **given)


def checking_the_inventory(shop: Shop, lines: Lines) -> Prepared:
    return in_checkout(shop, lines, "checkCartInventoryAction")


def checking_what_is_sold_out(shop: Shop, lines: Lines) -> Prepared:
    call = in_checkout(shop, lines, "checkCartInventoryAction")
    for sku, _ in lines:
        shop.sql("UPDATE cart_product SET stock_e4 = 0 WHERE sku = :sku", sku=sku)
    return call


def pricing(shop: Shop, lines: Lines) -> Prepared:
    return in_checkout(shop, lines, "priceCart")


def drafting_an_order(shop: Shop, lines: Lines) -> Prepared:
    return in_checkout(shop, lines, "cartToOrderAction")


WORK = (
    reading,
    adding,
    adding_more,
    adding_to_a_new_cart,
    updating,
    removing,
    merging,
    assigning,
    adding_the_older_way,
    clearing,
    applying_a_coupon,
    paying,
    placing,
    placing_with_a_coupon,
    reading_one_that_is_shipped,
    checking_the_inventory,
    checking_what_is_sold_out,
    pricing,
    drafting_an_order,
)


@pytest.mark.parametrize("prepare", WORK, ids=lambda it: it.__name__)
def test_statements_do_not_depend_on_the_lines(
    shop: Shop, skus: list[str], prepare: Callable[[Shop, Lines], Prepared]
) -> None:
    prepare(shop, [(skus[0], 1)])()  # what is read once for all carts

    tallies = []
    for number in (2, MANY):
        call = prepare(shop, [(sku, 1) for sku in skus[:number]])
        with tallied(shop) as tally:
            call()
        tallies.append(tally)

    few, many = tallies
    assert few.count == many.count < 40, (few.statements, many.statements)
