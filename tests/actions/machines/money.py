"""Rules about stock and money: what leaves one place is found in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .calls import Call
from .sums import wrong_order, wrong_sums


def stock_is_never_negative(call: Call) -> Iterator[str]:
    for product in call.after.of("product").values():
        if product["stock_e4"] < 0 and not product["back_orders"]:
            yield f"{product['sku']} has a stock of {product['stock_e4']}"


def what_is_ordered_leaves_the_stock(call: Call) -> Iterator[str]:
    sold: dict[str, int] = {}
    for line in call.after.of("order_item").values():
        sold[line["sku"]] = sold.get(line["sku"], 0) + line["quantity_e4"]
    for key, product in call.after.of("product").items():
        was = call.opening.of("product")[key]["stock_e4"]
        if was != product["stock_e4"] + sold.get(product["sku"], 0):
            yield f"{product['sku']}: {was} were there, {product['stock_e4']} are left, sold {sold}"


def an_order_is_paid(call: Call) -> Iterator[str]:
    """What was paid is what the order says, and each payment pays for one order."""
    used: list[int] = []
    for order in call.after.of("order").values():
        payment = call.after.of("payment_order").get(order["payment_order_id"])
        used.append(order["payment_order_id"])
        if payment and payment["amount_minor"] != order["grand_total_minor"]:
            yield f"order {order['number']} has another amount than its payment"
        if payment and payment["cart_id"] != order["cart_id"]:
            yield f"order {order['number']} was paid for another cart"
    if len(used) != len(set(used)):
        yield "one payment paid for two orders"


def an_order_is_of_a_closed_cart(call: Call) -> Iterator[str]:
    ordered = {order["cart_id"] for order in call.after.of("order").values()}
    closed = {key for key, cart in call.after.of("cart").items() if cart["status"] == "closed"}
    if ordered != closed:
        yield f"closed carts are {sorted(closed)}, those of orders {sorted(ordered)}"


def order_numbers_rise(call: Call) -> Iterator[str]:
    numbers = [order["number"] for order in call.after.of("order").values()]
    if numbers != sorted(set(numbers)):
        yield f"numbers of orders in their order: {numbers}"


def parts_add_up_to_totals(call: Call) -> Iterator[str]:
    """The parts of each cart that was answered add up to its totals, to the last minor unit."""
    cart = call.output.get("cart") if isinstance(call.output, Mapping) else None
    if isinstance(cart, Mapping) and "prices" in cart:
        yield from wrong_sums(cart)


def orders_add_up(call: Call) -> Iterator[str]:
    """Each new order is the sum of its lines, shipping and taxes, less what lowers it."""
    for key, order in call.after.of("order").items():
        if key not in call.before.of("order"):
            lines = [it for it in call.after.of("order_item").values() if it["order_id"] == key]
            uses = [it for it in call.after.of("credit_use").values() if it["order_id"] == key]
            yield from wrong_order(order, lines, sum(it["amount_minor"] for it in uses))


def credits_are_conserved(call: Call) -> Iterator[str]:
    """What left gift cards and store credit was used by orders, and nothing is below zero."""
    names = (("gift_card", "balance_minor"), ("store_credit", "balance_minor"))
    uses = [it for it in call.after.of("credit_use").values() if it["points"] is None]
    yield from _not_conserved(call, "credits", names, sum(it["amount_minor"] for it in uses))


def points_are_conserved(call: Call) -> Iterator[str]:
    """What reward points customers had was used by orders, and nobody has fewer than none."""
    used = sum(it["points"] or 0 for it in call.after.of("credit_use").values())
    yield from _not_conserved(call, "points", [("reward_points", "points")], used)


def _not_conserved(
    call: Call, what: str, columns: Sequence[tuple[str, str]], used: int
) -> Iterator[str]:
    was, now = (
        [row[column] for table, column in columns for row in books.of(table).values()]
        for books in (call.opening, call.after)
    )
    if sum(now) + used != sum(was) or min(now) < 0:
        yield f"{what} of {sum(was)} became {now}, orders used {used}"
