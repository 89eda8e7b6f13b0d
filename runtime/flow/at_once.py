"""The kinds of step that need nothing but their scope: `value`, `fail`, `return` and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..errors import ActionError
from .expressions import Value
from .failures import error_from, expression_failed, with_members
from .limits import as_text
from .model import BreakStep, ContinueStep, FailStep, Path, ReturnStep, Step, ValueStep
from .scope import Scope


class Leave:
    """An early exit on its way out: with the flow's output, or just out of a turn."""

    __slots__ = ("output",)

    def __init__(self, output: Any = None) -> None:
        self.output = output


BREAK: Final = Leave()
CONTINUE: Final = Leave()


def evaluate(value: Value | None, at: Path, scope: Scope) -> Any:
    """Return what a value comes to, null if there is none.

    Raises:
        ActionError: `EXPRESSION_FAILED`, with *at* as its step.
    """
    if value is None:
        return None
    try:
        return value.evaluate(scope)
    except ActionError as error:
        error.step = scope.path(at)
        raise


def _value(step: ValueStep, scope: Scope) -> Any:
    return step.value.evaluate(scope)


def _fail(step: FailStep, scope: Scope) -> Any:
    if step.again is not None:
        raise _again(step.again.evaluate(scope), scope)
    data = step.data.evaluate(scope) if step.data is not None else {}
    if not isinstance(data, Mapping):
        message = "the 'data' of an error must be an object"
        raise expression_failed(message)
    error = ActionError(step.code, **data)
    error.status = step.status or error.status
    error.title = step.error_title or error.title
    error.message = as_text(step.message.evaluate(scope)) if step.message else error.title
    raise error


def _again(value: Any, scope: Scope) -> ActionError:
    """Return the error to raise again: a copy of the one that is being handled, if it is that (10).

    One made from its members would have lost what has no member, such as `retryable`.
    """
    if scope.error is not None and value == scope.names["error"]:
        return with_members(scope.error)
    return error_from(value)


def _return(step: ReturnStep, scope: Scope) -> Leave:
    return Leave({name: value.evaluate(scope) for name, value in step.outputs.items()})


def _break(step: BreakStep, scope: Scope) -> Leave:
    return BREAK


def _continue(step: ContinueStep, scope: Scope) -> Leave:
    return CONTINUE


AT_ONCE: Final[Mapping[type[Step], Callable[[Any, Scope], Any]]] = {
    ValueStep: _value,
    FailStep: _fail,
    ReturnStep: _return,
    BreakStep: _break,
    ContinueStep: _continue,
}
