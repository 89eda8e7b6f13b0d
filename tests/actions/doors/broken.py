"""Mistakes in what is sent."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from .pool import GARBAGE

_PIECES: Final = (b'"', b"\\", b"{", b"]", b"\xff", b"\0", b"\\ud800", b"1e999")


def words_with_mistakes(text: str, random: Random) -> str:
    """Return a document with some of its words taken out, put in, doubled or exchanged."""
    words = text.split(" ")
    for _ in range(random.choice((1, 1, 2, 5))):
        place = random.randrange(len(words))
        words[place : place + random.choice((0, 1))] = random.choice(
            (
                [],
                [words[place]] * 2,
                [random.choice(words)],
                [random.choice(GARBAGE)],
                [random.choice(("{", "}", "...", "@a", "$v0", "id", "on", "__schema", "!", '"""'))],
            )
        )
        words = words or [""]
    return " ".join(words)


def bytes_with_mistakes(body: bytes, random: Random) -> bytes:
    """Return bytes of which some are lost, added, doubled or changed."""
    changes: tuple[Callable[[bytes], bytes], ...] = (
        lambda piece: b"",
        lambda piece: piece * 2,
        lambda piece: piece[::-1],
        lambda piece: random.randbytes(len(piece)),
        lambda piece: random.choice(_PIECES),
    )
    for _ in range(random.choice((1, 1, 2, 4))):
        start = random.randrange(len(body) + 1)
        end = start + random.choice((0, 1, 1, 2, 8, 40))
        body = body[:start] + random.choice(changes)(body[start:end]) + body[end:]
    return body
