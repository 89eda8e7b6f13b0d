"""Runs a flow, without doing anything itself: a generator of commands.

It knows no clock, no random numbers, no threads and no database, so every engine and the tests
run the very same code. Numbers in brackets are the items of flow-language.md, section 3.3.

How things travel: a result is returned; an early exit (`return`, `break`, `continue`) is returned
too, as a `Leave`, because as an exception it would meet the `catch` clauses on its way; an error is
raised. What can be undone goes into the log that the caller hands in.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import GeneratorType
from typing import Any

from ..errors import ActionError
from .at_once import AT_ONCE, Leave, evaluate
from .branching import timed
from .called import CalledActions, is_remote
from .commands import Command, Sleep
from .failures import (
    CANCELLED,
    expression_failed,
    is_retried,
    names_error,
    with_data,
)
from .kinds import Kinds
from .model import ActionStep, Clause, Flow, Retry, Step
from .scope import Scope
from .times import retry_delay_s
from .tracing import Tracer
from .trampoline import Work, flatten
from .undo import UndoLog, keep, latest_first


def interpret(
    flow: Flow,
    names: Mapping[str, Any],
    actions: CalledActions,
    tracer: Tracer,
    path: str = "",
) -> Generator[Command, Any, Any]:
    """Yield the commands of one run of *flow*, and return its output.

    Args:
        flow: The flow.
        names: What expressions see besides `steps`: `inputs`, `run` and `secrets`.
        actions: The actions that there are.
        tracer: Is told of every attempt of a step.
        path: The path of the step that called this flow, if one did.

    Raises:
        ActionError: The error that left the flow.
    """
    scope = Scope.outermost(names, flow.step_ids, path)
    return flatten(_Interpreter(flow, actions, tracer).run(scope))


class _Interpreter:
    """One run. Methods that return `Work` are generators, to be yielded to the trampoline."""

    def __init__(self, flow: Flow, actions: CalledActions, tracer: Tracer) -> None:
        self._flow = flow
        self._tracer = tracer
        self._kinds = Kinds(actions, tracer, self._steps, self._undone, flow.name)

    def run(self, scope: Scope) -> Work:
        own: UndoLog = []
        kept: UndoLog = []
        if self._flow.body.timeout is None:
            work = self._body(scope, own)
        else:
            work = timed(self._flow.body.timeout, scope, self._body(scope.apart(), own))
        work = self._block(work, own, kept)
        outcome = yield self._guarded(self._flow.body, scope, work, kept, [])
        return outcome.output if type(outcome) is Leave else outcome

    def _body(self, scope: Scope, log: UndoLog) -> Work:
        """Run the steps of the flow; `outputs` are its last act (3)."""
        leave = yield self._steps(self._flow.body.steps, scope, log)
        if leave is not None:
            return leave
        outputs = self._flow.outputs or {}
        return {name: evaluate(value, ("outputs", name), scope) for name, value in outputs.items()}

    # ---- a list of steps

    def _steps(self, steps: tuple[Step, ...], scope: Scope, log: UndoLog) -> Work:
        """Run steps in order; return the `Leave` that ended them early, if one did."""
        results = scope.results
        for step in steps:
            if not step.is_plain:
                outcome = yield self._step(step, scope, log)
            elif type(step) in AT_ONCE:
                outcome = self._at_once(step, scope)
            elif type(step) is ActionStep and not is_remote(called := self._kinds.called(step)):
                # the short way of the most frequent step: no generator of its own
                record = self._tracer.start(step, scope, 1)
                try:
                    outcome = yield self._kinds.invocation(step, called, scope, record)
                except ActionError as error:
                    self._failed(record, step, scope, error)
                    raise
                self._tracer.end(record, outcome)
            else:
                outcome = yield self._attempts(step, scope, log)
            if type(outcome) is Leave:
                return outcome
            if step.id is not None:
                results[step.id] = outcome
        return None

    def _at_once(self, step: Step, scope: Scope) -> Any:
        """Run a step that needs nothing but its scope: the short way."""
        record = self._tracer.start(step, scope, 1)
        try:
            outcome = AT_ONCE[type(step)](step, scope)
        except ActionError as error:
            self._failed(record, step, scope, error)
            raise
        self._tracer.end(record, outcome)
        return outcome

    def _block(self, work: Work, own: UndoLog, log: UndoLog) -> Work:
        """Await *work*, which fills *own*: undo that if it fails, else hand it on to *log* (5)."""
        try:
            outcome = yield work
        except ActionError as error:
            failure = error
        else:
            if own:
                log.append(own)
            return outcome
        raise (yield self._undone(own, failure))

    # ---- one step: `if`, attempts, `catch`, `finally` (1)

    def _step(self, step: Step, scope: Scope, log: UndoLog) -> Work:
        if not self._is_due(step, scope):
            return None
        if not (step.retry or step.catch or step.finally_):
            return (yield self._attempts(step, scope, log))
        kept: UndoLog = []
        work = self._attempts(step, scope, kept)
        return (yield self._guarded(step, scope, work, kept, log))

    def _is_due(self, step: Step, scope: Scope) -> bool:
        """Ask `if`, which the rest of the step does not cover (2)."""
        if step.condition is None:
            return True
        try:
            is_due = bool(step.condition.evaluate(scope))
        except ActionError as error:
            self._failed(self._tracer.start(step, scope, 0), step, scope, error)
            raise
        if not is_due:
            self._tracer.skip(step, scope)
        return is_due

    def _guarded(self, step: Step, scope: Scope, work: Work, kept: UndoLog, log: UndoLog) -> Work:
        """Await *work*, which fills *kept*, with the step's `catch` and `finally` around it."""
        outcome: Any
        try:
            outcome = yield self._caught(step, scope, work, kept)
        except ActionError as error:
            outcome = error
        if step.finally_:
            outcome = yield self._finally(step, scope, kept, outcome)
        log.extend(kept)
        if isinstance(outcome, ActionError):
            raise outcome
        return outcome

    def _caught(self, step: Step, scope: Scope, work: Work, log: UndoLog) -> Work:
        try:
            return (yield work)
        except ActionError as error:
            failure = error
        handling = scope.handling(failure)
        clause = self._clause_for(step, handling, failure)
        if clause is None:
            raise failure
        own: UndoLog = []
        work = self._handler(clause, handling, own, is_flow=step is self._flow.body)
        return (yield self._block(work, own, log))

    def _clause_for(self, step: Step, scope: Scope, error: ActionError) -> Clause | None:
        """Return the first clause that fits; an error in its `if` leaves the step (4)."""
        if not self._may_handle(scope):
            return None
        for clause in step.catch:
            if names_error(clause, error) and (
                clause.condition is None or evaluate(clause.condition, clause.at, scope)
            ):
                return clause
        return None

    def _handler(self, clause: Clause, scope: Scope, log: UndoLog, *, is_flow: bool) -> Work:
        outcome = yield self._kinds.run_list(clause, scope, log)
        if not is_flow or type(outcome) is Leave:
            return outcome
        if outcome is not None and not isinstance(outcome, Mapping):
            error = expression_failed("the 'result' of a flow's 'catch' must be an object")
            error.step = scope.path(clause.at)
            raise error
        return outcome or {}

    def _finally(self, step: Step, scope: Scope, kept: UndoLog, outcome: Any) -> Work:
        """Run `finally`; return the outcome, which its error replaces (4)."""
        own: UndoLog = []
        steps = self._steps(step.finally_, scope.shielded(), own)
        try:
            yield self._block(steps, own, kept)
        except ActionError as error:
            failure = error
        else:
            return outcome
        if isinstance(outcome, ActionError):
            failure = with_data(failure, cause=outcome.to_json())
        # the step did not complete after all: what it would have handed on is undone here
        failure = yield self._undone(kept, failure)
        kept.clear()
        return failure

    # ---- attempts and undo

    def _attempts(self, step: Step, scope: Scope, log: UndoLog) -> Work:
        """Do the step's work, as often as `retry` allows; a failed attempt is undone first (1)."""
        number = 1
        within = scope
        while True:
            own: UndoLog = []
            record = self._tracer.start(step, within, number)
            try:
                inside = within.apart() if step.timeout else within
                outcome = self._kinds.work(step, inside, own, record)
                if type(outcome) is GeneratorType:
                    if step.timeout is not None:
                        outcome = timed(step.timeout, within, outcome)
                    outcome = yield outcome
            except ActionError as error:
                self._failed(record, step, within, error)
                failure = error
            else:
                self._tracer.end(record, outcome)
                keep(step, within, own, outcome, log)
                return outcome
            if own:
                failure = yield self._undone(own, failure)
            if step.retry is None or not self._goes_on(step.retry, number, scope, failure):
                raise failure
            yield self._pause(step, step.retry, number, scope)
            number += 1
            within = scope.attempt(step, number)

    def _goes_on(self, retry: Retry, number: int, scope: Scope, error: ActionError) -> bool:
        return number < retry.max_attempts and is_retried(retry, error) and self._may_handle(scope)

    def _may_handle(self, scope: Scope) -> bool:
        """Return whether errors can be retried and caught: not on the way out of a cancelled run.

        Not even the error of a `finally` that has taken the place of CANCELLED (7).
        """
        return scope.is_shielded or not scope.region.is_cancelled

    def _pause(self, step: Step, retry: Retry, number: int, scope: Scope) -> Work:
        try:
            yield Sleep(retry_delay_s(retry, number, scope), retry.jitter, scope.is_shielded)
        except ActionError as error:
            self._note(error, step, scope)
            raise

    def _undone(self, log: UndoLog, error: ActionError) -> Work:
        """Run the undos of a block that *error* leaves; return the error that goes on from there.

        An undo is not itself undone: what the steps of one register is dropped.
        """
        failed: list[dict[str, Any]] = []
        for undo in latest_first(log):
            scope = undo.scope.undoing(undo.step, undo.result, error)
            try:
                yield self._steps(undo.step.undo, scope, [])
            except ActionError as failure:
                failed.append({"step": failure.step, "error": failure.to_json()})
        if not failed:
            return error
        self._tracer.undo_failed()
        earlier = error.data.get("undo_failed")
        return with_data(error, undo_failed=[*earlier, *failed] if earlier else failed)

    def _failed(self, record: Any, step: Step, scope: Scope, error: ActionError) -> None:
        self._note(error, step, scope)
        self._tracer.fail(record, error)

    def _note(self, error: ActionError, step: Step, scope: Scope) -> None:
        """Write on an error where it comes from, unless it says so already (11)."""
        if error.step is None:
            error.step = scope.path(step.at)
        if error.action is None and isinstance(step, ActionStep):
            error.action = step.action
        if error.code == CANCELLED and not scope.is_shielded:
            scope.region.is_cancelled = True
