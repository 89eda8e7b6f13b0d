"""How long commands take from start to end, and how much memory the figures took."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from .measure import Figure, Work, ratio

_COMMAND = str(Path(sys.executable).with_name("cartflow"))
_FLOW = "actions/flows/buy-now.flow.yaml"


def startup() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="cartflow-bench-") as folder:
        environment = _environment(folder)
        python = _process(environment, sys.executable, "-c", "import click")
        help_text = _process(environment, _COMMAND, "--help")
        check = _process(environment, _COMMAND, "check", _FLOW)
        figure = ratio(help_text, python, times=4)
        yield Figure("cartflow --help : python -c 'import click'", figure, 3.0)
        yield Figure("cartflow check FILE : cartflow --help", ratio(check, help_text, times=4), 3.0)


def _environment(folder: str) -> dict[str, str]:
    """Return that of an installation: the database is elsewhere, and modules are compiled once."""
    environment = {name: value for name, value in os.environ.items() if name not in _NO_CACHE}
    environment["PYTHONPYCACHEPREFIX"] = folder
    environment["CARTFLOW_DATABASE_URL"] = f"sqlite:///{folder}/bench.db"
    return environment


_NO_CACHE = ("PYTHONDONTWRITEBYTECODE",)


def _process(environment: Mapping[str, str], *command: str) -> Work:
    return lambda: subprocess.run(command, check=True, capture_output=True, env=environment)


def peak_memory_mib() -> float:
    """Return the most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
