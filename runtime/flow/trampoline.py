"""Runs generators that call each other, on a stack of their own instead of Python's.

`yield from` passes every value through all levels, so a step would cost more the deeper it is
nested, and at about a thousand levels Python gives up. Here a generator yields the generator that
it wants the result of; depth costs nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from types import GeneratorType
from typing import Any

from ..errors import ActionError
from .commands import Command

Work = Generator[Any, Any, Any]
"""A generator that yields commands, and other `Work`; it is sent what they come to."""


def flatten(work: Work) -> Generator[Command, Any, Any]:
    """Yield the commands of *work* and of all that it calls, and return its result.

    Raises:
        ActionError: What *work* raises.
    """
    stack = [work]
    answer: Any = None
    failure: ActionError | None = None
    while True:
        try:
            wanted = stack[-1].send(answer) if failure is None else stack[-1].throw(failure)
        except StopIteration as stop:
            stack.pop()
            answer, failure = stop.value, None
            if not stack:
                return answer
        except ActionError as error:
            stack.pop()
            answer, failure = None, error
            if not stack:
                raise
        else:
            answer = failure = None
            if type(wanted) is GeneratorType:
                stack.append(wanted)
                continue
            try:
                answer = yield wanted
            except ActionError as error:
                failure = error
