"""The entries of coupons, gift cards, store credit, reward points and gift options."""

from __future__ import annotations

from typing import Final

from .entry import Entry
from .rows import EVERYBODY, REDEEM, REWARDS, SHOPPERS, STORE_CREDIT
from .store import COUPONS, GIFT_CARDS, WRAPPINGS

COUPON_ENTRIES: Final = (
    Entry(
        "applyCouponToCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "coupon_code": hand.of(COUPONS)},
    ),
    Entry("removeCouponFromCart", SHOPPERS, lambda hand, cart: {"cart_id": cart.id}),
    Entry(
        "applyCouponsToCart",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            "coupon_codes": [hand.of(COUPONS) for _ in range(hand.of((1, 2)))],
            "type": hand.of(("APPEND", "REPLACE")),
        },
    ),
    Entry(
        "removeCouponsFromCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "coupon_codes": hand.of(([], [COUPONS[0]]))},
    ),
)

CREDIT_ENTRIES: Final = (
    Entry(
        "applyGiftCardToCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "gift_card_code": hand.of(GIFT_CARDS)},
    ),
    Entry(
        "removeGiftCardFromCart",
        SHOPPERS,
        lambda hand, cart: {"cart_id": cart.id, "gift_card_code": hand.of(GIFT_CARDS)},
        cart="gifted",
    ),
    Entry("giftCardAccount", EVERYBODY, lambda hand, cart: {"gift_card_code": hand.of(GIFT_CARDS)}),
    Entry(
        "redeemGiftCardBalanceAsStoreCredit",
        REDEEM,
        # the first cannot be redeemed: for two callers of the matrix there would be one card
        lambda hand, cart: {"gift_card_code": hand.of(GIFT_CARDS[::-1])},
        words={"none": "GIFT_CARD_NOT_FOUND"},
    ),
    Entry("applyStoreCreditToCart", STORE_CREDIT, lambda hand, cart: {"cart_id": cart.id}),
    Entry("removeStoreCreditFromCart", STORE_CREDIT, lambda hand, cart: {"cart_id": cart.id}),
    Entry("applyRewardPointsToCart", REWARDS, lambda hand, cart: {"cartId": cart.id}),
    Entry("removeRewardPointsFromCart", REWARDS, lambda hand, cart: {"cartId": cart.id}),
    Entry(
        "setGiftOptionsOnCart",
        SHOPPERS,
        lambda hand, cart: {
            "cart_id": cart.id,
            **hand.maybe(
                gift_wrapping_id=hand.of(WRAPPINGS),
                gift_message={"from": "A", "to": "B", "message": "C"},
                gift_receipt_included=hand.of((True, False)),
                printed_card_included=hand.of((True, None)),
            ),
        },
    ),
)
