"""Every condition that a cart action declares, provoked through `invoke` on a real store."""

from __future__ import annotations

import pytest

from .conditions import addresses, b2b, carts, coupons, credit, delivery, items, orders, store
from .conftest import Shop

FAMILIES = (addresses, b2b, carts, coupons, credit, delivery, items, orders, store)
CASES = {name: cases for family in FAMILIES for name, cases in family.CASES.items()}
ALL = [(action, code) for action, cases in CASES.items() for code in cases]


@pytest.mark.parametrize(("action", "code"), ALL, ids=map("-".join, ALL))
def test_condition_is_raised_as_declared(shop: Shop, action: str, code: str) -> None:
    condition = shop.app.registry[action].contract.errors[code]
    principal, given = CASES[action][code](shop)

    error = shop.refused(action, by=principal, **given)

    assert error.code == code
    assert (error.status, error.title) == (condition.status, condition.title)
    assert (error.message, error.retryable) == (
        condition.message_for(error.data),
        condition.retryable,
    )
    assert "{" not in error.message


def test_every_declared_condition_has_a_case(sqlite_shop: Shop) -> None:
    declared = {
        (name, code)
        for name, action in sqlite_shop.app.registry.items()
        if action.plugin == "cart" and action.contract.effect != "steps"
        for code in action.contract.errors
    }

    assert set(ALL) == declared
