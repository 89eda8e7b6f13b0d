from __future__ import annotations

import threading

import pytest

from cartflow.runtime.engines.workers import Threads


def test_notes_come_in_the_order_in_which_they_were_posted() -> None:
    workers, told = Threads(), list[str]()
    workers.post(lambda: told.append("a"))
    workers.post(lambda: told.append("b"))

    for _ in range(2):
        note = workers.wait(None)
        assert note is not None
        note()

    assert told == ["a", "b"]


def test_without_a_note_the_wait_ends() -> None:
    assert Threads().wait(0.001) is None


def test_thousands_of_years_can_be_waited_for() -> None:
    workers = Threads()
    threading.Timer(0.05, lambda: workers.post(lambda: None)).start()

    assert workers.wait(1e12) is not None


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_whatever_the_work_raises_is_told(error: BaseException) -> None:
    def work() -> None:
        raise error

    workers, told = Threads(), list[BaseException | None]()
    workers.start(work, lambda _, failure: lambda: told.append(failure))
    note = workers.wait(10.0)
    assert note is not None
    note()

    assert told == [error]
