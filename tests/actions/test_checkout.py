from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cartflow import SYSTEM, Application, Principal

from .conftest import Shop, quantities

DUFFLE, TEE = "24-WB07", "WS12"


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


@pytest.fixture
def checkout(shop: Shop, customer: Principal) -> str:
    """Give the id of a cart of *customer* that is in checkout, with an operation under way."""
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)
    shop.start_operation(cart_id)
    return cart_id


def sessions(shop: Shop, cart_id: str) -> list[bool]:
    """Return of each session of a cart whether it is archived."""
    rows = shop.sql(
        "SELECT s.is_archived FROM cart_checkout_session s JOIN cart_cart c ON c.id = s.cart_id"
        " WHERE c.masked_id = :id ORDER BY s.id",
        id=cart_id,
    )
    return [bool(row[0]) for row in rows]


def cancel(shop: Shop, cart_id: str, by: Principal = SYSTEM) -> Any:
    return shop.invoke("cancelCartAsyncOperation", by=by, cartId=cart_id)


def test_a_checkout_locks_the_cart(shop: Shop, customer: Principal) -> None:
    cart_id = shop.cart(by=customer)

    session = shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    assert session == {
        "requestId": session["id"],
        "id": session["id"],
        "cart_id": cart_id,
        "state": "Start",
        "nextState": None,
        "isError": False,
        "created": True,
    }
    assert shop.status(cart_id) == "checkout"


def test_starting_again_returns_the_same_session(shop: Shop, customer: Principal) -> None:
    cart_id = shop.cart(by=customer)
    first = shop.invoke(
        "checkoutSessionAction", by=customer, cartId=cart_id, initialState="Inventory"
    )

    again = shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    assert again == {**first, "created": False}
    assert first["state"] == "Inventory"


def test_cancelling_unlocks_the_cart(shop: Shop, customer: Principal, checkout: str) -> None:
    answer = cancel(shop, checkout, by=customer)

    assert answer == {"session_archived": True, "operation_canceled": True}
    assert shop.status(checkout) == "active"
    assert sessions(shop, checkout) == [True]
    assert shop.operations(checkout) == ["Canceled"]


def test_only_operations_under_way_are_canceled(shop: Shop) -> None:
    cart_id = shop.cart(status="processing")
    for status in ("New", "Running", "Complete", "Error"):
        shop.start_operation(cart_id, status)

    assert cancel(shop, cart_id) == {"session_archived": False, "operation_canceled": True}
    assert shop.operations(cart_id) == ["Canceled", "Canceled", "Complete", "Error"]
    assert shop.status(cart_id) == "active"


def test_cancelling_without_a_checkout_says_so(shop: Shop) -> None:
    cart_id = shop.cart()

    assert cancel(shop, cart_id) == {"session_archived": False, "operation_canceled": False}


@pytest.mark.parametrize("status", ["closed", "pending_closed"])
def test_a_closed_cart_cannot_be_cancelled(shop: Shop, status: str) -> None:
    error = shop.refused("cancelCartAsyncOperation", by=SYSTEM, cartId=shop.cart(status=status))

    assert (error.code, error.status, error.title) == (
        "INVALID_OPERATION",
        403,
        "Cancel a Closed Cart",
    )
    assert error.message == "A cart can't be canceled after it's closed."


@pytest.mark.parametrize("status", ["inactive", "pending_delete"])
def test_a_cart_that_was_given_up_cannot_be_cancelled(shop: Shop, status: str) -> None:
    error = shop.refused("cancelCartAsyncOperation", by=SYSTEM, cartId=shop.cart(status=status))

    assert error.code == "CART_NOT_ACTIVE"


def test_after_cancelling_a_new_session_starts(shop: Shop, customer: Principal) -> None:
    cart_id = shop.cart(by=customer)
    first = shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)
    cancel(shop, cart_id)

    second = shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    assert second["created"] is True
    assert second["id"] != first["id"]


def test_editing_a_cart_in_checkout_cancels_the_checkout(
    shop: Shop, customer: Principal, checkout: str
) -> None:
    cart = shop.add(checkout, (TEE, 1), by=customer)["cart"]

    assert cart["status"] == "active"
    assert quantities(cart) == [(DUFFLE, 1), (TEE, 1)]
    assert sessions(shop, checkout) == [True]
    assert shop.operations(checkout) == ["Canceled"]


@pytest.mark.parametrize("named", [True, False], ids=["named", "default"])
def test_merging_cancels_the_checkouts_of_both_carts(
    shop: Shop, customer: Principal, checkout: str, named: bool
) -> None:
    source = shop.cart((TEE, 1))
    shop.invoke("checkoutSessionAction", by=SYSTEM, cartId=source)
    destination = {"destination_cart_id": checkout} if named else {}

    answer = shop.invoke("mergeCarts", by=customer, source_cart_id=source, **destination)

    assert (answer["cart"]["id"], answer["cart"]["status"]) == (checkout, "active")
    assert [sessions(shop, cart_id) for cart_id in (source, checkout)] == [[True], [True]]


def test_an_edit_that_fails_leaves_the_checkout(
    shop: Shop, customer: Principal, checkout: str
) -> None:
    error = shop.refused(
        "removeItemFromCart", by=customer, cart_id=checkout, cart_item_id=999_999_999
    )

    assert error.code == "CART_ITEM_NOT_FOUND"
    assert shop.status(checkout) == "checkout"
    assert sessions(shop, checkout) == [False]
    assert shop.operations(checkout) == ["Running"]


def test_a_stranger_cannot_cancel_a_checkout_by_editing(shop: Shop, checkout: str) -> None:
    error = shop.refused(
        "addProductsToCart", cartId=checkout, cartItems=[{"sku": TEE, "quantity": 1}]
    )

    assert error.code == "CART_NOT_OWNED"
    assert shop.status(checkout) == "checkout"


@pytest.mark.parametrize("status", ["processing", "pending_closed", "closed", "pending_delete"])
def test_a_cart_that_is_worked_on_cannot_be_edited(shop: Shop, status: str) -> None:
    cart_id = shop.cart((DUFFLE, 1), status=status)

    error = shop.refused(
        "addProductsToCart", cartId=cart_id, cartItems=[{"sku": TEE, "quantity": 1}]
    )

    assert error.code == "CART_NOT_ACTIVE"
    assert error.data == {"cart_id": cart_id, "status": status}


@pytest.fixture
def recalculating(shop: Shop) -> Iterator[Shop]:
    """Give the same store with the other checkout policy."""
    environment = {**shop.environment, "CARTFLOW_CART_CHECKOUT_POLICY": "recalculate"}
    with Application.open(environment=environment) as app:
        yield Shop(app, environment)


def test_the_other_policy_stays_in_checkout(
    shop: Shop, recalculating: Shop, customer: Principal, checkout: str
) -> None:
    cart = recalculating.add(checkout, (TEE, 1), by=customer)["cart"]

    assert cart["status"] == "checkout"
    assert cart["prices"]["grand_total"]["amount_minor"] == 6700
    assert sessions(shop, checkout) == [False]
    assert shop.operations(checkout) == ["Running"]


def test_a_merged_cart_leaves_its_checkout_under_the_other_policy_too(
    shop: Shop, recalculating: Shop, customer: Principal
) -> None:
    source = shop.cart((TEE, 1))
    shop.invoke("checkoutSessionAction", by=SYSTEM, cartId=source)

    recalculating.invoke("mergeCarts", by=customer, source_cart_id=source)

    assert shop.status(source) == "inactive"
    assert sessions(shop, source) == [True]


def test_an_order_ends_the_checkout(shop: Shop, customer: Principal, checkout: str) -> None:
    shop.ready(checkout, by=customer)

    shop.invoke("placeOrder", by=customer, cart_id=checkout)

    assert shop.status(checkout) == "closed"
    assert sessions(shop, checkout) == [True]
    assert shop.cart(by=customer) != checkout
