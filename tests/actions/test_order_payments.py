"""How an order is paid: beforehand, later, or not at all."""

from __future__ import annotations

from cartflow import GUEST

from .conftest import Shop
from .placed import order_of, place, total
from .vouchers import balance, gift_card

DUFFLE, VIRTUAL, FOR_NOTHING = "24-WB07", "240-LV04", "240-LV09"


def test_what_is_paid_later_needs_no_payment_order(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))

    placed = place(shop, cart_id)

    order = order_of(shop, placed["order_number"])
    assert (order.method_code, order.amount_minor) == ("checkmo", placed["amount_minor"])
    assert [
        reference
        for [reference] in shop.sql(
            "SELECT mp_order_id FROM cart_payment_order p JOIN cart_cart c ON c.id = p.cart_id"
            " WHERE c.masked_id = :id",
            id=cart_id,
        )
    ] == [placed["mp_order_id"]]


def test_a_payment_order_made_beforehand_is_used(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))
    paid = shop.pay(cart_id)

    assert place(shop, cart_id)["mp_order_id"] == paid["mp_order_id"]


def test_what_is_paid_later_is_paid_by_the_amount_at_last(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))
    paid = shop.pay(cart_id)
    shop.add(cart_id, (DUFFLE, 1))
    amount = total(shop, cart_id)

    placed = place(shop, cart_id)

    assert placed["mp_order_id"] != paid["mp_order_id"]
    assert order_of(shop, placed["order_number"]).amount_minor == amount


def test_a_payment_order_chooses_its_method(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))

    paid = shop.pay(cart_id, methodCode="sandbox")

    assert shop.choices(cart_id)["payment_method"] == {"code": "sandbox"}
    assert place(shop, cart_id)["mp_order_id"] == paid["mp_order_id"]


def test_a_payment_order_leaves_the_choice_of_its_method_as_it_was(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))
    method = {"code": "purchaseorder", "purchase_order_number": "4711"}
    shop.invoke("setPaymentMethodOnCart", cart_id=cart_id, payment_method=method)

    shop.pay(cart_id, methodCode="purchaseorder")

    assert shop.choices(cart_id)["payment_method"] == method


def test_a_declined_payment_chooses_nothing(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))
    card = {"methodCode": "sandbox", "paymentSource": "tok_declined"}

    shop.refused("createPaymentOrder", cartId=cart_id, by=GUEST, **card)

    assert shop.choices(cart_id)["payment_method"] == {"code": "checkmo"}


def test_what_costs_nothing_is_free(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((FOR_NOTHING, 1)), without="payment_method")

    placed = place(shop, cart_id)

    order = order_of(shop, placed["order_number"])
    assert (order.method_code, order.amount_minor, placed["amount_minor"]) == ("free", 0, 0)


def test_free_is_no_method_for_what_costs_something_at_last(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((FOR_NOTHING, 1)))
    shop.add(cart_id, (VIRTUAL, 1))

    assert shop.refused("placeOrder", cart_id=cart_id).code == "PAYMENT_METHOD_REQUIRED"


def test_a_cart_changed_after_its_payment_needs_another(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), method="sandbox")
    paid = shop.pay(cart_id, methodCode="sandbox")["amount_minor"]
    shop.add(cart_id, (DUFFLE, 1))

    error = shop.refused("placeOrder", cart_id=cart_id)
    again = shop.pay(cart_id, methodCode="sandbox")["amount_minor"]

    assert error.data == {"paid_minor": paid, "amount_minor": again}
    assert place(shop, cart_id)["amount_minor"] == again


def test_what_was_charged_is_not_covered_by_a_gift_card_in_silence(shop: Shop) -> None:
    card = gift_card(shop, 100_000)
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), method="sandbox")
    paid = shop.pay(cart_id, methodCode="sandbox")
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=card)

    error = shop.refused("placeOrder", cart_id=cart_id)
    shop.invoke("removeGiftCardFromCart", cart_id=cart_id, gift_card_code=card)

    assert (error.code, error.data["amount_minor"]) == ("PAYMENT_AMOUNT_CHANGED", 0)
    assert error.data["paid_minor"] == paid["amount_minor"]
    assert place(shop, cart_id)["mp_order_id"] == paid["mp_order_id"]
    assert balance(shop, card) == 100_000


def test_who_lets_it_be_free_all_the_same_says_so_by_a_payment_order(shop: Shop) -> None:
    card = gift_card(shop, 100_000)
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), method="sandbox")
    shop.pay(cart_id, methodCode="sandbox")
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=card)

    free = shop.pay(cart_id, methodCode="free")

    assert place(shop, cart_id)["mp_order_id"] == free["mp_order_id"]
