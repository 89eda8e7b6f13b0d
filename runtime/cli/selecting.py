"""`-k EXPRESSION`: which tests are meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NoReturn

from ..errors import UsageError

Selects = Callable[[str], bool]
"""Whether a test is meant, by its file, flow and title in one text."""

_TOKEN: Final = re.compile(r"\s*(?:(?P<mark>[()])|\"(?P<quoted>[^\"]*)\"|(?P<word>[^\s()\"]+))")
_WORDS: Final = frozenset(("and", "or", "not"))


def selection(text: str) -> Selects:
    """Return what an expression selects: words, `and`, `or`, `not` and parentheses.

    Words that follow each other are one phrase; case does not matter.

    Raises:
        UsageError: It is not such an expression.
    """
    parser = _Parser(text)
    selects = parser.either()
    if parser.next is not None:
        parser.refuse()
    return lambda name: selects(name.lower())


class _Parser:
    """Reads an expression; `next` is the token that comes next, None at the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        self.next: str | None = None
        self._advance()

    def _split(self, text: str) -> Iterator[str]:
        """Yield marks and words of the expression as they are, texts to look for with a `=`."""
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None:
                self.refuse()
            position = found.end()
            word = found["mark"] or found["word"]
            yield word if word in {*_WORDS, "(", ")"} else f"={found['quoted'] or word or ''}"

    def _advance(self) -> None:
        self.next = next(self._tokens, None)

    def refuse(self) -> NoReturn:
        """Raise that this is no expression."""
        message = (
            f"-k {self._text!r} is not an expression;"
            " expected words, 'and', 'or', 'not' and parentheses"
        )
        raise UsageError(message)

    def either(self) -> Selects:
        """Return what a part with `or` selects."""
        one = self._both()
        if self.next != "or":
            return one
        self._advance()
        other = self.either()
        return lambda name: one(name) or other(name)

    def _both(self) -> Selects:
        one = self._single()
        if self.next != "and":
            return one
        self._advance()
        other = self._both()
        return lambda name: one(name) and other(name)

    def _single(self) -> Selects:
        if self.next == "not":
            self._advance()
            one = self._single()
            return lambda name: not one(name)
        if self.next == "(":
            self._advance()
            inner = self.either()
            if self.next != ")":
                self.refuse()
            self._advance()
            return inner
        words = []
        while self.next is not None and self.next.startswith("="):
            words.append(self.next[1:])
            self._advance()
        if not words:
            self.refuse()
        phrase = " ".join(words).lower()
        return lambda name: phrase in name
