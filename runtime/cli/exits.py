"""What becomes of an error: sentences on stderr and an exit status.

| status | when |
|---|---|
| 0 | success |
| 1 | an action or flow answered with an error; `check`, `test` or `plugins --strict` found one |
| 2 | wrong use: options, files, settings, a database that cannot be used |
| 5 | `test` found no test to run |
| 70 | an internal error: of an action, or a defect of cartflow |
| 130 | interrupted |
| 141 | whoever reads the output went away |
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from ..errors import ActionError, CartflowError, InvalidDocumentError
from .session import Session

REFUSED: Final = 1
WRONG_USE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 130
OUTPUT_CLOSED: Final = 141

_INTERNAL_CODES: Final = frozenset(("INTERNAL", "UNDECLARED_ERROR", "INVALID_OUTPUT"))


class OutputClosedError(Exception):
    """Whoever read our output wants no more of it, as `head` does."""


class EndedError(Exception):
    """The command has said what went wrong; only the exit status is left.

    Attributes:
        status: The exit status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def exit_status(run: Callable[[], Any], session: Session) -> int:
    """Run a command, say on stderr what went wrong if something did, and return the status."""
    try:
        result = run()
    except EndedError as error:
        return error.status
    except (BrokenPipeError, OutputClosedError):
        _discard_output()
        return OUTPUT_CLOSED
    except (click.Abort, KeyboardInterrupt):
        _say("error: interrupted")
        return INTERRUPTED
    except Exception as error:
        status = explain(error)
        if session.debug and status == INTERNAL and not isinstance(error, ActionError):
            traceback.print_exception(error)  # that of an action is in the log
        return status
    return result if type(result) is int else 0  # click returns the status of `ctx.exit`


def explain(error: Exception) -> int:
    """Say on stderr what went wrong and what to do; return the exit status."""
    if isinstance(error, ActionError):
        return _explain_action_error(error)
    if isinstance(error, InvalidDocumentError):
        for problem in error.problems:
            _say(f"error: {problem}")
        return WRONG_USE
    if isinstance(error, CartflowError):
        _say(f"error: {error}")
        return WRONG_USE
    if isinstance(error, click.ClickException):
        return _explain_usage(error)
    if isinstance(error, OSError) and error.filename is not None:
        _say(f"error: {str(error.filename)!r} cannot be used: {error.strerror}")
        return WRONG_USE
    summary = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1]
    _say(f"error: internal error, a defect of cartflow: {summary}")
    _say("  run the command again with --debug to see where, and report it")
    return INTERNAL


def _explain_action_error(error: ActionError) -> int:
    message = error.message or error.title
    found = [line for line in listed(error) if line != message]
    if found:  # the message says the same again, in one line
        message = message.partition(": ")[0]
    _say(f"error: {error.code} {error.status}: {message}")
    for line in found:
        _say(f"  {line}")
    if error.step:
        _say(f"  step {error.step}" + (f", action {error.action}" if error.action else ""))
    for undo in error.data.get(_UNDO_FAILED, ()):
        failure = ActionError.from_json(undo["error"])
        _say(f"  not undone: step {undo['step']} failed with {failure}")
    told = (*_LISTS, _UNDO_FAILED)
    rest = {name: value for name, value in error.data.items() if name not in told}
    if rest:
        _say(f"  data {json.dumps(rest, ensure_ascii=False)}")
    if error.invocation_id:
        _say(f"  invocation {error.invocation_id}")
    if error.code not in _INTERNAL_CODES:
        return REFUSED
    _say("  run the command again with --debug to see the Python traceback")
    return INTERNAL


_LISTS: Final = ("violations", "problems")
_UNDO_FAILED: Final = "undo_failed"


def listed(error: ActionError) -> list[str]:
    """Return the single things that are wrong, where an error's data lists them."""
    return [
        _entry(entry)
        for name in _LISTS
        for entry in error.data.get(name, ())
        if isinstance(entry, Mapping)
    ]


def _entry(entry: Mapping[str, Any]) -> str:
    place = entry.get("path", entry.get("pointer"))
    message = str(entry.get("message", ""))
    return f"{place}: {message}" if place else message


def _explain_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _say(error.format_message())
        return WRONG_USE
    message = error.format_message().rstrip(".")
    _say(f"error: {message[:1].lower()}{message[1:]}")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        usage = error.ctx.get_usage().partition(": ")[2]
        _say(f"  usage: {' '.join(usage.split())}")
        _say(f"  see '{error.ctx.command_path} --help'")
    return WRONG_USE if isinstance(error, click.FileError) else error.exit_code


def _say(line: str) -> None:
    click.echo(line, err=True)


def _discard_output() -> None:
    """Let Python end without another word about what could not be written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
