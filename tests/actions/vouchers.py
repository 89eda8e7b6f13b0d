"""Coupons, gift cards, store credit, reward points and bare orders for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from cartflow import Principal

from .conftest import Shop

_numbers = count(1)


def coupon(shop: Shop, **rule: Any) -> str:
    """Make a coupon, of 10 percent unless *rule* says otherwise; return its code."""
    code = rule.pop("code", None) or f"SAVE-{next(_numbers)}"
    if "amount_minor" in rule:
        rule["type"] = "fixed"
    rule = {"code": code, "type": "percent", **rule}
    if rule["type"] == "percent":
        rule.setdefault("percent", 10)
    shop.load(coupons=[rule])
    return str(code)


def gift_card(
    shop: Shop, balance_minor: int, expires_on: date | None = None, *, enabled: bool = True
) -> str:
    """Make a gift card; return its code."""
    code = f"gift-{next(_numbers)}"
    card = {"code": code, "balance_minor": balance_minor, "enabled": enabled}
    if expires_on:
        card["expires_on"] = expires_on.isoformat()
    shop.load(gift_cards=[card])
    return code


def store_credit(shop: Shop, customer: Principal, balance_minor: int) -> None:
    """Give a customer store credit."""
    shop.sql(
        "INSERT INTO cart_store_credit (customer_id, balance_minor) VALUES (:customer, :balance)",
        customer=int(customer.id),
        balance=balance_minor,
    )


def reward_points(shop: Shop, customer: Principal, points: int) -> None:
    """Give a customer reward points."""
    shop.sql(
        "INSERT INTO cart_reward_points (customer_id, points) VALUES (:customer, :points)",
        customer=int(customer.id),
        points=points,
    )


def balance(shop: Shop, code: str) -> int:
    """Return what is left on a gift card."""
    [[left]] = shop.sql("SELECT balance_minor FROM cart_gift_card WHERE code = :code", code=code)
    return int(left)


def uses(shop: Shop, code: str) -> tuple[int, int]:
    """Return how often a coupon was used, by its own counter and by what was written down."""
    [found] = shop.sql(
        "SELECT c.uses, (SELECT count(*) FROM cart_coupon_use u WHERE u.coupon_id = c.id)"
        " FROM cart_coupon c WHERE c.code = :code",
        code=code,
    )
    return tuple(found)


def bare_order(shop: Shop) -> int:
    """Write an order of nothing past all actions; return its internal number."""
    now = datetime.now(UTC).isoformat(" ")
    [[cart]] = shop.sql("SELECT id FROM cart_cart WHERE masked_id = :id", id=shop.cart())
    name = f"bare{next(_numbers)}"
    [[payment]] = shop.sql(
        "INSERT INTO cart_payment_order (mp_order_id, cart_id, method_code, status, amount_minor,"
        " currency, vault_intent, created_at)"
        " VALUES (:name, :cart, 'checkmo', 'CREATED', 0, 'USD', :no, :now) RETURNING id",
        name=name,
        cart=cart,
        no=False,
        now=now,
    )
    [[number]] = shop.sql(
        "INSERT INTO cart_order (number, cart_id, payment_order_id, grand_total_minor, currency,"
        " created_at) VALUES (:name, :cart, :payment, 0, 'USD', :now) RETURNING id",
        name=name,
        cart=cart,
        payment=payment,
        now=now,
    )
    return int(number)
