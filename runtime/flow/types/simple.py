"""The types of what steps come to that have no steps inside of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ...contract import Contract
from ..model import (
    ActionStep,
    BreakStep,
    ContinueStep,
    EmitStep,
    FailStep,
    ReturnStep,
    Step,
    ValueStep,
    WaitStep,
)
from .looking import Looking
from .model import ANY, NEVER, NULL, OBJECT, STRING, Type
from .needs import Need
from .place import EVENT, Place, emitted, settled
from .schemas import SchemaTypes, types_of

_IMPOSSIBLE: Final = "impossible-operation"
_TIME: Final = Need(STRING, "a time", rule=_IMPOSSIBLE)
_DATA: Final = Need(OBJECT, "the data of an error", rule=_IMPOSSIBLE)


class SimpleSteps:
    """Works out what single steps come to.

    Args:
        find: Knows the contracts of the actions.
        look: Knows the types of values.

    Attributes:
        returned: What each `return` gives.
        exits: The kinds of step by which each loop around can be left early, innermost last.
    """

    def __init__(self, find: Callable[[str], Contract | None], look: Looking) -> None:
        self._find = find
        self._look = look
        self._documents: dict[tuple[str, str], SchemaTypes] = {}
        self.returned: list[Type] = []
        self.exits: list[set[str]] = []

    def does(self, step: Step) -> bool:
        """Return whether a step is one of these."""
        return type(step) in _SIMPLE

    def work(self, step: Step, place: Place) -> Type:
        """Return the type of what a step comes to."""
        return _SIMPLE[type(step)](self, step, place)

    def _action(self, step: ActionStep, place: Place) -> Type:
        contract = self._find(step.action)
        if self._look.is_watched:
            need = None
            if contract is not None:
                expected = self._document(contract, "input", contract.input).type
                need = Need(expected, f"the input of {step.action!r}", drops_null=True)
            self._look.type(step.input, (*step.at, "with"), place, need)
        return self._document(contract, "output", contract.output).type if contract else ANY

    def _document(self, contract: Contract, side: str, schema: Any) -> SchemaTypes:
        key = (contract.name, side)
        found = self._documents.get(key)
        if found is None:
            found = self._documents[key] = types_of(schema)
        return found

    def _value(self, step: ValueStep, place: Place) -> Type:
        return self._look.type(step.value, (*step.at, "value"), place)

    def _wait(self, step: WaitStep, place: Place) -> Type:
        at = (*step.at, "wait")
        self._look.duration(step.duration, place)
        if step.until is not None:
            self._look.type(step.until, (*at, "until"), place, _TIME)
        if step.event is None:
            return NULL
        self._look.ask(step.event.condition, (*at, "if"), place.inside(event=EVENT))
        self._look.duration(step.event.timeout, place)
        return EVENT

    def _emit(self, step: EmitStep, place: Place) -> Type:
        at = (*step.at, "emit")
        subject = self._look.type(step.subject, (*at, "subject"), place) if step.subject else None
        data = self._look.type(step.data, (*at, "data"), place) if step.data is not None else None
        return emitted(subject, settled(data) if data is not None else None)

    def _fail(self, step: FailStep, place: Place) -> Type:
        at = (*step.at, "fail")
        self._look.ask(step.message, (*at, "message"), place)
        if step.data is not None:
            self._look.type(step.data, (*at, "data"), place, _DATA)
        return NEVER

    def _return(self, step: ReturnStep, place: Place) -> Type:
        self.returned.append(self._look.members(step.outputs, (*step.at, "return"), place))
        return NEVER

    def _leave(self, step: Step, _: Place) -> Type:
        if self.exits:  # else it is out of place, which another pass tells
            self.exits[-1].add(step.kind)
        return NEVER


_SIMPLE: Final[Mapping[type[Step], Callable[[SimpleSteps, Any, Place], Type]]] = {
    ActionStep: SimpleSteps._action,
    ValueStep: SimpleSteps._value,
    WaitStep: SimpleSteps._wait,
    EmitStep: SimpleSteps._emit,
    FailStep: SimpleSteps._fail,
    ReturnStep: SimpleSteps._return,
    BreakStep: SimpleSteps._leave,
    ContinueStep: SimpleSteps._leave,
}
