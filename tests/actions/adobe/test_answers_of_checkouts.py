"""What the operations of checkouts and accounts answer when they succeed."""

from __future__ import annotations

from .conftest import Door

# ---- checkout


def test_estimates_change_nothing(door: Door) -> None:
    cart_id = door.shop.cart((door.shop.product(), 1))
    method = {"carrier_code": "flatrate", "method_code": "flatrate"}
    address = {"country_code": "US", "postcode": None, "region": {"region_code": "NV"}}
    text = """
    mutation ($total: EstimateTotalsInput!, $methods: EstimateTotalsInput!) {
      estimateTotals(input: $total) { cart { prices { grand_total { value } } } }
      estimateShippingMethods(input: $methods) { carrier_code amount { value currency } }
    }
    """
    given = {"cart_id": cart_id, "address": address}

    found = door.data(text, total={**given, "shipping_method": method}, methods=given)
    cart = door.data(
        "query ($id: String!) { cart(cart_id: $id) { shipping_addresses { city } } }", id=cart_id
    )["cart"]

    assert found["estimateTotals"] == {"cart": {"prices": {"grand_total": {"value": 15}}}}
    amounts = {it["carrier_code"]: it["amount"] for it in found["estimateShippingMethods"]}
    assert amounts["flatrate"] == {"value": 5, "currency": "USD"}
    assert cart == {"shipping_addresses": []}


def test_a_new_cart_is_paid_and_ordered(door: Door) -> None:
    shop = door.shop
    sku = shop.product(price_minor=1050)
    text = """
    mutation ($items: [CartItemInput!]!) {
      addProductsToNewCart(cartItems: $items) { cart { id } user_errors { code } }
    }
    """

    made = door.data(text, items=[{"sku": sku, "quantity": 1}])["addProductsToNewCart"]
    cart_id = shop.ready(made["cart"]["id"], method="sandbox")
    paid = door.run(
        "createPaymentOrder",
        "amount currency_code id mp_order_id status",
        cartId=cart_id,
        location="PRODUCT_DETAIL",
        methodCode="sandbox",
        paymentSource="tok_ok",
        vaultIntent=None,
    )
    placed = door.run(
        "placeOrder",
        "order { order_number order_id } orderV2 { number total { grand_total { value } } }"
        " errors { code message }",
        cart_id=cart_id,
    )

    assert (paid["amount"], paid["currency_code"], paid["status"]) == (16.78, "USD", "CREATED")
    assert paid["id"] != paid["mp_order_id"]
    number = placed["orderV2"]["number"]
    assert placed["order"] == {"order_number": number, "order_id": number}
    assert placed["orderV2"] == {"number": number, "total": {"grand_total": {"value": 16.78}}}
    assert placed["errors"] == []


def test_a_cart_is_paid_and_ordered_in_one_step_the_older_way(door: Door) -> None:
    cart_id = door.shop.ready(door.shop.cart((door.shop.product(), 1)), without="payment_method")

    placed = door.run(
        "setPaymentMethodAndPlaceOrder",
        "order { order_number } errors { code }",
        cart_id=cart_id,
        payment_method={"code": "checkmo", "purchase_order_number": None},
    )

    assert placed["errors"] == []
    assert placed["order"]["order_number"]
    assert door.shop.status(cart_id) == "closed"


ESTIMATE = """
mutation ($id: String!, $country: CountryCodeEnum!) {
  estimateTotals(input: {cart_id: $id, address: {country_code: $country}}) { cart { id } }
}
"""


def test_an_estimate_needs_a_country_where_the_shop_sells(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    cart_id = shop.cart((shop.product(), 1))
    shop.set_rules(countries=["US"])
    without = 'mutation { estimateTotals(input: {cart_id: "x", address: {}}) { cart { id } } }'

    refused = sqlite_door.ask(ESTIMATE, id=cart_id, country="DE")
    [(unlisted, _)] = sqlite_door.errors(ESTIMATE, id=cart_id, country="XX")
    [(missing, category)] = sqlite_door.errors(without)

    shop.forget_rules()
    [error] = refused["errors"]
    assert (error["message"], refused["data"]) == ("Country is not available", None)
    assert "Value 'XX' does not exist in 'CountryCodeEnum' enum" in unlisted
    assert "country_code" in missing
    assert category == "graphql-input"


def test_a_step_that_fails_does_not_keep_the_next_from_being_done(door: Door) -> None:
    cart_id = door.shop.cart((door.shop.product(), 1))
    text = """
    mutation ($id: String!) {
      first: setGuestEmailOnCart(input: {cart_id: $id, email: "nobody"}) { cart { email } }
      second: setGuestEmailOnCart(input: {cart_id: $id, email: "a@example.com"}) { cart { email } }
      third: placeOrder(input: {cart_id: $id}) { order { order_number } errors { code message } }
    }
    """

    answer = door.ask(text, id=cart_id)

    [error] = answer["errors"]
    assert (error["message"], error["path"]) == ("Invalid email format", ["first"])
    assert answer["data"]["first"] is None
    assert answer["data"]["second"] == {"cart": {"email": "a@example.com"}}
    assert answer["data"]["third"]["order"] is None
    assert [error["code"] for error in answer["data"]["third"]["errors"]] == [
        "UNABLE_TO_PLACE_ORDER"
    ]


# ---- accounts


def test_an_account_is_created_signs_in_and_out(door: Door) -> None:
    email = f"{door.shop.cart()}@example.com"
    person = {"email": email, "firstname": "Ada", "lastname": "L", "password": "Correct-horse-1"}
    newer = """
    mutation ($input: CustomerCreateInput!) {
      createCustomerV2(input: $input) { customer { email firstname is_subscribed } }
    }
    """
    older = """
    mutation ($input: CustomerInput!) {
      createCustomer(input: $input) { customer { date_of_birth } }
    }
    """
    sign_in = """
    mutation ($email: String!, $password: String!) {
      generateCustomerToken(email: $email, password: $password) { token }
    }
    """

    made = door.data(newer, input={**person, "is_subscribed": True, "middlename": None})
    second = {**person, "email": f"b{email}", "dob": "1815-12-10"}
    born = door.data(older, input=second)["createCustomer"]["customer"]
    signed = door.data(sign_in, email=email, password="Correct-horse-1")["generateCustomerToken"]
    headers = {"Authorization": f"Bearer {signed['token']}"}
    body = {"query": "mutation { revokeCustomerToken { result } }"}
    out, again = (
        door.client.post("/graphql", json=body, headers=headers).get_json() for _ in range(2)
    )

    customer = {"email": email.lower(), "firstname": "Ada", "is_subscribed": False}
    assert made == {"createCustomerV2": {"customer": customer}}
    assert born == {"date_of_birth": "1815-12-10"}
    assert out == {"data": {"revokeCustomerToken": {"result": True}}}
    assert again["errors"][0]["message"] == "The current customer isn't authorized."
