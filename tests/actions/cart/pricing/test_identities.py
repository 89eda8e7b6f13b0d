"""What holds of the price of every basket, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cartflow.actions.cart.pricing import Basket, Totals, price

from .baskets import BERLIN, LOS_ANGELES, basket, card, line, method, rate

SKUS = ("a", "b", "c", "d", "e")
PERCENT = st.integers(0, 1_000_000).map(lambda share: share / 10_000)
AMOUNT = st.integers(0, 20_000)
POINTS = st.tuples(st.integers(0, 2000), st.integers(1, 30), st.integers(1, 500))

LINES = st.lists(
    st.builds(
        line,
        sku=st.sampled_from(SKUS),
        price=st.one_of(st.integers(0, 9), st.integers(0, 20_000)),
        quantity_e4=st.one_of(st.sampled_from((10_000, 30_000)), st.integers(1, 70_000)),
        kind=st.sampled_from(("simple", "simple", "virtual")),
        tax_class=st.sampled_from(("default", "reduced")),
    ),
    max_size=5,
    unique_by=lambda found: found.sku,
)
COUPON = st.fixed_dictionaries(
    {},
    optional={
        "skus": st.lists(st.sampled_from(SKUS), min_size=1, unique=True),
        "free_shipping": st.booleans(),
        "applies_to_shipping": st.booleans(),
    },
)
COUPONS = st.lists(
    st.one_of(
        st.tuples(COUPON, st.fixed_dictionaries({"percent": PERCENT})),
        st.tuples(COUPON, st.fixed_dictionaries({"amount_minor": AMOUNT})),
    ).map(lambda pair: pair[0] | pair[1]),
    max_size=3,
)
RATE = st.builds(
    rate,
    percent=st.one_of(st.sampled_from((7, 19, 8.25)), PERCENT),
    label=st.sampled_from(("one", "two")),
    tax_class=st.sampled_from(("default", "reduced")),
    applies_to_shipping=st.booleans(),
)
METHODS = [method("flat_rate", amount_minor=333, per="item"), method("free")]


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    wrappings = [{"id": "red", "design": "Red", "price_minor": draw(st.sampled_from((0, 199)))}]
    taxes = {"prices_include_tax": draw(st.booleans()), "rates": draw(st.lists(RATE, max_size=4))}
    kind = draw(st.sampled_from((None, "flat_rate", "free", "gone")))
    options: dict[str, Any] = {"gift_wrapping_id": "red"} if draw(st.booleans()) else {}
    return basket(
        *draw(LINES),
        sections={"taxes": taxes, "shipping": METHODS, "gift_wrappings": wrappings},
        coupons=draw(COUPONS),
        cards=[card(draw(AMOUNT), "one"), card(draw(AMOUNT), "two", enabled=draw(st.booleans()))],
        store_credit_minor=draw(AMOUNT),
        store_credit=draw(st.booleans()),
        points=draw(st.none() | POINTS),
        shipping_address=draw(st.sampled_from((None, BERLIN, LOS_ANGELES))),
        billing_address=draw(st.sampled_from((None, BERLIN))),
        shipping_method=kind and (kind, kind),
        gift_options=options,
    )


def off(totals: Totals, applied_to: str) -> int:
    return sum(it.amount_minor for it in totals.discounts if it.applied_to == applied_to)


@given(baskets())
def test_lines_add_up_to_totals(given: Basket) -> None:
    totals = price(given)

    lines = totals.lines
    assert len(lines) == len(given.lines)
    assert sum(line.row_minor for line in lines) == totals.subtotal_minor
    assert sum(it.row_excluding_tax_minor for it in lines) == totals.subtotal_excluding_tax_minor
    assert sum(it.row_including_tax_minor for it in lines) == totals.subtotal_including_tax_minor
    assert sum(line.discount_minor for line in lines) == off(totals, "ITEM")
    taxes = sum(line.tax_minor for line in lines)
    assert taxes + totals.shipping_tax_minor + totals.gift_wrapping_tax_minor == totals.tax_minor


@given(baskets())
def test_the_grand_total_is_what_its_parts_say(given: Basket) -> None:
    totals = price(given)

    before_tax, tax = totals.subtotal_excluding_tax_minor, totals.tax_minor
    if totals.prices_include_tax:
        before_tax, tax = totals.subtotal_including_tax_minor, 0
    extras = totals.shipping_minor + totals.gift_wrapping_minor
    assert totals.total_minor == before_tax - totals.discount_minor + extras + tax
    assert totals.grand_total_minor == totals.total_minor - totals.credits_minor


@given(baskets())
def test_the_total_is_what_is_left_without_tax_and_the_taxes(given: Basket) -> None:
    totals = price(given)

    extras = totals.shipping_minor - off(totals, "SHIPPING") + totals.gift_wrapping_minor
    if totals.prices_include_tax:
        extras -= totals.shipping_tax_minor + totals.gift_wrapping_tax_minor
    left = totals.subtotal_with_discount_excluding_tax_minor
    assert totals.total_minor == left + extras + totals.tax_minor


@given(baskets())
def test_the_parts_of_a_discount_add_up_to_it(given: Basket) -> None:
    totals = price(given)

    for discount in totals.discounts:
        assert discount.amount_minor > 0
        if discount.applied_to == "ITEM":
            assert sum(discount.parts) == discount.amount_minor
    for index, found in enumerate(totals.lines):
        parts = [it.parts[index] for it in totals.discounts if it.parts]
        assert sum(parts) == found.discount_minor
        assert all(part >= 0 for part in parts)


@given(baskets())
def test_discounts_take_no_more_than_there_is(given: Basket) -> None:
    totals = price(given)

    assert all(0 <= line.discount_minor <= line.row_minor for line in totals.lines)
    assert 0 <= off(totals, "SHIPPING") <= totals.shipping_minor


@given(baskets())
def test_prices_without_tax_are_not_above_those_with_it(given: Basket) -> None:
    totals = price(given)

    for found in totals.lines:
        assert found.row_excluding_tax_minor <= found.row_including_tax_minor
        assert found.price_excluding_tax_minor <= found.price_including_tax_minor
        listed = (found.row_excluding_tax_minor, found.row_including_tax_minor)
        assert found.row_minor == listed[totals.prices_include_tax]
        assert 0 <= found.tax_minor <= listed[1] - listed[0]


@given(baskets())
def test_credits_pay_what_they_can_and_no_more(given: Basket) -> None:
    totals = price(given)

    usable = [card.balance_minor if card.enabled else 0 for card in given.gift_cards]
    if given.choices.store_credit:
        usable.append(given.store_credit_minor)
    if rate := given.shop.rules.get("reward_points"):
        usable.insert(0, given.reward_points // rate["points"] * rate["amount_minor"])
    else:
        usable.insert(0, 0)
    taken = [card.amount_minor for card in totals.gift_cards] + [totals.store_credit_minor]
    taken.insert(0, totals.reward_points_minor)
    assert all(0 <= used <= most for used, most in zip(taken, [*usable, 0], strict=False))
    assert totals.credits_minor == min(sum(usable), totals.total_minor)
    assert totals.grand_total_minor >= 0


@given(baskets())
def test_no_more_points_are_taken_than_needed(given: Basket) -> None:
    totals = price(given)

    points, paid_minor = totals.reward_points, totals.reward_points_minor
    assert 0 <= points <= given.reward_points
    assert (points == 0) == (paid_minor == 0)
    if points:
        rate = given.shop.rules["reward_points"]
        lots, rest = divmod(points, rate["points"])
        assert rest == 0
        assert (lots - 1) * rate["amount_minor"] < paid_minor <= lots * rate["amount_minor"]
        assert paid_minor in (lots * rate["amount_minor"], totals.total_minor)


@given(baskets(), st.randoms())
def test_the_order_of_lines_makes_no_difference(given: Basket, random: Any) -> None:
    order = list(range(len(given.lines)))
    random.shuffle(order)
    totals = price(given)

    other = price(replace(given, lines=[given.lines[index] for index in order]))

    moved = [
        it._replace(parts=[it.parts[index] for index in order] if it.parts else ())
        for it in totals.discounts
    ]
    lines = [totals.lines[index] for index in order]
    assert other == replace(totals, lines=lines, discounts=moved)


@given(baskets())
def test_what_is_not_shipped_costs_no_shipping(given: Basket) -> None:
    totals = price(given)

    if all(line.type == "virtual" for line in given.lines):
        assert (list(totals.quotes), totals.shipping_minor) == ([], 0)
    if not given.lines:
        assert (totals.total_minor, totals.tax_minor) == (0, 0)


@given(baskets())
def test_the_same_basket_has_the_same_price(given: Basket) -> None:
    assert price(given) == price(given)
