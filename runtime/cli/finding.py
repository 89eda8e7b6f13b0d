"""Finding the flow that a command is about: by its name, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..application import Application
from ..errors import UsageError
from ..registry import RegisteredAction
from ..violations import nearest

MAX_BYTES: Final = 1 << 20
_SUFFIXES: Final = frozenset((".yaml", ".yml", ".json"))


def find_flow(app: Application, name: str) -> RegisteredAction:
    """Return the registered flow of this name, or else the flow in the file of this name.

    Raises:
        UsageError: It is neither; the message says what is near.
        InvalidDocumentError: The file holds no flow that can be run.
    """
    action: RegisteredAction | None = app.registry.get(name)
    if action is not None and action.contract.effect == "steps":
        return action
    if action is not None:
        message = f"{name!r} is an action, not a flow; use 'cartflow invoke {name}'"
        raise UsageError(message)
    if not looks_like_file(name):
        flows = [flow for flow, found in app.registry.items() if found.contract.effect == "steps"]
        near = nearest(name, flows) or "; see 'cartflow flows'"
        message = f"{name!r} is neither a flow nor a file{near}"
        raise UsageError(message)
    return app.library.compile(read_flow(name), name)


def looks_like_file(name: str) -> bool:
    """Return whether somebody who writes *name* means a file."""
    return "/" in name or Path(name).suffix in _SUFFIXES or Path(name).exists()


def read_flow(name: str) -> bytes:
    """Return what is in a flow file; of one that is too large, enough to see that it is.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        near = nearest(name, map(str, Path(name).parent.glob("*.flow.*")))
        message = f"the file {name!r} cannot be read: {error.strerror}{near}"
        raise UsageError(message) from error
