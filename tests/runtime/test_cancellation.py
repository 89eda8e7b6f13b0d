from __future__ import annotations

import pytest

from cartflow.runtime.cancellation import Attempt, Cancellation
from cartflow.runtime.errors import ActionError


def test_a_cancellation_tells_those_who_listen_once() -> None:
    told: list[str] = []
    cancelled = Cancellation()
    cancelled.tell(lambda: told.append("before"))
    cancelled.set()
    cancelled.set()
    cancelled.tell(lambda: told.append("after"))

    assert (cancelled.is_set(), told) == (True, ["before", "after"])


def test_a_cancellation_does_not_tell_those_who_no_longer_listen() -> None:
    told: list[str] = []

    def listener() -> None:
        told.append("x")

    cancelled = Cancellation()
    cancelled.tell(listener)
    cancelled.forget(listener)
    cancelled.forget(listener)
    cancelled.set()

    assert told == []


def test_an_attempt_that_was_given_up_can_commit_nothing() -> None:
    attempt = Attempt()

    assert attempt.give_up()
    assert attempt.cancelled.is_set()
    with pytest.raises(ActionError, match="CANCELLED"):
        attempt.check()
    with pytest.raises(ActionError, match="CANCELLED"):
        attempt.hold()


def test_an_attempt_that_is_being_committed_cannot_be_given_up() -> None:
    attempt = Attempt()
    attempt.hold()

    assert not attempt.give_up()
    attempt.check()
    attempt.hold()


def test_an_attempt_between_two_commits_can_be_given_up() -> None:
    attempt = Attempt()
    attempt.hold()
    attempt.release()

    assert attempt.give_up()
