"""The colours: light as attributes, dark as a style sheet for those who prefer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from .scene import Role

Strength = Literal["strong", "line", "pale"]


class Tone(NamedTuple):
    """Three strengths of a colour.

    Attributes:
        strong: Icons, borders of what matters, text on the pale one.
        line: Lines and borders.
        pale: Behind text.
    """

    strong: str
    line: str
    pale: str


_GROUND: Final[Mapping[str, tuple[str, str, str]]] = {
    "paper": ("fill", "#fafbfc", "#11151d"),
    "card": ("fill", "#ffffff", "#222a39"),
    "ink": ("fill", "#1c2434", "#e9edf5"),
    "quiet": ("fill", "#626c80", "#9aa5ba"),
    "chip": ("fill", "#eef1f5", "#313b4f"),
    "edge": ("stroke", "#d5dae3", "#3d485c"),
}
"""What has no role: the attribute, and its colour on light ground and on dark."""

_LIGHT: Final[Mapping[Role, Tone]] = {
    "main": Tone("#3d5bd9", "#8e99ad", "#e8edfd"),
    "error": Tone("#c62a47", "#dd6e82", "#fdebee"),
    "undo": Tone("#9a5b00", "#cf9236", "#fdf1dc"),
    "finally": Tone("#6b46c9", "#a48bdf", "#f0eafc"),
    "return": Tone("#13794d", "#5aae8a", "#e2f5ec"),
    "loop": Tone("#0b7583", "#5fabb5", "#e2f4f6"),
    "branch": Tone("#1f6fb2", "#76a8d3", "#e5f1fb"),
    "block": Tone("#4d5a72", "#a9b2c2", "#edf0f5"),
}

_DARK: Final[Mapping[Role, Tone]] = {
    "main": Tone("#93a9ff", "#66728a", "#27335c"),
    "error": Tone("#ff8a9e", "#b14d62", "#4a2330"),
    "undo": Tone("#f0b657", "#a5762a", "#43331a"),
    "finally": Tone("#bea5ff", "#7b63b8", "#352a55"),
    "return": Tone("#66d3a2", "#3f8c6b", "#1b3f32"),
    "loop": Tone("#67cfdb", "#3a8792", "#173d44"),
    "branch": Tone("#86bff2", "#4a7ba8", "#1d3a55"),
    "block": Tone("#b4bfd2", "#5a6680", "#1c2330"),
}


class Paint:
    """Gives the attributes of a colour, and remembers which there are."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[str, str]] = {}

    def ground(self, name: str) -> str:
        """Return the colour of what has no role: `paper`, `card`, `ink`, `quiet`, `chip`."""
        return self._attributes((name, *_GROUND[name]))

    def fill(self, role: Role, strength: Strength) -> str:
        """Return a filling in the colour of a role."""
        return self._attributes(_toned(role, strength, "fill"))

    def stroke(self, role: Role, strength: Strength) -> str:
        """Return a line in the colour of a role."""
        return self._attributes(_toned(role, strength, "stroke"))

    def both(self, role: Role, fill: Strength | None, stroke: Strength | None) -> str:
        """Return a filling and a line, where there is none those of a card."""
        return self._attributes(
            _toned(role, fill, "fill") if fill else ("card", *_GROUND["card"]),
            _toned(role, stroke, "stroke") if stroke else ("edge", *_GROUND["edge"]),
        )

    def _attributes(self, *colours: tuple[str, str, str, str]) -> str:
        for name, what, _, dark in colours:
            self._used[name] = (what, dark)
        shown = " ".join(f'{what}="{light}"' for _, what, light, _ in colours)
        return f'class="{" ".join(name for name, *_ in colours)}" {shown}'

    def style_sheet(self, root: str) -> str:
        """Return the style sheet for dark ground; *root* is the selector of the picture."""
        rules = (
            f"{root} .{name}{{{what}:{dark}}}" for name, (what, dark) in sorted(self._used.items())
        )
        return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


def _toned(role: Role, strength: Strength, what: str) -> tuple[str, str, str, str]:
    light, dark = getattr(_LIGHT[role], strength), getattr(_DARK[role], strength)
    return f"{role}-{strength}-{what}", what, light, dark
