"""What files of flows and of their tests are called."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SUFFIXES: Final = (".flowtest.yaml", ".flowtest.yml", ".flowtest.json")
_FLOW_SUFFIXES: Final = (".flow.yaml", ".flow.yml", ".flow.json")


def flow_beside(tests: Path) -> Path | None:
    """Return the flow's file beside a file of tests; None if there is none."""
    return _beside(tests, SUFFIXES, _FLOW_SUFFIXES)


def flowtest_beside(flow: Path) -> Path | None:
    """Return the file of tests beside a flow's file; None if there is none."""
    return _beside(flow, _FLOW_SUFFIXES, SUFFIXES)


def name_of_flow(tests: Path) -> str:
    """Return what the flow's file beside a file of tests would be called."""
    stem = next((tests.name.removesuffix(it) for it in SUFFIXES if tests.name.endswith(it)), "NAME")
    return stem + _FLOW_SUFFIXES[0]


def _beside(file: Path, endings: tuple[str, ...], others: tuple[str, ...]) -> Path | None:
    for ending in endings:
        if file.name.endswith(ending):
            stem = file.name.removesuffix(ending)
            found = (file.with_name(stem + other) for other in others)
            return next((other for other in found if other.is_file()), None)
    return None
