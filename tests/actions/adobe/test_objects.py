"""What carts look like through GraphQL: ids, nulls and empty lists as the platform has them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from cartflow.actions.adobe.objects.money import value_of

from ..conftest import ADDRESS, Shop
from ..vouchers import coupon, gift_card
from .conftest import Door
from .probe import resolved

EVERYTHING = """
query Everything($id: String!) {
  cart(cart_id: $id) {
    id email total_quantity is_virtual
    items { uid } itemsV2 { items { uid } total_count }
    applied_coupon { code } applied_coupons { code } rules { uid }
    shipping_addresses { city } billing_address { city }
    selected_payment_method { code title purchase_order_number }
    gift_message { from } gift_wrapping { uid } gift_receipt_included printed_card_included
    applied_gift_cards { code } applied_store_credit { enabled } applied_reward_points { points }
    prices {
      grand_total { value currency } subtotal_excluding_tax { value }
      applied_taxes { label } discount { label } discounts { label }
      gift_options { gift_wrapping_for_items { value } printed_card_incl_tax { value } }
    }
  }
}
"""

LINES = """
query Lines($id: String!) {
  cart(cart_id: $id) {
    items {
      __typename id uid quantity is_available not_available_message
      errors { code message } discount { label }
      product { __typename id uid sku name type_id }
      ... on SimpleCartItem {
        customizable_options { label } gift_message { from }
        available_gift_wrapping { uid } gift_wrapping { uid }
      }
      ... on VirtualCartItem { customizable_options { label } }
      prices {
        price { value } row_total { value } total_item_discount { value } discounts { label }
        original_item_price { value } catalog_discount { amount_off percent_off }
        fixed_product_taxes { label }
      }
    }
  }
}
"""


HALVES = {"minimum": 0.5, "increment": 0.5}


def base64(number: Any) -> str:
    return b64encode(str(number).encode()).decode()


def test_an_empty_cart_answers_nulls_empty_lists_and_zeros_as_the_platform_does(door: Door) -> None:
    cart_id = door.shop.cart()

    cart = door.data(EVERYTHING, id=cart_id)["cart"]

    nothing = dict.fromkeys(
        (
            *("email", "applied_coupon", "applied_coupons", "rules", "billing_address"),
            *("gift_message", "gift_wrapping", "applied_store_credit", "applied_reward_points"),
        )
    )
    assert cart == {
        **nothing,
        "id": cart_id,
        "total_quantity": 0,
        "is_virtual": False,
        "items": [],
        "itemsV2": {"items": [], "total_count": 0},
        "shipping_addresses": [],
        "selected_payment_method": {"code": "", "title": "", "purchase_order_number": None},
        "gift_receipt_included": False,
        "printed_card_included": False,
        "applied_gift_cards": [],
        "prices": {
            "grand_total": {"value": 0, "currency": "USD"},
            "subtotal_excluding_tax": {"value": 0},
            "applied_taxes": [],
            "discount": None,
            "discounts": None,
            "gift_options": {
                "gift_wrapping_for_items": {"value": 0},
                "printed_card_incl_tax": {"value": 0},
            },
        },
    }


def test_a_line_is_of_the_type_of_its_product(door: Door) -> None:
    shop = door.shop
    thing, service = shop.product(price_minor=1050), shop.product(type="virtual", **HALVES)
    cart_id = shop.cart((thing, 2), (service, 0.5))

    first, second = door.data(LINES, id=cart_id)["cart"]["items"]

    number, product = first["id"], first["product"]
    assert first == {
        "__typename": "SimpleCartItem",
        "id": number,
        "uid": base64(number),
        "quantity": 2,
        "is_available": True,
        "not_available_message": None,
        "errors": None,
        "discount": None,
        "product": {
            "__typename": "SimpleProduct",
            "id": product["id"],
            "uid": base64(product["id"]),
            "sku": thing,
            "name": "Thing",
            "type_id": "simple",
        },
        "customizable_options": [],
        "gift_message": None,
        "available_gift_wrapping": [],
        "gift_wrapping": None,
        "prices": {
            "price": {"value": 10.5},
            "row_total": {"value": 21},
            "total_item_discount": {"value": 0},
            "discounts": None,
            "original_item_price": {"value": 10.5},
            "catalog_discount": {"amount_off": 0, "percent_off": 0},
            "fixed_product_taxes": [],
        },
    }
    assert (second["__typename"], second["product"]["__typename"], second["quantity"]) == (
        "VirtualCartItem",
        "VirtualProduct",
        0.5,
    )


def test_a_line_that_cannot_be_bought_says_why(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    scarce, odd = shop.product(), shop.product()
    cart_id = shop.cart((scarce, 2), (odd, 3))
    for sku, changed in ((scarce, {"stock": 1}), (odd, {"increment": 2})):
        shop.product(sku=sku, **changed)

    first, second = sqlite_door.data(LINES, id=cart_id)["cart"]["items"]

    assert first["is_available"] is False
    assert first["errors"] == [
        {"code": "ITEM_QTY", "message": "The requested qty is not available"}
    ]
    assert first["not_available_message"] == "The requested qty is not available"
    assert second["errors"][0]["code"] == "ITEM_INCREMENTS"
    assert (second["is_available"], second["not_available_message"]) == (True, None)


def test_discounts_are_positive_and_the_deprecated_one_is_negative(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    cart_id = shop.cart((shop.product(), 2))
    code = coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    text = """
      query Discounts($id: String!) {
        cart(cart_id: $id) {
          applied_coupon { code } applied_coupons { code }
          items { discount { amount { value } } prices { discounts { applied_to } } }
          prices {
            discounts { amount { value } label applied_to coupon { code } }
            discount { amount { value currency } label }
          }
        }
      }
    """

    cart = sqlite_door.data(text, id=cart_id)["cart"]

    assert cart["applied_coupon"] == {"code": code}
    assert cart["applied_coupons"] == [{"code": code}]
    assert cart["items"] == [
        {
            "discount": [{"amount": {"value": 2}}],
            "prices": {"discounts": [{"applied_to": "ITEM"}]},
        }
    ]
    [discount] = cart["prices"]["discounts"]
    assert (discount["amount"]["value"], discount["applied_to"]) == (2, "ITEM")
    assert discount["coupon"] == {"code": code}
    assert cart["prices"]["discount"] == {
        "amount": {"value": -2, "currency": "USD"},
        "label": [discount["label"]],
    }


def test_credits_and_presents_are_shown(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    cart_id, code = shop.cart((shop.product(), 1)), gift_card(shop, 300)
    shop.invoke("applyGiftCardToCart", cart_id=cart_id, gift_card_code=code)
    message = {"from": "A", "to": "B", "message": "C"}
    shop.invoke(
        "setGiftOptionsOnCart", cart_id=cart_id, gift_message=message, gift_wrapping_id="foil"
    )
    text = """
      query Presents($id: String!) {
        cart(cart_id: $id) {
          applied_gift_cards {
            code applied_balance { value } current_balance { value } expiration_date
          }
          gift_message { from to message }
          gift_wrapping { id uid design price { value } image { url } }
          available_gift_wrappings { uid }
          prices {
            grand_total { value } gift_options { gift_wrapping_for_order { value } }
          }
        }
      }
    """

    cart = sqlite_door.data(text, id=cart_id)["cart"]

    assert cart["applied_gift_cards"] == [
        {
            "code": code,
            "applied_balance": {"value": 3},
            "current_balance": {"value": 3},
            "expiration_date": None,
        }
    ]
    assert cart["gift_message"] == message
    wrapping = {"id": "foil", "uid": "foil", "design": "Foil Finish Paper", "price": {"value": 4}}
    assert cart["gift_wrapping"] == {**wrapping, "image": None}
    assert {"uid": "foil"} in cart["available_gift_wrappings"]
    assert cart["prices"] == {
        "grand_total": {"value": 11},
        "gift_options": {"gift_wrapping_for_order": {"value": 4}},
    }


ADDRESSES = """
fragment Typed on CartAddressInterface {
  __typename uid id customer_address_uid firstname lastname middlename company
  street city postcode region { code label region_id } country { code label } telephone
  custom_attributes { code }
}
query Addresses($id: String!) {
  cart(cart_id: $id) {
    billing_address { ...Typed customer_notes }
    shipping_addresses {
      ...Typed
      customer_notes same_as_billing pickup_location_code
      cart_items { cart_item_id quantity } cart_items_v2 { __typename id }
      available_shipping_methods {
        carrier_code method_code available error_message
        amount { value } base_amount { value } price_incl_tax { value }
      }
      selected_shipping_method { carrier_code method_title amount { value } base_amount { value } }
    }
  }
}
"""


def test_addresses_and_how_the_cart_can_be_shipped(door: Door) -> None:
    shop = door.shop
    cart_id = shop.cart((shop.product(), 2), (shop.product(type="virtual"), 1))
    shop.ship_to(cart_id)
    shop.deliver(cart_id)
    shop.bill_to(cart_id, firstname="Jane")

    cart = door.data(ADDRESSES, id=cart_id)["cart"]

    [shipping], billing = cart["shipping_addresses"], cart["billing_address"]
    written = {name: ADDRESS[name] for name in ("lastname", "city", "postcode", "telephone")}
    common = {
        **written,
        "id": None,
        "customer_address_uid": None,
        "middlename": None,
        "company": None,
        "street": ["3320 N Crescent Dr"],
        "region": {"code": "CA", "label": "California", "region_id": 12},
        "country": {"code": "US", "label": "US"},
        "custom_attributes": [],
        "customer_notes": None,
    }
    assert billing == {
        **common,
        "__typename": "BillingCartAddress",
        "uid": billing["uid"],
        "firstname": "Jane",
    }
    [shipped] = shipping.pop("cart_items_v2")
    assert shipping.pop("cart_items") == [{"cart_item_id": int(shipped["id"]), "quantity": 2}]
    assert shipped["__typename"] == "SimpleCartItem"
    offered = shipping.pop("available_shipping_methods")
    flat_rate = next(one for one in offered if one["carrier_code"] == "flatrate")
    assert flat_rate == {
        "carrier_code": "flatrate",
        "method_code": "flatrate",
        "available": True,
        "error_message": "",
        "amount": {"value": 10},
        "base_amount": None,
        "price_incl_tax": flat_rate["price_incl_tax"],
    }
    assert shipping == {
        **common,
        "__typename": "ShippingCartAddress",
        "uid": shipping["uid"],
        "firstname": "John",
        "same_as_billing": False,
        "pickup_location_code": None,
        "selected_shipping_method": {
            "carrier_code": "flatrate",
            "method_title": "Fixed",
            "amount": {"value": 10},
            "base_amount": None,
        },
    }


def test_an_address_of_the_book_names_it(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    customer = shop.customer()
    number = shop.address_of(customer)
    cart_id = shop.cart((shop.product(), 1), by=customer)
    shop.invoke(
        "setBillingAddressOnCart",
        by=customer,
        cart_id=cart_id,
        billing_address={"customer_address_id": number},
    )
    text = """
      query Billing($id: String!) {
        cart(cart_id: $id) { billing_address { id customer_address_uid } }
      }
    """

    cart = sqlite_door.data(text, by=customer, id=cart_id)["cart"]

    assert cart["billing_address"] == {"id": number, "customer_address_uid": base64(number)}


def test_names_that_the_platform_requires_are_never_null() -> None:
    texts = dict.fromkeys(("firstname", "lastname", "city", "middlename"))

    address = resolved("BillingCartAddress", texts, "{ firstname lastname city middlename }")

    assert address == {"firstname": "", "lastname": "", "city": "", "middlename": None}


@pytest.mark.parametrize(
    ("amount_minor", "currency", "value"),
    [
        (1234, "USD", 12.34),
        (1200, "USD", 12),
        (-5, "EUR", -0.05),
        (0, "EUR", 0),
        (1234, "JPY", 1234),
        (1234, "KWD", 1.234),
        (10_000_000_001, "USD", 100_000_000.01),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    amount_minor: int, currency: str, value: float
) -> None:
    found = value_of(amount_minor, currency)

    assert (found, type(found)) == (value, type(value))


def test_a_currency_that_the_platform_does_not_list_is_null() -> None:
    amount = {"amount_minor": 100, "currency": "ZMW"}

    assert resolved("Money", amount, "{ value currency }") == {"value": 1, "currency": None}


def test_an_item_error_is_about_stock_or_about_something_else() -> None:
    errors = [
        {"code": "INSUFFICIENT_STOCK", "message": "a"},
        {"code": "PRODUCT_NOT_FOUND", "message": "b"},
    ]
    selection = "{ user_errors { __typename code message } }"

    found = resolved("AddProductsToCartOutput", {"user_errors": errors}, selection)

    assert found["user_errors"] == [
        {
            "__typename": "InsufficientStockError",
            "code": "INSUFFICIENT_STOCK",
            "message": "a",
        },
        {"__typename": "CartUserInputError", "code": "PRODUCT_NOT_FOUND", "message": "b"},
    ]


def test_reward_points_are_shown_where_a_cart_has_them() -> None:
    points = {"money": {"amount_minor": 250, "currency": "USD"}, "points": 25}

    cart = resolved(
        "Cart",
        {"applied_reward_points": points},
        "{ applied_reward_points { money { value } points } }",
    )

    assert cart == {"applied_reward_points": {"money": {"value": 2.5}, "points": 25}}


def placed(shop: Shop) -> Any:
    cart_id, code = shop.cart((shop.product(), 1)), coupon(shop)
    shop.invoke("applyCouponToCart", cart_id=cart_id, coupon_code=code)
    return shop.invoke("placeOrder", cart_id=shop.ready(cart_id))


ORDER = """{
  order { order_number order_id } errors { code }
  orderV2 {
    id number token status order_date email is_virtual shipping_method
    total {
      grand_total { value currency } subtotal_excl_tax { value } total_shipping { value }
      total_tax { value } discounts { amount { value } applied_to coupon { code } }
    }
  }
}"""


def test_an_order_is_told_in_both_ways(sqlite_shop: Shop) -> None:
    document = placed(sqlite_shop)

    output = resolved("PlaceOrderOutput", document, ORDER)

    number = document["order_number"]
    order, total = output["orderV2"], output["orderV2"].pop("total")
    assert output["order"] == {"order_number": number, "order_id": number}
    assert output["errors"] == []
    assert order == {
        "id": base64(number),
        "number": number,
        "token": base64(f"order:{number}"),
        "status": "pending",
        "order_date": order["order_date"],
        "email": "guest@example.com",
        "is_virtual": False,
        "shipping_method": "Flat Rate - Fixed",
    }
    assert order["order_date"] == document["order"]["order_date"][:19].replace("T", " ")
    assert total["subtotal_excl_tax"] == {"value": 10}
    [discount] = total["discounts"]
    assert (discount["amount"], discount["applied_to"]) == ({"value": 1}, "ITEM")
    assert discount["coupon"]["code"].startswith("SAVE")


def test_a_refused_order_has_errors_and_nothing_else() -> None:
    error = {"code": "GUEST_EMAIL_MISSING", "message": "Guest email for cart is missing."}

    output = resolved(
        "PlaceOrderOutput",
        {"errors": [error]},
        "{ order { order_number } orderV2 { id } errors { code message } }",
    )

    assert output == {"order": None, "orderV2": None, "errors": [error]}


def test_a_payment_has_its_amount_with_decimals(sqlite_shop: Shop) -> None:
    document = sqlite_shop.pay(sqlite_shop.cart((sqlite_shop.product(price_minor=1050), 1)))

    payment = resolved("CreatePaymentOrderOutput", document, "{ amount currency_code id status }")

    assert payment == {
        "amount": 10.5,
        "currency_code": "USD",
        "id": document["id"],
        "status": "CREATED",
    }
