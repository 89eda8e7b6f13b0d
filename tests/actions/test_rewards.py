from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, Principal
from cartflow.actions.cart.rewards import take_points

from .conftest import Shop
from .tally import tallied
from .vouchers import bare_order, reward_points

PRICE = 1000


@pytest.fixture
def sku(shop: Shop) -> str:
    """Give the SKU of a product that is neither shipped nor taxed."""
    return shop.product(price_minor=PRICE, type="virtual", tax_class="untaxed")


def buyer(shop: Shop, points: int | None = None) -> Principal:
    """Return a new customer of a shop where 25 points are worth 3.00."""
    customer = shop.customer()
    if points is not None:
        reward_points(shop, customer, points)
    shop.set_rules(reward_points={"points": 25, "amount_minor": 300})
    return customer


def usd(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "USD"}


def apply(shop: Shop, cart_id: str, by: Principal) -> dict[str, Any]:
    return dict(shop.invoke("applyRewardPointsToCart", by=by, cartId=cart_id)["cart"])


def remove(shop: Shop, cart_id: str, by: Principal) -> dict[str, Any]:
    return dict(shop.invoke("removeRewardPointsFromCart", by=by, cartId=cart_id)["cart"])


def points_of(shop: Shop, customer: Principal) -> int:
    statement = "SELECT points FROM cart_reward_points WHERE customer_id = :customer"
    [[found]] = shop.sql(statement, customer=int(customer.id))
    return int(found)


def test_points_are_applied_as_far_as_they_go_and_removed(shop: Shop, sku: str) -> None:
    customer = buyer(shop, 60)
    cart_id = shop.cart((sku, 1), by=customer)

    applied = apply(shop, cart_id, customer)
    removed = remove(shop, cart_id, customer)

    assert applied["applied_reward_points"] == {"money": usd(600), "points": 50}
    assert applied["prices"]["grand_total"] == usd(400)
    assert removed["applied_reward_points"] is None
    assert removed["prices"]["grand_total"] == usd(1000)
    assert points_of(shop, customer) == 60


def test_points_that_pay_all_leave_nothing_to_pay(shop: Shop, sku: str) -> None:
    customer = buyer(shop, 1000)
    cart_id = shop.cart((sku, 1), by=customer)

    cart = apply(shop, cart_id, customer)

    assert cart["applied_reward_points"] == {"money": usd(1000), "points": 100}
    assert [it["code"] for it in cart["available_payment_methods"]] == ["free"]


def test_without_points_nothing_is_applied(shop: Shop, sku: str) -> None:
    customer = buyer(shop)
    cart_id = shop.cart((sku, 1), by=customer)

    assert apply(shop, cart_id, customer)["applied_reward_points"] is None


def test_an_administrator_may_choose_for_a_customer_but_not_for_a_guest(
    shop: Shop, sku: str
) -> None:
    customer = buyer(shop, 25)
    cart_id = shop.cart((sku, 1), by=customer)

    cart = apply(shop, cart_id, ADMIN)
    errors = [
        shop.refused(f"{verb}RewardPoints{way}Cart", by=caller, cartId=shop.cart())
        for verb, way in (("apply", "To"), ("remove", "From"))
        for caller in (ADMIN, GUEST)
    ]

    assert cart["applied_reward_points"] == {"money": usd(300), "points": 25}
    assert {error.message for error in errors} == {"The current customer isn't authorized."}


def test_points_do_not_cancel_a_checkout(shop: Shop, sku: str) -> None:
    customer = buyer(shop)
    cart_id = shop.cart((sku, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    apply(shop, cart_id, customer)

    assert shop.status(cart_id) == "checkout"


def test_an_order_takes_the_points_and_keeps_what_they_paid(shop: Shop, sku: str) -> None:
    customer = buyer(shop, 80)
    cart_id = shop.cart((sku, 1), by=customer)
    apply(shop, cart_id, customer)
    shop.ready(cart_id, customer)

    answer = shop.invoke("placeOrder", by=customer, cart_id=cart_id)

    assert (answer["amount_minor"], points_of(shop, customer)) == (100, 5)
    [[number, text]] = shop.sql(
        "SELECT id, document FROM cart_order WHERE number = :number", number=answer["order_number"]
    )
    document = json.loads(text)
    assert (document["reward_points"], document["totals"]["reward_points_minor"]) == (75, 900)
    uses = "SELECT customer_id, points, amount_minor FROM cart_credit_use WHERE order_id = :number"
    [use] = shop.sql(uses, number=number)
    assert tuple(use) == (int(customer.id), 75, 900)


def test_orders_at_the_same_time_spend_each_point_once(shop: Shop, sku: str) -> None:
    customer, items = buyer(shop, 155), [{"sku": sku, "quantity": 1}]
    carts = []
    for _ in range(4):
        answer = shop.invoke("addProductsToNewCart", by=customer, cartItems=items)
        carts.append(shop.ready(answer["cart"]["id"], customer))
        apply(shop, carts[-1], customer)

    def place(cart_id: str) -> int:
        return int(shop.invoke("placeOrder", by=customer, cart_id=cart_id)["amount_minor"])

    with ThreadPoolExecutor(4) as threads:
        amounts = sorted(threads.map(place, carts))

    assert amounts == [0, 400, 1000, 1000]
    assert points_of(shop, customer) == 5
    uses = "SELECT sum(points), sum(amount_minor) FROM cart_credit_use WHERE customer_id = :number"
    [[points, amount_minor]] = shop.sql(uses, number=int(customer.id))
    assert (int(points), int(amount_minor)) == (150, 1600)


def test_points_that_were_not_locked_still_never_become_negative(shop: Shop) -> None:
    customer, order = shop.customer(), bare_order(shop)
    reward_points(shop, customer, 100)

    with (
        pytest.raises(RuntimeError, match="fewer than 101 reward points"),
        shop.app.database.transaction() as db,
    ):
        take_points(db, order, int(customer.id), 101, 1)

    assert points_of(shop, customer) == 100


def test_an_order_without_points_costs_no_statement_more(shop: Shop, sku: str) -> None:
    customer = buyer(shop)
    cart_id = shop.ready(shop.cart((sku, 1), by=customer), customer)

    with tallied(shop) as tally:
        shop.invoke("placeOrder", by=customer, cart_id=cart_id)

    assert not [it for it in tally.statements if "reward_points" in it]
