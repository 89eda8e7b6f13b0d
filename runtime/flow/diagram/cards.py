"""The boxes that hold text: as large as their text needs, so that nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from .fonts import shorten, width, wrap
from .scene import Chip, Node, Role, State, Text

TITLE: Final = 13.0
NOTE: Final = 11.0
LABEL: Final = 11.5

CARD_WIDTH: Final = 256.0
_PAD: Final = 12.0
_TILE: Final = 28.0
_INDENT: Final = _PAD + _TILE + 10
_TITLE_LINE: Final = 17.0
_NOTE_LINE: Final = 15.0
_CHIP_HEIGHT: Final = 18.0
_CHIP_GAP: Final = 6.0
_LABEL_LIMIT: Final = 240.0
_PANEL_WIDTH: Final = 284.0
_PANEL_ROW: Final = 20.0
_PANEL_ROWS: Final = 9


class Remark(NamedTuple):
    """What a chip says."""

    icon: str
    text: str
    tone: str = "quiet"


class Words(NamedTuple):
    """What a box says."""

    title: str
    note: str = ""
    tooltip: str = ""
    remarks: Sequence[Remark] = ()


def card(
    words: Words, icon: str, role: Role = "main", state: State = "", *, is_end: bool = False
) -> Node:
    """Return the card of a step.

    Args:
        words: What it says: up to three lines of title, one of note, and chips.
        icon: The name of its icon.
        role: Its colour.
        state: What a run did with it.
        is_end: Whether the flow, or the turn, ends there.
    """
    room = CARD_WIDTH - _INDENT - _PAD
    lines = wrap(words.title, TITLE, room, 3, bold=True)
    notes = wrap(words.note, NOTE, room, 2) if words.note else []
    height = _TITLE_LINE * len(lines) + _NOTE_LINE * len(notes)
    top = _PAD + max(0.0, (_TILE - height) / 2)
    texts = _lines(lines, _INDENT, top)
    base = top + _TITLE_LINE * len(lines) + 11
    for number, note in enumerate(notes):
        texts.append(Text(_INDENT, base + _NOTE_LINE * number, note, NOTE, "note"))
    below = top + height + 5
    chips, below = remark_chips(words.remarks, _INDENT, below, CARD_WIDTH - _PAD)
    return Node(
        x=-CARD_WIDTH / 2,
        y=0,
        width=CARD_WIDTH,
        height=max(below, _PAD + _TILE + 7) + 5,
        shape="end" if is_end else "card",
        role=role,
        state=state,
        icon=icon,
        icon_x=_PAD,
        icon_y=_PAD,
        texts=tuple(texts),
        chips=tuple(chips),
        tooltip=words.tooltip,
    )


def _lines(lines: Sequence[str], x: float, top: float) -> list[Text]:
    return [
        Text(x, top + 13 + _TITLE_LINE * number, line, TITLE) for number, line in enumerate(lines)
    ]


def remark_chips(
    remarks: Iterable[Remark], left: float, top: float, right: float
) -> tuple[list[Chip], float]:
    """Return chips in as many rows as they need, and where the last row ends."""
    chips: list[Chip] = []
    x, y = left, top
    for remark in remarks:
        text = shorten(remark.text, NOTE, right - left - 28)
        needed = width(text, NOTE) + 28
        if x > left and x + needed > right:
            x, y = left, y + _CHIP_HEIGHT + 4
        # in the middle of what is left, since the reader's font may be narrower
        label = Text((needed + 14) / 2, 13, text, NOTE, "note", is_centered=True)
        chips.append(Chip(x, y, needed, _CHIP_HEIGHT, remark.icon, label, remark.tone))
        x += needed + _CHIP_GAP
    return chips, y + _CHIP_HEIGHT + 3 if chips else top


def pill(text: str, icon: str, role: Role = "main", state: State = "", tooltip: str = "") -> Node:
    """Return a label on a line: the condition of a case, the name of a branch, an error."""
    shown = shorten(text, LABEL, _LABEL_LIMIT)
    size = width(shown, LABEL) + 40
    label = Text((size + 16) / 2, 15.5, shown, LABEL, "label", is_centered=True)
    return Node(
        x=-size / 2,
        y=0,
        width=size,
        height=24,
        shape="pill",
        role=role,
        state=state,
        icon=icon,
        icon_x=10,
        icon_y=6,
        texts=(label,),
        tooltip=tooltip,
    )


def question(text: str, role: Role = "main", state: State = "", tooltip: str = "") -> Node:
    """Return a condition that is asked on the way."""
    lines = wrap(text, LABEL, _LABEL_LIMIT, 2)
    size = max(width(line, LABEL) for line in lines) + 48
    height = 15.0 * len(lines) + 15
    texts = (
        Text(size / 2, 19 + 15.0 * number, line, LABEL, "label", is_centered=True)
        for number, line in enumerate(lines)
    )
    return Node(
        x=-size / 2,
        y=0,
        width=size,
        height=height,
        shape="question",
        role=role,
        state=state,
        texts=tuple(texts),
        tooltip=tooltip,
    )


def diamond(role: Role, state: State, tooltip: str) -> Node:
    """Return the sign of a decision that has no words of its own."""
    return Node(-14, 0, 28, 28, "diamond", role, state, "case", 6, 6, tooltip=tooltip)


def plain(text: str, x: float, y: float, state: State = "") -> Node:
    """Return a word beside a line; *y* is its middle."""
    size = width(text, NOTE) + 4
    line = Text(2, 11.5, text, NOTE, "note")
    return Node(x, y - 8, size, 16, "plain", "main", state, texts=(line,))


class Head(NamedTuple):
    """The head of a frame.

    Attributes:
        node: A node that is as wide as the head needs; the frame takes texts and chips from it.
        height: Down to where the frame's steps begin.
    """

    node: Node
    height: float


def head(words: Words, icon: str, role: Role, state: State) -> Head:
    """Return the head of a frame: one line of title, one of note, and chips beside them."""
    title = shorten(words.title, TITLE, 300, bold=True)
    note = shorten(words.note, NOTE, 300)
    room = max(width(title, TITLE, bold=True), width(note, NOTE))
    texts = [Text(_INDENT, 24.0 if note else 31.0, title, TITLE)]
    if note:
        texts.append(Text(_INDENT, 40, note, NOTE, "note"))
    chips, _ = remark_chips(words.remarks, _INDENT + room + 14, 17, 10_000)
    right = chips[-1].x + chips[-1].width if chips else _INDENT + room
    node = Node(
        x=0,
        y=0,
        width=right + _PAD,
        height=_PAD + _TILE + 6,
        shape="frame",
        role=role,
        state=state,
        icon=icon,
        icon_x=_PAD,
        icon_y=_PAD,
        texts=tuple(texts),
        chips=tuple(chips),
        tooltip=words.tooltip,
    )
    return Head(node, node.height)


def panel(title: str, icon: str, rows: Sequence[tuple[str, str]], state: State = "") -> Node:
    """Return the list of a flow's inputs or outputs: what each is called, and a remark."""
    shown = list(rows[:_PANEL_ROWS])
    if len(rows) > _PANEL_ROWS:
        shown[-1:] = [(f"and {len(rows) - _PANEL_ROWS + 1} more", "")]
    texts = [Text(_INDENT, 31.0, title, TITLE)]
    room = _PANEL_WIDTH - _INDENT - _PAD
    top = 50.0 if shown else 36.0
    for number, (name, note) in enumerate(shown):
        base = top + _PANEL_ROW * number + 14
        name_text = shorten(name, 12, room)
        texts.append(Text(_INDENT, base, name_text, 12, "label"))
        begins = width(name_text, 12) + 10
        if note and room - begins > 40:
            said = shorten(note, NOTE, room - begins)
            texts.append(Text(_INDENT + begins, base, said, NOTE, "note"))
    tooltip = "\n".join(filter(None, (" ".join(filter(None, row)) for row in rows)))
    return Node(
        x=-_PANEL_WIDTH / 2,
        y=0,
        width=_PANEL_WIDTH,
        height=top + _PANEL_ROW * len(shown) + (10 if shown else 16),
        shape="panel",
        state=state,
        icon=icon,
        icon_x=_PAD,
        icon_y=_PAD,
        texts=tuple(texts),
        tooltip=tooltip,
    )
