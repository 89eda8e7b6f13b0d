"""The world of flow tests: one thread at a time, and time that passes only where all wait."""

from __future__ import annotations

import pytest

from cartflow.runtime.flow.testing.world import STARTED, UnfitTestError, World


@pytest.fixture
def world() -> World:
    return World()


def test_time_passes_when_somebody_sleeps(world: World) -> None:
    world.sleep(3600)

    assert world.monotonic() == 3600
    assert (world.now() - STARTED).total_seconds() == 3600


def test_time_and_lots_are_the_same_in_each_test(world: World) -> None:
    world.begin()
    first = (world.monotonic(), world.random_text(20))
    world.sleep(1)
    world.begin()

    assert (world.monotonic(), world.random_text(20)) == first


def test_threads_wake_in_order_of_their_time(world: World) -> None:
    woken: list[tuple[float, int]] = []

    def sleeper(seconds: int) -> None:
        world.sleep(seconds)
        woken.append((world.monotonic(), seconds))

    for seconds in (3, 1, 2):
        world.begin_beside(lambda seconds=seconds: sleeper(seconds))  # type: ignore[misc]
    world.end()

    assert woken == [(1, 1), (2, 2), (3, 3)]


def test_work_and_its_outcome_come_before_a_time_that_is_up_then(world: World) -> None:
    workers = world.workers()
    heard: list[str] = []

    workers.start(lambda: world.sleep(5), lambda _output, _error: lambda: heard.append("done"))
    note = workers.wait(5)

    assert note is not None
    note()
    assert heard == ["done"]


def test_a_time_that_is_up_is_no_note(world: World) -> None:
    workers = world.workers()

    workers.start(lambda: world.sleep(6), lambda _output, _error: lambda: None)

    assert workers.wait(5) is None
    assert world.monotonic() == 5
    world.end()


def test_an_error_of_work_is_its_outcome(world: World) -> None:
    workers = world.workers()
    found: list[BaseException | None] = []

    def fail() -> None:
        raise ValueError

    workers.start(fail, lambda _output, error: lambda: found.append(error))
    note = workers.wait(None)

    assert note is not None
    note()
    assert [type(error) for error in found] == [ValueError]


def test_waiting_for_what_never_happens_is_a_fault(world: World) -> None:
    with pytest.raises(UnfitTestError, match="waits for something that never happens"):
        world.workers().wait(None)


def test_it_can_go_on_after_a_fault(world: World) -> None:
    with pytest.raises(UnfitTestError):
        world.workers().wait(None)
    world.end()

    world.begin()
    world.sleep(1)

    assert world.monotonic() == 1


def test_what_waits_for_ever_is_ended_with_the_test(world: World) -> None:
    reached: list[str] = []

    def wait() -> None:
        try:
            world.workers().wait(None)
        finally:
            reached.append("ended")

    world.begin_beside(wait)
    world.sleep(1)
    world.end()

    assert reached == ["ended"]


def test_work_that_nobody_waits_for_is_seen_to_its_end(world: World) -> None:
    began: list[str] = []

    world.begin_beside(lambda: began.append("began"))
    world.end()

    assert began == ["began"]
