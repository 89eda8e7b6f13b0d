"""Safe corrections of a flow file: words are exchanged, every other byte stays as it is."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence

from ..errors import Problem

Read = Callable[[bytes], Sequence[Problem]]
"""Returns everything that is wrong with the text of a flow."""

_MOST_ROUNDS = 10
"""What was wrong may have hidden something else, but not endlessly."""

_UNREADABLE = frozenset(("syntax", "bad-key", "duplicate-key"))
"""Rules of the file as a text; one that breaks them gets no further than there."""


def mend(text: bytes, read: Read) -> tuple[bytes, list[Problem]]:
    """Return a text with all safe corrections made, and the problems that are gone with them.

    Corrections that would not help, or that would make the file unreadable, are not made.
    """
    mended: list[Problem] = []
    problems = read(text)
    for _ in range(_MOST_ROUNDS):
        fixable = [problem for problem in problems if problem.fix is not None]
        if not fixable:
            break
        fixed = spliced(text, fixable)
        left = read(fixed)
        gone = _marks(fixable)
        if gone & _marks(left) or _UNREADABLE & {problem.rule for problem in left}:
            break
        text, problems = fixed, left
        mended += fixable
    return text, mended


def spliced(text: bytes, problems: Sequence[Problem]) -> bytes:
    """Return a text with the corrections of *problems* in it; of two at one place the first."""
    mark = codecs.BOM_UTF8 if text.startswith(codecs.BOM_UTF8) else b""
    characters = text[len(mark) :].decode("utf-8")
    fixes = sorted({problem.fix for problem in problems if problem.fix is not None})
    pieces, position = [], 0
    for fix in fixes:
        if fix.start >= position:
            pieces += [characters[position : fix.start], fix.right]
            position = fix.end
    return mark + "".join((*pieces, characters[position:])).encode("utf-8")


def _marks(problems: Sequence[Problem]) -> set[tuple[str, str]]:
    """Return the rules that are broken, each with the word that is the wrong one."""
    return {(it.rule, it.fix.wrong) for it in problems if it.fix is not None}
