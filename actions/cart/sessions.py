"""The phases of a checkout session and the one table of what may become of it.

State and NextState are texts of the storefront's own; what the phases are about is whether a step
is announced, worked on, has failed or is over. `docs/b2b.md` shows the diagram of `TRANSITIONS`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

START: Final = "Start"
ERROR_STATE: Final = "Error"
ACTIVATE: Final = ("activateOrder", "Activate Order")
"""How the platform's manual and its sample flows spell the step in which an order is activated."""

WAITING: Final = "waiting"
ANNOUNCED: Final = "announced"
PROCESSING: Final = "processing"
FAILED: Final = "failed"
ARCHIVED: Final = "archived"

PHASES: Final = {
    WAITING: "nothing is announced; the checkout is at its State",
    ANNOUNCED: "NextState says which step comes next",
    PROCESSING: "a background operation works on the step; IsProcessing is true",
    FAILED: "the operation has failed; IsError is true, State is `Error`, NextState is null",
    ARCHIVED: "ordered or cancelled, for good; IsArchived is true",
}
"""Every phase, with what it means."""

TRANSITIONS: Final = {
    (WAITING, "update"): ANNOUNCED,
    (ANNOUNCED, "update"): ANNOUNCED,
    (FAILED, "update"): ANNOUNCED,
    (WAITING, "start operation"): PROCESSING,
    (ANNOUNCED, "start operation"): PROCESSING,
    (FAILED, "start operation"): PROCESSING,
    (PROCESSING, "complete"): WAITING,
    (PROCESSING, "fail"): FAILED,
    (WAITING, "archive"): ARCHIVED,
    (ANNOUNCED, "archive"): ARCHIVED,
    (PROCESSING, "archive"): ARCHIVED,
    (FAILED, "archive"): ARCHIVED,
}
"""What an event makes of a session: (phase, event) to the phase that follows."""


class Session(NamedTuple):
    """A checkout session of a cart.

    Attributes:
        id: The internal number, never shown.
        public_id: What callers know it by.
        cart_id: The internal number of its cart.
        state: The step that it is at.
        next_state: The step that comes once the one under way has ended; None if none is announced.
        order_number: Of the order that it has come to, a draft at first.
    """

    id: int
    public_id: str
    cart_id: int
    state: str
    next_state: str | None = None
    is_processing: bool = False
    is_error: bool = False
    is_archived: bool = False
    order_number: str | None = None

    @property
    def phase(self) -> str:
        """Return which of `PHASES` the session is in."""
        if self.is_archived:
            return ARCHIVED
        if self.is_processing:
            return PROCESSING
        if self.is_error:
            return FAILED
        return WAITING if self.next_state is None else ANNOUNCED

    @property
    def current(self) -> str:
        """Return the step that whoever wants to go on has to expect.

        A step that is announced counts: so of two who announce one from the same state, one wins.
        """
        return self.state if self.next_state is None else self.next_state

    def allows(self, event: str) -> bool:
        """Return whether *event* may happen to the session."""
        return (self.phase, event) in TRANSITIONS

    def announce(self, next_state: str) -> Session:
        """Return the session at its current step, with the one that comes after it."""
        return self._replace(state=self.current, next_state=next_state, is_error=False)

    def begin(self, step: str) -> Session:
        """Return the session while an operation works; *step* follows if none is announced."""
        return self._replace(next_state=self.next_state or step, is_processing=True, is_error=False)

    def complete(self) -> Session:
        """Return the session at the step that was announced."""
        return self._replace(state=self.current, next_state=None, is_processing=False)

    def fail(self) -> Session:
        """Return the session after an operation that has failed."""
        return self._replace(state=ERROR_STATE, next_state=None, is_processing=False, is_error=True)


def mermaid() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {WAITING}"]
    lines += [f"    {start} --> {end}: {event}" for (start, event), end in TRANSITIONS.items()]
    return "\n".join([*lines, f"    {ARCHIVED} --> [*]"])
