"""The stage of a flow test: what is invoked there answers as the test says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...action import Steps
from ...admission import admit
from ...cancellation import Attempt
from ...clock import Clock
from ...errors import ActionError
from ...events import Bus
from ...invoke import Invoker
from ...kernel import Kernel
from ...principal import GUEST, Principal
from ...registry import RegisteredAction
from ...runs import RunOptions
from ...unit import Call
from ..trace import time_text
from .mocks import error_of
from .model import Caller, FlowTest, Incoming, Mock
from .world import UnfitTestError, World


class Stage(Invoker):
    """Invokes the actions of one test: mocked, for real, or not at all.

    Args:
        kernel: The application's.
        test: The test.
        engine: Makes what runs a flow of this name.

    Attributes:
        called: What was invoked, in order.
        fault: Why the test cannot be carried out; empty if it can.
    """

    def __init__(self, kernel: Kernel, test: FlowTest, engine: Callable[[str], Steps]) -> None:
        super().__init__(kernel, 0)
        self._engine = engine
        self._clock: Clock = kernel.clock
        self._test = test
        self._turns: dict[str, int] = {}
        self._has_begun = False
        self.called: list[str] = []
        self.fault = ""

    def begin(
        self,
        flow: RegisteredAction,
        given: Mapping[str, Any],
        principal: Principal,
        options: RunOptions,
    ) -> Any:
        """Run the flow that is tested; until then, everything works for real."""
        self._has_begun = True
        return super().invoke_action(flow, given, principal, options=options)

    def invoke_action(
        self,
        action: RegisteredAction,
        given: Mapping[str, Any] | None = None,
        principal: Principal = GUEST,
        key: str | None = None,
        *,
        scope: str | None = None,
        options: RunOptions | None = None,
        attempt: Attempt | None = None,
    ) -> Any:
        """Return what the test has an action answer."""
        name, is_flow = action.contract.name, isinstance(action.handler, Steps)
        if self._has_begun:
            self.called.append(name)
            mock = self._test.mocks.get(name)
            if mock is not None:
                return self._answer(action, mock, given, principal)
            if not is_flow and name not in self._test.real:
                raise self._unmocked(name)
        if is_flow:
            action = replace(action, handler=self._engine(name))
        return super().invoke_action(
            action, given, principal, key, scope=scope, options=options, attempt=attempt
        )

    def _unmocked(self, name: str) -> UnfitTestError:
        message = (
            f"{name!r} was called, and the test does not say what it answers;"
            f" add it to 'mocks', or to 'real' to have it work on a throw-away store"
        )
        return self._unfit(message)

    def _answer(
        self,
        action: RegisteredAction,
        mock: Mock,
        given: Mapping[str, Any] | None,
        principal: Principal,
    ) -> Any:
        contract = action.contract
        try:
            call = Call(action, admit(contract, given, principal), principal, self._clock)
        except ActionError as error:
            error.invocation_id = self._clock.random_text(20)
            raise
        turn = self._turns.get(mock.action, 0)
        self._turns[mock.action] = turn + 1
        if turn >= len(mock.answers) and mock.is_series:
            has = "1 answer" if turn == 1 else f"{turn} answers"
            message = (
                f"{mock.action!r} was called {turn + 1} times, and the mock has {has}; add another"
            )
            raise self._unfit(message)
        answer = mock.answers[turn if mock.is_series else 0]
        self._clock.sleep(answer.takes_s)
        if answer.error is not None:
            raise error_of(answer, contract, call)
        return copy.deepcopy(answer.output)

    def _unfit(self, message: str) -> UnfitTestError:
        """Return the exception that ends the run; the flow must not take it for an error."""
        self.fault = self.fault or message
        return UnfitTestError(message)


@dataclass(frozen=True, slots=True)
class GivenNames:
    """What texts in a test may name: `given`, the outputs of its entries."""

    results: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Return the outputs by id.

        Raises:
            KeyError: It is another name.
        """
        return {"given": self.results}[name]

    def available(self) -> list[str]:
        """Return the one name there is."""
        return ["given"]


def principal_of(caller: Caller, names: GivenNames) -> Principal:
    """Return who calls."""
    if caller.id is None:
        return caller.principal
    return replace(caller.principal, id=str(caller.id.evaluate(names)))


def send(event: Incoming, bus: Bus, world: World, names: GivenNames) -> None:
    """Have an event come from outside, at once or when its time has come."""
    members = {
        name: value.evaluate(names)
        for name, value in (("subject", event.subject), ("data", event.data))
        if value is not None
    }

    def emit() -> None:
        world.sleep(event.after_s)
        head = {"specversion": "1.0", "id": world.random_text(20), "source": "cartflow/test"}
        bus.emit({**head, "type": event.type, "time": time_text(world.now()), **members})

    if event.after_s:
        world.begin_beside(emit)
    else:
        emit()
