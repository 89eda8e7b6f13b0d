"""Every condition of gift cards, store credit and gift options."""

from __future__ import annotations

from cartflow import GUEST

from ..vouchers import gift_card
from .common import UNKNOWN, Cases, on_cart

CARD = {"gift_card_code": "LUMA-25"}
NO_CARD = {"gift_card_code": "none"}

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
    "setGiftOptionsOnCart": {
        "CART_ID_REQUIRED": lambda shop: (GUEST, {"cart_id": ""}),
        **on_cart("cart_id"),
        "GIFT_WRAPPING_NOT_FOUND": lambda shop: (
            GUEST,
            {"cart_id": shop.cart(), "gift_wrapping_id": "velvet"},
        ),
    },
}
