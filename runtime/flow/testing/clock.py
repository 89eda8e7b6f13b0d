"""The clock of flow tests: time passes when somebody waits, and only in its own count."""

from __future__ import annotations

import random
import string
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

STARTED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When every test begins, so that times in expectations can be written down."""

_ALPHANUMERIC: Final = string.ascii_letters + string.digits


class VirtualClock:
    """A `Clock` that never waits, and draws the same lots in each test."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self._passed_s = 0.0
        self._random = random.Random(0)

    def now(self) -> datetime:
        """Return the time that the test has come to."""
        return STARTED + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        """Return the seconds since the test began."""
        return self._passed_s

    def sleep(self, seconds: float, cancelled: threading.Event | None = None) -> None:
        """Let *seconds* pass at once."""
        self._passed_s += max(seconds, 0.0)

    def jitter(self) -> float:
        """Return 1: retries come after the time that the flow says."""
        return 1.0

    def random_text(self, length: int) -> str:
        """Return *length* characters `[A-Za-z0-9]`; nothing is secret in a test."""
        return "".join(self._random.choices(_ALPHANUMERIC, k=length))
