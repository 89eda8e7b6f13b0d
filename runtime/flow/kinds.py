"""What each kind of step does in one attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..errors import OUTCOME_UNKNOWN, ActionError
from ..violations import type_of
from .at_once import AT_ONCE, BREAK, CONTINUE, Leave, evaluate
from .called import CalledAction, CalledActions
from .commands import Checkpoint, Invoke
from .failures import expression_failed, says_nothing
from .model import ActionStep, BlockStep, Case, Clause, ForStep, Step, SwitchStep
from .scope import Scope
from .tracing import Tracer
from .trampoline import Work
from .undo import UndoLog

MAX_ITEMS: Final = 100_000
"""How many items a `for` takes (17)."""

_CHECKPOINT: Final = Checkpoint()

RunSteps = Callable[[tuple[Step, ...], Scope, UndoLog], Work]
"""Runs steps in order; comes to the `Leave` that ended them early, or None."""

StepList = BlockStep | ForStep | Case | Clause
"""What has steps and a `result`."""


class Kinds:
    """The kinds of step, in one run.

    Args:
        actions: The actions that there are.
        tracer: Is told of the inputs of actions.
        run: How the steps inside of a step are run.
    """

    def __init__(self, actions: CalledActions, tracer: Tracer, run: RunSteps) -> None:
        self._actions = actions
        self._tracer = tracer
        self._run = run
        # by path: remote calls of which nobody knows whether they happened
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
            return (yield self._remote(step, called, scope.path(step.at), scope, record))
        return (yield self.invocation(step, called, scope, record))

    def _remote(
        self, step: ActionStep, called: CalledAction, path: str, scope: Scope, record: Any
    ) -> Work:
        """Invoke an action with an effect outside: what may have happened is repeated as it was.

        That holds for the attempts of blocks around the step as well: a payment that timed out
        was not undone with its block, so under another key it might be made twice.
        """
        command = self._unsettled.get(path)
        if command is None:
            given = called.without_nulls(step.input.evaluate(scope))
            command = Invoke(step.action, given, step.at, scope)
        self._tracer.call(record, command.input, called)
        try:
            output = yield command
        except ActionError as error:
            failure = error
        else:
            self._unsettled.pop(path, None)
            return output
        if failure.code in OUTCOME_UNKNOWN:
            self._unsettled[path] = command
        elif not says_nothing(failure):
            self._unsettled.pop(path, None)
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
        results: list[Any] = []
        for index, item in enumerate(_items(step, scope)):
            if not scope.is_shielded:
                yield _CHECKPOINT
            outcome = yield self.run_list(step, scope.turn(step, index, item), log)
            if outcome is BREAK:
                break
            if type(outcome) is Leave and outcome is not CONTINUE:
                return outcome
            results.append(None if outcome is CONTINUE else outcome)
        return results


_BLOCKS: Final[Mapping[type[Step], Callable[[Any, Any, Scope, UndoLog], Work]]] = {
    BlockStep: Kinds.run_list,
    SwitchStep: Kinds._switch,
    ForStep: Kinds._for,
}


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
