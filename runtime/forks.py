"""What a process made by `fork` must not share with its parent: locks and connections."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Heir(Protocol):
    """Something that a child process has to begin anew."""

    def forget_inherited(self) -> None:
        """Let go of what belongs to the parent, without a word to whoever is at the other end."""


_heirs: weakref.WeakSet[Heir] = weakref.WeakSet()


def watch(heir: Heir) -> None:
    """Have *heir* begin anew in each child process."""
    _heirs.add(heir)


def _begin_anew() -> None:
    for heir in list(_heirs):
        heir.forget_inherited()


os.register_at_fork(after_in_child=_begin_anew)
