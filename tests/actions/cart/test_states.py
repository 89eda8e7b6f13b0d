from __future__ import annotations

from pathlib import Path

from cartflow.actions.cart import states

MANUAL = Path(__file__).parents[3] / "docs" / "cart-states.md"


def test_the_manual_shows_the_table() -> None:
    manual = MANUAL.read_text("utf-8")

    assert f"```mermaid\n{states.mermaid()}\n```" in manual
    for state, meaning in states.STATES.items():
        assert f"| `{state}` | {meaning} |" in manual


def test_every_transition_is_between_known_states() -> None:
    named = {state for (start, _), end in states.TRANSITIONS.items() for state in (start, end)}

    assert named == set(states.STATES)


def test_a_closed_cart_stays_closed() -> None:
    events = {event for _, event in states.TRANSITIONS}

    assert not [event for event in events if states.allows(states.CLOSED, event)]


def test_reading_needs_a_current_cart() -> None:
    readable = {state for state in states.STATES if states.allows(state, "read")}

    assert readable == set(states.CURRENT)
