"""One action for several inputs in one transaction: all of them happen, or none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .action import Failure
from .errors import ActionError
from .faults import is_lost
from .kernel import Kernel, UnknownOutcomeError
from .unit import Call, Unit

Inputs = Sequence[Mapping[str, Any]]


class Refusal(NamedTuple):
    """Why nothing happened: the input that failed, counted from 0, and its error."""

    position: int
    error: ActionError


def perform_together(kernel: Kernel, call: Call, inputs: Inputs) -> list[Any] | Refusal:
    """Return the outputs of a call's action for all inputs, or the first that it refused.

    Args:
        kernel: The application's.
        call: The action, and who calls; its own input is not looked at.
        inputs: At least one.
    """
    unit = Unit(kernel, call)
    try:
        found = _outputs(unit, inputs)
        unit.commit()
    except Exception as error:
        if unit.is_committing and is_lost(error):
            raise UnknownOutcomeError(str(error)) from error
        raise
    finally:
        unit.close()
    return found


def _outputs(unit: Unit, inputs: Inputs) -> list[Any] | Refusal:
    beginning = unit.savepoint()
    outputs = []
    for index, given in enumerate(inputs):
        try:
            result = _once(unit, given)
        except ActionError as error:
            unit.roll_back_to(beginning)
            return Refusal(index, error)
        if type(result) is Failure:
            unit.roll_back_to(beginning)
            _keep(unit, given)
            return Refusal(index, result.error)
        outputs.append(result)
    return outputs


def _keep(unit: Unit, given: Mapping[str, Any]) -> None:
    """Leave what a refused input, called alone, leaves behind.

    A handler that returns a `Failure` wants its changes kept: a wrong password counts, also for
    whoever tries one after the other in company.
    """
    beginning = unit.savepoint()
    try:
        result = _once(unit, given)
    except ActionError:
        return  # took itself back
    if type(result) is not Failure:  # the others had made it fail
        unit.roll_back_to(beginning)


def _once(unit: Unit, given: Mapping[str, Any]) -> Any:
    call = unit.call
    return unit.join(call.action, given, call.principal, 0)
