"""Baskets made by hand, with the rules that are built in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cartflow.actions.cart.choices import Choices
from cartflow.actions.cart.credits import GiftCard
from cartflow.actions.cart.lines import Line
from cartflow.actions.cart.pricing import Basket, Hooks
from cartflow.actions.cart.pricing.promotions import COUPONS
from cartflow.actions.cart.pricing.shipping import FLAT_RATE, FREE, TABLE_RATE
from cartflow.actions.cart.pricing.taxes import STORE_RATES
from cartflow.actions.cart.shop import Shop

TODAY = date(2026, 3, 1)
LOS_ANGELES = {
    "firstname": "John",
    "lastname": "Doe",
    "street": ["3320 N Crescent Dr"],
    "city": "Los Angeles",
    "region": {"code": "CA", "label": "California", "region_id": 12},
    "postcode": "90210",
    "country_code": "US",
    "number": 1,
}
BERLIN = LOS_ANGELES | {"city": "Berlin", "region": None, "postcode": "10115", "country_code": "DE"}

BUILT_IN = Hooks(
    promotions={"coupons": COUPONS},
    shipping={"flat_rate": FLAT_RATE, "free": FREE, "table_rate": TABLE_RATE},
    taxes={"store_rates": STORE_RATES},
)


def line(
    sku: str = "thing",
    price: int = 1000,
    quantity_e4: int = 10_000,
    kind: str = "simple",
    tax_class: str = "default",
) -> Line:
    """Return a line of a product with enough in stock."""
    return Line(
        id=1,
        cart_id=1,
        quantity_e4=quantity_e4,
        product_id=1,
        sku=sku,
        name="Thing",
        type=kind,
        price_minor=price,
        stock_e4=10**9,
        enabled=True,
        minimum_e4=0,
        maximum_e4=10**9,
        increment_e4=1,
        back_orders=False,
        tax_class=tax_class,
    )


def method(kind: str, **options: Any) -> dict[str, Any]:
    """Return a shipping method of the store file; carrier and method are named like the kind."""
    names = {"carrier_title": kind.title(), "method_title": "Usual"}
    return {"carrier": kind, "method": kind, **names, "kind": kind, "options": options}


def rate(percent: float, label: str = "VAT", country: str = "DE", **members: Any) -> dict[str, Any]:
    """Return a tax rate of the store file."""
    return {"label": label, "country": country, "rate": percent, **members}


def basket(
    *lines: Line,
    sections: Mapping[str, Any] | None = None,
    hooks: Hooks = BUILT_IN,
    coupons: Iterable[Mapping[str, Any]] = (),
    cards: Iterable[GiftCard] = (),
    store_credit_minor: int = 0,
    points: tuple[int, int, int] | None = None,
    **chosen: Any,
) -> Basket:
    """Return a basket of a shop with these sections of its store file; *chosen* are `Choices`.

    Of reward points *points* says how many there are, the size of a lot and what it is worth.
    """
    held, lot, amount = points or (0, 0, 0)
    rules = {"reward_points": {"points": lot, "amount_minor": amount}} if lot else {}
    shop = Shop("1", "Luma", "USD", "shop", rules, sections or {}, {})
    return Basket(
        lines=lines,
        shop=shop,
        hooks=hooks,
        today=TODAY,
        choices=Choices(**chosen),
        coupons=[{"code": f"C{index}", **rule} for index, rule in enumerate(coupons)],
        gift_cards=list(cards),
        store_credit_minor=store_credit_minor,
        reward_points=held,
    )


def card(balance_minor: int, code: str = "card", **members: Any) -> GiftCard:
    """Return a gift card that can be used, unless *members* say otherwise."""
    values = {"expires_on": None, "enabled": True, "currency": "USD"} | members
    return GiftCard(id=1, code=code, balance_minor=balance_minor, **values)
