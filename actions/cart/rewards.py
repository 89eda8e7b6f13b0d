"""Reward points: finding what a customer has, locking it, taking what an order costs.

Points go down with an order, not by being applied to a cart. Who orders calls `lock_points` after
all other credits, finds what was locked, and calls `take_points`: no balance becomes negative.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from .order_tables import credit_use
from .tables import reward_points

_POINTS: Select[Any] = select(reward_points.c.points).where(
    reward_points.c.customer_id == bindparam("customer")
)
_LOCK = _POINTS.with_for_update(key_share=True)
_TAKE = (
    update(reward_points)
    .where(
        reward_points.c.customer_id == bindparam("customer"),
        reward_points.c.points >= bindparam("taken"),
    )
    .values(points=reward_points.c.points - bindparam("taken"))
    .returning(reward_points.c.customer_id)
)


def find_points(db: Connection, customer_id: int) -> int:
    """Return how many reward points a customer has; 0 if there never were any."""
    return db.execute(_POINTS, {"customer": customer_id}).scalar() or 0


def lock_points(db: Connection, customer_id: int) -> None:
    """Lock the reward points of a customer until the end of the transaction.

    What was read of them before may be old.
    """
    db.execute(_LOCK, {"customer": customer_id}).all()


def take_points(
    db: Connection, order_id: int, customer_id: int | None, points: int, amount_minor: int
) -> None:
    """Take what locked reward points pay of a new order, in two statements; none for no points.

    Args:
        db: The connection.
        order_id: The order's internal number.
        customer_id: Whose points they are; required if any are taken.
        points: How many are taken.
        amount_minor: What they pay.

    Raises:
        RuntimeError: There are fewer points: they were not locked.
    """
    if not points:
        return
    if db.execute(_TAKE, {"customer": customer_id, "taken": points}).first() is None:
        message = f"fewer than {points} reward points; lock them before they are read"
        raise RuntimeError(message)
    use = {"order_id": order_id, "customer_id": customer_id, "points": points}
    db.execute(insert(credit_use), {**use, "amount_minor": amount_minor})
