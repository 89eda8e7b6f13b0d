from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import pytest

from cartflow.runtime.action import Run, StepCall
from cartflow.runtime.cancellation import Attempt, Cancellation
from cartflow.runtime.engines.driver import Driver
from cartflow.runtime.engines.invocations import MAX_AT_ONCE
from cartflow.runtime.engines.workers import NoteOf
from cartflow.runtime.errors import ActionError
from cartflow.runtime.flow.commands import (
    AbandonedError,
    Branches,
    Checkpoint,
    Command,
    Emit,
    End,
    Invoke,
    Joined,
    Sleep,
    SleepUntil,
    WaitForEvent,
    Within,
)
from cartflow.runtime.flow.scope import Scope
from cartflow.runtime.principal import GUEST

from ..flow.lab import STARTED, Time

Commands = Generator[Command, Any, Any]


class Machine:
    """The seams of a run: what it invokes, and its time."""

    def __init__(self) -> None:
        self.invoked: list[dict[str, Any]] = []
        self.attempts: list[Attempt] = []
        self.began_at: list[float] = []
        self.cancelled = Cancellation()
        self.time = Time(self.cancelled)

    def invoke(self, call: StepCall, attempt: Attempt) -> Any:
        """Come to the name in capitals; `two.5` takes that many seconds, `fail` fails."""
        name, _, seconds = call.action.partition(".")
        about = {"key": call.key, "step": call.step, "is_shielded": call.is_shielded}
        self.invoked.append({"name": name, **call.input, **about})
        self.began_at.append(self.time.elapsed_s)
        self.attempts.append(attempt)
        self.time.take(float(seconds or 0))
        if name == "cancel":
            self.cancelled.set()
        if name == "fail":
            code = "BROKEN"
            raise ActionError(code)
        return name.upper()

    def drive(self, commands: Commands) -> Any:
        run = Run("r", {}, GUEST, STARTED, self.invoke, self.time, cancelled=self.cancelled)
        return Driver(run, self.time).run(commands)

    @property
    def called(self) -> list[str]:
        return [call["name"] for call in self.invoked]


def call(name: str, *, is_shielded: bool = False) -> Invoke:
    scope = Scope.outermost({}, frozenset(), "outer")
    return Invoke(name, {"x": 1}, ("steps", 0), scope.shielded() if is_shielded else scope)


def test_drive_answers_with_outputs_and_returns_the_result() -> None:
    def commands() -> Commands:
        first = yield call("one")
        yield Checkpoint()
        second = yield call("two", is_shielded=True)
        return [first, second]

    machine = Machine()

    assert machine.drive(commands()) == ["ONE", "TWO"]
    assert machine.invoked == [
        {"name": "one", "x": 1, "key": "steps/0", "step": "outer/steps/0", "is_shielded": False},
        {"name": "two", "x": 1, "key": "steps/0", "step": "outer/steps/0", "is_shielded": True},
    ]


def test_drive_throws_errors_at_the_command_without_a_chain() -> None:
    def commands() -> Commands:
        code = "WORSE"
        try:
            yield call("fail")
        except ActionError as error:
            seen = error.code
        assert seen == "BROKEN"
        raise ActionError(code)

    with pytest.raises(ActionError, match="WORSE") as raised:
        Machine().drive(commands())

    assert raised.value.__context__ is None


def test_drive_sleeps_with_jitter_if_asked() -> None:
    def commands() -> Commands:
        yield Sleep(2.0, has_jitter=False, is_shielded=False)
        yield Sleep(2.0, has_jitter=True, is_shielded=False)
        yield Sleep(2.0, has_jitter=False, is_shielded=True)

    machine = Machine()

    machine.drive(commands())

    assert machine.time.slept == [2.0, 1.0, 2.0]


@pytest.mark.parametrize(("seconds", "slept"), [(90, 90.0), (-90, 0.0)])
def test_drive_sleeps_until_a_time(seconds: int, slept: float) -> None:
    def commands() -> Commands:
        yield SleepUntil(STARTED + timedelta(seconds=seconds), is_shielded=False)

    machine = Machine()

    machine.drive(commands())

    assert machine.time.slept == [slept]


@pytest.mark.parametrize(
    "command", [call("two"), Sleep(1.0, False, False), Checkpoint()], ids=["invoke", "sleep", "-"]
)
def test_a_cancelled_run_carries_out_no_further_command(command: Command) -> None:
    def commands() -> Commands:
        yield command

    machine = Machine()
    machine.cancelled.set()

    with pytest.raises(ActionError, match="CANCELLED"):
        machine.drive(commands())

    assert (machine.invoked, machine.time.slept) == ([], [])


def test_a_cancelled_run_carries_out_shielded_commands() -> None:
    def commands() -> Commands:
        yield call("one", is_shielded=True)
        yield Sleep(1.0, False, True)

    machine = Machine()
    machine.cancelled.set()

    machine.drive(commands())

    assert (machine.called, machine.time.slept) == (["one"], [1.0])


def test_an_action_that_completed_is_answered_although_the_run_was_cancelled_meanwhile() -> None:
    def commands() -> Commands:
        return (yield call("cancel"))

    assert Machine().drive(commands()) == "CANCEL"


def test_a_cancellation_ends_a_sleep() -> None:
    def commands() -> Commands:
        yield Sleep(5.0, False, False)

    machine = Machine()
    machine.time.at(2.0, machine.cancelled.set)

    with pytest.raises(ActionError, match="the run was cancelled"):
        machine.drive(commands())
    assert machine.time.elapsed_s == 2.0


def test_a_cancellation_does_not_end_a_shielded_sleep() -> None:
    def commands() -> Commands:
        yield Sleep(5.0, False, True)

    machine = Machine()
    machine.time.at(2.0, machine.cancelled.set)

    machine.drive(commands())

    assert machine.time.elapsed_s == 5.0


def test_what_is_not_an_action_error_goes_through() -> None:
    class Broken(Machine):
        def invoke(self, call: StepCall, attempt: Attempt) -> Any:
            message = "no database"
            raise RuntimeError(message)

    def commands() -> Commands:
        yield call("one")

    with pytest.raises(RuntimeError, match="no database"):
        Broken().drive(commands())


# ---- work within a time


def sequence(*commands: Command) -> Commands:
    """Carry out commands in order; come to their answers."""
    answers = []
    for command in commands:
        answers.append((yield command))
    return answers


def test_work_that_ends_in_time_comes_to_its_output() -> None:
    machine = Machine()

    (joined,) = machine.drive(sequence(Within(5.0, sequence(call("two.3")), False)))

    assert joined == Joined([End(0, ["TWO"], None)], was_cancelled=False)
    assert machine.time.elapsed_s == 3.0


def test_an_invocation_whose_time_is_up_is_abandoned() -> None:
    machine = Machine()

    (joined,) = machine.drive(sequence(Within(2.0, sequence(call("two.3")), False)))

    (end,) = joined.ends
    assert isinstance(end.error, AbandonedError)
    assert (end.error.code, end.has_expired, joined.was_cancelled) == ("CANCELLED", True, False)
    assert machine.time.elapsed_s == 2.0
    with pytest.raises(ActionError, match="CANCELLED"):
        machine.attempts[0].hold()


def test_an_invocation_that_is_being_committed_when_its_time_is_up_is_waited_for() -> None:
    class Committing(Machine):
        def invoke(self, call: StepCall, attempt: Attempt) -> Any:
            attempt.hold()
            return super().invoke(call, attempt)

    machine = Committing()

    (joined,) = machine.drive(sequence(Within(2.0, sequence(call("two.3")), False)))

    assert joined.ends[0].output == ["TWO"]
    assert machine.time.elapsed_s == 3.0


def test_an_invocation_that_did_not_commit_after_all_is_abandoned_then() -> None:
    class Retrying(Machine):
        def invoke(self, call: StepCall, attempt: Attempt) -> Any:
            attempt.hold()
            self.time.at(3.0, attempt.release)
            return super().invoke(call, attempt)

    machine = Retrying()

    (joined,) = machine.drive(sequence(Within(2.0, sequence(call("two.9")), False)))

    assert isinstance(joined.ends[0].error, AbandonedError)
    assert machine.time.elapsed_s == 3.0


def test_an_invocation_knows_when_its_time_is_up() -> None:
    machine = Machine()
    inner = Within(9.0, sequence(call("two")), False)

    machine.drive(sequence(Within(5.0, sequence(Sleep(1.0, False, False), inner), False)))

    assert machine.attempts[0].deadline == STARTED + timedelta(seconds=5)


def test_what_is_shielded_is_not_stopped_by_a_time() -> None:
    machine = Machine()
    work = sequence(Sleep(3.0, False, True), call("one", is_shielded=True))

    (joined,) = machine.drive(sequence(Within(2.0, work, False)))

    assert joined.ends[0].output == [None, "ONE"]
    assert machine.attempts[0].deadline is None


def test_a_time_inside_of_what_is_shielded_counts() -> None:
    machine = Machine()
    machine.cancelled.set()

    (joined,) = machine.drive(sequence(Within(2.0, sequence(Sleep(3.0, False, False)), True)))

    (end,) = joined.ends
    assert (end.has_expired, joined.was_cancelled) == (True, False)
    assert machine.time.elapsed_s == 2.0


def test_a_cancellation_is_not_taken_for_a_time_that_is_up() -> None:
    machine = Machine()
    machine.time.at(1.0, machine.cancelled.set)
    seen: list[Joined] = []

    def commands() -> Commands:
        seen.append((yield Within(2.0, sequence(Sleep(3.0, False, False)), False)))

    machine.drive(commands())

    assert (seen[0].ends[0].has_expired, seen[0].was_cancelled) == (False, True)


def test_a_loop_without_actions_is_stopped_when_its_time_is_up() -> None:
    class Ticking(Time):
        def monotonic(self) -> float:
            self.elapsed_s += 0.01
            return self.elapsed_s

    def endless() -> Commands:
        while True:
            yield Checkpoint()

    machine = Machine()
    machine.time = Ticking(machine.cancelled)

    (joined,) = machine.drive(sequence(Within(2.0, endless(), False)))

    assert joined.ends[0].has_expired


# ---- branches


def all_of(*works: Commands, at_once: int | None = None) -> Branches:
    return Branches(works, at_once, is_race=False, is_shielded=False)


def race_of(*works: Commands) -> Branches:
    return Branches(works, None, is_race=True, is_shielded=False)


def outcomes(joined: Joined) -> list[tuple[int, Any]]:
    """Return number and output or code of each end, in order of time."""
    return [
        (end.number, end.output if end.error is None else end.error.code) for end in joined.ends
    ]


def test_branches_run_at_the_same_time() -> None:
    machine = Machine()
    works = [sequence(call("one.3")), sequence(call("two.2"))]

    (joined,) = machine.drive(sequence(all_of(*works)))

    assert outcomes(joined) == [(1, ["TWO"]), (0, ["ONE"])]
    assert machine.time.elapsed_s == 3.0


def test_at_most_so_many_branches_run_at_a_time() -> None:
    machine = Machine()
    works = [sequence(call(f"a{number}.1")) for number in range(5)]

    machine.drive(sequence(all_of(*works, at_once=2)))

    assert machine.time.elapsed_s == 3.0


def test_no_branches_are_no_wait() -> None:
    assert Machine().drive(sequence(all_of())) == [Joined([], was_cancelled=False)]


def test_the_first_error_cancels_the_other_branches() -> None:
    machine = Machine()
    works = [sequence(call("one.5")), sequence(call("fail.2")), sequence(Sleep(9.0, False, False))]

    (joined,) = machine.drive(sequence(all_of(*works)))

    assert outcomes(joined) == [(1, "BROKEN"), (2, "CANCELLED"), (0, "CANCELLED")]
    assert machine.time.elapsed_s == 2.0


def test_branches_that_have_not_begun_do_not_begin_after_an_error() -> None:
    machine = Machine()
    works = [sequence(call("fail.1")), sequence(call("one.1")), sequence(call("two.1"))]

    (joined,) = machine.drive(sequence(all_of(*works, at_once=1)))

    assert outcomes(joined) == [(0, "BROKEN")]


def test_the_first_success_cancels_the_other_branches_of_a_race() -> None:
    machine = Machine()
    works = [sequence(call("fail.1")), sequence(call("one.2")), sequence(call("two.3"))]

    (joined,) = machine.drive(sequence(race_of(*works)))

    assert outcomes(joined) == [(0, "BROKEN"), (1, ["ONE"]), (2, "CANCELLED")]


def cleaning(name: str) -> Commands:
    """Wait; when that is cancelled, clean up for a while."""
    try:
        yield Sleep(9.0, False, False)
    except ActionError as error:
        failure = error
    yield Sleep(1.0, False, True)
    yield call(name, is_shielded=True)
    raise failure


def test_cancelled_branches_end_one_after_the_other_the_last_one_first() -> None:
    machine = Machine()
    nested = sequence(all_of(cleaning("c"), cleaning("d")))
    works = [cleaning("a"), sequence(call("fail.2")), cleaning("b"), nested, cleaning("e")]

    machine.drive(sequence(all_of(*works)))

    assert machine.called == ["fail", "e", "d", "c", "b", "a"]
    assert machine.time.elapsed_s == 2.0 + 5.0


def test_a_cancelled_run_ends_its_branches_one_after_the_other() -> None:
    machine = Machine()
    machine.time.at(2.0, machine.cancelled.set)

    (joined,) = machine.drive(sequence(all_of(cleaning("a"), cleaning("b"))))

    assert machine.called == ["b", "a"]
    assert joined.was_cancelled


def test_branches_in_the_end_of_a_branch_wait_for_nobody_outside() -> None:
    def ending() -> Commands:
        try:
            yield Sleep(9.0, False, False)
        except ActionError as error:
            failure = error
        works = (sequence(Sleep(2.0, False, False), call("fail")), cleaning("a"))
        yield Branches(works, None, is_race=False, is_shielded=True)
        raise failure

    def slow() -> Commands:
        yield Sleep(9.0, False, True)

    machine = Machine()
    machine.time.at(2.0, machine.cancelled.set)
    late = sequence(Within(1.0, ending(), False))

    machine.drive(sequence(all_of(late, slow())))

    assert machine.called == ["fail", "a"]
    assert machine.began_at == [3.0, 4.0]


def test_the_end_of_a_branch_by_its_own_time_waits_for_nobody() -> None:
    machine = Machine()
    works = [sequence(Within(1.0, cleaning("a"), False)), sequence(Sleep(4.0, False, False))]

    machine.drive(sequence(all_of(*works)))

    assert (machine.called, machine.time.elapsed_s) == (["a"], 4.0)


def test_a_branch_that_ends_by_an_exception_ends_the_run() -> None:
    class Broken(Machine):
        def invoke(self, call: StepCall, attempt: Attempt) -> Any:
            message = "no database"
            raise RuntimeError(message)

    machine = Broken()

    with pytest.raises(RuntimeError, match="no database"):
        machine.drive(sequence(all_of(sequence(call("one")), sequence(call("two")))))


def test_after_an_exception_nothing_else_begins() -> None:
    class Breaking(Time):
        def start(self, work: Callable[[], Any], note_of: NoteOf) -> None:
            work()
            self.post(note_of(None, RuntimeError("no database")))

    machine = Machine()
    machine.time = Breaking(machine.cancelled)
    works = [sequence(call("one")) for _ in range(MAX_AT_ONCE + 1)]

    with pytest.raises(RuntimeError, match="no database"):
        machine.drive(sequence(all_of(*works)))

    assert len(machine.called) == MAX_AT_ONCE


def test_the_cost_of_stopping_branches_is_bearable_with_many_of_them() -> None:
    def calls(count: int) -> int:
        """Return how many calls Python makes to stop *count* branches."""
        works = [sequence(call("fail.2")), *(cleaning("x") for _ in range(count))]
        made = 0

        def profile(*_: Any) -> None:
            nonlocal made
            made += 1

        sys.setprofile(profile)
        try:
            Machine().drive(sequence(all_of(*works)))
        finally:
            sys.setprofile(None)
        return made

    assert calls(200) < 25 * calls(50)


def test_branches_take_turns_where_they_do_not_wait() -> None:
    told: list[str] = []

    def counting(name: str) -> Commands:
        for _ in range(2):
            told.append(name)
            yield Checkpoint()

    Machine().drive(sequence(all_of(counting("a"), counting("b"))))

    assert told == ["a", "b", "a", "b"]


# ---- events


def event_of(kind: str, **data: Any) -> Emit:
    return Emit({"type": kind, "data": data}, is_shielded=False)


def wait_for(kind: str, timeout_s: float | None = None, **data: Any) -> WaitForEvent:
    return WaitForEvent(kind, lambda event: event["data"] == data, timeout_s, is_shielded=False)


def test_an_event_has_an_id_and_a_time() -> None:
    (event,) = Machine().drive(sequence(event_of("paid")))

    assert event == {"type": "paid", "data": {}, "id": "x" * 20, "time": "2026-03-01T12:00:00Z"}


def test_an_event_goes_to_all_who_wait_for_it() -> None:
    sender = sequence(Sleep(1.0, False, False), event_of("paid", n=1))
    works = [sequence(wait_for("paid", n=1)), sequence(wait_for("paid", n=1)), sender]

    (joined,) = Machine().drive(sequence(all_of(*works)))

    outputs = {end.number: end.output for end in joined.ends}
    assert outputs[0][0]["data"] == outputs[1][0]["data"] == {"n": 1}


def test_an_event_that_nobody_waits_for_is_kept_for_one_who_will() -> None:
    first, second = event_of("paid", n=1), event_of("paid", n=2)

    answers = Machine().drive(sequence(first, second, wait_for("paid", n=2)))

    assert answers[2]["data"] == {"n": 2}


def test_an_event_is_taken_once() -> None:
    commands = sequence(event_of("paid"), wait_for("paid"), wait_for("paid", timeout_s=3.0))

    with pytest.raises(ActionError, match="no event 'paid' came within 3 s") as raised:
        Machine().drive(commands)

    assert raised.value.code == "TIMEOUT"


def test_an_error_while_an_event_is_looked_at_is_that_of_the_wait() -> None:
    def refuse(event: object) -> bool:
        code = "EXPRESSION_FAILED"
        raise ActionError(code)

    commands = sequence(event_of("paid"), WaitForEvent("paid", refuse, None, False))

    with pytest.raises(ActionError, match="EXPRESSION_FAILED"):
        Machine().drive(commands)
