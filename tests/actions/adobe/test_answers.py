"""What the operations of carts and their lines answer when they succeed."""

from __future__ import annotations

from typing import Any

from ..vouchers import coupon, gift_card, reward_points, store_credit
from .conftest import Door

# ---- carts


def test_empty_carts_have_the_id_that_was_wished_for_or_are_the_customers_own(door: Door) -> None:
    roni = door.shop.customer()
    wish = f"wish{door.shop.cart()[4:]}"
    create = "mutation ($id: String) { createEmptyCart(input: {cart_id: $id}) }"

    wished = door.data(create, id=wish)["createEmptyCart"]
    first, second = (door.data(create)["createEmptyCart"] for _ in range(2))
    own, again = (door.data(create, by=roni, id=None)["createEmptyCart"] for _ in range(2))
    customers = door.data("{ customerCart { id } }", by=roni)["customerCart"]

    assert wished == wish
    assert first != second
    assert own == again == customers["id"]


def test_a_guest_cart_is_created_and_becomes_the_customers(door: Door) -> None:
    roni, sku = door.shop.customer(), door.shop.product()
    door.shop.cart((sku, 1), by=roni)
    text = "mutation ($id: String!) { assignCustomerToGuestCart(cart_id: $id) { id } }"

    wish = f"wish{door.shop.cart()[4:]}"
    made = door.run("createGuestCart", "cart { id total_quantity }", cart_uid=wish)["cart"]
    door.shop.add(made["id"], (sku, 2))
    assigned = door.data(text, by=roni, id=wish)["assignCustomerToGuestCart"]
    cart = door.data("{ customerCart { id total_quantity } }", by=roni)["customerCart"]

    assert made == {"id": wish, "total_quantity": 0}
    assert assigned["id"] != wish
    assert cart == {"id": assigned["id"], "total_quantity": 3}


def test_carts_are_cleared_both_ways(door: Door) -> None:
    roni, sku = door.shop.customer(), door.shop.product()
    cart_id = door.shop.cart((sku, 1), by=roni)
    older = """
    mutation ($id: String!) {
      clearCustomerCart(cartUid: $id) { status cart { id total_quantity } }
    }
    """

    guests = door.shop.cart((sku, 2))
    cleared = door.run(
        "clearCart", "cart { id total_quantity } errors { message type }", uid=guests
    )

    assert cleared == {"cart": {"id": guests, "total_quantity": 0}, "errors": None}
    assert door.data(older, by=roni, id=cart_id)["clearCustomerCart"] == {
        "status": True,
        "cart": {"id": cart_id, "total_quantity": 0},
    }


def test_two_merges_in_one_document_happen_one_after_the_other(door: Door) -> None:
    roni = door.shop.customer()
    first, second = door.shop.cart(("WS12", 1)), door.shop.cart(("WS12", 2))
    text = """
    mutation ($first: String!, $second: String!) {
      a: mergeCarts(source_cart_id: $first) { total_quantity }
      b: mergeCarts(source_cart_id: $second, destination_cart_id: null) { id total_quantity }
      c: mergeCarts(source_cart_id: $first) { id }
    }
    """

    answer = door.ask(text, by=roni, first=first, second=second)

    [error] = answer["errors"]
    assert error["path"] == ["c"]
    assert error["message"] == "Current user does not have an active cart."
    assert answer["data"] is None  # what happened is not told: the field is not nullable
    cart = door.shop.invoke("customerCart", by=roni)["cart"]
    assert cart["total_quantity"] == 3


def test_what_a_merge_could_not_keep_is_told_beside_the_data(door: Door) -> None:
    roni, sku = door.shop.customer(), door.shop.product(stock=3)
    door.shop.cart((sku, 2), by=roni)
    text = "mutation ($id: String!) { mergeCarts(source_cart_id: $id) { total_quantity } }"

    answer = door.ask(text, by=roni, id=door.shop.cart((sku, 2)))

    assert list(answer) == ["data", "extensions"]
    [adjusted] = answer["extensions"]["adjustments"]
    assert (adjusted["sku"], adjusted["reason"]) == (sku, "INSUFFICIENT_STOCK")


# ---- lines


def test_lines_are_added_the_older_way_and_removed(door: Door) -> None:
    cart_id, sku = door.shop.cart(), door.shop.product()
    virtual = door.shop.product(type="virtual")
    items = "cart { items { id uid __typename quantity } is_virtual }"

    item = {"data": {"sku": sku, "quantity": 2}, "customizable_options": []}
    door.run("addSimpleProductsToCart", items, cart_id=cart_id, cart_items=item)
    other = {"data": {"sku": virtual, "quantity": 1}, "customizable_options": None}
    added = door.run("addVirtualProductsToCart", items, cart_id=cart_id, cart_items=[other, None])
    first, second = added["cart"]["items"]
    left = door.run("removeItemFromCart", items, cart_id=cart_id, cart_item_id=int(first["id"]))
    none = door.run("removeItemFromCart", items, cart_id=cart_id, cart_item_uid=second["uid"])

    assert [first["__typename"], second["__typename"]] == ["SimpleCartItem", "VirtualCartItem"]
    assert left["cart"] == {"items": [second], "is_virtual": True}
    assert none["cart"]["items"] == []


# ---- what lowers the price


def test_coupons_are_applied_and_removed_one_or_several(door: Door) -> None:
    shop = door.shop
    cart_id, codes = shop.cart((shop.product(), 1)), [coupon(shop), coupon(shop)]
    shop.set_rules(max_coupons=2)
    asked = "cart { applied_coupons { code } }"

    def found(answer: Any) -> Any:
        coupons = answer["cart"]["applied_coupons"]
        return coupons and {one["code"] for one in coupons}

    one = door.run("applyCouponToCart", asked, cart_id=cart_id, coupon_code=codes[0])
    none = door.run("removeCouponFromCart", asked, cart_id=cart_id)
    several = door.run(
        "applyCouponsToCart",
        asked,
        cart_id=cart_id,
        coupon_codes=[*codes, None],
        type="REPLACE",
    )
    text = """
    mutation ($id: String!, $codes: [String]!) {
      removeCouponsFromCart(input: {cart_id: $id, coupon_codes: $codes}) {
        cart { applied_coupons { code } }
      }
    }
    """
    left = door.data(text, id=cart_id, codes=codes[:1])["removeCouponsFromCart"]

    shop.forget_rules()
    assert found(one) == {codes[0]}
    assert found(none) is None
    assert found(several) == set(codes)
    assert found(left) == {codes[1]}


def test_gift_cards_are_asked_for_applied_removed_and_redeemed(door: Door) -> None:
    shop = door.shop
    roni, code = shop.customer(), gift_card(shop, 2500)
    cart_id = shop.cart((shop.product(), 1), by=roni)
    given = {"cart_id": cart_id, "gift_card_code": code}
    asked = "cart { applied_gift_cards { code } prices { grand_total { value } } }"
    redeem = """
    mutation ($code: String!) {
      redeemGiftCardBalanceAsStoreCredit(input: {gift_card_code: $code}) { code balance { value } }
    }
    """
    look = """
    query ($code: String!) {
      giftCardAccount(input: {gift_card_code: $code}) {
        code balance { value currency } expiration_date
      }
    }
    """

    before = door.data(look, code=code)["giftCardAccount"]
    applied = door.run("applyGiftCardToCart", asked, by=roni, **given)["cart"]
    removed = door.run("removeGiftCardFromCart", asked, by=roni, **given)["cart"]
    redeemed = door.data(redeem, by=roni, code=code)["redeemGiftCardBalanceAsStoreCredit"]
    credit = door.run(
        "applyStoreCreditToCart",
        "cart { applied_store_credit { applied_balance { value } current_balance { value } } }",
        by=roni,
        cart_id=cart_id,
    )["cart"]["applied_store_credit"]

    balance = {"value": 25, "currency": "USD"}
    assert before == {"code": code, "balance": balance, "expiration_date": None}
    assert applied == {
        "applied_gift_cards": [{"code": code}],
        "prices": {"grand_total": {"value": 0}},
    }
    assert removed["prices"] == {"grand_total": {"value": 10}}
    assert redeemed == {"code": code, "balance": {"value": 0}}
    assert credit == {"applied_balance": {"value": 10}, "current_balance": {"value": 25}}


def test_credit_and_points_are_applied_and_removed(door: Door) -> None:
    shop, roni = door.shop, door.shop.customer()
    store_credit(shop, roni, 300)
    reward_points(shop, roni, 50)
    cart_id = shop.cart((shop.product(), 1), by=roni)
    shop.set_rules(reward_points={"points": 25, "amount_minor": 100})
    total = "cart { prices { grand_total { value } } }"
    points = "mutation ($id: ID!) {{ {}(cartId: $id) {{ {} }} }}"

    totals = [
        door.run("applyStoreCreditToCart", total, by=roni, cart_id=cart_id),
        *(
            door.data(points.format(field, total), by=roni, id=cart_id)[field]
            for field in ("applyRewardPointsToCart", "removeRewardPointsFromCart")
        ),
        door.run("removeStoreCreditFromCart", total, by=roni, cart_id=cart_id),
    ]

    shop.forget_rules()
    assert [it["cart"]["prices"]["grand_total"]["value"] for it in totals] == [7, 5, 7, 10]


def test_null_takes_away_what_comes_with_a_present_and_what_is_left_out_stays(door: Door) -> None:
    cart_id = door.shop.cart((door.shop.product(), 1))
    message = {"from": "Ada", "to": "Charles", "message": "Hello"}
    asked = "cart { gift_message { from to message } gift_wrapping { uid } gift_receipt_included }"

    def change(**given: Any) -> Any:
        return door.run("setGiftOptionsOnCart", asked, cart_id=cart_id, **given)["cart"]

    first = change(gift_message=message, gift_wrapping_id="foil", gift_receipt_included=True)
    second = change(gift_message=None, gift_receipt_included=False)

    assert first == {
        "gift_message": message,
        "gift_wrapping": {"uid": "foil"},
        "gift_receipt_included": True,
    }
    assert second == {
        "gift_message": None,
        "gift_wrapping": {"uid": "foil"},
        "gift_receipt_included": False,
    }
