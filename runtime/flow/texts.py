"""Texts with expressions in them, taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .sandbox import BadExpressionError

OPENING: Final = "${{"
CLOSING: Final = "}}"
_MOST: Final = 1000
"""Expressions in one text."""

_TOKEN: Final = re.compile(
    r"""
    '(?:[^'\\]|\\.)*+(?:'|\Z) | "(?:[^"\\]|\\.)*+(?:"|\Z)  # one without an end takes all
    | (?P<open>[{\[(]) | (?P<close>[)\]}])
    """,
    re.DOTALL | re.VERBOSE,
)


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of a text: whether it is an expression, and the piece.

    Raises:
        BadExpressionError: An expression has no end, or there are too many.
    """
    plain, position, count = "", 0, 0
    while (start := text.find(OPENING, position)) >= 0:
        if start > position and text[start - 1] == "$":  # `$${{` is a literal `${{`
            plain += text[position : start - 1] + OPENING
            position = start + len(OPENING)
            continue
        plain += text[position:start]
        if plain:
            yield False, plain
            plain = ""
        count += 1
        if count > _MOST:
            message = f"the text has more than {_MOST} expressions; split it"
            raise BadExpressionError(message)
        inner, position = cut(text, start + len(OPENING))
        yield True, inner
    if plain or position < len(text):
        yield False, plain + text[position:]


def cut(text: str, start: int) -> tuple[str, int]:
    """Return the expression that begins at *start*, and where the text goes on behind it.

    Delimiters inside of quotes or of an object do not end it.
    """
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if depth == 0 and text.startswith(CLOSING, token.start()):
            return text[start : token.start()], token.start() + len(CLOSING)
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
    message = f"the expression after {OPENING!r} has no end; close it with {CLOSING!r}"
    raise BadExpressionError(message)
