from __future__ import annotations

import json

import pytest

from cartflow import ADMIN, ActionError, Principal

from .conftest import Shop
from .placed import order_of, orders_of, place, stock, total
from .vouchers import coupon, gift_card

DUFFLE, VIRTUAL, FOR_NOTHING = "24-WB07", "240-LV04", "240-LV09"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def customer(shop: Shop) -> Principal:
    return shop.customer()


def test_a_cart_becomes_an_order(shop: Shop, customer: Principal) -> None:
    sku = shop.product(stock=10, price_minor=333, increment=0.5)
    cart_id = shop.cart((sku, 2.5), (DUFFLE, 1), by=customer)
    shop.ready(cart_id, by=customer)
    amount = total(shop, cart_id, by=customer)

    order = place(shop, cart_id, by=customer)

    assert (order["amount_minor"], order["currency_code"]) == (amount, "USD")
    assert len(order["order_number"]) == 9
    assert shop.status(cart_id) == "closed"
    assert stock(shop, sku) == 75_000
    lines = shop.sql(
        "SELECT sku, quantity_e4, row_total_minor FROM cart_order_item i JOIN cart_order o"
        " ON o.id = i.order_id WHERE o.number = :number ORDER BY i.id",
        number=order["order_number"],
    )
    assert [tuple(line) for line in lines] == [(sku, 25_000, 833), (DUFFLE, 10_000, 4500)]


def test_the_next_cart_of_a_customer_is_a_new_one(shop: Shop, customer: Principal) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1), by=customer), by=customer)

    place(shop, cart_id, by=customer)

    assert shop.cart(by=customer) != cart_id


def test_an_order_knows_what_was_chosen(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), without="payment_method")
    chosen = shop.choices(cart_id)
    method = {"code": "purchaseorder", "purchase_order_number": "4711"}
    given = {"cart_id": cart_id, "payment_method": method}

    placed = shop.app.invoke("setPaymentMethodAndPlaceOrder", given)

    order = order_of(shop, placed["order_number"])
    document = json.loads(order.document)
    assert order.email == "guest@example.com"
    assert document["shipping_address"] == chosen["shipping_address"]
    assert document["billing_address"] == chosen["billing_address"]
    assert document["payment_method"] == {**method, "title": "Purchase Order"}


def test_the_amounts_of_an_order_are_those_of_the_cart(shop: Shop) -> None:
    cheap, dear = (shop.product(price_minor=price) for price in (1001, 2002))
    code, card = coupon(shop, percent=10), gift_card(shop, 1000)
    cart_id = shop.ready(shop.cart((cheap, 1), (dear, 2)))
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=card)
    prices = shop.invoke("cart", cart_id=cart_id)["cart"]["prices"]

    placed = place(shop, cart_id)

    lines = shop.sql(
        "SELECT row_total_minor, discount_minor, tax_minor FROM cart_order_item i"
        " JOIN cart_order o ON o.id = i.order_id WHERE o.number = :number ORDER BY i.id",
        number=placed["order_number"],
    )
    document = json.loads(order_of(shop, placed["order_number"]).document)
    totals = document["totals"]
    assert [tuple(line)[:2] for line in lines] == [(1001, 100), (4004, 400)]
    assert sum(line[2] for line in lines) + totals["shipping_tax_minor"] == totals["tax_minor"]
    assert totals["total_minor"] == (
        1001 + 4004 - 500 + totals["shipping_minor"] + totals["tax_minor"]
    )
    assert placed["amount_minor"] == totals["total_minor"] - 1000
    assert placed["order"]["total"]["grand_total"] == prices["grand_total"]
    assert placed["order"]["total"]["total_shipping"]["amount_minor"] == 1500
    assert placed["order"]["shipping_method"] == "Flat Rate - Fixed"
    assert document["discounts"][0]["coupon"] == code
    assert document["gift_cards"] == [{"code": card, "amount_minor": 1000}]


def test_a_shipping_method_that_is_not_offered_any_more_is_missing(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)))
    methods = [{"carrier_code": "tablerate", "method_code": "bestway"}]
    shop.invoke("setShippingMethodsOnCart", cart_id=cart_id, shipping_methods=methods)

    shop.ship_to(cart_id, country_code="FR", region=None)

    assert shop.refused("placeOrder", cart_id=cart_id).code == "SHIPPING_METHOD_REQUIRED"


def test_a_virtual_cart_needs_no_delivery(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((VIRTUAL, 1)))

    place(shop, cart_id)

    assert "shipping_address" not in shop.choices(cart_id)
    assert shop.status(cart_id) == "closed"


def test_amounts_past_what_a_database_holds_are_refused(shop: Shop) -> None:
    dear = {"price_minor": 10**10, "stock": 10**7, "maximum": 10**7}
    skus = [shop.product(**dear, type="virtual", tax_class="untaxed") for _ in range(2)]
    cart_id = shop.ready(shop.cart((skus[0], 900_000), (skus[1], 10**7)))

    error = shop.refused("placeOrder", cart_id=cart_id)
    [_, line] = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_uid=line["uid"])

    assert (error.code, error.data["most_minor"]) == ("TOTAL_TOO_HIGH", 2**53 - 1)
    assert place(shop, cart_id)["amount_minor"] == 9 * 10**15


def test_what_is_missing_is_told_in_the_documented_order(shop: Shop) -> None:
    cart_id, codes = shop.cart(), []

    def code() -> str:
        return shop.refused("placeOrder", cart_id=cart_id).code

    codes.append(code())
    shop.invoke("setGuestEmailOnCart", cart_id=cart_id, email="guest@example.com")
    codes.append(code())
    sku = shop.product(stock=1)
    shop.add(cart_id, (sku, 1))
    shop.product(sku=sku, stock=0)
    codes.append(code())
    shop.ship_to(cart_id)
    codes.append(code())
    shop.deliver(cart_id)
    codes.append(code())
    shop.bill_to(cart_id)
    codes.append(code())
    shop.pay_by(cart_id, method="sandbox")
    codes.append(code())
    shop.product(sku=sku, stock=1)
    codes.append(code())

    assert codes == [
        "GUEST_EMAIL_MISSING",
        "CART_EMPTY",
        "SHIPPING_ADDRESS_REQUIRED",
        "SHIPPING_METHOD_REQUIRED",
        "BILLING_ADDRESS_INVALID",
        "PAYMENT_METHOD_REQUIRED",
        "INSUFFICIENT_STOCK",
        "PAYMENT_REQUIRED",
    ]


def test_every_field_of_a_missing_billing_address_is_told(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), without="billing_address")

    error = shop.refused("placeOrder", cart_id=cart_id)

    fields = ["firstname", "lastname", "street", "city", "telephone", "postcode", "countryId"]
    clauses = [f'"{field}" is required. Enter and try again.' for field in fields]
    assert error.message == " ".join(["Please check the billing address information.", *clauses])


def test_a_payment_method_that_is_gone_is_no_method(shop: Shop) -> None:
    method = {"code": "soon_gone", "title": "Soon gone"}
    shop.load(payment_methods=[method])
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), method="soon_gone")

    shop.load(payment_methods=[{**method, "enabled": False}])

    assert shop.refused("placeOrder", cart_id=cart_id).code == "PAYMENT_METHOD_REQUIRED"


@pytest.mark.parametrize(
    ("code", "published"),
    [
        ("GUEST_EMAIL_MISSING", "GUEST_EMAIL_MISSING"),
        ("CART_EMPTY", "UNABLE_TO_PLACE_ORDER"),
        ("SHIPPING_ADDRESS_REQUIRED", "UNABLE_TO_PLACE_ORDER"),
        ("SHIPPING_METHOD_REQUIRED", "UNABLE_TO_PLACE_ORDER"),
        ("BILLING_ADDRESS_INVALID", "UNABLE_TO_PLACE_ORDER"),
        ("PAYMENT_METHOD_REQUIRED", "UNABLE_TO_PLACE_ORDER"),
        ("INSUFFICIENT_STOCK", "UNABLE_TO_PLACE_ORDER"),
        ("PAYMENT_REQUIRED", "UNDEFINED"),
    ],
)
def test_the_platform_has_fewer_codes(sqlite_shop: Shop, code: str, published: str) -> None:
    condition = sqlite_shop.app.registry["placeOrder"].contract.errors[code]

    assert (condition.published or {})["code"] == published


def test_choosing_a_method_and_ordering_happen_both_or_not_at_all(shop: Shop) -> None:
    cart_id = shop.ready(shop.cart((DUFFLE, 1)), without="billing_address")
    given = {"cart_id": cart_id, "payment_method": {"code": "banktransfer"}}

    with pytest.raises(ActionError, match="billing address"):
        shop.app.invoke("setPaymentMethodAndPlaceOrder", given)

    assert shop.choices(cart_id)["payment_method"] == {"code": "checkmo"}


def test_order_numbers_rise(shop: Shop) -> None:
    carts = [shop.ready(shop.cart((DUFFLE, 1))) for _ in range(2)]

    numbers = [int(place(shop, cart_id)["order_number"]) for cart_id in carts]

    assert numbers[1] == numbers[0] + 1


def test_the_same_key_gives_the_same_order(shop: Shop) -> None:
    sku = shop.product(stock=5)
    cart_id = shop.ready(shop.cart((sku, 1)))

    orders = [shop.invoke("placeOrder", key=KEY + cart_id, cart_id=cart_id) for _ in range(2)]

    assert orders[0] == orders[1]
    assert stock(shop, sku) == 40_000


def test_back_orders_go_below_the_stock(shop: Shop) -> None:
    sku = shop.product(stock=1, back_orders=True)
    cart_id = shop.ready(shop.cart((sku, 3)))

    place(shop, cart_id)

    assert stock(shop, sku) == -20_000


def test_a_refused_order_leaves_everything_as_it_was(shop: Shop) -> None:
    sku = shop.product(stock=5)
    cart_id = shop.ready(shop.cart((sku, 2)))
    shop.product(sku=sku, stock=1)

    error = shop.refused("placeOrder", by=ADMIN, cart_id=cart_id)

    assert error.data == {"skus": [sku]}
    assert shop.status(cart_id) == "active"
    assert orders_of(shop, cart_id) == 0
