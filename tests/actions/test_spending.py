"""Orders use up coupons, gift cards and store credit: each once, whoever else orders meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from cartflow import GUEST, ActionError, Principal

from .conftest import Shop
from .vouchers import balance, coupon, gift_card, store_credit, uses

BUYERS, PRICE = 4, 1000


@pytest.fixture
def voucher(shop: Shop) -> str:
    """Give the SKU of a product that is neither shipped nor taxed, to calculate in the head."""
    return shop.product(price_minor=PRICE, type="virtual", tax_class="untaxed")


def carts_of(shop: Shop, sku: str, customer: Principal = GUEST) -> list[str]:
    """Return carts of one piece that can be ordered, all of the same customer or of guests."""
    item = {"sku": sku, "quantity": 1}
    carts = [
        shop.invoke("addProductsToNewCart", by=customer, cartItems=[item])["cart"]["id"]
        for _ in range(BUYERS)
    ]
    return [shop.ready(cart_id, customer) for cart_id in carts]


def place(shop: Shop, cart_id: str, by: Principal = GUEST) -> int:
    """Order a cart; return what was to be paid."""
    return int(shop.invoke("placeOrder", by=by, cart_id=cart_id)["amount_minor"])


def redeem(shop: Shop, code: str, by: Principal) -> int:
    """Redeem what is left on a gift card, if anything is; return what there was to pay: 0."""
    with suppress(ActionError):
        shop.invoke("redeemGiftCardBalanceAsStoreCredit", by=by, gift_card_code=code)
    return 0


def at_once(call: Callable[[str], int], carts: Sequence[str]) -> list[int]:
    with ThreadPoolExecutor(len(carts)) as threads:
        return sorted(threads.map(call, carts))


def spent(shop: Shop, column: str, number: int) -> int:
    """Return what was written down as taken from a gift card or from a store credit."""
    [[found]] = shop.sql(
        f"SELECT sum(amount_minor) FROM cart_credit_use WHERE {column} = :number", number=number
    )
    return int(found)


def credit_of(shop: Shop, customer: Principal) -> int:
    statement = "SELECT balance_minor FROM cart_store_credit WHERE customer_id = :customer"
    [[found]] = shop.sql(statement, customer=int(customer.id))
    return int(found)


def test_a_coupon_for_one_order_is_used_by_one(shop: Shop, voucher: str) -> None:
    code, carts = coupon(shop, uses=1, percent=10), carts_of(shop, voucher)
    for cart_id in carts:
        shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)

    amounts = at_once(lambda cart_id: place(shop, cart_id), carts)

    assert amounts == [900, 1000, 1000, 1000]
    assert uses(shop, code) == (1, 1)


def test_a_coupon_for_two_orders_of_a_customer_is_used_by_two(shop: Shop, voucher: str) -> None:
    customer = shop.customer()
    code, carts = coupon(shop, uses_per_customer=2), carts_of(shop, voucher, customer)
    for cart_id in carts:
        shop.invoke("applyCouponToCart", by=customer, cart_id=cart_id, coupon_code=code)

    amounts = at_once(lambda cart_id: place(shop, cart_id, customer), carts)

    assert amounts == [900, 900, 1000, 1000]
    assert uses(shop, code) == (2, 2)


def test_a_coupon_that_takes_nothing_off_is_not_used_up(shop: Shop, voucher: str) -> None:
    code, [cart_id, *_] = coupon(shop, minimum_subtotal_minor=2 * PRICE), carts_of(shop, voucher)
    shop.add(cart_id, (voucher, 1))
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    [line] = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    item = {"cart_item_uid": line["uid"], "quantity": 1}
    shop.invoke("updateCartItems", cart_id=cart_id, cart_items=[item])

    assert place(shop, cart_id) == PRICE
    assert uses(shop, code) == (0, 0)


def test_a_gift_card_pays_no_more_than_is_on_it(shop: Shop, voucher: str) -> None:
    code, carts = gift_card(shop, 1500), carts_of(shop, voucher)
    for cart_id in carts:
        shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=code)

    amounts = at_once(lambda cart_id: place(shop, cart_id), carts)

    assert amounts == [0, 500, 1000, 1000]
    assert balance(shop, code) == 0
    [[number]] = shop.sql("SELECT id FROM cart_gift_card WHERE code = :code", code=code)
    assert spent(shop, "gift_card_id", number) == 1500


def test_store_credit_pays_no_more_than_there_is(shop: Shop, voucher: str) -> None:
    customer = shop.customer()
    store_credit(shop, customer, 1200)
    carts = carts_of(shop, voucher, customer)
    for cart_id in carts:
        shop.invoke("applyStoreCreditToCart", by=customer, cart_id=cart_id)

    amounts = at_once(lambda cart_id: place(shop, cart_id, customer), carts)

    assert amounts == [0, 800, 1000, 1000]
    assert credit_of(shop, customer) == 0
    assert spent(shop, "customer_id", int(customer.id)) == 1200


def test_a_card_that_is_redeemed_meanwhile_is_not_spent_twice(shop: Shop, voucher: str) -> None:
    customer, code = shop.customer(), gift_card(shop, 1500)
    store_credit(shop, customer, 0)
    carts = carts_of(shop, voucher, customer)
    for cart_id in carts:
        given = {"cart_id": cart_id, "gift_card_code": code}
        shop.app.invoke("applyGiftCardToCart", given, principal=customer)
        shop.invoke("applyStoreCreditToCart", by=customer, cart_id=cart_id)

    def work(cart_id: str) -> int:
        return redeem(shop, code, customer) if cart_id == code else place(shop, cart_id, customer)

    paid = sum(at_once(work, [*carts, code]))

    assert paid + 1500 == BUYERS * PRICE + balance(shop, code) + credit_of(shop, customer)


def test_what_is_spent_stands_in_the_order(shop: Shop, voucher: str) -> None:
    code, card, [cart_id, *_] = coupon(shop), gift_card(shop, 300), carts_of(shop, voucher)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=card)

    answer: dict[str, Any] = shop.invoke("placeOrder", cart_id=cart_id)

    assert answer["amount_minor"] == 600
    [[discount]] = shop.sql(
        "SELECT i.discount_minor FROM cart_order_item i JOIN cart_order o ON o.id = i.order_id"
        " WHERE o.number = :number",
        number=answer["order_number"],
    )
    assert discount == 100
    assert balance(shop, card) == 0
