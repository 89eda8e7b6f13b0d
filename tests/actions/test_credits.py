from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from cartflow import ADMIN, GUEST, ActionError, Principal

from .conftest import Shop
from .vouchers import balance, gift_card, store_credit

DUFFLE = "24-WB07"


def cards(shop: Shop, cart_id: str) -> list[str]:
    return list(shop.choices(cart_id).get("gift_cards", []))


def card_action(shop: Shop, verb: str, cart_id: str, code: str) -> Any:
    action = {"apply": "applyGiftCardToCart", "remove": "removeGiftCardFromCart"}[verb]
    return shop.invoke(action, cart_id=cart_id, gift_card_code=code)


def credit(shop: Shop, verb: str, cart_id: str, by: Principal) -> bool:
    """Apply store credit or remove it; return whether it is to be used."""
    action = {"apply": "applyStoreCreditToCart", "remove": "removeStoreCreditFromCart"}[verb]
    answer = shop.invoke(action, by=by, cart_id=cart_id)
    assert answer == shop.invoke("cart", by=by, cart_id=cart_id)
    return bool(shop.choices(cart_id).get("store_credit"))


def test_gift_cards_are_applied_one_after_the_other_and_removed(shop: Shop) -> None:
    cart_id, first, second = shop.cart((DUFFLE, 1)), gift_card(shop, 100), gift_card(shop, 200)

    answers = [card_action(shop, "apply", cart_id, code) for code in (first, second)]
    both = cards(shop, cart_id)
    answers.append(card_action(shop, "remove", cart_id, first))

    assert answers[-1] == shop.invoke("cart", cart_id=cart_id)
    assert (both, cards(shop, cart_id)) == ([first, second], [second])
    assert balance(shop, first) == 100


UNUSABLE: dict[str, Callable[[Shop], str]] = {
    "unknown": lambda shop: "none\0",
    "empty": lambda shop: gift_card(shop, 0),
    "expired": lambda shop: gift_card(shop, 100, date(2019, 12, 31)),
    "switched off": lambda shop: gift_card(shop, 100, enabled=False),
}


@pytest.mark.parametrize("why", UNUSABLE)
def test_a_gift_card_that_cannot_be_added(shop: Shop, why: str) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), UNUSABLE[why](shop)

    error = shop.refused("applyGiftCardToCart", cart_id=cart_id, gift_card_code=code)

    assert error.message == (
        "The gift card code couldn't be added. Verify your information and try again."
    )
    assert cards(shop, cart_id) == []


def test_a_gift_card_is_added_once(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), gift_card(shop, 100)
    card_action(shop, "apply", cart_id, code)

    error = shop.refused("applyGiftCardToCart", cart_id=cart_id, gift_card_code=code)

    assert error.code == "GIFT_CARD_NOT_ADDED"
    assert cards(shop, cart_id) == [code]


def test_a_gift_card_account_shows_what_is_left(shop: Shop) -> None:
    code = gift_card(shop, 1234, date(2099, 12, 31))

    assert shop.invoke("giftCardAccount", gift_card_code=code) == {
        "code": code,
        "balance": {"amount_minor": 1234, "currency": "USD"},
        "expiration_date": "2099-12-31",
    }


def redeem(shop: Shop, code: str, by: Principal) -> str:
    try:
        shop.invoke("redeemGiftCardBalanceAsStoreCredit", by=by, gift_card_code=code)
    except ActionError as error:
        return error.code
    return "redeemed"


def credit_of(shop: Shop, customer: Principal) -> int:
    statement = "SELECT balance_minor FROM cart_store_credit WHERE customer_id = :customer"
    [[found]] = shop.sql(statement, customer=int(customer.id))
    return int(found)


def test_a_gift_card_becomes_store_credit(shop: Shop) -> None:
    customer, code = shop.customer(), gift_card(shop, 300)
    store_credit(shop, customer, 50)

    answer = shop.invoke("redeemGiftCardBalanceAsStoreCredit", by=customer, gift_card_code=code)

    assert answer == {
        "code": code,
        "balance": {"amount_minor": 0, "currency": "USD"},
        "expiration_date": None,
    }
    assert credit_of(shop, customer) == 350
    assert shop.invoke("giftCardAccount", gift_card_code=code) == answer


def test_a_gift_card_is_redeemed_once_even_by_two_at_the_same_time(shop: Shop) -> None:
    customers, code = [shop.customer(), shop.customer()], gift_card(shop, 300)
    for customer in customers:
        store_credit(shop, customer, 0)

    with ThreadPoolExecutor(4) as threads:
        outcomes = threads.map(lambda customer: redeem(shop, code, customer), customers * 2)

    assert sorted(outcomes) == ["GIFT_CARD_NOT_FOUND"] * 3 + ["redeemed"]
    assert sum(credit_of(shop, customer) for customer in customers) == 300


def test_store_credit_is_chosen_by_the_customer_or_for_him(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)

    outcomes = [
        credit(shop, "apply", cart_id, customer),
        credit(shop, "apply", cart_id, customer),
        credit(shop, "remove", cart_id, ADMIN),
        credit(shop, "remove", cart_id, customer),
        credit(shop, "apply", cart_id, ADMIN),
    ]

    assert outcomes == [True, True, False, False, True]


def test_guests_have_no_store_credit(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    for caller in (GUEST, ADMIN):
        error = shop.refused("applyStoreCreditToCart", by=caller, cart_id=cart_id)
        assert error.message == "Please specify a valid customer."


def test_credits_do_not_cancel_a_checkout(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    credit(shop, "apply", cart_id, customer)
    code = gift_card(shop, 100)
    shop.invoke("applyGiftCardToCart", by=customer, cart_id=cart_id, gift_card_code=code)

    assert shop.status(cart_id) == "checkout"


def usd(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "USD"}


def test_gift_cards_and_store_credit_lower_the_total_in_this_order(shop: Shop) -> None:
    customer, sku = shop.customer(), shop.product(price_minor=1000)
    cart_id = shop.cart((sku, 1), by=customer)
    store_credit(shop, customer, 500)
    shop.invoke("applyStoreCreditToCart", by=customer, cart_id=cart_id)
    codes = [gift_card(shop, 300, date(2099, 12, 31)), gift_card(shop, 600)]
    for code in codes:
        given = {"cart_id": cart_id, "gift_card_code": code}
        shop.app.invoke("applyGiftCardToCart", given, principal=customer)

    cart = shop.invoke("cart", by=customer, cart_id=cart_id)["cart"]

    assert cart["prices"]["grand_total"] == usd(0)
    assert cart["applied_gift_cards"] == [
        {
            "code": codes[0],
            "applied_balance": usd(300),
            "current_balance": usd(300),
            "expiration_date": "2099-12-31",
        },
        {
            "code": codes[1],
            "applied_balance": usd(600),
            "current_balance": usd(600),
            "expiration_date": None,
        },
    ]
    assert cart["applied_store_credit"] == {
        "enabled": True,
        "applied_balance": usd(100),
        "current_balance": usd(500),
    }


def test_store_credit_that_covers_all_leaves_nothing_to_pay(shop: Shop) -> None:
    customer, sku = shop.customer(), shop.product(price_minor=1000)
    cart_id = shop.cart((sku, 1), by=customer)
    store_credit(shop, customer, 5000)

    answer = shop.invoke("applyStoreCreditToCart", by=customer, cart_id=cart_id)
    methods = [method["code"] for method in answer["cart"]["available_payment_methods"]]
    assert (answer["cart"]["prices"]["grand_total"], methods) == (usd(0), ["free"])

    answer = shop.invoke("removeStoreCreditFromCart", by=customer, cart_id=cart_id)
    methods = [method["code"] for method in answer["cart"]["available_payment_methods"]]
    assert answer["cart"]["prices"]["grand_total"] == usd(1000)
    assert "free" not in methods


def test_a_gift_card_that_expires_on_the_cart_pays_nothing(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), gift_card(shop, 300)
    card_action(shop, "apply", cart_id, code)
    shop.load(gift_cards=[{"code": code, "balance_minor": 300, "expires_on": "2019-12-31"}])

    cart = shop.invoke("cart", cart_id=cart_id)["cart"]

    assert cart["applied_gift_cards"][0]["applied_balance"] == usd(0)
    assert cart["prices"]["grand_total"] == usd(4500)
