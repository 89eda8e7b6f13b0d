"""What must hold after every call, whoever made it: `RULES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cartflow import Principal
from cartflow.actions.cart import states

from ..repertoire import Entry
from .books import Books, Row
from .sums import wrong_order, wrong_sums

SHUT: Final = ("closed", "inactive", "pending_delete")
IN_CHECKOUT: Final = ("checkout", "processing", "pending_closed")


@dataclass(frozen=True)
class Call:
    """A call that was made, with the books before and after it.

    Attributes:
        outcome: `ok`, or the code of the condition.
        output: None after a condition.
        opening: The books at the beginning, brought up to date when a store file was loaded.
    """

    entry: Entry
    caller: Principal
    given: Mapping[str, Any]
    outcome: str
    output: Any
    before: Books
    after: Books
    opening: Books

    def named(self) -> set[str]:
        """Return the carts that the input names, by themselves or by a session of theirs."""
        texts = {value for value in self.given.values() if isinstance(value, str)}
        of_sessions = {
            cart
            for cart, sessions in self.before.open_sessions().items()
            if any(session["public_id"] in texts for session in sessions)
        }
        return (texts & set(self.before.carts)) | of_sessions

    def own(self) -> set[str]:
        """Return the carts of the customer who calls."""
        if self.caller.kind != "customer":
            return set()
        carts = self.before.carts.items()
        return {key for key, cart in carts if str(cart["customer_id"]) == self.caller.id}

    def changed(self, cart: str) -> bool:
        """Return whether a cart, or a line of it, is not as it was."""
        return (
            self.after.carts.get(cart) != self.before.carts[cart]
            or self.after.lines.get(cart) != self.before.lines[cart]
        )


Rule = Callable[[Call], Iterator[str]]


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


def a_shut_cart_never_changes(call: Call) -> Iterator[str]:
    """One that was given up can still be deleted."""
    for key, cart in call.before.carts.items():
        if cart["status"] in SHUT and call.changed(key):
            after = call.after.carts.get(key, {"status": "pending_delete"})["status"]
            if (cart["status"], after) != ("inactive", "pending_delete"):
                yield f"the cart {key} was {cart['status']} and has changed"


def only_named_carts_change(call: Call) -> Iterator[str]:
    allowed = call.named() | call.own()
    for key in call.before.carts:
        if key not in allowed and call.changed(key):
            yield f"the cart {key} has changed, which nobody named"


def nobody_changes_the_carts_of_others(call: Call) -> Iterator[str]:
    """Guests' carts are anybody's who knows the id, as far as an action lets him."""
    if call.caller.kind not in ("guest", "customer"):
        return
    for key, cart in call.before.carts.items():
        is_foreign = cart["customer_id"] and str(cart["customer_id"]) != call.caller.id
        if is_foreign and call.changed(key):
            yield f"the cart {key} was changed by {call.caller.scope}"


def what_failed_changed_nothing(call: Call) -> Iterator[str]:
    """A declined payment alone leaves its attempt."""
    if call.outcome == "ok":
        return
    for name in call.before.rows.keys() | call.after.rows.keys():
        if name == "payment_order":
            continue
        if call.before.of(name) != call.after.of(name):
            yield f"after {call.outcome} the table {name} is not as it was"


def a_checkout_has_one_session(call: Call) -> Iterator[str]:
    sessions = call.after.open_sessions()
    for key, cart in call.after.carts.items():
        wanted = 1 if cart["status"] in IN_CHECKOUT else 0
        found = len(sessions.get(key, ()))
        if found != wanted:
            yield f"the cart {key} is {cart['status']} and has {found} open sessions"


def a_merged_cart_is_inactive(call: Call) -> Iterator[str]:
    source = call.given.get("source_cart_id")
    if call.outcome == "ok" and source and call.after.carts[source]["status"] != "inactive":
        yield f"the cart {source} was merged away and is {call.after.carts[source]['status']}"


def no_line_is_lost(call: Call) -> Iterator[str]:
    """What a call may do to lines, its entry says."""
    if call.outcome != "ok":
        return
    if call.entry.lines == "merge":
        yield from _lost_in_merge(call)
        return
    allowed = ALLOWED[call.entry.lines]
    for key in call.named() & call.after.carts.keys():
        before, after = call.before.quantities(key), call.after.quantities(key)
        if before != after and not allowed(call, call.before.lines[key], call.after.lines[key]):
            yield f"the lines of {key} were {before} and are {after}"


Lines = Mapping[str, Row]


def _grew(call: Call, before: Lines, after: Lines) -> bool:
    return all(
        sku in after
        and after[sku]["id"] == line["id"]
        and after[sku]["quantity_e4"] >= line["quantity_e4"]
        for sku, line in before.items()
    )


def _set(call: Call, before: Lines, after: Lines) -> bool:
    numbers = {item["cart_item_id"] for item in call.given["cart_items"]}
    others = {sku: line for sku, line in before.items() if line["id"] not in numbers}
    kept = {sku: line for sku, line in after.items() if line["id"] not in numbers}
    return kept == others


def _shrank(call: Call, before: Lines, after: Lines) -> bool:
    gone = before.keys() - after.keys()
    return len(gone) == 1 and all(after[sku] == before[sku] for sku in after)


ALLOWED: Final[Mapping[str, Callable[[Call, Lines, Lines], bool]]] = {
    "stay": lambda call, before, after: False,
    "grow": _grew,
    "set": _set,
    "shrink": _shrank,
    "go": lambda call, before, after: not after,
}


def _lost_in_merge(call: Call) -> Iterator[str]:
    """Each line of both carts is in the result, or the answer says that it is not."""
    result = call.output["cart"]["id"]
    after = call.after.quantities(result)
    told = {it["sku"] for it in call.output.get("adjustments", ())}
    merged = {call.given.get("source_cart_id"), result} & call.before.carts.keys()
    for cart in merged:
        for sku in call.before.quantities(cart):
            if sku not in after and sku not in told:
                yield f"{sku} of {cart} was lost without a word"


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
    balances = [
        row["balance_minor"]
        for name in ("gift_card", "store_credit")
        for row in call.after.of(name).values()
    ]
    used = sum(row["amount_minor"] for row in call.after.of("credit_use").values())
    was = sum(
        row["balance_minor"]
        for name in ("gift_card", "store_credit")
        for row in call.opening.of(name).values()
    )
    if sum(balances) + used != was or min(balances) < 0:
        yield f"credits of {was} became {balances}, orders used {used}"


def states_follow_the_table(call: Call) -> Iterator[str]:
    """A call is one event, or the end of a checkout and then one."""
    for key, cart in call.before.carts.items():
        after = call.after.carts.get(key)
        if after and after["status"] not in REACHABLE[cart["status"]]:
            yield f"the cart {key} went from {cart['status']} to {after['status']}"


def _reachable(state: str) -> set[str]:
    once = {end for (start, _), end in states.TRANSITIONS.items() if start == state}
    return {state, *once} | {end for (start, _), end in states.TRANSITIONS.items() if start in once}


REACHABLE: Final = {state: _reachable(state) for state in states.STATES}


RULES: Final[tuple[Rule, ...]] = (
    stock_is_never_negative,
    what_is_ordered_leaves_the_stock,
    an_order_is_paid,
    an_order_is_of_a_closed_cart,
    order_numbers_rise,
    a_shut_cart_never_changes,
    only_named_carts_change,
    nobody_changes_the_carts_of_others,
    what_failed_changed_nothing,
    a_checkout_has_one_session,
    a_merged_cart_is_inactive,
    no_line_is_lost,
    parts_add_up_to_totals,
    orders_add_up,
    credits_are_conserved,
    states_follow_the_table,
)
"""All of them, each a function that yields the breaches of one call."""
