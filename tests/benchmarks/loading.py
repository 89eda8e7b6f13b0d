"""What store files of many products take: memory, and time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .measure import Figure

# that of the program alone: what getrusage says begins with the memory of the process it comes from
_PROGRAM = """
import atexit, sys
from pathlib import Path
from cartflow.runtime.cli import main
atexit.register(lambda: sys.stderr.write(Path("/proc/self/status").read_text()))
sys.exit(main())
"""
_FEW, _MANY = 100, 100_000


class Cost(NamedTuple):
    """What a process took: its peak memory, and how long it was at work."""

    peak_kib: int
    seconds: float


def store_files(url: str, folder: Path) -> Iterator[Figure]:
    """Yield how 100 000 products compare to 100, each loaded by a process of its own."""
    name = url.partition(":")[0].partition("+")[0]
    few, many = (_load(url, _file(folder, count)) for count in (_FEW, _MANY))
    compared = f"store load, {_MANY} products : {_FEW} products ({name}"
    yield Figure(f"{compared}, {many.seconds:.1f} s), peak memory", _ratio(many, few), 1.5)


def _ratio(ours: Cost, baseline: Cost) -> float:
    return ours.peak_kib / baseline.peak_kib


def _file(folder: Path, count: int) -> Path:
    file = folder / f"store-{count}.json"
    with file.open("w") as out:
        out.write('{"shop": {"name": "Luma", "currency": "USD"}, "products": [')
        for number in range(count):
            product = {"sku": f"load-{number}", "name": f"Thing {number}", "price_minor": number}
            out.write(("," if number else "") + json.dumps(product))
        out.write("]}")
    return file


def _load(url: str, file: Path) -> Cost:
    command = [sys.executable, "-c", _PROGRAM, "--database", url, "store", "load", str(file)]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    [peak] = re.findall(r"VmHWM:\s+([0-9]+) kB", done.stderr)
    return Cost(int(peak), time.perf_counter() - started)
