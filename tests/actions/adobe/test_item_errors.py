"""What could not be put into a cart or changed there: data, and the rest happens all the same."""

from __future__ import annotations

from .conftest import Door

ADD = """
mutation ($id: String!, $items: [CartItemInput!]!) {
  addProductsToCart(cartId: $id, cartItems: $items) {
    cart { items { quantity } }
    user_errors { __typename code message ... on InsufficientStockError { quantity } }
  }
}
"""
NEW = """
mutation ($items: [CartItemInput!]!) {
  addProductsToNewCart(cartItems: $items) {
    cart { total_quantity }
    user_errors { code message }
  }
}
"""
UPDATE = """
mutation ($id: String!, $items: [CartItemUpdateInput]!) {
  updateCartItems(input: {cart_id: $id, cart_items: $items}) {
    cart { items { quantity } }
    errors { __typename code message }
  }
}
"""


def test_what_can_be_added_is_added_and_of_a_short_stock_is_told_what_is_left(door: Door) -> None:
    good, few = door.shop.product(), door.shop.product(stock=3)
    door.shop.set_rules(low_stock=5)
    wanted = [("nothing", 1), (good, 2), (few, 4), (good, 0), (few, 1)]
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in wanted]

    found = door.data(ADD, id=door.shop.cart(), items=items)["addProductsToCart"]

    door.shop.forget_rules()
    assert found["cart"] == {"items": [{"quantity": 2}, {"quantity": 1}]}
    assert found["user_errors"] == [
        {
            "__typename": "CartUserInputError",
            "code": "PRODUCT_NOT_FOUND",
            "message": 'Could not find a product with SKU "nothing"',
        },
        {
            "__typename": "InsufficientStockError",
            "code": "INSUFFICIENT_STOCK",
            "message": "The requested qty is not available",
            "quantity": 3,
        },
        {
            "__typename": "CartUserInputError",
            "code": "UNDEFINED",
            "message": "The product quantity should be greater than 0",
        },
    ]


def test_a_new_cart_has_all_or_there_is_none(door: Door) -> None:
    sku = door.shop.product(stock=3)
    items = [{"sku": sku, "quantity": 2}]
    bad = [{"sku": "24-MB0ee4", "quantity": 1}, {"sku": sku, "quantity": 9}]

    made = door.data(NEW, items=items)["addProductsToNewCart"]
    none = door.data(NEW, items=items + bad)["addProductsToNewCart"]

    assert made == {"cart": {"total_quantity": 2}, "user_errors": None}
    assert none == {
        "cart": None,
        "user_errors": [
            {
                "code": "PRODUCT_NOT_FOUND",
                "message": 'Could not find a product with SKU "24-MB0ee4"',
            },
            {"code": "INSUFFICIENT_STOCK", "message": "The requested qty is not available"},
        ],
    }


def test_lines_are_changed_or_it_is_told_why_not(door: Door) -> None:
    sku = door.shop.product(stock=3)
    cart_id = door.shop.cart((sku, 1))
    [line] = door.shop.invoke("cart", cart_id=cart_id)["cart"]["items"]
    items = [
        {"cart_item_id": int(line["id"]), "quantity": 9},
        {"cart_item_id": 999_999_999, "quantity": 1},
        {"cart_item_uid": line["uid"]},
        {"cart_item_uid": line["uid"], "quantity": 2},
    ]

    found = door.data(UPDATE, id=cart_id, items=items)["updateCartItems"]

    assert found["cart"] == {"items": [{"quantity": 2}]}
    assert [(error["code"], error["message"]) for error in found["errors"]] == [
        (
            "INSUFFICIENT_STOCK",
            f"Could not update the product with SKU {sku}: The requested qty is not available",
        ),
        ("COULD_NOT_FIND_CART_ITEM", "Could not find cart item with id: 999999999."),
        (
            "REQUIRED_PARAMETER_MISSING",
            'Required parameter "quantity" for "cart_items" is missing.',
        ),
    ]
    assert {error["__typename"] for error in found["errors"]} == {"CartUserInputError"}


def test_servers_of_2_4_8_have_other_words_for_a_short_stock(server_doors: dict[str, Door]) -> None:
    shop = server_doors["documented"].shop
    items = [{"sku": shop.product(stock=1), "quantity": 2}]
    words = {
        wording: door.data(ADD, id=shop.cart(), items=items)["addProductsToCart"]["user_errors"]
        for wording, door in server_doors.items()
    }

    assert {wording: error["message"] for wording, [error] in words.items()} == {
        "documented": "The requested qty is not available",
        "2.4.7": "The requested qty is not available",
        "2.4.8": "Not enough items for sale",
    }
    assert [error["quantity"] for [error] in words.values()] == [None, None, None]


def test_that_there_are_no_options_may_be_said_but_none_can_be_chosen(sqlite_door: Door) -> None:
    cart_id, sku = sqlite_door.shop.cart(), sqlite_door.shop.product()
    item = {"sku": sku, "quantity": 1, "selected_options": [], "parent_sku": "x"}
    engraved = {**item, "entered_options": [{"uid": "x", "value": "To Ada"}]}

    plain = sqlite_door.data(ADD, id=cart_id, items=[item])
    [error] = sqlite_door.errors(ADD, id=cart_id, items=[engraved])

    assert plain["addProductsToCart"]["user_errors"] == []
    assert error == ("\"cartItems.0\": unknown member 'entered_options'", "graphql-input")
