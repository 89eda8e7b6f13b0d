from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from cartflow.actions.cart.credits import (
    GiftCard,
    find_gift_cards,
    find_store_credit,
    lock_credits,
    redeem,
    take_credits,
)

from ..conftest import Shop
from ..vouchers import balance, bare_order, gift_card, store_credit

TODAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("card", "valid"),
    [
        (GiftCard(1, "x", 100, None, True, "USD"), True),
        (GiftCard(1, "x", 0, None, True, "USD"), True),
        (GiftCard(1, "x", 100, TODAY, True, "USD"), True),
        (GiftCard(1, "x", 100, date(2024, 2, 28), True, "USD"), False),
        (GiftCard(1, "x", 100, None, False, "USD"), False),
    ],
    ids=["endless", "empty", "last day", "expired", "switched off"],
)
def test_which_cards_there_are_for_shoppers(card: GiftCard, valid: bool) -> None:
    assert card.is_valid(TODAY) is valid


def test_cards_are_found_in_the_order_of_their_codes(shop: Shop) -> None:
    first, second = gift_card(shop, 100), gift_card(shop, 200, TODAY, enabled=False)

    with shop.app.database.transaction() as db:
        cards = find_gift_cards(db, [second, "none", "\0", first, second])

    assert [card[1:] for card in cards] == [
        (second, 200, TODAY, False, "USD"),
        (first, 100, None, True, "USD"),
    ]


def credit_of(shop: Shop, customer_id: int) -> int:
    with shop.app.database.transaction() as db:
        return find_store_credit(db, customer_id)


def pay(shop: Shop, due_minor: int, codes: list[str], customer_id: int) -> int:
    """Take what is there for a new order, as ordering does; return what is left to be paid."""
    order = bare_order(shop)
    with shop.app.database.transaction() as db:
        lock_credits(db, codes, customer_id)
        taken = []
        for card in find_gift_cards(db, codes):
            taken.append((card.code, min(card.balance_minor, due_minor)))
            due_minor -= taken[-1][1]
        credit = min(find_store_credit(db, customer_id), due_minor)
        take_credits(db, order, taken, customer_id, credit)
    return due_minor - credit


def test_an_order_takes_what_was_applied_and_no_more(shop: Shop) -> None:
    customer, cards = shop.customer(), [gift_card(shop, 300), gift_card(shop, 400)]
    store_credit(shop, customer, 500)

    left = pay(shop, 900, cards, int(customer.id))

    assert left == 0
    assert [balance(shop, code) for code in cards] == [0, 0]
    assert credit_of(shop, int(customer.id)) == 300
    rows = shop.sql(
        "SELECT g.code, u.customer_id, u.amount_minor FROM cart_credit_use u"
        " LEFT JOIN cart_gift_card g ON g.id = u.gift_card_id"
        " WHERE u.order_id = (SELECT max(order_id) FROM cart_credit_use) ORDER BY u.id"
    )
    assert [tuple(row) for row in rows] == [
        (cards[0], None, 300),
        (cards[1], None, 400),
        (None, int(customer.id), 200),
    ]


def test_orders_at_the_same_time_spend_each_amount_once(shop: Shop) -> None:
    customer, cards = shop.customer(), [gift_card(shop, 250), gift_card(shop, 300)]
    store_credit(shop, customer, 150)

    with ThreadPoolExecutor(6) as threads:
        # in both orders of the codes: locking them as they come would deadlock
        carts = [cards, cards[::-1]] * 3
        left = list(threads.map(lambda codes: pay(shop, 200, codes, int(customer.id)), carts))

    assert sum(left) == 6 * 200 - 700
    assert [balance(shop, code) for code in cards] == [0, 0]
    assert credit_of(shop, int(customer.id)) == 0


def test_what_was_not_locked_still_never_becomes_negative(shop: Shop) -> None:
    customer, card, order = shop.customer(), gift_card(shop, 100), bare_order(shop)
    store_credit(shop, customer, 100)

    with (
        pytest.raises(RuntimeError, match="1 gift cards with too low a balance"),
        shop.app.database.transaction() as db,
    ):
        take_credits(db, order, [(card, 101)])
    with (
        pytest.raises(RuntimeError, match="store credit of less than 101"),
        shop.app.database.transaction() as db,
    ):
        take_credits(db, order, [(card, 100)], int(customer.id), 101)

    assert balance(shop, card) == 100
    assert credit_of(shop, int(customer.id)) == 100


def test_without_credit_the_balance_is_zero(shop: Shop) -> None:
    assert credit_of(shop, int(shop.customer().id)) == 0


def test_a_card_becomes_store_credit(shop: Shop) -> None:
    customer = int(shop.customer().id)
    for code in (gift_card(shop, 100), gift_card(shop, 50)):
        with shop.app.database.transaction() as db:
            lock_credits(db, [code])
            [card] = find_gift_cards(db, [code])

            redeem(db, card, customer)

        assert balance(shop, code) == 0
    assert credit_of(shop, customer) == 150


def test_no_credits_cost_no_statement(shop: Shop) -> None:
    with shop.app.database.engine.connect() as db:
        pass  # closed now: whatever were executed would fail

    assert find_gift_cards(db, ["\0"]) == []
    lock_credits(db, [])
    take_credits(db, 1, [("empty", 0)])
