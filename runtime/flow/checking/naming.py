"""Names, followed through the flow: what each expression may use where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..document import Path
from ..expressions import OPENING, Value
from ..inference import called_actions, conditions_of_work, shares_of
from ..model import (
    ActionStep,
    BlockStep,
    ContinueStep,
    Duration,
    EmitStep,
    FailStep,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    ReturnStep,
    Step,
    SwitchStep,
    Trigger,
    ValueStep,
    WaitStep,
)
from ..sight import Seen, Sight
from .codes import check_codes
from .reach import exits_in, is_passable, truth_of
from .subject import Subject, fix_of

_NESTED: Final = (BlockStep, SwitchStep, ForStep, RepeatStep, ParallelStep, RaceStep)


def check_names(subject: Subject) -> None:
    """Refuse the names that are not there, or not yet, and errors that cannot be caught."""
    Naming(subject).flow()


class Naming:
    """Goes through a flow in the order in which it runs, with the names that are in sight.

    A step's own list of steps is one level of names; when the step is done, what outlives it moves
    to the level around it.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._flow = subject.flow

    def flow(self) -> None:
        """Go through the whole flow."""
        body, sight = self._flow.body, Sight()
        self._guards(body, sight)
        inside = sight.inside()
        self._work(body, inside)
        self._handlers(body, inside)
        for name, value in (self._flow.outputs or {}).items():
            self.value(value, ("outputs", name), inside)
        for trigger in self._flow.triggers:
            self._trigger(trigger)

    def _trigger(self, trigger: Trigger) -> None:
        sight = Sight(roots=())
        if trigger.event is not None:
            sight = sight.with_names("event")
        self._optional(trigger.condition, (*trigger.at, "if"), sight)
        for name, value in trigger.inputs.items():
            self.value(value, (*trigger.at, "inputs", name), sight)

    # ---- steps

    def _steps(self, steps: tuple[Step, ...], sight: Sight) -> None:
        """Go through steps in order; those that are behind us are added to the sight."""
        for step in steps:
            self._step(step, sight)

    def _step(self, step: Step, sight: Sight) -> None:
        if step.is_plain and not isinstance(step, _NESTED):  # most steps
            self._work(step, sight)
            if step.id is not None:
                sight.add(step.id, Seen())
            return
        self._optional(step.condition, (*step.at, "if"), sight)
        self._guards(step, sight)
        inside = sight.inside()
        self._work(step, inside)
        self._handlers(step, inside)
        passing = [clause for clause in step.catch if is_passable(clause.steps)]
        behind = sight.inside()
        behind.take(inside, may_be_null=bool(passing))
        if step.id is not None:
            behind.add(step.id, Seen(any(clause.result is None for clause in passing)))
        if step.undo:
            self._steps(step.undo, behind.handling(self._subject.any_error))
        sight.take(behind, may_be_null=truth_of(step.condition) is not True)

    def _guards(self, step: Step, sight: Sight) -> None:
        """Go through the durations that guard a step."""
        self._duration(step.timeout, sight)
        if step.retry is not None:
            self._duration(step.retry.delay, sight)
            self._duration(step.retry.max_delay, sight)

    def _work(self, step: Step, sight: Sight) -> None:
        """Go through a step's own work; what outlives it is added to the sight."""
        if isinstance(step, ActionStep):
            self.value(step.input, (*step.at, "with"), sight, may_use_secrets=True)
        elif isinstance(step, BlockStep):
            self._steps(step.steps, sight)
            self._optional(step.result, (*step.at, "result"), sight)
        elif isinstance(step, SwitchStep):
            self._switch(step, sight)
        elif isinstance(step, ForStep | RepeatStep):
            self._loop(step, sight)
        elif isinstance(step, ParallelStep | RaceStep):
            self._branches(step, sight)
        else:
            self._simple(step, sight)

    def _simple(self, step: Step, sight: Sight) -> None:
        """Go through the work of a step that has no steps inside of it."""
        if isinstance(step, ValueStep):
            self.value(step.value, (*step.at, "value"), sight)
        elif isinstance(step, FailStep):
            self._fail(step, (*step.at, "fail"), sight)
        elif isinstance(step, ReturnStep):
            for name, value in step.outputs.items():
                self.value(value, (*step.at, "return", name), sight)
        elif isinstance(step, WaitStep):
            self._wait(step, (*step.at, "wait"), sight)
        elif isinstance(step, EmitStep):
            self._optional(step.subject, (*step.at, "emit", "subject"), sight)
            self._optional(step.data, (*step.at, "emit", "data"), sight)

    def _fail(self, step: FailStep, at: Path, sight: Sight) -> None:
        self._optional(step.message, (*at, "message"), sight)
        self._optional(step.data, (*at, "data"), sight)
        if step.again is None:
            return
        self.value(step.again, at, sight)
        is_error = [expression.path for _, expression in step.again.expressions] == [("error",)]
        if not is_error or not str(step.again.raw).strip().startswith(OPENING):
            message = "expected '${{ error }}' alone, or an object with the 'code' of a new error"
            self._subject.say(at, "unknown-error", message)

    def _wait(self, step: WaitStep, at: Path, sight: Sight) -> None:
        self._duration(step.duration, sight)
        self._optional(step.until, (*at, "until"), sight)
        if step.event is not None:
            self._optional(step.event.condition, (*at, "if"), sight.with_names("event"))
            self._duration(step.event.timeout, sight)

    def _switch(self, step: SwitchStep, sight: Sight) -> None:
        insides = []
        for case in step.cases:
            self._optional(case.condition, (*case.at, "if"), sight)
            inside = sight.inside()
            self._steps(case.steps, inside)
            self._optional(case.result, (*case.at, "result"), inside)
            insides.append(inside)
        for inside in insides:  # only now: one case does not see the steps of another
            sight.take(inside, may_be_null=True)

    def _loop(self, step: ForStep | RepeatStep, sight: Sight) -> None:
        turn = sight.inside()
        if isinstance(step, ForStep):
            self.value(step.items, (*step.at, "in"), sight)
            turn = turn.with_names(*filter(None, (step.variable, step.index)))
        self._steps(step.steps, turn)
        self._optional(step.result, (*step.at, "result"), turn)
        if isinstance(step, RepeatStep):
            self._duration(step.every, sight)
            asked = sight.inside()
            asked.take(
                turn, may_be_null=any(isinstance(it, ContinueStep) for it in exits_in(step.steps))
            )
            self.value(step.until, (*step.at, "repeat", "until"), asked)

    def _branches(self, step: ParallelStep | RaceStep, sight: Sight) -> None:
        insides = []
        for branch in step.branches:
            inside = sight.inside()
            self._steps(branch.steps, inside)
            insides.append(inside)
        for inside in insides:  # only now: branches do not see each other
            sight.take(inside, may_be_null=isinstance(step, RaceStep))
        if isinstance(step, ParallelStep):
            self._optional(step.result, (*step.at, "result"), sight)

    def _handlers(self, step: Step, inside: Sight) -> None:
        """Go through `catch` and `finally`, which see the steps of the work as they may be."""
        if not (step.retry or step.catch or step.finally_):
            return
        seen = replace(inside, steps=inside.steps.parents).inside()
        seen.take(inside, may_be_null=True)
        if step.retry or step.catch:
            raised = conditions_of_work(step, self._subject.find, dict(inside.caught or {}))
            if all(self._subject.find(name) for name in called_actions(step)):
                check_codes(self._subject, step, raised)
            for clause, taken in shares_of(step, raised)[0]:
                handling = seen.handling(taken)
                self._optional(clause.condition, (*clause.at, "if"), handling)
                self._steps(clause.steps, handling)
                self._optional(clause.result, (*clause.at, "result"), handling)
        self._steps(step.finally_, seen.inside())

    # ---- expressions

    def _duration(self, duration: Duration | None, sight: Sight) -> None:
        if duration is not None:
            self._optional(duration.value, duration.at, sight)

    def _optional(self, value: Value | None, at: Path, sight: Sight) -> None:
        if value is not None:
            self.value(value, at, sight)

    def value(self, value: Value, at: Path, sight: Sight, *, may_use_secrets: bool = False) -> None:
        """Go through the expressions in a value."""
        for inner, expression in value.expressions:
            for reference in expression.references:
                self._subject.used.add(reference[:2])
                found = sight.problem_with(reference, self._flow, may_use_secrets=may_use_secrets)
                if found is None:
                    continue
                fix = None
                if reference[0] == "inputs" and found.known:
                    fix = fix_of(str(reference[1]), found.known, before="inputs.")
                self._subject.say((*at, *inner), found.rule, found.message, fix=fix)
