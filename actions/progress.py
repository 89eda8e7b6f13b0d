"""How far a long action is, told to whoever waits for it in the same thread.

A contract has no place for it: neither input nor output, it is nobody's business but a person's who
looks at a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

Report = Callable[[str, int, int | None], None]
"""Is told what is being done, how much of it is, and of how much if that is known."""

PROGRESS: Final[ContextVar[Report]] = ContextVar("PROGRESS", default=lambda *_: None)
"""Who wants to know."""
