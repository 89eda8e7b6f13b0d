"""The loop that answers the commands of a run, in every engine the same."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from ..action import Run
from ..errors import ActionError
from ..flow.commands import Command, Invoke, Sleep


def drive(commands: Generator[Command, Any, Any], run: Run) -> Any:
    """Carry out the commands of a run to its end, and return its output.

    Raises:
        ActionError: The error that left the flow.
    """
    try:
        command = next(commands)
        while True:
            try:
                answer = _answer(command, run)
            except ActionError as error:
                failure = error
            else:
                command = commands.send(answer)
                continue
            # outside of the `except`, or whatever the flow raises next would be chained to it
            command = commands.throw(failure)
    except StopIteration as stop:
        return stop.value


def _answer(command: Command, run: Run) -> Any:
    """Carry out one command.

    A run is cancelled between commands only. An action that has been invoked is answered with its
    output even if the cancellation came meanwhile: what it did must be registered to be undone.
    """
    if not command.is_shielded:
        _check(run)
    if isinstance(command, Invoke):
        return run.invoke(command)
    if isinstance(command, Sleep):
        _sleep(command, run)
    return None


def _sleep(command: Sleep, run: Run) -> None:
    factor = run.clock.jitter() if command.has_jitter else 1.0
    if command.is_shielded:
        run.clock.sleep(command.seconds * factor)
    else:
        run.clock.sleep(command.seconds * factor, run.cancelled)
        _check(run)


def _check(run: Run) -> None:
    if run.cancelled is not None and run.cancelled.is_set():
        error = ActionError("CANCELLED", "the run was cancelled")
        raise error
