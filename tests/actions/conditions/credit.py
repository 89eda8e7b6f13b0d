"""Every condition of gift cards, store credit, reward points and gift options."""

from __future__ import annotations

from cartflow import GUEST

from ..conftest import Shop
from ..vouchers import gift_card
from .common import UNKNOWN, Call, Cases, on_cart

CARD = {"gift_card_code": "LUMA-25"}
NO_CARD = {"gift_card_code": "none"}


def of_a_customer(shop: Shop) -> Call:
    """Return the call of a customer for his cart, in a shop without rules."""
    customer = shop.customer()
    return customer, {"cartId": shop.cart(by=customer)}


CASES: Cases = {
    "applyGiftCardToCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "gift_card_code": ""}),
        "GIFT_CARD_CODE_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "gift_card_code": ""}),
        **on_cart("cart_id", **CARD),
        "GIFT_CARD_NOT_ADDED": lambda shop: (GUEST, {"cart_id": shop.cart(), **NO_CARD}),
    },
    "removeGiftCardFromCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": "", "gift_card_code": ""}),
        "GIFT_CARD_CODE_REQUIRED": lambda shop: (GUEST, {"cart_id": UNKNOWN, "gift_card_code": ""}),
        **on_cart("cart_id", **CARD),
        "GIFT_CARD_NOT_REMOVED": lambda shop: (GUEST, {"cart_id": shop.cart(), **CARD}),
    },
    "giftCardAccount": {"GIFT_CARD_NOT_FOUND": lambda shop: (GUEST, NO_CARD)},
    "redeemGiftCardBalanceAsStoreCredit": {
        "CUSTOMER_REQUIRED": lambda shop: (GUEST, NO_CARD),
        "GIFT_CARD_NOT_FOUND": lambda shop: (
            shop.customer(),
            {"gift_card_code": gift_card(shop, 0)},
        ),
    },
    **{
        action: {
            "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
            **on_cart("cart_id"),
            "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"cart_id": shop.cart()}),
        }
        for action in ("applyStoreCreditToCart", "removeStoreCreditFromCart")
    },
    **{
        action: {
            "CART_ID_REQUIRED": lambda shop: (GUEST, {"cartId": ""}),
            **on_cart("cartId"),
            "CUSTOMER_REQUIRED": lambda shop: (GUEST, {"cartId": UNKNOWN}),
            **more,
        }
        for action, more in (
            ("applyRewardPointsToCart", {"REWARD_POINTS_NOT_OFFERED": of_a_customer}),
            ("removeRewardPointsFromCart", {}),
        )
    },
    "setGiftOptionsOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
        "GIFT_WRAPPING_NOT_FOUND": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), "gift_wrapping_id": "velvet"},
        ),
    },
}
