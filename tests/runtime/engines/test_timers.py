from __future__ import annotations

from cartflow.runtime.engines.timers import Timers


def test_callbacks_are_called_in_order_of_time() -> None:
    called: list[str] = []
    timers = Timers()
    for time, name in ((2.0, "c"), (1.0, "a"), (1.0, "b"), (3.0, "d")):
        timers.at(time, lambda name=name: called.append(name))  # type: ignore[misc]

    timers.run(2.0)

    assert (called, timers.next()) == (["a", "b", "c"], 3.0)


def test_a_callback_that_was_taken_back_is_not_called() -> None:
    called: list[str] = []
    timers = Timers()
    take_back = timers.at(1.0, lambda: called.append("a"))
    timers.at(2.0, lambda: called.append("b"))

    take_back()

    assert timers.next() == 2.0
    timers.run(2.0)
    assert (called, timers.next()) == (["b"], None)


def test_a_callback_may_ask_for_another_at_the_same_time() -> None:
    called: list[str] = []
    timers = Timers()

    def again() -> None:
        timers.at(1.0, lambda: called.append("b"))

    timers.at(1.0, again)

    timers.run(1.0)

    assert called == ["b"]


def test_what_was_taken_back_takes_no_room() -> None:
    timers = Timers()
    for _ in range(1000):
        timers.at(3600.0, lambda: None)()

    assert len(timers) < 100
