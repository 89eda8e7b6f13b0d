"""How wide a text is, without a font: nothing may be cut, whichever face the reader has.

The widths are those of DejaVu Sans, the widest face that browsers fall back to; Arial, Helvetica,
Segoe UI and Roboto are 10 to 20 % narrower, which leaves a little air.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from unicodedata import category, east_asian_width, normalize

_CLASSES: Final = {
    28: "'ijl",
    32: " ,.IJ",
    34: "/:;\\|",
    37: "-f",
    40: "()[]t",
    42: "!r",
    50: '"*_`',
    55: "?csz",
    58: "FLk",
    62: "PTYaeovxy",
    64: "$0123456789ESbdghnpqu{}",
    70: "ABCKRVXZ",
    77: "DHNU",
    79: "&GOQ",
    84: "#+<=>^w~",
    87: "M",
    99: "%@Wm",
}
"""Hundredths of the font size, and the ASCII characters that are as wide, or nearly."""

_ASCII: Final = {
    character: hundredths / 100
    for hundredths, characters in _CLASSES.items()
    for character in characters
}
_BOLD: Final = 1.16
"""How much wider bold letters are, compared with the same letters in regular weight."""

_LONGEST: Final = 1000
"""Characters of a text that are looked at; no label has room for more."""

_RANGES: Final = ((0x400, 0.87), (0x530, 1.0), (0x700, 0.9), (0x2070, 1.0), (0x2300, 1.1))
"""End of a range of characters, and how wide they are at most; those of Cyrillic on average."""

_OTHER: Final = 1.3
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS: Final = re.compile(r"(?<=[_./-])(?=.)|(?<=[a-z0-9])(?=[A-Z])")
ELLIPSIS: Final = "…"


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if character in _ASCII:
        return _ASCII[character]
    if category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    code = ord(character)
    if east_asian_width(character) in ("W", "F"):
        return 1.0 if code < 0x1F000 else 1.4
    for end, width in _RANGES:
        if code < end:
            return width
    return _OTHER * len(normalize("NFKC", character))  # a single one may hold a whole phrase


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide *text* is at most in a font of *size*, in the same unit."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def clean(text: str) -> str:
    """Return *text* as one line that XML can hold and that turns no text around it."""
    return " ".join("".join(map(_shown, _DIRECTIONS.sub("", text))).split())


def _shown(character: str) -> str:
    if category(character) in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    is_no_character = ord(character) & 0xFFFE == 0xFFFE
    return "\ufffd" if is_no_character or category(character) == "Cs" else character


def wrap(text: str, size: float, limit: float, lines: int, *, bold: bool = False) -> list[str]:
    """Return *text* as at most so many lines, none wider than *limit*; one at least.

    Words that are too long are broken, identifiers between their words; what there is no room for
    is replaced by an ellipsis.
    """
    made = [""]
    for glue, piece in _pieces(clean(text[:_LONGEST]), size, limit, bold):
        if made[-1] and width(made[-1] + glue + piece, size, bold=bold) > limit:
            made.append(piece)
        else:
            made[-1] += glue + piece if made[-1] else piece
        if len(made) > lines:
            break
    if len(made) > lines or len(text) > _LONGEST:
        last = min(len(made), lines) - 1
        made[last:] = [_with_ellipsis(made[last], size, limit, bold)]
    return made


def shorten(text: str, size: float, limit: float, *, bold: bool = False) -> str:
    """Return *text* as one line that is no wider than *limit*."""
    kept = clean(text[:_LONGEST])
    if width(kept, size, bold=bold) <= limit and len(text) <= _LONGEST:
        return kept
    return _with_ellipsis(kept, size, limit, bold)


def _with_ellipsis(text: str, size: float, limit: float, bold: bool) -> str:
    kept = ""
    for part in _clusters(text):
        if width(kept + part + ELLIPSIS, size, bold=bold) > limit:
            break
        kept += part
    return kept.rstrip(" ,.;:-") + ELLIPSIS


def _pieces(text: str, size: float, limit: float, bold: bool) -> Iterator[tuple[str, str]]:
    """Yield what a line may end after, none wider than a line, and what stands before it."""
    for word in text.split():
        glue = " "
        parts = [word] if width(word, size, bold=bold) <= limit else _BREAKS.split(word)
        for part in parts:
            for piece in _cut(part, size, limit, bold):
                yield glue, piece
                glue = ""


def _cut(part: str, size: float, limit: float, bold: bool) -> Iterator[str]:
    if width(part, size, bold=bold) <= limit:
        yield part
        return
    line = ""
    for cluster in _clusters(part):
        if line and width(line + cluster, size, bold=bold) > limit:
            yield line
            line = ""
        line += cluster
    yield line


def _clusters(text: str) -> Iterator[str]:
    """Yield characters together with the marks, joiners and skin tones that belong to them."""
    cluster = ""
    for character in text:
        is_tone = 0x1F3FB <= ord(character) <= 0x1F3FF
        joins = _em(character) == 0 or is_tone or cluster.endswith("\u200d")
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += character
    yield cluster
