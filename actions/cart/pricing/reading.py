"""From a cart in the database to a basket that has a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cartflow import Context

from ..choices import Choices, choices_of
from ..coupons import GUESTS, Facts, find_coupons, is_valid
from ..credits import find_gift_cards, find_store_credit
from ..lines import Line
from ..model import Cart
from ..quantities import row_total_minor
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
    return Basket(
        lines=lines,
        shop=shop_of(ctx.db, cart.revision),
        hooks=Hooks(*(ctx.extensions(point) for point in (PROMOTIONS, SHIPPING_KINDS, TAXES))),
        today=ctx.now.date(),
        group=cart.group or GUESTS,
        choices=chosen,
        coupons=_valid_coupons(ctx, cart, lines, chosen) if chosen.coupons else (),
        gift_cards=find_gift_cards(ctx.db, chosen.gift_cards),
        store_credit_minor=_store_credit_minor(ctx, cart, chosen),
    )


def _valid_coupons(
    ctx: Context, cart: Cart, lines: Sequence[Line], chosen: Choices
) -> list[Mapping[str, Any]]:
    """Return the rules of the applied coupons whose conditions are met."""
    subtotal_minor = sum(row_total_minor(line.price_minor, line.quantity_e4) for line in lines)
    facts = Facts(cart.group, ctx.now.date(), subtotal_minor, [line.sku for line in lines])
    found = find_coupons(ctx.db, chosen.coupons, cart.customer_id)
    return [coupon.rule for coupon in found if is_valid(coupon, facts)]


def _store_credit_minor(ctx: Context, cart: Cart, chosen: Choices) -> int:
    """Return the balance; where it is to be used as it is now, and not as when the cart was read.

    Who orders has locked it in the meantime.
    """
    if chosen.store_credit and cart.customer_id is not None:
        return find_store_credit(ctx.db, cart.customer_id)
    return cart.store_credit_minor or 0
