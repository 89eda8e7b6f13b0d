from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from cartflow.actions.cart.coupons import (
    Coupon,
    Facts,
    find_coupons,
    is_valid,
    lock_coupons,
    use_coupons,
)

from ..conftest import Shop
from ..vouchers import bare_order, coupon, uses

FACTS = Facts("general", date(2024, 2, 29), 5000, {"A", "B"})


def found(rule: dict[str, Any], **columns: Any) -> Coupon:
    return Coupon(1, "SAVE", rule, **{"enabled": True, "uses": 0, "own_uses": 0, **columns})


VALID: dict[str, Coupon] = {
    "without limits": found({}),
    "on its first day": found({"starts_on": "2024-02-29"}),
    "on its last day": found({"ends_on": "2024-02-29"}),
    "of its group": found({"groups": ["vip", "general"]}),
    "at its subtotal": found({"minimum_subtotal_minor": 5000}),
    "with one of its products": found({"skus": ["B", "C"]}),
    "its last use": found({"uses": 3}, uses=2),
    "the customer's last use": found({"uses_per_customer": 2}, own_uses=1, uses=9),
}
INVALID: dict[str, Coupon] = {
    "switched off": found({}, enabled=False),
    "before its first day": found({"starts_on": "2024-03-01"}),
    "after its last day": found({"ends_on": "2024-02-28"}),
    "of another group": found({"groups": ["vip", "guest"]}),
    "of no group": found({"groups": []}),
    "below its subtotal": found({"minimum_subtotal_minor": 5001}),
    "with none of its products": found({"skus": ["C"]}),
    "used up": found({"uses": 3}, uses=3),
    "never to be used": found({"uses": 0}),
    "used up by the customer": found({"uses_per_customer": 2}, own_uses=2, uses=9),
}


@pytest.mark.parametrize("name", VALID)
def test_a_coupon_is_valid(name: str) -> None:
    assert is_valid(VALID[name], FACTS)


@pytest.mark.parametrize("name", INVALID)
def test_a_coupon_is_not_valid(name: str) -> None:
    assert not is_valid(INVALID[name], FACTS)


def test_guests_are_a_group() -> None:
    for_guests = found({"groups": ["guest"]})

    assert is_valid(for_guests, FACTS._replace(group=None))
    assert not is_valid(for_guests, FACTS)


def test_coupons_are_found_in_the_order_of_their_codes_whatever_the_case(shop: Shop) -> None:
    first, second = coupon(shop, percent=5), coupon(shop, amount_minor=100)

    with shop.app.database.transaction() as db:
        coupons = find_coupons(db, [second.lower(), "none", "\0", first, second])

    assert [it.code for it in coupons] == [second, first]
    assert (coupons[0].rule["amount_minor"], coupons[1].rule["percent"]) == (100, 5)


def use(shop: Shop, code: str, customer_id: int | None = None) -> bool:
    """Use a coupon for a new order if it is valid, as ordering does; return whether it was."""
    order = bare_order(shop)
    with shop.app.database.transaction() as db:
        lock_coupons(db, [code])
        coupons = [it for it in find_coupons(db, [code], customer_id) if is_valid(it, FACTS)]
        use_coupons(db, order, customer_id, coupons)
    return bool(coupons)


def test_uses_are_counted_in_all_and_by_customer(shop: Shop) -> None:
    code, ada, bob = coupon(shop, uses=3, uses_per_customer=1), shop.customer(), shop.customer()

    outcomes = [use(shop, code, customer) for customer in (int(ada.id), int(ada.id), int(bob.id))]
    outcomes += [use(shop, code), use(shop, code)]

    assert outcomes == [True, False, True, True, False]
    assert uses(shop, code) == (3, 3)


@pytest.mark.parametrize(
    "limit", [{"uses": 2}, {"uses_per_customer": 2}], ids=lambda it: next(iter(it))
)
def test_orders_at_the_same_time_never_use_more(shop: Shop, limit: dict[str, int]) -> None:
    code, customer = coupon(shop, **limit), int(shop.customer().id)

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(lambda _number: use(shop, code, customer), range(6)))

    assert sorted(outcomes) == [False] * 4 + [True] * 2
    assert uses(shop, code) == (2, 2)


@pytest.mark.parametrize(
    "limit", [{"uses": 1}, {"uses_per_customer": 1}], ids=lambda it: next(iter(it))
)
def test_what_was_not_locked_is_still_not_used_twice(shop: Shop, limit: dict[str, int]) -> None:
    code, order, customer = coupon(shop, **limit), bare_order(shop), int(shop.customer().id)
    with shop.app.database.transaction() as db:
        read_too_early = find_coupons(db, [code], customer)
    use(shop, code, customer)

    with (
        pytest.raises(RuntimeError, match="are used up"),
        shop.app.database.transaction() as db,
    ):
        use_coupons(db, order, customer, read_too_early)

    assert uses(shop, code) == (1, 1)


def test_no_coupons_cost_no_statement(shop: Shop) -> None:
    with shop.app.database.engine.connect() as db:
        pass  # closed now: whatever were executed would fail

    assert find_coupons(db, ["\0"]) == []
    lock_coupons(db, [])
    use_coupons(db, 1, None, [])
