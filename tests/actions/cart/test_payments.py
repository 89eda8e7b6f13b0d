from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from cartflow.actions.cart.payments import payments_of, record_answer, record_pending

from ..conftest import Shop

_numbers = count(1)


def pending(shop: Shop) -> dict[str, Any]:
    """Return the columns of a payment order of a new cart."""
    [[cart]] = shop.sql("SELECT id FROM cart_cart WHERE masked_id = :id", id=shop.cart())
    return {
        "mp_order_id": f"answer{next(_numbers)}",
        "cart_id": cart,
        "method_code": "card",
        "amount_minor": 100,
        "currency": "USD",
        "location": None,
        "vault_intent": False,
        "created_at": datetime(2026, 3, 1, tzinfo=UTC),
    }


OURS, THEIRS = {"asked_by": "we"}, {"asked_by": "they"}
CREATED, DECLINED, UNAVAILABLE = (
    {"status": "created", "id": "theirs"},
    {"status": "declined"},
    {"status": "unavailable"},
)


@pytest.mark.parametrize(
    ("earlier", "answer", "statuses"),
    [
        ([], CREATED, ["CREATED"]),
        ([], DECLINED, ["DECLINED"]),
        ([], UNAVAILABLE, []),
        ([CREATED], CREATED, ["CREATED"]),
        ([CREATED], DECLINED, ["CREATED"]),
        ([CREATED], UNAVAILABLE, ["CREATED"]),
        ([DECLINED], CREATED, ["CREATED"]),
        ([DECLINED], UNAVAILABLE, ["DECLINED"]),
        ([UNAVAILABLE], CREATED, ["CREATED"]),
        ([UNAVAILABLE], DECLINED, ["DECLINED"]),
        ([UNAVAILABLE], UNAVAILABLE, []),
    ],
)
def test_that_something_was_charged_is_believed_whatever_was_said_before(
    shop: Shop, earlier: list[dict[str, Any]], answer: dict[str, Any], statuses: list[str]
) -> None:
    values = pending(shop)
    with shop.app.database.transaction() as db:
        record_pending(db, values, OURS)

        told = [record_answer(db, values, OURS, it) for it in (*earlier, answer)]

    rows = shop.sql(
        "SELECT status, provider_order_id, request FROM cart_payment_order"
        " WHERE mp_order_id = :reference",
        reference=values["mp_order_id"],
    )
    provider_id = "theirs" if statuses == ["CREATED"] else None
    assert [tuple(row) for row in rows] == [(status, provider_id, None) for status in statuses]
    assert [it.status for it in told[-1:] if it] == statuses


def test_only_who_asked_last_says_that_nothing_was_charged(shop: Shop) -> None:
    values = pending(shop)
    with shop.app.database.transaction() as db:
        record_pending(db, values, THEIRS)

        told = record_answer(db, values, OURS, UNAVAILABLE)

        assert [told] == payments_of(db, values["cart_id"])
        assert [it.status for it in [told] if it] == ["PENDING"]
        assert record_answer(db, values, THEIRS, UNAVAILABLE) is None
        assert payments_of(db, values["cart_id"]) == []
