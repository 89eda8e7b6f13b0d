"""Time, waiting and randomness: what the core takes as an argument, never from the machine."""

from __future__ import annotations

import os
import random
import string
import time
from datetime import UTC, datetime
from typing import Protocol

_ALPHANUMERIC = (string.ascii_letters + string.digits).encode()
_TO_ALPHANUMERIC = bytes(_ALPHANUMERIC[byte % len(_ALPHANUMERIC)] for byte in range(256))
_UNFAIR = bytes(range(256 - 256 % len(_ALPHANUMERIC), 256))
"""Bytes that are passed over: with them the first characters would come up more often."""


class Clock(Protocol):
    """The seam between the core and the machine it runs on; tests bring their own."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for durations."""

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""

    def jitter(self) -> float:
        """Return a factor between 0.5 and 1 that spreads retries out."""

    def random_text(self, length: int) -> str:
        """Return *length* random characters `[A-Za-z0-9]`, fit for secrets."""


class SystemClock:
    """The machine's own time and randomness."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for durations."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        time.sleep(seconds)

    def jitter(self) -> float:
        """Return a factor between 0.5 and 1 that spreads retries out."""
        return random.uniform(0.5, 1.0)

    def random_text(self, length: int) -> str:
        """Return *length* random characters `[A-Za-z0-9]`, fit for secrets."""
        text = b""
        while len(text) < length:
            text += os.urandom(length + 8).translate(_TO_ALPHANUMERIC, _UNFAIR)
        return text[:length].decode()
