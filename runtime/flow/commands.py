"""What the interpreter asks its driver to do; the answer comes back as the value of the `yield`.

A driver answers by sending the outcome, or by throwing the `ActionError`. A command is *shielded*
when it belongs to an `undo` or a `finally`: those run to their end although the run was cancelled.
Any other command may be answered with `CANCELLED`, without being carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Invoke(NamedTuple):
    """Invoke an action; the answer is its output."""

    action: str
    input: Mapping[str, Any]
    key: str
    """The effect key: names this effect among all of the run."""
    step: str
    """The path of the step, through the flows around this one."""
    is_shielded: bool


class Sleep(NamedTuple):
    """Wait; the answer is nothing."""

    seconds: float
    has_jitter: bool
    """Whether the driver's clock chooses a part of the time instead."""
    is_shielded: bool


class Checkpoint(NamedTuple):
    """Do nothing: between two turns of a loop, so that a loop without actions can be cancelled."""

    is_shielded: bool = False


Command = Invoke | Sleep | Checkpoint
