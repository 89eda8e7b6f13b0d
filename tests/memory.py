"""How much memory something takes, with the garbage collected as where cartflow runs."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_USUAL: Final = (700, 10, 10)
"""Python's own thresholds; the tests together are run with higher ones."""


@contextmanager
def traced_memory() -> Iterator[Callable[[], tuple[int, int]]]:
    """Give a function that returns the bytes in use and those at the peak, since the beginning."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_USUAL)
    tracemalloc.start()
    try:
        yield tracemalloc.get_traced_memory
    finally:
        tracemalloc.stop()
        gc.set_threshold(*thresholds)
