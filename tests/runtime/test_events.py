from __future__ import annotations

from typing import Any

from cartflow.runtime.errors import ActionError
from cartflow.runtime.events import MAX_KEPT, Bus, Event, Waiter


class Mailbox:
    def __init__(self, kind: str = "paid", number: int | None = None) -> None:
        self.got: list[Any] = []
        self._number = number
        self.waiter = Waiter(kind, self._matches, self.got.append)

    def _matches(self, event: Event) -> bool:
        if event["n"] < 0:
            code = "EXPRESSION_FAILED"
            raise ActionError(code)
        return self._number in (None, event["n"])


def paid(number: int) -> Event:
    return {"type": "paid", "n": number}


def test_an_event_goes_to_all_who_wait_for_it_and_only_to_them() -> None:
    bus, one, two, other = Bus(), Mailbox(), Mailbox(number=1), Mailbox("sent")
    for box in (one, two, other):
        bus.wait(box.waiter)

    bus.emit(paid(1))
    bus.emit(paid(2))

    assert (one.got, two.got, other.got) == ([paid(1)], [paid(1)], [])


def test_kept_events_are_taken_in_their_order_each_once() -> None:
    bus, boxes = Bus(), [Mailbox(), Mailbox(), Mailbox()]
    bus.emit(paid(1))
    bus.emit(paid(2))

    for box in boxes:
        bus.wait(box.waiter)

    assert [box.got for box in boxes] == [[paid(1)], [paid(2)], []]


def test_an_event_is_not_kept_if_somebody_took_it() -> None:
    bus, first, second = Bus(), Mailbox(), Mailbox()
    bus.wait(first.waiter)
    bus.emit(paid(1))

    bus.wait(second.waiter)

    assert second.got == []


def test_who_no_longer_waits_takes_nothing() -> None:
    bus, gone, later = Bus(), Mailbox(), Mailbox()
    bus.wait(gone.waiter)
    bus.forget(gone.waiter)
    bus.emit(paid(1))
    bus.wait(later.waiter)

    assert (gone.got, later.got) == ([], [paid(1)])


def test_an_error_of_the_condition_is_delivered() -> None:
    bus, box = Bus(), Mailbox()
    bus.wait(box.waiter)

    bus.emit(paid(-1))
    bus.emit(paid(1))

    (error,) = box.got
    assert isinstance(error, ActionError)


def test_the_oldest_kept_events_go_first() -> None:
    bus, box = Bus(), Mailbox()
    for number in range(MAX_KEPT + 1):
        bus.emit(paid(number))

    bus.wait(box.waiter)

    assert box.got == [paid(1)]
