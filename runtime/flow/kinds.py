"""What each kind of step does in one attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..errors import OUTCOME_UNKNOWN, ActionError
from ..violations import type_of
from .at_once import AT_ONCE, BREAK, CONTINUE, Leave, evaluate
from .branching import Undone, parallel, race, turns_at_once
from .called import CalledAction, CalledActions
from .commands import AbandonedError, Checkpoint, Invoke, Sleep
from .failures import expression_failed, says_nothing
from .model import (
    ActionStep,
    BlockStep,
    Case,
    Clause,
    EmitStep,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
    SwitchStep,
    WaitStep,
)
from .scope import Scope
from .times import seconds
from .tracing import Tracer
from .trampoline import Work
from .undo import UndoLog
from .waiting import emit, wait

MAX_ITEMS: Final = 100_000
"""How many items a `for` takes (17)."""

_CHECKPOINT: Final = Checkpoint()

RunSteps = Callable[[tuple[Step, ...], Scope, UndoLog], Work]
"""Runs steps in order; comes to the `Leave` that ended them early, or None."""

StepList = BlockStep | ForStep | RepeatStep | Case | Clause
"""What has steps and a `result`."""


class Kinds:
    """The kinds of step, in one run.

    Args:
        actions: The actions that there are.
        tracer: Is told of the inputs of actions.
        run: How the steps inside of a step are run.
        undone: How what has been done is undone.
        flow: The name of the flow, the source of its events.
    """

    def __init__(
        self, actions: CalledActions, tracer: Tracer, run: RunSteps, undone: Undone, flow: str
    ) -> None:
        self._actions = actions
        self._tracer = tracer
        self._run = run
        self._undone = undone
        self._source = f"cartflow/{flow}"
        # by place: remote calls of which nobody knows whether they happened
        self._unsettled: dict[str, Invoke] = {}

    def work(self, step: Step, scope: Scope, log: UndoLog, record: Any) -> Any:
        """Return what the step comes to, or the `Work` that finds out."""
        if isinstance(step, ActionStep):
            return self._action(step, scope, record)
        kind = type(step)
        if kind in AT_ONCE:
            return AT_ONCE[kind](step, scope)
        return _BLOCKS[kind](self, step, scope, log)

    def called(self, step: ActionStep) -> CalledAction | None:
        """Return the action that a step calls, None if it is unknown."""
        return self._actions.get(step.action)

    def invocation(
        self, step: ActionStep, called: CalledAction | None, scope: Scope, record: Any
    ) -> Invoke:
        """Return the command of a step whose action's effect is not outside."""
        given = step.input.evaluate(scope)
        if called is not None:
            given = called.without_nulls(given)
        self._tracer.call(record, given, called)
        return Invoke(step.action, given, step.at, scope)

    def _action(self, step: ActionStep, scope: Scope, record: Any) -> Work:
        called = self._actions.get(step.action)
        if called is not None and called.is_remote:
            return (yield self._remote(step, called, scope.place(step.at), scope, record))
        return (yield self.invocation(step, called, scope, record))

    def _remote(
        self, step: ActionStep, called: CalledAction, place: str, scope: Scope, record: Any
    ) -> Work:
        """Invoke an action with an effect outside: what may have happened is repeated as it was.

        That holds for the attempts of blocks around the step as well: a payment that timed out
        was not undone with its block, so under another key it might be made twice.
        """
        command = self._unsettled.get(place)
        if command is None:
            given = called.without_nulls(step.input.evaluate(scope))
            command = Invoke(step.action, given, step.at, scope)
        self._tracer.call(record, command.input, called)
        try:
            output = yield command
        except ActionError as error:
            failure = error
        else:
            self._unsettled.pop(place, None)
            return output
        if failure.code in OUTCOME_UNKNOWN or isinstance(failure, AbandonedError):
            self._unsettled[place] = command
        elif not says_nothing(failure):
            self._unsettled.pop(place, None)
        raise failure

    def run_list(self, part: StepList, scope: Scope, log: UndoLog) -> Work:
        """Run the steps of a block, a case, a clause or a turn, and evaluate its `result` (3)."""
        leave = yield self._run(part.steps, scope, log)
        return evaluate(part.result, part.at, scope) if leave is None else leave

    def _switch(self, step: SwitchStep, scope: Scope, log: UndoLog) -> Work:
        for case in step.cases:
            if case.condition is None or evaluate(case.condition, case.at, scope):
                return (yield self.run_list(case, scope, log))
        return None

    def _for(self, step: ForStep, scope: Scope, log: UndoLog) -> Work:
        items = _items(step, scope)
        if step.parallel is not None:
            turns = (self._turn_apart(step, scope.apart(), at, it) for at, it in enumerate(items))
            return (yield turns_at_once(turns, len(items), step.parallel, scope, log))
        results: list[Any] = []
        for index, item in enumerate(items):
            if not scope.is_shielded:
                yield _CHECKPOINT
            outcome = yield self.run_list(step, _turn(step, scope, index, item), log)
            if outcome is BREAK:
                break
            if type(outcome) is Leave and outcome is not CONTINUE:
                return outcome
            results.append(None if outcome is CONTINUE else outcome)
        return results

    def _turn_apart(self, step: ForStep, scope: Scope, index: int, item: Any) -> Work:
        """Run a turn beside others; come to its result and what can be undone of it."""
        own: UndoLog = []
        work = self.run_list(step, _turn(step, scope, index, item), own)
        return (yield self._apart(work, own))

    def _branch(self, steps: tuple[Step, ...], scope: Scope) -> Work:
        """Run a branch; come to nothing and what can be undone of it."""
        own: UndoLog = []
        return (yield self._apart(self._run(steps, scope, own), own))

    def _apart(self, work: Work, own: UndoLog) -> Work:
        """Await *work*, which fills *own*; if it fails it is undone, and nobody else has to."""
        try:
            return (yield work), own
        except ActionError as error:
            failure = error
        raise (yield self._undone(own, failure))

    def _repeat(self, step: RepeatStep, scope: Scope, log: UndoLog) -> Work:
        for number in range(step.max_turns):
            if number and step.every is not None:
                yield Sleep(seconds(step.every, scope), False, scope.is_shielded)
            elif not scope.is_shielded:
                yield _CHECKPOINT
            turn = scope.turn(step.at, number, {})
            outcome = yield self.run_list(step, turn, log)
            if outcome is BREAK:
                return None
            if outcome is CONTINUE:
                outcome = None
            elif type(outcome) is Leave:
                return outcome
            if evaluate(step.until, (*step.at, "repeat"), turn):
                return outcome
        message = f"'until' does not hold after {step.max_turns} turns, the 'max' of this loop"
        error = ActionError("LIMIT_EXCEEDED", message)
        raise error

    def _parallel(self, step: ParallelStep, scope: Scope, log: UndoLog) -> Work:
        works = [self._branch(branch.steps, scope.apart()) for branch in step.branches]
        yield parallel(works, scope, log)
        return evaluate(step.result, step.at, scope)

    def _race(self, step: RaceStep, scope: Scope, log: UndoLog) -> Work:
        works = [self._branch(branch.steps, scope.apart()) for branch in step.branches]
        winner = yield race(works, scope, log, self._undone)
        return {"winner": step.branches[winner].name}

    def _wait(self, step: WaitStep, scope: Scope, _log: UndoLog) -> Work:
        return wait(step, scope)

    def _emit(self, step: EmitStep, scope: Scope, _log: UndoLog) -> Work:
        return emit(step, scope, self._source)


_BLOCKS: Final[Mapping[type[Step], Callable[[Any, Any, Scope, UndoLog], Work]]] = {
    BlockStep: Kinds.run_list,
    SwitchStep: Kinds._switch,
    ForStep: Kinds._for,
    RepeatStep: Kinds._repeat,
    ParallelStep: Kinds._parallel,
    RaceStep: Kinds._race,
    WaitStep: Kinds._wait,
    EmitStep: Kinds._emit,
}


def _turn(step: ForStep, scope: Scope, index: int, item: Any) -> Scope:
    names = {step.variable: item}
    if step.index is not None:
        names[step.index] = index
    return scope.turn(step.at, index, names)


def _items(step: ForStep, scope: Scope) -> list[Any]:
    items = step.items.evaluate(scope)
    if not isinstance(items, list):
        message = f"'for' needs a list, got {type_of(items)}"
        raise expression_failed(message)
    if len(items) > MAX_ITEMS:
        message = f"'for' takes at most {MAX_ITEMS} items, got {len(items)}"
        error = ActionError("LIMIT_EXCEEDED", message)
        raise error
    return items
