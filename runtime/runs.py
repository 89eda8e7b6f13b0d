"""Runs: how `invoke` executes a flow.

No transaction spans the steps of a flow. A key names the run: repeating the call returns what the
run came to. A run of the inline engine lives in its process; if that dies, the run is over, and
its key says so instead of doing the steps a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .action import Observer, Run, RunTrace, StepCall, Steps
from .admission import fitting_key
from .cancellation import Attempt, Cancellation
from .effects import Effects
from .errors import BUILTIN_CONDITIONS, OUTCOME_UNKNOWN, ActionError, CartflowError
from .events import Bus
from .journal import DONE, Slot, outcome_of
from .kernel import Kernel
from .local import claim, in_progress
from .outcome import check_output, crashed, declare, unknown_action
from .principal import Principal
from .registry import RegisteredAction
from .unit import MAX_DEPTH, Call, Unit

log = logging.getLogger("cartflow")

_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the caller of a flow may ask for besides its output.

    Attributes:
        observer: Is told of each step as it happens.
        cancelled: Set it, and the run is cancelled: what it did is undone.
        trace: Where to write down what the run does.
        secrets: What `secrets` stands for in expressions; None: the application's.
        depth: How many flows are around this one.
        path: The step of the flow around it that calls this one.
        place: The same, for all attempts of that step alike.
        effects: The remote effects of the run, when another flow calls this one.
        bus: Its events, likewise.
        key: The effect key of the step that calls it.
        attempt: What limits that step.
    """

    observer: Observer | None = None
    cancelled: Cancellation | None = None
    trace: RunTrace | None = None
    secrets: Mapping[str, str] | None = None
    depth: int = 0
    path: str = ""
    place: str = ""
    effects: Effects | None = None
    bus: Bus | None = None
    key: str = ""
    attempt: Attempt | None = None


class InvokeAction(Protocol):
    """`Invoker.invoke_action`."""

    def __call__(
        self,
        action: RegisteredAction,
        given: Mapping[str, Any] | None,
        principal: Principal,
        key: str | None = None,
        *,
        scope: str | None = None,
        options: RunOptions | None = None,
        attempt: Attempt | None = None,
    ) -> Any:
        """Return the output of an action."""


class FlowCall:
    """One call of a flow.

    Args:
        kernel: The application's.
        call: What is called.
        steps: The engine, ready to run it.
        options: What the caller asked for.
        invoke_action: How the steps invoke actions.
    """

    def __init__(
        self,
        kernel: Kernel,
        call: Call,
        steps: Steps,
        options: RunOptions,
        invoke_action: InvokeAction,
    ) -> None:
        self._kernel = kernel
        self._call = call
        self._steps = steps
        self._options = options
        self._invoke_action = invoke_action
        self._contract = call.action.contract
        self._effects = options.effects or Effects(f"run:{call.id}")
        self._bus = options.bus or Bus()

    def run(self) -> Any:
        """Run the flow and return its output."""
        call, options = self._call, self._options
        if options.depth > MAX_DEPTH:
            error = ActionError("LIMIT_EXCEEDED")
            error.message = (
                f"flows call each other over {MAX_DEPTH} deep, at {self._contract.name!r}"
            )
            error.invocation_id = call.id
            raise error
        run = Run(
            id=call.id,
            input=call.given,
            principal=call.principal,
            started_at=self._kernel.clock.now(),
            invoke=self._invoke_step,
            clock=self._kernel.clock,
            observer=options.observer,
            cancelled=options.cancelled,
            path=options.path,
            trace=options.trace,
            secrets=self._kernel.secrets if options.secrets is None else options.secrets,
            bus=self._bus,
            attempt=options.attempt,
        )
        try:
            output = self._steps.run(run)
        except ActionError as error:
            if error.code not in self._contract.errors and error.code not in BUILTIN_CONDITIONS:
                raise declare(error, self._contract, call) from error
            if error.invocation_id is None:
                error.invocation_id = call.id
            # a step's promise that nothing happened is not one for the steps before it
            error.retryable = error.retryable and not self._has_any()
            raise
        except CartflowError:
            raise
        except Exception as error:
            raise crashed(self._contract, error, call) from error
        check_output(self._contract, output, call)
        return output

    def _invoke_step(self, step: StepCall, attempt: Attempt) -> Any:
        action = self._kernel.registry.get(step.action)
        if action is None:
            unknown_action(step.action, self._kernel.registry)
        effect, principal, options = action.contract.effect, self._call.principal, self._options
        if effect == "none":
            return self._invoke_action(action, step.input, principal, attempt=attempt)
        if effect == "transactional":
            try:
                output = self._invoke_action(action, step.input, principal, attempt=attempt)
            except ActionError as error:
                self._effects.note_failure(error)
                raise
            self._effects.note()
            return output
        key = fitting_key(f"{options.key}/{step.key}" if options.key else step.key)
        if effect != "steps":
            return self._invoke_remote(action, step, key, attempt)
        attempt.hold()  # a flow is not abandoned: it is cancelled, and undoes what it has done
        inner = replace(
            options,
            cancelled=attempt.cancelled,
            depth=options.depth + 1,
            path=step.step,
            place=self._place_of(step),
            effects=self._effects.inner(),
            bus=self._bus,
            key=key,
            attempt=attempt,
        )
        return self._invoke_action(action, step.input, principal, options=inner)

    def _invoke_remote(
        self, action: RegisteredAction, step: StepCall, key: str, attempt: Attempt
    ) -> Any:
        """Invoke an action with an effect outside; what may have happened is repeated as it was.

        The interpreter sees to that within one flow; this holds when a retry runs a flow anew.
        """
        unsettled, scope = self._effects.unsettled, self._effects.scope
        place, principal = self._place_of(step), self._call.principal
        is_first = place not in unsettled
        given, key = unsettled.setdefault(place, (step.input, key))
        try:
            output = self._invoke_action(
                action, given, principal, key, scope=scope, attempt=attempt
            )
        except ActionError as error:
            self._effects.note_failure(error)
            is_answer = is_first or error.code not in BUILTIN_CONDITIONS
            if error.code not in OUTCOME_UNKNOWN and is_answer:
                self._settled(place, attempt)
            raise
        self._effects.note()
        self._settled(place, attempt)
        return output

    def _settled(self, place: str, attempt: Attempt) -> None:
        """Take note that the outcome is known: not of an attempt that nobody waited for."""
        attempt.hold()
        self._effects.unsettled.pop(place, None)

    def _place_of(self, step: StepCall) -> str:
        """Return the place of a step among all flows of the run."""
        return f"{self._options.place}/{step.place}"

    def _has_any(self) -> bool:
        """Return whether the flow may have done anything, or be doing it although it has ended."""
        within = f"{self._options.place}/"
        unsettled = tuple(self._effects.unsettled)  # other threads add to it
        return self._effects.has_any or any(place.startswith(within) for place in unsettled)

    def run_once(self, slot: Slot) -> Any:
        """Run the flow under a key, or return what the run of that key came to."""
        is_done, result = self._retrying(lambda: self._claim(slot))
        if is_done:
            return result
        try:
            output = self.run()
        except ActionError as error:
            # every outcome: a step that was done must not be done again under the same key
            self._finish(slot, outcome_of(error=error))
            raise
        except BaseException:  # Ctrl-C, or no database any more
            self._finish(slot, outcome_of(error=_interrupted(self._call.id)))
            raise
        self._finish(slot, outcome_of(output))
        return output

    def _finish(self, slot: Slot, outcome: Mapping[str, Any]) -> None:
        try:
            self._retrying(lambda: self._settle(slot, outcome))
        except CartflowError as error:  # the steps are done: no answer may deny it
            log.error("run %s: its outcome cannot be recorded: %s", self._call.id, error)

    def _retrying(self, attempt: Callable[[], Any]) -> Any:
        return self._kernel.retrying(attempt, self._contract, self._call)

    def _claim(self, slot: Slot) -> tuple[bool, Any]:
        """Return (True, output) if the run of this key is over, (False, None) if it is ours."""
        owners = self._kernel.owners
        deadline = self._kernel.clock.monotonic() + self._kernel.database.lock_timeout_s
        while True:
            unit = Unit(self._kernel, self._call)
            try:
                record = claim(self._kernel, unit, slot)
                journal = self._kernel.journal
                if record is None:
                    owner = owners.sign(self._call.id)
                    journal.remember(unit.transaction(), slot, owner, self._call.id)
                    unit.commit()
                    return False, None
                if record.status == DONE:
                    return True, record.replay(self._call)
                if record.state == self._call.id:  # only the answer to COMMIT was lost
                    return False, None
                if record.owner is None or not owners.is_alive(record.owner):
                    error = _interrupted(record.state)
                    journal.complete(unit.transaction(), slot, outcome_of(error=error))
                    unit.commit()
                    raise error
            finally:
                unit.close()
            if self._kernel.clock.monotonic() > deadline:
                raise in_progress(self._call)
            self._kernel.clock.sleep(_POLL_S)

    def _settle(self, slot: Slot, outcome: Mapping[str, Any]) -> None:
        unit = Unit(self._kernel, self._call)
        try:
            self._kernel.journal.complete(unit.transaction(), slot, outcome)
            unit.commit()
        finally:
            unit.close()


def _interrupted(run: str) -> ActionError:
    error = ActionError("CANCELLED", run=run)
    error.message = (
        f"run {run} was interrupted: its process ended, and nothing was undone;"
        " see what it did, then use a new key"
    )
    return error
