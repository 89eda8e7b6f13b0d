"""Rules about carts, their lines, states and checkouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cartflow.actions.cart import states
from cartflow.actions.cart.checkouts import UNFINISHED

from .books import Row
from .calls import Call

SHUT: Final = ("closed", "inactive", "pending_delete")
IN_CHECKOUT: Final = ("checkout", "processing", "pending_closed")


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


LEFT: Final = {
    "PAYMENT_DECLINED": {"payment_order"},
    "ORDER_SUMMARY_NOT_CREATED": {"background_operation", "cart", "checkout_session", "validation"},
}
"""What a failure leaves on purpose: the attempt to pay, and the operation that failed."""


def what_failed_changed_nothing(call: Call) -> Iterator[str]:
    if call.outcome == "ok":
        return
    for name in call.before.rows.keys() | call.after.rows.keys():
        if call.before.of(name) != call.after.of(name) and name not in LEFT.get(call.outcome, ()):
            yield f"after {call.outcome} the table {name} is not as it was"


def a_checkout_has_one_session(call: Call) -> Iterator[str]:
    sessions = call.after.open_sessions()
    for key, cart in call.after.carts.items():
        wanted = 1 if cart["status"] in IN_CHECKOUT else 0
        found = len(sessions.get(key, ()))
        if found != wanted:
            yield f"the cart {key} is {cart['status']} and has {found} open sessions"


def sessions_keep_their_rules(call: Call) -> Iterator[str]:
    """An archived session is for good; an error says so; processing is what an operation does."""
    under_way = {
        operation["cart_id"]
        for operation in call.after.of("background_operation").values()
        if operation["status"] in UNFINISHED
    }
    for key, session in call.after.of("checkout_session").items():
        was = call.before.of("checkout_session").get(key)
        if was and was["is_archived"] and was != session:
            yield f"the session {key} was archived and has changed"
        if session["is_error"] and (session["state"], session["next_state"]) != ("Error", None):
            yield f"the session {key} has failed in the state {session['state']}"
        cart = call.after.of("cart")[session["cart_id"]]
        claims = {
            bool(session["is_processing"]),
            cart["status"] == "processing",
            cart["id"] in under_way,
        }
        if not session["is_archived"] and len(claims) > 1:
            yield f"the session {key}, its cart {cart['status']} and its operation disagree"


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
