"""What must hold after every call, whoever made it."""

from __future__ import annotations

from typing import Final

from . import carts, money
from .calls import Rule

RULES: Final[tuple[Rule, ...]] = (
    money.stock_is_never_negative,
    money.what_is_ordered_leaves_the_stock,
    money.an_order_is_paid,
    money.an_order_is_of_a_closed_cart,
    money.order_numbers_rise,
    carts.a_shut_cart_never_changes,
    carts.only_named_carts_change,
    carts.nobody_changes_the_carts_of_others,
    carts.what_failed_changed_nothing,
    carts.a_checkout_has_one_session,
    carts.sessions_keep_their_rules,
    carts.a_merged_cart_is_inactive,
    carts.no_line_is_lost,
    money.parts_add_up_to_totals,
    money.orders_add_up,
    money.credits_are_conserved,
    money.points_are_conserved,
    carts.states_follow_the_table,
)
"""All of them, each a function that yields the breaches of one call."""
