"""Ctrl-C during a run: it cancels the run, and what the run did is undone."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any, TypeVar

import click

from ..cancellation import Cancellation

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def cancellable(work: Callable[[Cancellation], T]) -> T:
    """Return what *work* returns; an interruption sets the event that it is given.

    The work has a thread of its own: a signal handler runs in the main thread, between any two
    instructions, and an event must not be set by the thread that may just be waiting for it.

    Raises:
        Exception: What the work raises.
    """
    cancelled = Cancellation()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if cancelled.is_set():
            _say("the run is being undone already; please wait until that is done")
        else:
            _say("cancelling the run; what it has done is being undone")
        cancelled.set()

    before: dict[int, Any] = {number: signal.signal(number, on_signal) for number in _SIGNALS}
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="run") as executor:
            return executor.submit(work, cancelled).result()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(message: str) -> None:
    with contextlib.suppress(OSError):  # nobody may be listening any more; the undo goes on
        newline = "\n" if sys.stderr.isatty() else ""  # the terminal has just shown ^C
        click.echo(f"{newline}{message}", err=True)
