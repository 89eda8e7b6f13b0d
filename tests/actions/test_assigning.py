from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cartflow import GUEST, ActionError, Principal

from .conftest import Shop, quantities
from .vouchers import coupon, store_credit

DUFFLE, TEE, YOGA = "24-WB07", "WS12", "24-MB04"


def assign(shop: Shop, customer: Principal, cart_id: str) -> Any:
    return shop.invoke("assignCustomerToGuestCart", by=customer, cart_id=cart_id)


def test_the_guest_cart_becomes_the_customers_with_the_earlier_lines_behind(shop: Shop) -> None:
    customer = shop.customer()
    earlier = shop.cart((TEE, 1), (DUFFLE, 2), by=customer)
    guests = shop.cart((YOGA, 1), (DUFFLE, 1))
    [yoga, duffle] = shop.invoke("cart", cart_id=guests)["cart"]["items"]

    answer = assign(shop, customer, guests)

    cart = answer["cart"]
    assert quantities(cart) == [(YOGA, 1), (DUFFLE, 3), (TEE, 1)]
    assert [line["id"] for line in cart["items"][:2]] == [yoga["id"], duffle["id"]]
    assert answer["adjustments"] == []
    assert shop.status(earlier) == "inactive"
    assert shop.invoke("customerCart", by=customer)["cart"] == cart


def test_the_cart_has_a_new_id_and_the_customers_e_mail(shop: Shop) -> None:
    email = shop.email()
    [[number]] = shop.sql("SELECT id FROM cart_customer WHERE email = :email", email=email)
    customer, guests = Principal("customer", str(number)), shop.cart((DUFFLE, 1))

    cart = assign(shop, customer, guests)["cart"]

    assert cart["email"] == email
    assert cart["id"] != guests
    gone = shop.refused("cart", cart_id=guests)
    assert gone.message == f'Could not find a cart with ID "{guests}"'
    assert shop.refused("cart", cart_id=cart["id"]).code == "CART_NOT_OWNED"


def test_what_the_guest_chose_stays(shop: Shop) -> None:
    customer, guests, code = shop.customer(), shop.cart((DUFFLE, 1)), coupon(shop)
    shop.ship_to(guests)
    shop.invoke("applyCouponToCart", cart_id=guests, coupon_code=code)
    chosen = shop.choices(guests)
    shop.cart((TEE, 1), by=customer)

    cart = assign(shop, customer, guests)["cart"]

    assert shop.choices(cart["id"]) == chosen


def test_the_coupons_of_the_earlier_cart_replace_those_of_the_guest(shop: Shop) -> None:
    customer, guests, codes = shop.customer(), shop.cart((DUFFLE, 1)), [coupon(shop), coupon(shop)]
    own = shop.cart((TEE, 1), by=customer)
    shop.invoke("applyCouponToCart", cart_id=guests, coupon_code=codes[0])
    shop.invoke("applyCouponToCart", by=customer, cart_id=own, coupon_code=codes[1])

    cart = assign(shop, customer, guests)["cart"]

    assert shop.choices(cart["id"])["coupons"] == [codes[1]]


def test_what_is_out_of_stock_is_reported(shop: Shop) -> None:
    customer, few = shop.customer(), shop.product(stock=5)
    shop.cart((few, 4), by=customer)

    answer = assign(shop, customer, shop.cart((few, 3)))

    assert quantities(answer["cart"]) == [(few, 5)]
    assert answer["adjustments"] == [
        {"sku": few, "requested": 7, "kept": 5, "reason": "INSUFFICIENT_STOCK"}
    ]


def test_both_checkouts_are_cancelled(shop: Shop) -> None:
    customer = shop.customer()
    own, guests = shop.cart((DUFFLE, 1), by=customer), shop.cart((TEE, 1))
    shop.invoke("checkoutSessionAction", by=customer, cartId=own)
    shop.set_status(guests, "checkout")

    cart = assign(shop, customer, guests)["cart"]

    assert cart["status"] == "active"
    assert shop.status(own) == "inactive"


def test_an_earlier_cart_that_is_worked_on_is_in_the_way(shop: Shop) -> None:
    customer, guests = shop.customer(), shop.cart((DUFFLE, 1))
    own = shop.cart((TEE, 1), by=customer)
    shop.set_status(own, "processing")

    error = shop.refused("assignCustomerToGuestCart", by=customer, cart_id=guests)

    assert (error.code, error.data["cart_id"]) == ("CART_NOT_ACTIVE", own)
    assert quantities(shop.invoke("cart", cart_id=guests)["cart"]) == [(DUFFLE, 1)]


def test_checks_come_in_the_documented_order(shop: Shop) -> None:
    customer = shop.customer()
    own = shop.cart(by=customer)
    action = "assignCustomerToGuestCart"

    assert shop.refused(action, by=GUEST, cart_id="0" * 32).code == "CUSTOMER_REQUIRED"
    assert shop.refused(action, by=customer, cart_id="").code == "CART_NOT_FOUND"
    assert shop.refused(action, by=customer, cart_id=own).message == (
        f'The current user cannot perform operations on cart "{own}"'
    )
    inactive = shop.cart(by=shop.customer(), status="inactive")
    assert shop.refused(action, by=customer, cart_id=inactive).code == "CART_NOT_ACTIVE"


def test_of_two_customers_at_the_same_time_one_gets_the_cart(shop: Shop) -> None:
    guests, customers = shop.cart((DUFFLE, 1)), [shop.customer() for _ in range(4)]

    def attempt(customer: Principal) -> str:
        try:
            assign(shop, customer, guests)
        except ActionError as error:
            return error.code
        return "assigned"

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(attempt, customers))

    assert outcomes == ["CART_NOT_FOUND"] * 3 + ["assigned"]


def test_assigning_and_merging_at_the_same_time_lose_nothing(shop: Shop) -> None:
    customer = shop.customer()
    shop.cart((TEE, 1), by=customer)
    carts = [shop.cart((DUFFLE, 1)) for _ in range(6)]

    def join(number: int) -> None:
        if number % 2:
            assign(shop, customer, carts[number])
        else:
            shop.invoke("mergeCarts", by=customer, source_cart_id=carts[number])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(join, range(6)))

    cart = shop.invoke("customerCart", by=customer)["cart"]
    assert dict(quantities(cart)) == {TEE: 1, DUFFLE: 6}


def test_the_totals_are_the_customers(shop: Shop) -> None:
    customer, code = shop.customer(), coupon(shop, groups=["general"], percent=10)
    own, guests = shop.cart((TEE, 1), by=customer), shop.cart((DUFFLE, 1))
    store_credit(shop, customer, 700)
    shop.invoke("applyCouponToCart", by=customer, cart_id=own, coupon_code=code)

    cart = assign(shop, customer, guests)["cart"]

    assert cart["prices"]["grand_total"]["amount_minor"] == (4500 + 2200) * 9 // 10
    assert cart["applied_store_credit"]["current_balance"]["amount_minor"] == 700


def test_the_cart_buys_for_the_account_of_the_earlier_one(shop: Shop) -> None:
    customer, guests = shop.customer(), shop.cart((DUFFLE, 1))
    own = shop.cart((TEE, 1), by=customer)
    shop.sql(
        "UPDATE cart_cart SET account_id = (SELECT id FROM cart_account WHERE public_id = 'ACME01')"
        " WHERE masked_id = :id",
        id=own,
    )

    new_id = assign(shop, customer, guests)["cart"]["id"]

    [[account]] = shop.sql(
        "SELECT a.public_id FROM cart_cart c JOIN cart_account a ON a.id = c.account_id"
        " WHERE c.masked_id = :id",
        id=new_id,
    )
    assert account == "ACME01"
