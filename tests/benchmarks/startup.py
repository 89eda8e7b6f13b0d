"""How long the command line takes to say what it can do, and how much memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import Figure, ratio


def startup() -> Iterator[Figure]:
    command = str(Path(sys.executable).with_name("cartflow"))

    def ours() -> None:
        subprocess.run([command, "--help"], check=True, capture_output=True)

    def baseline() -> None:
        subprocess.run([sys.executable, "-c", "import click"], check=True, capture_output=True)

    def check() -> None:
        environment = {**os.environ, "CARTFLOW_DATABASE_URL": "sqlite:////nowhere/bench.db"}
        file = "actions/flows/buy-now.flow.yaml"
        subprocess.run([command, "check", file], check=True, capture_output=True, env=environment)

    yield Figure("cartflow check FILE : cartflow --help", ratio(check, ours, times=4), 3.0)
    yield Figure("cartflow --help : python -c 'import click'", ratio(ours, baseline, times=4), 3.0)


def peak_memory_mib() -> float:
    """Return the most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
