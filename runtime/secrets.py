"""The secrets that flows may name: environment variables `CARTFLOW_SECRET_*`, files of a folder.

A file is read whenever its secret is asked for, so that one which is replaced while the process
runs, as Kubernetes does it, is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from .settings import SECRET_PREFIX

MAX_BYTES: Final = 64 * 1024
"""The most bytes that a secret may have."""

_SHORTEST: Final = 4
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Secrets(Mapping[str, str]):
    """The secrets by name; a `KeyError` for one that is not there or cannot be used.

    Iterating gives the names of those that can be used, in lower case where the environment has
    them. Values are never shown.

    Args:
        environment: Names to texts; only `CARTFLOW_SECRET_*` is looked at.
        folder: Where the files are, or None.
        settings: The environment variables of settings; none of them is a secret of a flow.

    Attributes:
        given: The values that were handed out, so that the log can mask them; not those too short
            to be told from other text.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path | None = None,
        settings: Collection[str] = (),
    ) -> None:
        self._folder = folder
        self._settings = frozenset(settings)
        self.given: set[str] = set()
        self._variables = {
            variable: text
            for variable, text in environment.items()
            if variable.startswith(SECRET_PREFIX) and variable not in self._settings
        }

    def __getitem__(self, name: str) -> str:
        """Return the secret *name*."""
        value, problem = self._look_up(name)
        if problem:
            raise KeyError(name)
        if len(value) >= _SHORTEST:
            self.given.add(value)
        return value

    def __iter__(self) -> Iterator[str]:
        """Return the names of the secrets that can be used."""
        names = {variable.removeprefix(SECRET_PREFIX).lower() for variable in self._variables}
        if self._folder is not None and self._folder.is_dir():
            names.update(file.name for file in self._folder.iterdir())
        return (name for name in sorted(names) if not self._look_up(name)[1])

    def __len__(self) -> int:
        """Return how many secrets can be used."""
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<Secrets: {', '.join(map(repr, self)) or 'none'}>"

    def missing(self, name: str) -> str:
        """Return why the secret *name* cannot be had, and what to do; empty if it can."""
        return self._look_up(name)[1]

    def complaint(self) -> str | None:
        """Return what is wrong with the folder, if anything is."""
        if self._folder is None or self._folder.is_dir():
            return None
        return (
            f"the folder {str(self._folder)!r} of the setting 'secrets_dir' is not there;"
            " create it, or correct the setting"
        )

    def _look_up(self, name: str) -> tuple[str, str]:
        """Return the value and an empty string; or an empty string and what is wrong."""
        if not _NAME.fullmatch(name):
            expected = "expected letters, digits and '_', not a digit first"
            return "", f"a secret cannot be called {name!r}; {expected}"
        variable = SECRET_PREFIX + name.upper()
        if self._variables.get(variable):
            return _usable(name, self._variables[variable].encode("utf-8", "surrogateescape"))
        if self._folder is not None:
            try:
                file = self._folder / name
                if file.is_file():
                    with file.open("rb") as opened:
                        return _usable(name, opened.read(MAX_BYTES + 1).removesuffix(b"\n"))
            except OSError as error:
                return "", f"the secret {name!r} cannot be read: {error.strerror}"
        put = f"put a file {name!r} into the folder of the setting 'secrets_dir'"
        if variable in self._settings:
            return "", f"no secret {name!r} is configured, and {variable} is a setting; {put}"
        return "", f"no secret {name!r} is configured; set {variable} or {put}"


def _usable(name: str, value: bytes) -> tuple[str, str]:
    """Return the text of a secret, or what is wrong with it; nothing of the value is told."""
    if len(value) > MAX_BYTES:
        return "", f"the secret {name!r} cannot be used: it has more than {MAX_BYTES} bytes"
    try:
        text = value.decode().removesuffix("\r")
    except UnicodeDecodeError:
        return "", f"the secret {name!r} cannot be used: it is not text in UTF-8"
    return (text, "") if text else ("", f"the secret {name!r} cannot be used: it is empty")
