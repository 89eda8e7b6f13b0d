"""What the document of a cart shows, on real databases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cartflow import GUEST, Principal

from ...conftest import ADDRESS, Shop
from ...tally import tallied


def usd(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "USD"}


def choose(shop: Shop, cart_id: str, **choices: Any) -> None:
    """Write choices down, past the actions that check them."""
    text = json.dumps({**shop.choices(cart_id), **choices})
    shop.sql("UPDATE cart_cart SET choices = :text WHERE masked_id = :id", text=text, id=cart_id)


def read(shop: Shop, cart_id: str, by: Principal = GUEST) -> dict[str, Any]:
    return dict(shop.invoke("cart", by=by, cart_id=cart_id)["cart"])


def test_a_whole_cart(shop: Shop) -> None:
    cart_id = shop.cart(("24-WB07", 1), ("24-MB01", 1))
    shop.ship_to(cart_id)
    shop.bill_to(cart_id, firstname="Jane")
    choose(
        shop,
        cart_id,
        coupons=["WELCOME10"],
        gift_cards=["LUMA-25", "LUMA-OLD"],
        shipping_method=["flatrate", "flatrate"],
        payment_method={"code": "checkmo"},
        gift_options={"gift_wrapping_id": "glossy", "gift_receipt_included": True},
    )

    cart = read(shop, cart_id)

    # 45.00 + 34.00 = 79.00; less 10 % = 71.10; shipping 10.00; wrapping 2.50; tax 8.25 % of each:
    # 3.34 + 2.52 + 0.83 + 0.21 = 6.90
    assert cart["prices"] == {
        "subtotal_excluding_tax": usd(7900),
        "subtotal_including_tax": usd(8552),
        "subtotal_with_discount_excluding_tax": usd(7110),
        "grand_total": usd(7110 + 1000 + 250 + 690 - 2500),
        "grand_total_excluding_tax": usd(7110 + 1000 + 250 - 2500),
        "applied_taxes": [{"label": "California", "amount": usd(690)}],
        "discounts": [
            {
                "amount": usd(790),
                "label": "10% for a new start",
                "applied_to": "ITEM",
                "coupon": {"code": "WELCOME10"},
            }
        ],
        "gift_options": {
            "gift_wrapping_for_order": usd(250),
            "gift_wrapping_for_order_incl_tax": usd(271),
        },
    }
    assert cart["applied_coupons"] == [{"code": "WELCOME10"}]
    assert cart["applied_coupon"] == {"code": "WELCOME10"}
    assert cart["applied_gift_cards"] == [
        {
            "code": "LUMA-25",
            "applied_balance": usd(2500),
            "current_balance": usd(2500),
            "expiration_date": None,
        },
        {
            "code": "LUMA-OLD",
            "applied_balance": usd(0),
            "current_balance": usd(1000),
            "expiration_date": "2019-12-31",
        },
    ]
    assert cart["selected_payment_method"] == {
        "code": "checkmo",
        "title": "Check / Money order",
        "purchase_order_number": None,
    }
    assert cart["gift_wrapping"] == {
        "id": "glossy",
        "design": "Glossy Print Paper",
        "price": usd(250),
        "image": None,
    }
    assert cart["gift_receipt_included"] is True
    assert cart["printed_card_included"] is False
    [shipping] = cart["shipping_addresses"]
    assert shipping["same_as_billing"] is False
    assert shipping["selected_shipping_method"]["price_incl_tax"] == usd(1083)
    assert cart["billing_address"]["firstname"] == "Jane"


def test_lines_show_their_part_of_discounts_and_taxes(shop: Shop) -> None:
    cart_id = shop.cart(("24-WB07", 1), ("24-MB01", 1))
    shop.ship_to(cart_id)
    choose(shop, cart_id, coupons=["5OFF", "WELCOME10"])

    duffle, bag = read(shop, cart_id)["items"]

    # 5.00 in the proportion 45 : 34, and 10 % of what that leaves
    assert [found["amount"] for found in duffle["prices"]["discounts"]] == [usd(285), usd(422)]
    assert [found["amount"] for found in bag["prices"]["discounts"]] == [usd(215), usd(319)]
    assert duffle["prices"]["total_item_discount"] == usd(707)
    assert duffle["prices"]["price_including_tax"] == usd(4871)
    assert duffle["prices"]["row_total_including_tax"] == usd(4871)
    assert duffle["prices"]["original_item_price"] == usd(4500)


def test_lines_that_cost_the_same_have_their_own_discounts(shop: Shop) -> None:
    cart_id = shop.cart((shop.product(), 1), (shop.product(), 1))
    choose(shop, cart_id, coupons=["WELCOME10"])

    lines = read(shop, cart_id)["items"]

    amounts = [[it["amount"] for it in line["prices"]["discounts"]] for line in lines]
    assert amounts == [[usd(100)], [usd(100)]]


def test_an_address_with_the_ways_to_ship_there(shop: Shop) -> None:
    cart_id = shop.cart(("24-MB01", 1))
    shop.ship_to(cart_id)
    shop.invoke(
        "setBillingAddressOnCart", cart_id=cart_id, billing_address={"same_as_shipping": True}
    )

    [address] = read(shop, cart_id)["shipping_addresses"]

    assert address == {
        "uid": address["uid"],
        "customer_address_uid": None,
        **dict.fromkeys(("middlename", "prefix", "suffix", "company", "fax", "vat_id")),
        **{name: ADDRESS[name] for name in ("firstname", "lastname", "city", "postcode")},
        "telephone": ADDRESS["telephone"],
        "street": ["3320 N Crescent Dr"],
        "region": {"code": "CA", "label": "California", "region_id": 12},
        "country": {"code": "US", "label": "US"},
        "customer_notes": None,
        "same_as_billing": True,
        "available_shipping_methods": [
            {
                "carrier_code": "flatrate",
                "carrier_title": "Flat Rate",
                "method_code": "flatrate",
                "method_title": "Fixed",
                "amount": usd(500),
                "price_excl_tax": usd(500),
                "price_incl_tax": usd(541),
                "available": True,
                "error_message": "",
            },
            {
                "carrier_code": "tablerate",
                "carrier_title": "Best Way",
                "method_code": "bestway",
                "method_title": "Table Rate",
                "amount": usd(1500),
                "price_excl_tax": usd(1500),
                "price_incl_tax": usd(1624),
                "available": True,
                "error_message": "",
            },
        ],
        "selected_shipping_method": None,
    }


def test_a_coupon_for_another_group_is_silent(shop: Shop) -> None:
    cart_id = shop.cart(("24-MB01", 1))
    choose(shop, cart_id, coupons=["WHOLESALE"])

    cart = read(shop, cart_id)

    assert (cart["applied_coupons"], cart["prices"]["discounts"]) == ([{"code": "WHOLESALE"}], None)


def test_a_coupon_follows_the_lines(shop: Shop) -> None:
    cart_id = shop.cart(("24-MB01", 1))
    choose(shop, cart_id, coupons=["5OFF"])
    [line] = read(shop, cart_id)["items"]

    small = shop.product(price_minor=100)
    shop.add(cart_id, (small, 1))
    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_uid=line["uid"])
    below_the_minimum = read(shop, cart_id)["prices"]
    shop.add(cart_id, (small, 19))
    at_the_minimum = read(shop, cart_id)["prices"]

    assert (below_the_minimum["discounts"], below_the_minimum["grand_total"]) == (None, usd(100))
    assert at_the_minimum["grand_total"] == usd(1500)


def test_store_credit_is_shown_before_it_is_used(shop: Shop) -> None:
    customer = shop.customer()
    cart_id = shop.cart(("24-MB01", 1), by=customer)
    nothing = read(shop, cart_id, customer)["applied_store_credit"]
    shop.sql("INSERT INTO cart_store_credit VALUES (:id, 5000)", id=int(customer.id))
    before = read(shop, cart_id, customer)
    choose(shop, cart_id, store_credit=True)
    after = read(shop, cart_id, customer)

    shown = {"enabled": True, "applied_balance": usd(0), "current_balance": usd(0)}
    assert nothing == shown
    assert before["applied_store_credit"] == {**shown, "current_balance": usd(5000)}
    assert before["prices"]["grand_total"] == usd(3400)
    assert after["applied_store_credit"] == {
        "enabled": True,
        "applied_balance": usd(3400),
        "current_balance": usd(5000),
    }
    assert after["prices"]["grand_total"] == usd(0)


def codes(cart: dict[str, Any]) -> list[str]:
    return [method["code"] for method in cart["available_payment_methods"]]


@pytest.mark.parametrize(
    ("choices", "more"),
    [
        ({}, 0),
        ({"shipping_method": ["flatrate", "flatrate"], "payment_method": {"code": "free"}}, 0),
        ({"coupons": ["WELCOME10", "5OFF"]}, 1),
        ({"gift_cards": ["LUMA-25", "LUMA-100"]}, 1),
        ({"store_credit": True}, 1),
        ({"reward_points": True}, 1),
    ],
)
def test_only_coupons_and_credits_cost_statements(
    shop: Shop, choices: dict[str, Any], more: int
) -> None:
    customer = shop.customer()
    cart_id = shop.cart(("24-MB01", 1), by=customer)
    shop.ship_to(cart_id, by=customer)
    choose(shop, cart_id, **choices)
    read(shop, cart_id, customer)  # the shop is read once for each of its revisions

    with tallied(shop) as tally:
        read(shop, cart_id, customer)

    statements = [it for it in tally.statements if it.lstrip().upper().startswith("SELECT")]
    assert len(statements) == 2 + more


def test_where_nothing_is_to_be_paid_the_method_is_free(shop: Shop) -> None:
    cart_id = shop.cart(("24-MB01", 1))
    choose(shop, cart_id, payment_method={"code": "checkmo"})
    paid = read(shop, cart_id)
    choose(shop, cart_id, gift_cards=["LUMA-100"])
    free = read(shop, cart_id)

    assert codes(paid) == ["banktransfer", "cashondelivery", "checkmo", "purchaseorder", "sandbox"]
    assert [method["is_deferred"] for method in paid["available_payment_methods"]] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert codes(free) == ["free"]
    assert free["selected_payment_method"] is None


def test_a_cart_that_becomes_virtual_is_shipped_nowhere(shop: Shop) -> None:
    cart_id = shop.cart(("240-LV04", 1), ("24-MB01", 1))
    shop.ship_to(cart_id)
    choose(shop, cart_id, shipping_method=["flatrate", "flatrate"])
    before = read(shop, cart_id)

    shop.invoke("removeItemFromCart", cart_id=cart_id, cart_item_uid=before["items"][1]["uid"])
    after = read(shop, cart_id)

    assert (before["is_virtual"], len(before["shipping_addresses"])) == (False, 1)
    assert (after["is_virtual"], after["shipping_addresses"]) == (True, [])
    assert after["prices"]["grand_total"] == usd(600)


@pytest.mark.parametrize(
    ("change", "code", "available"),
    [
        ({"enabled": False}, "PRODUCT_NOT_FOUND", False),
        ({"stock": 0}, "NOT_SALABLE", False),
        ({"stock": 1}, "INSUFFICIENT_STOCK", False),
        ({"maximum": 1}, "QUANTITY_ABOVE_MAXIMUM", True),
        ({"minimum": 3}, "QUANTITY_BELOW_MINIMUM", True),
        ({"increment": 4}, "QUANTITY_NOT_INCREMENT", True),
    ],
)
def test_a_line_with_a_problem_leaves_the_others_alone(
    shop: Shop, change: dict[str, Any], code: str, available: bool
) -> None:
    first, broken, last = shop.product(), shop.product(), shop.product()
    cart_id = shop.cart((first, 1), (broken, 2), (last, 1))
    shop.product(sku=broken, **change)

    cart = read(shop, cart_id)

    assert [line["product"]["sku"] for line in cart["items"]] == [first, broken, last]
    assert [[it["code"] for it in line["errors"]] for line in cart["items"]] == [[], [code], []]
    assert [line["is_available"] for line in cart["items"]] == [True, available, True]
    assert cart["prices"]["grand_total"] == usd(4000)


def test_prices_that_include_tax(shop: Shop) -> None:
    rates = [{"label": "VAT", "country": "DE", "rate": 19}]
    was = shop.sql("SELECT document FROM cart_shop_section WHERE name = 'taxes'")[0][0]
    cart_id = shop.cart(("24-MB01", 1))
    shop.ship_to(cart_id, country_code="DE", region=None)
    try:
        shop.load(taxes={"prices_include_tax": True, "rates": rates})
        cart = read(shop, cart_id)
    finally:
        shop.load(taxes=json.loads(was))

    assert cart["items"][0]["prices"]["price"] == usd(2857)
    assert cart["items"][0]["prices"]["original_item_price"] == usd(3400)
    assert cart["prices"]["subtotal_excluding_tax"] == usd(2857)
    assert cart["prices"]["grand_total"] == usd(3400)
    assert cart["prices"]["applied_taxes"] == [{"label": "VAT", "amount": usd(543)}]
