from __future__ import annotations

from typing import Any

import pytest

from cartflow import GUEST, Principal

from .conftest import Shop
from .vouchers import coupon, uses

DUFFLE = "24-WB07"


def applied(shop: Shop, cart_id: str) -> list[str]:
    return list(shop.choices(cart_id).get("coupons", []))


def apply(shop: Shop, cart_id: str, *codes: str, by: Principal = GUEST, **given: Any) -> list[str]:
    shop.invoke("applyCouponsToCart", by=by, cart_id=cart_id, coupon_codes=list(codes), **given)
    return applied(shop, cart_id)


def test_a_coupon_is_applied_as_the_shop_writes_it_and_not_used_up(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop, uses=1)

    answer = shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code.lower())

    assert answer == shop.invoke("cart", cart_id=cart_id)
    assert applied(shop, cart_id) == [code]
    assert uses(shop, code) == (0, 0)


def test_another_is_applied_only_after_the_first_is_removed(shop: Shop) -> None:
    cart_id, first, second = shop.cart((DUFFLE, 1)), coupon(shop), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=first)

    refused = shop.refused("applyCouponToCart", cart_id=cart_id, coupon_code=second)
    shop.invoke("removeCouponFromCart", cart_id=cart_id)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=second)

    assert refused.message == (
        "A coupon is already applied to the cart. Please remove it to apply another"
    )
    assert applied(shop, cart_id) == [second]


def test_removing_works_without_a_coupon(shop: Shop) -> None:
    cart_id = shop.cart((DUFFLE, 1))

    answer = shop.invoke("removeCouponFromCart", cart_id=cart_id)

    assert answer == shop.invoke("cart", cart_id=cart_id)


@pytest.mark.parametrize(
    "rule",
    [
        {"ends_on": "2019-12-31"},
        {"starts_on": "2099-01-01"},
        {"groups": ["wholesale"]},
        {"minimum_subtotal_minor": 4501},
        {"skus": ["WS12"]},
        {"uses": 0},
        {"enabled": False},
    ],
    ids=lambda rule: next(iter(rule)),
)
def test_what_is_not_valid_is_refused(shop: Shop, rule: dict[str, Any]) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop, **rule)

    error = shop.refused("applyCouponToCart", cart_id=cart_id, coupon_code=code)

    assert error.message == "The coupon code isn't valid. Verify the code and try again."
    assert applied(shop, cart_id) == []


def test_a_group_of_customers_has_its_coupon(shop: Shop) -> None:
    customer, code = shop.customer(), coupon(shop, groups=["general"])
    own, guests = shop.cart((DUFFLE, 1), by=customer), shop.cart((DUFFLE, 1))

    shop.invoke("applyCouponToCart", by=customer, cart_id=own, coupon_code=code)

    assert applied(shop, own) == [code]
    error = shop.refused("applyCouponToCart", cart_id=guests, coupon_code=code)
    assert error.code == "COUPON_NOT_VALID"


def test_checks_of_one_coupon_come_in_the_documented_order(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    shop.invoke("clearCart", uid=cart_id)

    def refused(cart_id: str, coupon_code: str) -> str:
        action = "applyCouponToCart"
        return shop.refused(action, cart_id=cart_id, coupon_code=coupon_code).code

    assert refused("", "") == "CART_ID_REQUIRED"
    assert refused("0" * 32, "") == "COUPON_CODE_REQUIRED"
    assert refused("0" * 32, "none") == "CART_NOT_FOUND"
    assert refused(cart_id, "none") == "COUPON_ALREADY_APPLIED"
    assert refused(shop.cart(), "none") == "CART_EMPTY"


def test_several_are_appended_or_replaced(shop: Shop) -> None:
    cart_id, codes = shop.cart((DUFFLE, 1)), [coupon(shop) for _ in range(3)]
    first, second, third = codes
    shop.set_rules(max_coupons=2)

    outcomes = [
        apply(shop, cart_id, first),
        apply(shop, cart_id, second.lower(), first, type="APPEND"),
        apply(shop, cart_id, third, first, type="REPLACE"),
    ]

    assert outcomes == [[first], [first, second], [third, first]]


def test_several_are_applied_together_or_not_at_all(shop: Shop) -> None:
    cart_id, good, late = shop.cart((DUFFLE, 1)), coupon(shop), coupon(shop, ends_on="2019-12-31")
    codes = [late, good, "none"]
    shop.set_rules(max_coupons=3)

    error = shop.refused("applyCouponsToCart", cart_id=cart_id, coupon_codes=codes)

    assert error.message == f"The following coupon codes could not be applied: {late}, none"
    assert error.data["coupon_codes"] == [late, "none"]
    assert applied(shop, cart_id) == []


def test_the_shop_says_how_many_there_may_be(shop: Shop) -> None:
    cart_id, first, second = shop.cart((DUFFLE, 1)), coupon(shop), coupon(shop)
    apply(shop, cart_id, first)

    error = shop.refused("applyCouponsToCart", cart_id=cart_id, coupon_codes=[second])

    assert error.message == "Maximum allowed number of applied coupons was exceeded."
    assert apply(shop, cart_id, second, type="REPLACE") == [second]


def test_several_are_removed_by_code_or_all_at_once(shop: Shop) -> None:
    cart_id, codes = shop.cart((DUFFLE, 1)), [coupon(shop) for _ in range(3)]
    shop.set_rules(max_coupons=3)
    apply(shop, cart_id, *codes)

    def remove(*removed: str) -> list[str]:
        shop.invoke("removeCouponsFromCart", cart_id=cart_id, coupon_codes=list(removed))
        return applied(shop, cart_id)

    assert remove(codes[1].lower(), "none") == [codes[0], codes[2]]
    assert remove() == []
    assert remove() == []


def test_a_coupon_cancels_a_checkout(shop: Shop) -> None:
    customer, code = shop.customer(), coupon(shop)
    cart_id = shop.cart((DUFFLE, 1), by=customer)
    shop.invoke("checkoutSessionAction", by=customer, cartId=cart_id)

    shop.invoke("applyCouponToCart", by=customer, cart_id=cart_id, coupon_code=code)

    assert shop.status(cart_id) == "active"


def test_a_merge_brings_the_coupons_of_the_guest(shop: Shop) -> None:
    customer, guests, own = shop.customer(), coupon(shop), coupon(shop)
    source, destination = shop.cart((DUFFLE, 1)), shop.cart((DUFFLE, 1), by=customer)
    apply(shop, source, guests)
    apply(shop, destination, own, by=customer)

    answer = shop.invoke("mergeCarts", by=customer, source_cart_id=source)

    assert applied(shop, destination) == [guests]
    assert answer["cart"] == shop.invoke("cart", by=customer, cart_id=destination)["cart"]


def test_a_merge_without_coupons_leaves_those_of_the_customer(shop: Shop) -> None:
    customer, own = shop.customer(), coupon(shop)
    destination = shop.cart((DUFFLE, 1), by=customer)
    apply(shop, destination, own, by=customer)

    shop.invoke("mergeCarts", by=customer, source_cart_id=shop.cart((DUFFLE, 1)))

    assert applied(shop, destination) == [own]


def amounts(cart: dict[str, Any], *names: str) -> list[int]:
    return [cart["prices"][name]["amount_minor"] for name in names]


def test_a_percentage_lowers_the_totals_and_follows_the_quantities(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop, percent=10, label="Spring")
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)

    cart = shop.add(cart_id, (DUFFLE, 1))["cart"]

    discount = {
        "amount": {"amount_minor": 900, "currency": "USD"},
        "label": "Spring",
        "applied_to": "ITEM",
        "coupon": {"code": code},
    }
    assert (cart["applied_coupon"], cart["applied_coupons"]) == ({"code": code}, [{"code": code}])
    assert cart["prices"]["discounts"] == [discount]
    assert cart["items"][0]["prices"]["discounts"] == [discount]
    assert cart["items"][0]["prices"]["total_item_discount"]["amount_minor"] == 900
    assert amounts(cart, "subtotal_excluding_tax", "grand_total") == [9000, 8100]
    assert amounts(cart, "subtotal_with_discount_excluding_tax") == [8100]


def test_an_amount_is_spread_over_the_lines_it_is_for(shop: Shop) -> None:
    one, two, three = (shop.product(price_minor=price) for price in (1000, 2000, 5000))
    cart_id = shop.cart((one, 1), (two, 1), (three, 1))
    code = coupon(shop, amount_minor=100, skus=[one, two])

    cart = shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)["cart"]

    off = [line["prices"]["total_item_discount"]["amount_minor"] for line in cart["items"]]
    assert off == [33, 67, 0]
    assert amounts(cart, "grand_total") == [7900]


def test_a_coupon_whose_conditions_are_no_longer_met_takes_nothing_off(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 2)), coupon(shop, minimum_subtotal_minor=9000)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    [line] = shop.invoke("cart", cart_id=cart_id)["cart"]["items"]

    def with_quantity(quantity: int) -> tuple[Any, list[int]]:
        item = {"cart_item_uid": line["uid"], "quantity": quantity}
        cart = shop.invoke("updateCartItems", cart_id=cart_id, cart_items=[item])["cart"]
        assert cart["applied_coupons"] == [{"code": code}]
        return cart["prices"]["discounts"], amounts(cart, "grand_total")

    assert with_quantity(1) == (None, [4500])
    assert with_quantity(2)[1] == [8100]


def test_without_coupons_there_are_no_discounts(shop: Shop) -> None:
    cart_id, code = shop.cart((DUFFLE, 1)), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)

    cart = shop.invoke("removeCouponFromCart", cart_id=cart_id)["cart"]

    assert (cart["applied_coupon"], cart["applied_coupons"]) == (None, None)
    assert cart["prices"]["discounts"] is None
    assert amounts(cart, "grand_total") == [4500]


def test_a_merged_coupon_that_is_not_for_customers_is_dropped_silently(shop: Shop) -> None:
    customer, code = shop.customer(), coupon(shop, groups=["guest"])
    source = shop.cart((DUFFLE, 1))
    apply(shop, source, code)

    cart = shop.invoke("mergeCarts", by=customer, source_cart_id=source)["cart"]

    assert (cart["applied_coupons"], cart["prices"]["discounts"]) == ([{"code": code}], None)
    assert amounts(cart, "grand_total") == [4500]
