"""The cases of the flow language, as they stand in the files of `tests/conformance`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartflow.runtime.flow.document import load_file

FOLDER = Path(__file__).parents[2] / "conformance"


def cases() -> Iterator[dict[str, Any]]:
    """Yield every case; `test_conformance` says what it may have."""
    for file in sorted(FOLDER.glob("*.yaml")):
        yield from load_file(file).value["cases"]


def cases_that_run() -> Iterator[dict[str, Any]]:
    """Yield the cases whose flow can be read: not those about files, and about what is refused."""
    return (case for case in cases() if "flow" in case and "refused" not in case["expect"])
