"""Coupons: finding them, judging whether a cart may use them, using them up.

A coupon is used up by an order, not by being applied to a cart. Who orders calls `lock_coupons`
after locking the products, finds and judges what was locked, and calls `use_coupons` with that:
so a coupon for one order is never used by two.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select, text

from .lines import Line
from .model import Cart
from .order_tables import coupon, coupon_use
from .quantities import row_total_minor

GUESTS: Final = "guest"
"""The group that carts without a customer belong to."""

_OWN_USES = (
    select(func.count())
    .where(coupon_use.c.coupon_id == coupon.c.id, coupon_use.c.customer_id == bindparam("customer"))
    .scalar_subquery()
)
_FOLDED = coupon.c.folded_code.in_(bindparam("folded", expanding=True))
_FIND: Select[Any] = select(
    coupon.c.folded_code,
    coupon.c.id,
    coupon.c.code,
    coupon.c.rule,
    coupon.c.enabled,
    coupon.c.uses,
    _OWN_USES,
).where(_FOLDED)
_LOCK: Select[Any] = (
    select(coupon.c.id).where(_FOLDED).order_by(coupon.c.id).with_for_update(key_share=True)
)

# One JSON text of [coupon, uses at most, uses of one customer at most]: one statement for all.
_LIMITS = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS most,"
    " json_extract(value, '$[2]') AS own FROM json_each(:limits)",
    "postgresql": "SELECT CAST(value ->> 0 AS BIGINT) AS id, CAST(value ->> 1 AS BIGINT) AS most,"
    " CAST(value ->> 2 AS BIGINT) AS own FROM json_array_elements(CAST(:limits AS JSON))",
}
_USE = {
    dialect: text(
        f"UPDATE cart_coupon SET uses = uses + 1 FROM ({limits}) AS limits"
        " WHERE cart_coupon.id = limits.id AND (limits.most IS NULL OR uses < limits.most)"
        " AND (limits.own IS NULL OR limits.own > (SELECT count(*) FROM cart_coupon_use"
        " WHERE coupon_id = cart_coupon.id AND customer_id = :customer))"
        " RETURNING cart_coupon.id"
    )
    for dialect, limits in _LIMITS.items()
}
_WRITE_DOWN = {
    dialect: text(
        "INSERT INTO cart_coupon_use (order_id, coupon_id, customer_id)"
        f" SELECT :order_id, limits.id, :customer FROM ({limits}) AS limits"
    )
    for dialect, limits in _LIMITS.items()
}


class Coupon(NamedTuple):
    """A coupon of the shop.

    Attributes:
        code: As the shop writes it.
        rule: The record of the store file.
        uses: How many orders used it.
        own_uses: How many of them are the customer's for whom it was found.
    """

    id: int
    code: str
    rule: Mapping[str, Any]
    enabled: bool
    uses: int
    own_uses: int


class Facts(NamedTuple):
    """What of a cart decides whether a coupon is valid for it.

    Attributes:
        group: The customer's group; None for a guest.
        today: In UTC.
        subtotal_minor: The listed prices of all lines, before discounts.
        skus: Those of the lines.
    """

    group: str | None
    today: date
    subtotal_minor: int
    skus: Collection[str]


def fold(code: str) -> str:
    """Return what two ways to write the same code have in common."""
    return code.casefold()


def find_coupons(
    db: Connection, codes: Iterable[str], customer_id: int | None = None
) -> list[Coupon]:
    """Return the coupons that there are of *codes*, in that order, valid or not, each once.

    Args:
        db: The connection.
        codes: In any case of letters.
        customer_id: Whose uses are counted; without one, they are 0.
    """
    folded = _possible(codes)
    if not folded:
        return []
    rows = db.execute(_FIND, {"folded": folded, "customer": customer_id})
    found = {
        folded_code: Coupon(number, code, json.loads(rule), *rest)
        for folded_code, number, code, rule, *rest in rows
    }
    return [found[code] for code in folded if code in found]


def lock_coupons(db: Connection, codes: Iterable[str]) -> None:
    """Lock coupons until the end of the transaction; what was read of them before may be old."""
    folded = _possible(codes)
    if folded:
        db.execute(_LOCK, {"folded": folded}).all()


def _possible(codes: Iterable[str]) -> list[str]:
    """Return the folded codes, each once; without those that no database would take."""
    return list(dict.fromkeys(fold(code) for code in codes if code.isprintable()))


def is_valid(coupon: Coupon, facts: Facts) -> bool:
    """Return whether the next order of such a cart may use *coupon*."""
    rule = coupon.rule
    groups, skus = rule.get("groups"), rule.get("skus")
    return (
        coupon.enabled
        and rule.get("starts_on", "") <= facts.today.isoformat() <= rule.get("ends_on", "9999")
        and (groups is None or (facts.group or GUESTS) in groups)
        and facts.subtotal_minor >= rule.get("minimum_subtotal_minor", 0)
        and (skus is None or not set(skus).isdisjoint(facts.skus))
        and not (_is_reached(rule, "uses", coupon.uses))
        and not (_is_reached(rule, "uses_per_customer", coupon.own_uses))
    )


def _is_reached(rule: Mapping[str, Any], limit: str, uses: int) -> bool:
    return rule.get(limit) is not None and uses >= rule[limit]


def valid_coupons(
    db: Connection, cart: Cart, lines: Sequence[Line], codes: Sequence[str], today: date
) -> list[Coupon]:
    """Return those of the coupons that a cart with *lines* may use, in the order of *codes*."""
    if not codes:
        return []
    subtotal = sum(row_total_minor(line.price_minor, line.quantity_e4) for line in lines)
    facts = Facts(cart.group, today, subtotal, {line.sku for line in lines})
    coupons = find_coupons(db, codes, cart.customer_id)
    return [coupon for coupon in coupons if is_valid(coupon, facts)]


def use_coupons(
    db: Connection, order_id: int, customer_id: int | None, coupons: Sequence[Coupon]
) -> None:
    """Use up locked and valid coupons for a new order, in two statements.

    Args:
        db: The connection.
        order_id: The order's internal number.
        customer_id: Whose order it is; a guest's uses are not counted for anybody.
        coupons: Those that took part in the price.

    Raises:
        RuntimeError: One of them may not be used any more: they were not locked.
    """
    if not coupons:
        return
    limits = [
        (coupon.id, coupon.rule.get("uses"), coupon.rule.get("uses_per_customer"))
        for coupon in coupons
    ]
    dialect = db.dialect.name
    values = {"limits": json.dumps(limits), "customer": customer_id}
    used = set(db.execute(_USE[dialect], values).scalars())
    missing = [coupon.code for coupon in coupons if coupon.id not in used]
    if missing:
        message = f"coupons {missing} are used up; lock them before they are judged"
        raise RuntimeError(message)
    db.execute(_WRITE_DOWN[dialect], {**values, "order_id": order_id})
