"""What a picture consists of: boxes with texts, frames around them, and lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["main", "error", "undo", "finally", "return", "loop", "branch", "block"]
"""What something is about; decides its colour."""

State = Literal["", "lit", "dim", "failed"]
"""What a run did with it: went through it, did not, failed there; empty without a run."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in a box.

    Attributes:
        x: Where it begins, or its middle; from the left of its box.
        y: The base line, from the top of its box.
        content: Without control characters.
        size: Of the font.
        style: `head` and `title` (bold), `label` or `note`.
        is_centered: Whether *x* is the middle.
    """

    x: float
    y: float
    content: str
    size: float
    style: str = "title"
    is_centered: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A small remark in a box: an icon and a word.

    Attributes:
        tone: `quiet`, `time`, `done`, `failed` or `undone`.
    """

    x: float
    y: float
    width: float
    height: float
    icon: str
    text: Text
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a step, a label, or a frame around others.

    Attributes:
        shape: `card`, `end` (rounded), `pill`, `question` (pointed), `diamond`, `bar`, `panel`
            (inputs and outputs), `frame` (holds others), or `plain` (nothing but text).
        tooltip: What is said in full when the pointer rests on it.
        is_many: Whether there are several at once, drawn as a pile.
    """

    x: float
    y: float
    width: float
    height: float
    shape: str
    role: Role = "main"
    state: State = ""
    icon: str = ""
    icon_x: float = 0
    icon_y: float = 0
    texts: tuple[Text, ...] = ()
    chips: tuple[Chip, ...] = ()
    tooltip: str = ""
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A line along points, its corners rounded.

    Attributes:
        has_arrow: Whether it ends with the head of an arrow.
        from_dot: Whether it begins with a dot: where the steps of a frame begin.
    """

    points: tuple[Point, ...]
    role: Role = "main"
    state: State = ""
    has_arrow: bool = False
    from_dot: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture; its upper left corner is (0, 0).

    Attributes:
        name: Of the flow: letters, digits, `_` and `-`.
        title: What the picture is called.
        description: What it shows, for those who cannot see it.
    """

    name: str
    title: str
    description: str
    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
