"""Types, followed through a flow: from its inputs over the outputs of its steps to its output."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, Final

from ...contract import Contract
from ..document import Path
from ..expressions import Value
from ..model import (
    BlockStep,
    Flow,
    ForStep,
    ParallelStep,
    RaceStep,
    RepeatStep,
    Step,
    SwitchStep,
    Trigger,
)
from .facts import Facts, facts_of_value
from .looking import Looking, Watch
from .lookups import items_of
from .model import (
    ANY,
    INTEGER,
    LIST,
    NEVER,
    NULL,
    OBJECT,
    SKIPPED,
    Absence,
    Type,
    list_of,
    object_of,
    text_of,
    union,
)
from .needs import Need
from .place import ERROR, EVENT, RUN, SECRETS, Place, settled
from .schemas import SchemaTypes
from .simple import SimpleSteps

_EMPTY: Final = object_of({})
_ITEMS: Final = Need(LIST, "what 'for' goes through", rule="impossible-operation")


class FlowTypes:
    """Goes through a flow in the order in which it runs.

    Args:
        flow: The flow.
        find: Knows the contracts of the actions.
        watch: Is told what is wrong; None: only the types matter.
    """

    def __init__(
        self,
        flow: Flow,
        find: Callable[[str], Contract | None],
        watch: Watch | None = None,
    ) -> None:
        self._flow = flow
        self._look = Looking(watch)
        self._inputs = SchemaTypes(flow.inputs)
        self._simple = SimpleSteps(find, self._look)

    def output(self) -> Type:
        """Return the type of the flow's output: always of objects."""
        body = self._flow.body
        names = {"inputs": _inputs(self._flow, self._inputs), "run": RUN, "secrets": SECRETS}
        place = Place(names, ChainMap())
        inside = place.inside()
        self._look.durations(body, place)
        found = NEVER
        if self._steps(body.steps, inside):
            found = self._look.members(self._flow.outputs or {}, ("outputs",), inside)
        caught = self._handlers(body, place, inside)
        for trigger in self._flow.triggers:
            self._trigger(trigger)
        return union(found, *map(_as_output, caught), *self._simple.returned)

    # ---- steps

    def _steps(self, steps: tuple[Step, ...], place: Place) -> bool:
        """Go through steps in order; return whether their end can be reached."""
        completes = True
        for step in steps:
            if not self._step(step, place).kinds:
                completes = False
        return completes

    def _step(self, step: Step, place: Place) -> Type:
        """Go through a step; return the type of its result, and make it known at the place."""
        if step.is_plain and self._simple.does(step):
            found = settled(self._simple.work(step, place))
            place.add(step.id, found)
            return found
        self._look.ask(step.condition, (*step.at, "if"), place)
        self._look.durations(step, place)
        facts = facts_of_value(step.condition)
        inside = place.inside(facts)
        found = self._work(step, inside)
        caught = self._handlers(step, place.inside(facts), inside)
        passing = [it for it in caught if it.kinds]
        behind = place.inside()
        behind.take(inside, may_be_null=bool(passing))
        found = settled(union(found, *passing))
        behind.add(step.id, found)
        if step.undo:
            self._steps(step.undo, behind.inside(facts, error=ERROR))
        is_sure = _always(step.condition)
        place.take(behind, may_be_null=not is_sure)
        if is_sure:
            return found
        if not found.kinds:  # nobody comes here for whom the condition held
            place.facts |= facts_of_value(step.condition, holds=False)
        return found.or_absent(SKIPPED, Absence("the step may not have run"))

    def _work(self, step: Step, place: Place) -> Type:
        kind = _BLOCKS.get(type(step))
        return kind(self, step, place) if kind is not None else self._simple.work(step, place)

    def _handlers(self, step: Step, place: Place, inside: Place) -> list[Type]:
        """Go through `catch` and `finally`; return the types of what the clauses come to."""
        found = []
        for clause in step.catch:
            facts = facts_of_value(clause.condition)
            handling = place.handler(inside, error=ERROR)
            self._look.ask(clause.condition, (*clause.at, "if"), handling)
            own = handling.inside(facts)
            found.append(self._list(clause.steps, clause.result, clause.at, own))
        if step.finally_:
            self._steps(step.finally_, place.handler(inside))
        return found

    def _list(self, steps: tuple[Step, ...], result: Value | None, at: Path, place: Place) -> Type:
        """Go through steps and their `result`; return its type."""
        completes = self._steps(steps, place)
        found = NULL
        if result is not None:
            found = settled(self._look.type(result, (*at, "result"), place))
        return found if completes else NEVER

    # ---- kinds

    def _block(self, step: BlockStep, place: Place) -> Type:
        return self._list(step.steps, step.result, step.at, place)

    def _switch(self, step: SwitchStep, place: Place) -> Type:
        insides, results = [], []
        facts: Facts = frozenset()
        for case in step.cases:
            asked = place.inside(facts)
            self._look.ask(case.condition, (*case.at, "if"), asked)
            inside = asked.inside(facts_of_value(case.condition))
            results.append(self._list(case.steps, case.result, case.at, inside))
            insides.append(inside)
            facts |= facts_of_value(case.condition, holds=False)
        if not any(_always(case.condition) for case in step.cases):
            results.append(NULL)
        passing = sum(bool(found.kinds) for found in results)
        for inside, found in zip(insides, results, strict=False):
            place.take(inside, may_be_null=passing > bool(found.kinds))
        return union(*results)

    def _for(self, step: ForStep, place: Place) -> Type:
        items = self._look.type(step.items, (*step.at, "in"), place, _ITEMS)
        item = items_of(items) if "array" in items.kinds else ANY
        turn = place.inside()
        turn.names = {**place.names, step.variable: item}
        if step.index is not None:
            turn.names[step.index] = INTEGER
        result, exits = self._turn(step, turn)
        return list_of(union(result, NULL) if "continue" in exits else result)

    def _repeat(self, step: RepeatStep, place: Place) -> Type:
        turn = place.inside()
        result, exits = self._turn(step, turn)
        self._look.duration(step.every, place)
        asked = place.inside()
        asked.take(turn, may_be_null="continue" in exits)
        self._look.ask(step.until, (*step.at, "repeat", "until"), asked)
        return union(result, NULL) if exits else result

    def _turn(self, step: ForStep | RepeatStep, turn: Place) -> tuple[Type, set[str]]:
        """Go through one turn; return the type of its result, and how it may be left early."""
        self._simple.exits.append(set())
        result = self._list(step.steps, step.result, step.at, turn)
        return result, self._simple.exits.pop()

    def _parallel(self, step: ParallelStep, place: Place) -> Type:
        completes = self._branches(step, place, may_be_null=False)
        found = NULL
        if step.result is not None:
            found = self._look.type(step.result, (*step.at, "result"), place)
        return found if all(completes) else NEVER

    def _race(self, step: RaceStep, place: Place) -> Type:
        completes = self._branches(step, place, may_be_null=len(step.branches) > 1)
        winners = [it.name for it, may in zip(step.branches, completes, strict=True) if may]
        return object_of({"winner": text_of(*winners)}) if winners else NEVER

    def _branches(
        self, step: ParallelStep | RaceStep, place: Place, *, may_be_null: bool
    ) -> list[bool]:
        insides = [place.inside() for _ in step.branches]
        completes = [
            self._steps(branch.steps, inside)
            for branch, inside in zip(step.branches, insides, strict=True)
        ]
        for inside in insides:
            place.take(inside, may_be_null=may_be_null)
        return completes

    # ---- triggers

    def _trigger(self, trigger: Trigger) -> None:
        place = Place({"event": EVENT} if trigger.event is not None else {}, ChainMap())
        self._look.ask(trigger.condition, (*trigger.at, "if"), place)
        properties = self._flow.inputs["properties"]
        for name, value in trigger.inputs.items():
            need = None
            if name in properties:
                need = Need(self._inputs.of(properties[name]), f"the input {name!r}")
            self._look.type(value, (*trigger.at, "inputs", name), place, need)


def _inputs(flow: Flow, document: SchemaTypes) -> Type:
    """Return the type of `inputs`: what is absent is its default, or null."""
    known = {}
    for name, schema in flow.inputs["properties"].items():
        found = document.of(schema)
        known[name] = union(found, NULL) if name in flow.optional else found
    return object_of(known, rest=ANY)


def _as_output(caught: Type) -> Type:
    """Return the output of a flow whose own `catch` comes to this: null is no output at all."""
    objects = caught.without(*(caught.kinds - OBJECT.kinds))
    return union(objects, _EMPTY) if "null" in caught.kinds else objects


def _always(condition: Value | None) -> bool:
    """Return whether a condition always holds, as it is written."""
    return condition is None or bool(condition.is_constant and condition.constant)


_BLOCKS: Final[Mapping[type[Step], Callable[[FlowTypes, Any, Place], Type]]] = {
    BlockStep: FlowTypes._block,
    SwitchStep: FlowTypes._switch,
    ForStep: FlowTypes._for,
    RepeatStep: FlowTypes._repeat,
    ParallelStep: FlowTypes._parallel,
    RaceStep: FlowTypes._race,
}
