from __future__ import annotations

from typing import Any

import pytest

from cartflow import ADMIN, GUEST, SYSTEM, Principal

from ..buyers import STORE, buyer, cart_for, change_account
from ..conftest import Shop

DUFFLE, TEE = "24-WB07", "WS12"


def add(shop: Shop, cart: str, quantity: str, *, by: Principal = SYSTEM, **given: Any) -> Any:
    wanted = {"productId": DUFFLE, "quantity": quantity}
    given = {"cartStateOrId": cart, "webStoreId": STORE, "cartItemInput": wanted, **given}
    return shop.invoke("addCartItem", by=by, **given)["addedCartItem"]


def items(shop: Shop, cart: str, *, by: Principal, **given: Any) -> Any:
    given = {"cartId": cart, "userId": by.id, "webStoreId": STORE, **given}
    return shop.invoke("getCartItems", by=by, **given)["cartItems"]


def money(amount: int) -> dict[str, Any]:
    return {"amount_minor": amount, "currency": "USD"}


def test_create_cart_makes_a_cart_of_the_account(shop: Shop) -> None:
    found = buyer(shop)
    wanted = {"effectiveAccountId": found.account, "name": "Office", "type": "Cart"}

    answer = shop.invoke("createCart", by=found.principal, webStoreId=STORE, cartInput=wanted)

    summary = answer["cartSummary"]
    assert summary == {
        "cartId": summary["cartId"],
        "name": "Office",
        "webStoreId": STORE,
        "ownerId": found.id,
        "accountId": found.account,
        "status": "Active",
        "type": "Cart",
        "isSecondary": False,
        "currencyIsoCode": "USD",
        "uniqueProductCount": 0,
        "totalProductCount": 0,
        "totalProductAmount": money(0),
        "grandTotalAmount": money(0),
    }
    assert shop.status(summary["cartId"]) == "active"


def test_a_cart_without_a_name_is_called_by_its_id(shop: Shop) -> None:
    answer = shop.invoke("createCart", by=ADMIN, webStoreId=STORE, cartInput={})["cartSummary"]

    assert answer["name"] == answer["cartId"]
    assert (answer["ownerId"], answer["accountId"]) == (None, None)


def test_a_second_cart_leaves_the_first_the_customers_own(shop: Shop) -> None:
    found = buyer(shop)
    first = shop.cart(by=found.principal)

    second = cart_for(shop, found)

    assert items(shop, second, by=found.principal)["cartSummary"]["isSecondary"] is True
    assert shop.cart(by=found.principal) == first


def test_a_guest_cannot_use_the_cart_of_an_account_without_a_person(shop: Shop) -> None:
    given = {"effectiveAccountId": buyer(shop).account}
    cart = shop.invoke("createCart", by=SYSTEM, webStoreId=STORE, cartInput=given)["cartSummary"]

    assert shop.refused("cart", by=GUEST, cart_id=cart["cartId"]).code == "CART_NOT_OWNED"
    error = shop.refused("setCartAsInactive", by=GUEST, cartId=cart["cartId"])
    assert error.code == "CART_NOT_FOUND"


def test_add_cart_item_returns_the_line(shop: Shop) -> None:
    found = buyer(shop)
    cart = cart_for(shop, found)
    add(shop, cart, "1", by=found.principal)

    line = add(shop, cart, "1.0", by=found.principal)

    assert line == {
        "cartItemId": line["cartItemId"],
        "cartId": cart,
        "productId": DUFFLE,
        "name": "Overnight Duffle",
        "quantity": 2,
        "type": "Product",
        "salesPrice": money(4500),
        "totalPrice": money(9000),
    }


@pytest.mark.parametrize("word", ["active", "current"])
def test_words_stand_for_the_customers_own_cart(shop: Shop, word: str) -> None:
    customer = shop.customer()
    cart = shop.cart(by=customer)

    assert add(shop, word, "1", by=customer)["cartId"] == cart


def test_the_own_cart_of_an_account_is_another_one(shop: Shop) -> None:
    found = buyer(shop)
    shop.cart(by=found.principal)
    cart = cart_for(shop, found)

    line = add(shop, "active", "1", by=found.principal, effectiveAccountId=found.account)

    assert line["cartId"] == cart


def test_there_is_no_own_cart_for_who_is_no_customer(shop: Shop) -> None:
    given = {"cartStateOrId": "active", "webStoreId": STORE}

    error = shop.refused("deleteCart", by=SYSTEM, **given)

    assert (error.code, error.data) == ("CART_NOT_FOUND", {"cart_id": "active"})


@pytest.mark.parametrize("named", [True, False], ids=["named", "active"])
def test_adding_cancels_a_checkout(shop: Shop, named: bool) -> None:
    found = buyer(shop)
    cart = cart_for(shop, found)
    shop.invoke("checkoutSessionAction", by=found.principal, cartId=cart)

    add(
        shop,
        cart if named else "active",
        "1",
        by=found.principal,
        effectiveAccountId=found.account,
    )

    assert shop.status(cart) == "active"


def test_a_cart_of_another_account_is_not_owned(shop: Shop) -> None:
    found = buyer(shop)
    other = buyer(shop)
    change_account(shop, other, members=[found.email, other.email])
    given = {"cartStateOrId": cart_for(shop, found), "webStoreId": STORE}

    error = shop.refused(
        "deleteCart", by=found.principal, effectiveAccountId=other.account, **given
    )

    assert error.code == "CART_NOT_OWNED"


@pytest.mark.parametrize("account", ["", "nobody", "a\u0000b"])
def test_unknown_accounts_are_invalid(shop: Shop, account: str) -> None:
    customer = shop.customer()
    shop.cart(by=customer)
    given = {"cartStateOrId": "active", "webStoreId": STORE, "effectiveAccountId": account}

    created = shop.refused(
        "createCart", by=SYSTEM, webStoreId=STORE, cartInput={"effectiveAccountId": account}
    )

    assert created.code == "ACCOUNT_INVALID"
    assert shop.refused("deleteCart", by=customer, **given).code == "CART_NOT_FOUND"


@pytest.mark.parametrize("quantity", ["0", "-1", "1e3", "", "1.00001", "NaN", "٣"])
def test_a_quantity_is_a_decimal_above_zero(shop: Shop, quantity: str) -> None:
    given = {"cartStateOrId": shop.cart(), "webStoreId": STORE}
    wanted = {"productId": DUFFLE, "quantity": quantity}

    error = shop.refused("addCartItem", by=SYSTEM, cartItemInput=wanted, **given)

    assert error.code == "INVALID_QUANTITY"


def test_delete_cart_ends_its_checkout(shop: Shop) -> None:
    found = buyer(shop)
    cart = cart_for(shop, found)
    session = shop.invoke("checkoutSessionAction", by=found.principal, cartId=cart)["id"]

    answer = shop.invoke("deleteCart", by=found.principal, cartStateOrId=cart, webStoreId=STORE)

    assert answer == {"success": True}
    assert shop.status(cart) == "pending_delete"
    read = shop.invoke("getCheckoutSession", by=found.principal, checkoutSessionId=session)
    assert read["isArchived"] is True


def test_get_cart_items_reads_lines_and_their_problems(shop: Shop) -> None:
    found = buyer(shop)
    cart = cart_for(shop, found)
    sku = shop.product()
    shop.add(cart, (DUFFLE, 2), (sku, 5), by=found.principal)
    shop.product(sku=sku, stock=1)

    answer = items(shop, cart, by=found.principal, effectiveAccountId=found.account)

    assert [it["cartItem"]["productId"] for it in answer["cartItems"]] == [DUFFLE, sku]
    assert [it["status"] for it in answer["cartItems"]] == ["Success", "Failure"]
    assert answer["cartItems"][1]["messages"] == ["The requested qty is not available"]
    assert answer["hasErrors"] is True
    assert answer["cartSummary"]["uniqueProductCount"] == 2


@pytest.mark.parametrize("action", ["getCartItems", "getCartPromotions"])
def test_a_cart_is_read_for_its_own_account_alone(shop: Shop, action: str) -> None:
    found = buyer(shop)
    given = {"cartId": shop.cart(by=found.principal), "userId": found.id, "webStoreId": STORE}

    error = shop.refused(action, by=found.principal, effectiveAccountId=found.account, **given)

    assert error.code == "CART_NOT_OWNED"


@pytest.mark.parametrize("name", ["cartId", "userId"])
def test_malformed_ids_are_named(shop: Shop, name: str) -> None:
    given = {"cartId": shop.cart(), "userId": "1", "webStoreId": STORE, name: "?"}

    error = shop.refused("getCartItems", by=SYSTEM, **given)

    assert error.message == f'"?" isn\'t a valid ID for the parameter "{name}".'
