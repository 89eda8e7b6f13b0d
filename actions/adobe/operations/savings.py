"""What lowers a cart's price or comes with it: coupons, gift cards, credit, points, presents."""

from __future__ import annotations

from typing import Final

from .operation import Json, Operation, members_of, same_named


def _gift_options(arguments: Json) -> Json:
    """Return all members: here null takes away what was chosen."""
    return members_of(arguments)


QUERIES: Final = same_named("giftCardAccount")

MUTATIONS: Final = {
    **same_named(
        *("applyCouponToCart", "removeCouponFromCart"),
        *("applyCouponsToCart", "removeCouponsFromCart"),
        *("applyGiftCardToCart", "removeGiftCardFromCart", "redeemGiftCardBalanceAsStoreCredit"),
        *("applyStoreCreditToCart", "removeStoreCreditFromCart"),
        *("applyRewardPointsToCart", "removeRewardPointsFromCart"),
    ),
    "setGiftOptionsOnCart": Operation("setGiftOptionsOnCart", given=_gift_options),
}
