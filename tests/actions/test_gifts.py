from __future__ import annotations

from typing import Any

from cartflow import ADMIN

from .conftest import Shop

MESSAGE = {"from": "Ada", "to": "Bob", "message": "Happy birthday\nfrom Ada"}


def options(shop: Shop, cart_id: str, **given: Any) -> dict[str, Any]:
    answer = shop.invoke("setGiftOptionsOnCart", cart_id=cart_id, **given)
    assert answer == shop.invoke("cart", cart_id=cart_id)
    return dict(shop.choices(cart_id).get("gift_options", {}))


def test_options_stay_until_null_takes_them_off(shop: Shop) -> None:
    cart_id = shop.cart()

    first = options(shop, cart_id, gift_message=MESSAGE, gift_receipt_included=True)
    second = options(shop, cart_id, gift_wrapping_id="foil", gift_receipt_included=False)
    third = options(shop, cart_id, gift_message=None, printed_card_included=True)
    last = options(shop, cart_id, gift_wrapping_id=None, printed_card_included=None)

    assert first == {"gift_message": MESSAGE, "gift_receipt_included": True}
    assert second == {"gift_message": MESSAGE, "gift_wrapping_id": "foil"}
    assert third == {"gift_wrapping_id": "foil", "printed_card_included": True}
    assert last == {}


def test_a_wrapping_is_one_that_the_shop_offers(shop: Shop) -> None:
    cart_id = shop.cart()

    error = shop.refused(
        "setGiftOptionsOnCart", by=ADMIN, cart_id=cart_id, gift_wrapping_id="velvet"
    )

    assert error.message == (
        "gift wrapping 'velvet' is not offered; take one of available_gift_wrappings"
    )
    assert shop.choices(cart_id) == {}


def test_the_cart_shows_what_was_chosen_and_what_the_wrapping_costs(shop: Shop) -> None:
    cart_id = shop.cart(("24-WB07", 1))
    options(shop, cart_id, gift_message=MESSAGE, gift_wrapping_id="foil")

    cart = shop.invoke("cart", cart_id=cart_id)["cart"]

    assert cart["gift_message"] == MESSAGE
    assert (cart["gift_wrapping"]["id"], cart["gift_wrapping"]["price"]["amount_minor"]) == (
        "foil",
        400,
    )
    assert (cart["gift_receipt_included"], cart["printed_card_included"]) == (False, False)
    assert cart["prices"]["grand_total"]["amount_minor"] == 4900
