"""The states of a cart and the one table of what may become of it.

The words are those of Salesforce's WebCart, with `inactive` for Adobe's carts that were given up.
Whatever is not in `TRANSITIONS` is refused; `docs/cart-states.md` shows the diagram of this table.
"""

from __future__ import annotations

from typing import Final

ACTIVE: Final = "active"
CHECKOUT: Final = "checkout"
PROCESSING: Final = "processing"
PENDING_CLOSED: Final = "pending_closed"
CLOSED: Final = "closed"
INACTIVE: Final = "inactive"
PENDING_DELETE: Final = "pending_delete"

STATES: Final = {
    ACTIVE: "items can change",
    CHECKOUT: "locked: a change by the shopper cancels the checkout first",
    PROCESSING: "a background operation works on it, nothing can change",
    PENDING_CLOSED: "is going to be closed",
    CLOSED: "an order was made of it",
    INACTIVE: "given up, or merged into another cart",
    PENDING_DELETE: "is going to be deleted",
}
"""Every state, with what it means."""

TRANSITIONS: Final = {
    (ACTIVE, "edit"): ACTIVE,
    (CHECKOUT, "edit"): CHECKOUT,
    (ACTIVE, "choose"): ACTIVE,
    (CHECKOUT, "choose"): CHECKOUT,
    (ACTIVE, "pay"): ACTIVE,
    (CHECKOUT, "pay"): CHECKOUT,
    (ACTIVE, "start checkout"): CHECKOUT,
    (CHECKOUT, "start checkout"): CHECKOUT,
    (CHECKOUT, "start operation"): PROCESSING,
    (PROCESSING, "end operation"): CHECKOUT,
    (ACTIVE, "cancel checkout"): ACTIVE,
    (CHECKOUT, "cancel checkout"): ACTIVE,
    (PROCESSING, "cancel checkout"): ACTIVE,
    (CHECKOUT, "start closing"): PENDING_CLOSED,
    (PENDING_CLOSED, "order"): CLOSED,
    (ACTIVE, "order"): CLOSED,
    (CHECKOUT, "order"): CLOSED,
    (ACTIVE, "give up"): INACTIVE,
    (CHECKOUT, "give up"): INACTIVE,
    (INACTIVE, "give up"): INACTIVE,
    (ACTIVE, "merge away"): INACTIVE,
    (CHECKOUT, "merge away"): INACTIVE,
    (ACTIVE, "delete"): PENDING_DELETE,
    (CHECKOUT, "delete"): PENDING_DELETE,
    (INACTIVE, "delete"): PENDING_DELETE,
}
"""What an event makes of a cart: (state, event) to the state that follows."""

CURRENT: Final = (ACTIVE, CHECKOUT, PROCESSING)
"""The states in which a cart can be read and is its customer's cart."""


def allows(state: str, event: str) -> bool:
    """Return whether *event* may happen to a cart in *state*; `read` is an event like any."""
    return state in CURRENT if event == "read" else (state, event) in TRANSITIONS


def mermaid() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {ACTIVE}"]
    lines += [f"    {start} --> {end}: {event}" for (start, event), end in TRANSITIONS.items()]
    lines += [f"    {state} --> [*]" for state in (CLOSED, PENDING_DELETE)]
    return "\n".join(lines)
