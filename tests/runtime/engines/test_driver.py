from __future__ import annotations

import threading
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest

from cartflow.runtime.action import Run, StepCall
from cartflow.runtime.engines.driver import drive
from cartflow.runtime.errors import ActionError
from cartflow.runtime.flow.commands import Checkpoint, Command, Invoke, Sleep
from cartflow.runtime.flow.scope import Scope
from cartflow.runtime.principal import GUEST

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Commands = Generator[Command, Any, Any]


class Machine:
    """The seams of a run: what it invokes and what it sleeps."""

    def __init__(self) -> None:
        self.invoked: list[dict[str, Any]] = []
        self.slept: list[tuple[float, bool]] = []
        self.cancelled = threading.Event()

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float, cancelled: threading.Event | None = None) -> None:
        self.slept.append((seconds, cancelled is self.cancelled))

    def jitter(self) -> float:
        return 0.75

    def random_text(self, length: int) -> str:
        return "x" * length

    def invoke(self, call: StepCall) -> Any:
        name = call.action
        about = {"key": call.key, "step": call.step, "is_shielded": call.is_shielded}
        self.invoked.append({"name": name, **call.input, **about})
        if name == "cancel":
            self.cancelled.set()
        if name == "fail":
            code = "BROKEN"
            raise ActionError(code)
        return name.upper()

    def run(self) -> Run:
        return Run("r", {}, GUEST, NOW, self.invoke, self, cancelled=self.cancelled)


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

    assert drive(commands(), machine.run()) == ["ONE", "TWO"]
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
        drive(commands(), Machine().run())

    assert raised.value.__context__ is None


def test_drive_sleeps_by_the_clock_with_jitter_if_asked() -> None:
    def commands() -> Commands:
        yield Sleep(2.0, has_jitter=False, is_shielded=False)
        yield Sleep(2.0, has_jitter=True, is_shielded=False)
        yield Sleep(2.0, has_jitter=False, is_shielded=True)

    machine = Machine()

    drive(commands(), machine.run())

    assert machine.slept == [(2.0, True), (1.5, True), (2.0, False)]


@pytest.mark.parametrize(
    "command", [call("two"), Sleep(1.0, False, False), Checkpoint()], ids=["invoke", "sleep", "-"]
)
def test_a_cancelled_run_carries_out_no_further_command(command: Command) -> None:
    def commands() -> Commands:
        yield command

    machine = Machine()
    machine.cancelled.set()

    with pytest.raises(ActionError, match="CANCELLED"):
        drive(commands(), machine.run())

    assert (machine.invoked, machine.slept) == ([], [])


def test_a_cancelled_run_carries_out_shielded_commands() -> None:
    def commands() -> Commands:
        yield call("one", is_shielded=True)
        yield Sleep(1.0, False, True)

    machine = Machine()
    machine.cancelled.set()

    drive(commands(), machine.run())

    assert (len(machine.invoked), machine.slept) == (1, [(1.0, False)])


def test_an_action_that_completed_is_answered_although_the_run_was_cancelled_meanwhile() -> None:
    def commands() -> Commands:
        return (yield call("cancel"))

    assert drive(commands(), Machine().run()) == "CANCEL"


def test_a_cancellation_ends_a_sleep() -> None:
    class Interrupted(Machine):
        def sleep(self, seconds: float, cancelled: threading.Event | None = None) -> None:
            self.cancelled.set()

    def commands() -> Commands:
        yield Sleep(1.0, False, False)

    with pytest.raises(ActionError, match="CANCELLED"):
        drive(commands(), Interrupted().run())


def test_what_is_not_an_action_error_goes_through() -> None:
    class Broken(Machine):
        def invoke(self, call: StepCall) -> Any:
            message = "no database"
            raise RuntimeError(message)

    def commands() -> Commands:
        yield call("one")

    with pytest.raises(RuntimeError, match="no database"):
        drive(commands(), Broken().run())
