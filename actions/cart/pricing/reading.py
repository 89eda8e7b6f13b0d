"""From a cart in the database to a basket that has a price."""

from __future__ import annotations

from collections.abc import Sequence

from cartflow import Context

from ..choices import Choices, choices_of
from ..coupons import GUESTS, valid_coupons
from ..credits import find_gift_cards, find_store_credit
from ..lines import Line
from ..model import Cart
from ..rewards import find_points
from ..shop import shop_of
from .basket import PROMOTIONS, SHIPPING_KINDS, TAXES, Basket, Hooks


def basket_of(
    ctx: Context, cart: Cart, lines: Sequence[Line], choices: Choices | None = None
) -> Basket:
    """Return *cart* with all that its price depends on.

    It takes a statement for each kind of coupon and credit that was applied, and none without.
    *choices* are what to go by instead of what was chosen for the cart.
    """
    chosen = choices_of(cart) if choices is None else choices
    today = ctx.now.date()
    coupons = valid_coupons(ctx.db, cart, lines, chosen.coupons, today)
    return Basket(
        lines=lines,
        shop=shop_of(ctx.db, cart.revision),
        hooks=Hooks(*(ctx.extensions(point) for point in (PROMOTIONS, SHIPPING_KINDS, TAXES))),
        today=today,
        group=cart.group or GUESTS,
        choices=chosen,
        coupons=[coupon.rule for coupon in coupons],
        gift_cards=find_gift_cards(ctx.db, chosen.gift_cards),
        store_credit_minor=_store_credit_minor(ctx, cart, chosen),
        reward_points=_reward_points(ctx, cart, chosen),
    )


def _store_credit_minor(ctx: Context, cart: Cart, chosen: Choices) -> int:
    """Return the balance; where it is to be used as it is now, and not as when the cart was read.

    Who orders has locked it in the meantime.
    """
    if chosen.store_credit and cart.customer_id is not None:
        return find_store_credit(ctx.db, cart.customer_id)
    return cart.store_credit_minor or 0


def _reward_points(ctx: Context, cart: Cart, chosen: Choices) -> int:
    """Return the balance; nothing shows it unless it is to be used."""
    if chosen.reward_points and cart.customer_id is not None:
        return find_points(ctx.db, cart.customer_id)
    return 0
