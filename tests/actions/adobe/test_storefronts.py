"""Storefronts do their work with the documents they have: fragments, aliases, types of elsewhere.

The documents have the shapes of those that storefronts for Adobe Commerce send: `__typename`
everywhere, the deprecated fields, fragments on products with variants and on bundles, two mutations
in one document, objects where lists are expected.
"""

from __future__ import annotations

from typing import Any

import pytest

from cartflow import Principal

from ..conftest import PASSWORD
from .conftest import Door

FRAGMENTS = """
fragment Price on Money { __typename value currency }

fragment Line on CartItemInterface {
  __typename
  id
  uid
  quantity
  errors { __typename code message }
  product {
    __typename
    uid name sku url_key url_suffix stock_status only_x_left_in_stock
    thumbnail { __typename url }
    small_image { __typename url }
    price_range { __typename maximum_price { __typename final_price { ...Price } } }
    ... on ConfigurableProduct {
      variants {
        __typename
        attributes { __typename uid }
        product { __typename uid small_image { __typename url } thumbnail { __typename url } }
      }
    }
  }
  prices {
    __typename
    price { ...Price }
    row_total { ...Price }
    total_item_discount { ...Price }
  }
  ... on ConfigurableCartItem {
    configurable_options {
      __typename id configurable_product_option_uid option_label
      configurable_product_option_value_uid value_id value_label
    }
  }
  ... on BundleCartItem {
    bundle_options { __typename uid label values { __typename uid label quantity } }
  }
  ... on GiftCardCartItem { sender_name recipient_name amount { ...Price } }
}

fragment Page on Cart {
  __typename
  id
  total_quantity
  is_virtual
  items { ...Line }
  applied_coupons { __typename code }
  applied_gift_cards { __typename code applied_balance { ...Price } }
  gift_message { __typename from }
  gift_receipt_included
  printed_card_included
  gift_wrapping { __typename uid }
  shipping_addresses {
    __typename
    country { __typename code }
    street
    selected_shipping_method {
      __typename carrier_code method_code method_title amount { ...Price }
    }
    available_shipping_methods {
      __typename available carrier_code carrier_title method_code method_title amount { ...Price }
    }
  }
  available_payment_methods { __typename code title }
  selected_payment_method { __typename code }
  prices {
    __typename
    applied_taxes { __typename amount { ...Price } }
    discounts { __typename amount { ...Price } label }
    grand_total { ...Price }
    subtotal_excluding_tax { ...Price }
    gift_options { __typename gift_wrapping_for_order { ...Price } printed_card { ...Price } }
  }
}
"""

CREATE = "mutation CreateCart { cartId: createEmptyCart }"
ADD = """
mutation AddOne($cart: String!, $product: CartItemInput!) {
  addProductsToCart(cartId: $cart, cartItems: [$product]) {
    __typename
    cart { ...Page }
    user_errors { __typename code message }
  }
}
"""
PAGE = "query CartPage($cart: String!) { cart(cart_id: $cart) { ...Page } }"
SIGN_IN = """
mutation SignIn($email: String!, $password: String!) {
  generateCustomerToken(email: $email, password: $password) { __typename token }
}
"""
MERGE = """
mutation MergeAfterSignIn($from: String!, $into: String!) {
  mergeCarts(source_cart_id: $from, destination_cart_id: $into) { ...Page }
}
"""
CUSTOMER = """
query Me {
  customer { __typename id email firstname lastname is_subscribed default_shipping
             addresses { __typename id street region { __typename region_code } country_code } }
}
"""
GUEST_AND_ADDRESS = """
mutation GuestStep(
  $cart: String!, $email: String!, $street1: String!, $street2: String, $country: String!
) {
  setGuestEmailOnCart(input: {cart_id: $cart, email: $email}) { __typename cart { id email } }
  setShippingAddressesOnCart(
    input: {
      cart_id: $cart
      shipping_addresses: [{
        address: {
          firstname: "A", lastname: "B", city: "Los Angeles", postcode: "90210", region: "CA"
          country_code: $country, telephone: "1", street: [$street1, $street2]
          save_in_address_book: false
        }
      }]
    }
  ) { __typename cart { ...Page } }
}
"""
SHIPPING_METHOD = """
mutation Ship($cart: String!, $method: ShippingMethodInput!) {
  setShippingMethodsOnCart(input: {cart_id: $cart, shipping_methods: [$method]}) {
    cart { ...Page }
  }
}
"""
BILLING = """
mutation Bill($cart: String!) {
  setBillingAddressOnCart(input: {cart_id: $cart, billing_address: {same_as_shipping: true}}) {
    cart { billing_address { __typename firstname lastname country { code } street } }
  }
}
"""
PAY_AND_ORDER = """
mutation PlaceIt($cart: String!) {
  setPaymentMethodOnCart(input: {cart_id: $cart, payment_method: {code: "checkmo"}}) {
    cart { selected_payment_method { __typename code } }
  }
  placeOrder(input: {cart_id: $cart}) {
    __typename order { __typename order_number } orderV2 { number } errors { code }
  }
}
"""


def storefront(text: str) -> str:
    """Return a document with the fragments that it uses."""
    return text + FRAGMENTS if "...Page" in text else text


def ask(door: Door, text: str, *, by: Principal | None = None, **variables: Any) -> Any:
    caller = {} if by is None else {"by": by}
    return door.data(storefront(text), **caller, **variables)


def test_a_guest_shops_from_the_first_page_to_the_order(door: Door) -> None:
    sku = door.shop.product()
    cart = ask(door, CREATE)["cartId"]

    added = ask(door, ADD, cart=cart, product={"sku": sku, "quantity": 2})["addProductsToCart"]
    step = ask(
        door,
        GUEST_AND_ADDRESS,
        cart=cart,
        email="guest@example.com",
        street1="Long Street 1",
        street2=None,
        country="US",
    )
    method = {"carrier_code": "flatrate", "method_code": "flatrate"}
    shipped = ask(door, SHIPPING_METHOD, cart=cart, method=method)["setShippingMethodsOnCart"]
    billed = ask(door, BILLING, cart=cart)["setBillingAddressOnCart"]["cart"]
    done = ask(door, PAY_AND_ORDER, cart=cart)

    assert (added["__typename"], added["user_errors"]) == ("AddProductsToCartOutput", [])
    assert list(step) == ["setGuestEmailOnCart", "setShippingAddressesOnCart"]
    [address] = step["setShippingAddressesOnCart"]["cart"]["shipping_addresses"]
    assert (address["street"], address["selected_shipping_method"]) == (["Long Street 1"], None)
    [address] = shipped["cart"]["shipping_addresses"]
    assert address["selected_shipping_method"]["amount"]["value"] == 10
    assert billed["billing_address"]["street"] == ["Long Street 1"]
    assert done["setPaymentMethodOnCart"]["cart"]["selected_payment_method"]["code"] == "checkmo"
    placed = done["placeOrder"]
    assert placed["errors"] == []
    assert placed["order"]["order_number"] == placed["orderV2"]["number"]
    assert door.shop.status(cart) == "closed"


def test_a_guest_signs_in_and_the_carts_become_one(door: Door) -> None:
    shop, sku = door.shop, door.shop.product()
    email = shop.email()
    guests = ask(door, CREATE)["cartId"]
    ask(door, ADD, cart=guests, product={"sku": sku, "quantity": 1})

    signed = ask(door, SIGN_IN, email=email, password=PASSWORD)["generateCustomerToken"]
    headers = {"Authorization": f"Bearer {signed['token']}"}

    def as_customer(text: str, **variables: Any) -> Any:
        body = {"query": storefront(text), "variables": variables}
        answer = door.client.post("/graphql", json=body, headers=headers).get_json()
        assert "errors" not in answer, answer
        return answer["data"]

    own = as_customer(CREATE)["cartId"]
    again = as_customer(CREATE)["cartId"]
    merged = as_customer(MERGE, **{"from": guests, "into": own})["mergeCarts"]
    me = as_customer(CUSTOMER)["customer"]

    assert own == again == merged["id"]
    assert [line["product"]["sku"] for line in merged["items"]] == [sku]
    assert me == {
        "__typename": "Customer",
        "id": me["id"],
        "email": email,
        "firstname": "A",
        "lastname": "B",
        "is_subscribed": False,
        "default_shipping": None,
        "addresses": [],
    }


@pytest.mark.parametrize("wording", ["2.4.7", "2.4.8"])
@pytest.mark.parametrize("lost", ["unknown", "inactive", "foreign"])
def test_a_lost_cart_is_known_by_its_message(
    server_doors: dict[str, Door], wording: str, lost: str
) -> None:
    """What the common library looks for in messages to drop a cart and begin anew."""
    door = server_doors[wording]
    cart_id, text = {
        "unknown": ("x", "Could not find a cart"),
        "inactive": (door.shop.cart(status="inactive"), "The cart isn't active"),
        "foreign": (
            door.shop.cart(by=door.shop.customer()),
            "The current user cannot perform operations on cart",
        ),
    }[lost]

    response = door.send(storefront(PAGE), cart=cart_id)

    [error] = response.get_json()["errors"]
    assert text in error["message"]
    assert response.status_code == (403 if (wording, lost) == ("2.4.8", "foreign") else 200)


def test_an_object_may_stand_where_a_list_is_expected(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    cart_id = shop.cart((shop.product(), 1))
    text = """
      mutation Change($cart: String!, $id: ID!) {
        updateCartItems(
          input: {cart_id: $cart, cart_items: {cart_item_uid: $id, quantity: 3}}
        ) { cart { total_quantity } }
      }
    """
    [line] = ask(sqlite_door, PAGE, cart=cart_id)["cart"]["items"]

    changed = ask(sqlite_door, text, cart=cart_id, id=line["uid"])["updateCartItems"]

    assert changed == {"cart": {"total_quantity": 3}}


@pytest.mark.parametrize("kind", ["[CartItemUpdateInput]!", "[CartItemUpdateInput!]!"])
def test_variables_may_be_declared_either_way(sqlite_door: Door, kind: str) -> None:
    shop = sqlite_door.shop
    cart_id = shop.cart((shop.product(), 1))
    [line] = ask(sqlite_door, PAGE, cart=cart_id)["cart"]["items"]
    text = f"""
      mutation Change($cart: String!, $items: {kind}) {{
        updateCartItems(input: {{cart_id: $cart, cart_items: $items}}) {{ cart {{ id }} }}
      }}
    """

    changed = ask(
        sqlite_door, text, cart=cart_id, items=[{"cart_item_id": int(line["id"]), "quantity": 2}]
    )

    assert changed == {"updateCartItems": {"cart": {"id": cart_id}}}


def test_what_costs_nothing_is_paid_by_free(sqlite_door: Door) -> None:
    shop = sqlite_door.shop
    cart_id = shop.cart((shop.product(price_minor=0, type="virtual"), 1))

    cart = ask(sqlite_door, PAGE, cart=cart_id)["cart"]

    assert [method["code"] for method in cart["available_payment_methods"]] == ["free"]
    assert (cart["is_virtual"], cart["shipping_addresses"]) == (True, [])


STORE = """
query Store {
  storeConfig {
    __typename store_code store_name locale base_currency_code default_display_currency_code
    product_url_suffix configurable_thumbnail_source minimum_password_length
    required_character_classes_number is_guest_checkout_enabled allow_order allow_items
    magento_wishlist_general_is_enabled enable_multiple_wishlists timezone website_name
    customer_access_token_lifetime is_default_store
  }
}
"""
PRODUCT = """
query Detail($key: String!) {
  products(filter: {url_key: {eq: $key}}) {
    __typename
    items {
      __typename id uid sku name url_key url_suffix type_id
      price_range { minimum_price { regular_price { value currency } discount { percent_off } } }
      ... on ConfigurableProduct { configurable_options { attribute_code } }
    }
    page_info { __typename total_pages }
    total_count
  }
}
"""


def test_the_store_is_told_as_far_as_there_are_settings(sqlite_door: Door) -> None:
    assert ask(sqlite_door, STORE)["storeConfig"] == {
        "__typename": "StoreConfig",
        "store_code": "default",
        "store_name": "Luma",
        "locale": None,
        "base_currency_code": "USD",
        "default_display_currency_code": "USD",
        "product_url_suffix": None,
        "configurable_thumbnail_source": None,
        "minimum_password_length": "8",
        "required_character_classes_number": "3",
        "is_guest_checkout_enabled": True,
        "allow_order": "1",
        "allow_items": "0",
        "magento_wishlist_general_is_enabled": "0",
        "enable_multiple_wishlists": "0",
        "timezone": "UTC",
        "website_name": "Luma",
        "customer_access_token_lifetime": 1,
        "is_default_store": True,
    }


def test_a_product_is_found_by_its_address(door: Door) -> None:
    sku = door.shop.product(price_minor=1999, url_key="found-by-its-address")

    products = ask(door, PRODUCT, key="found-by-its-address")["products"]

    [product] = products["items"]
    price = {
        "regular_price": {"value": 19.99, "currency": "USD"},
        "discount": {"percent_off": 0},
    }
    assert product == {
        "__typename": "SimpleProduct",
        "id": product["id"],
        "uid": product["uid"],
        "sku": sku,
        "name": "Thing",
        "url_key": "found-by-its-address",
        "url_suffix": None,
        "type_id": "simple",
        "price_range": {"minimum_price": price},
    }
    assert (products["total_count"], products["page_info"]["total_pages"]) == (1, 1)


def test_a_customer_sees_the_address_book(sqlite_door: Door) -> None:
    customer = sqlite_door.shop.customer()
    number = sqlite_door.shop.address_of(customer)

    me = ask(sqlite_door, CUSTOMER, by=customer)["customer"]

    assert me["addresses"] == [
        {
            "__typename": "CustomerAddress",
            "id": number,
            "street": ["3320 N Crescent Dr"],
            "region": {"__typename": "CustomerAddressRegion", "region_code": "CA"},
            "country_code": "US",
        }
    ]
