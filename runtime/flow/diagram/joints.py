"""How boxes are put together: one below the other, side by side, in a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from .boxes import Box, single
from .cards import Head, plain
from .scene import Node, Point, Role, State

GAP: Final = 30.0
"""Between a step and the next: the length of an arrow."""

SHORT: Final = 24.0
"""From a label to the step below it."""

TURN: Final = 12.0
"""From a step to where lines turn aside."""

_BETWEEN: Final = 26.0
_PADDING: Final = 18.0
_LANE: Final = 22.0


class Entry(NamedTuple):
    """A box with what a run did on the way into it."""

    box: Box
    before: State = ""


def chain(entries: Sequence[Entry], role: Role, begin: State = "") -> Box:
    """Return boxes one below the other, with arrows between them.

    Args:
        entries: The boxes, from the top.
        role: The colour of the arrows.
        begin: What a run did, if there is no box.
    """
    if len(entries) == 1:
        return entries[0].box
    made = Box(after=begin)
    for number, (box, before) in enumerate(entries):
        top = made.height
        if number:
            if made.flows:
                entry = (0, top + GAP + box.lead)
                made.line((0, top), entry, role=role, state=before, arrow=True)
            top += GAP
        else:
            made.lead = box.lead
        made.add(box, y=top)
        made.grow(0, 0, top + box.height)
        made.flows = made.flows and box.flows
        made.after = box.after
    return made


class Column(NamedTuple):
    """One of several boxes side by side: its label, and what is below."""

    label: Node
    entry: Entry


def fork(top: Box, columns: Sequence[Column], role: Role, *, bars: bool) -> Box:
    """Return columns side by side under *top*, joined again at the bottom.

    Args:
        top: The step's own card.
        columns: From the left.
        role: The colour of the lines.
        bars: Whether all columns run at once, between two bars, or only one of them.
    """
    made = Box(port=top.port, port_left=top.port_left, port_right=top.port_right)
    made.add(top)
    boxes = [column_of(column, role) for column in columns]
    places = _places(boxes)
    begin = top.height + (SHORT if bars else 0)
    bus = begin + (6 if bars else TURN)
    heads = bus + (SHORT if bars else TURN + 14)
    end = heads + max(box.height for box in boxes) + SHORT
    if bars:
        _bars(made, places, top, begin, end, role, boxes)
    for x, box, column in zip(places, boxes, columns, strict=True):
        way_in: list[Point] = [(x, bus)] if bars else [(0, top.height), (0, bus), (x, bus)]
        made.line(*way_in, (x, heads), role=role, state=column.entry.before, arrow=True)
        made.add(box, x, heads)
        if box.flows:
            way_out: list[Point] = [] if bars else [(0, end), (0, end + TURN)]
            bottom = (x, heads + box.height)
            made.line(bottom, (x, end), *way_out, role=role, state=box.after)
    made.flows = any(box.flows for box in boxes)
    return made


def column_of(column: Column, role: Role) -> Box:
    """Return a column with its label on top; *role* is the colour of the line below that."""
    label, (body, before) = column
    made = single(label)
    made.is_single = False
    made.flows, made.after = body.flows, body.after
    if body.parts:
        top = made.height
        made.line((0, top), (0, top + SHORT + body.lead), role=role, state=before, arrow=True)
        made.add(body, y=top + SHORT)
    return made


def _places(boxes: Sequence[Box]) -> list[float]:
    """Return the x of each box's spine; the outermost two are equally far from 0."""
    places: list[float] = []
    x = 0.0
    for box in boxes:
        places.append(x + box.left)
        x += box.left + box.right + _BETWEEN
    middle = (places[0] + places[-1]) / 2
    return [place - middle for place in places]


def _bars(
    made: Box,
    places: Sequence[float],
    top: Box,
    begin: float,
    end: float,
    role: Role,
    boxes: Sequence[Box],
) -> None:
    """Draw the two bars between which all columns run."""
    reach = max(places[-1], 30.0) + 16
    bar = Node(-reach, 0, 2 * reach, 6, "bar", role, top.after)
    made.line((0, top.height), (0, begin), role=role, state=top.after)
    made.add(bar, y=begin)
    after: State = "" if not top.after else "dim"
    if any(box.after == "lit" for box in boxes):
        after = "lit"
    made.add(replace(bar, state=after), y=end)


class Back(NamedTuple):
    """The way from the end of a loop's turn back to its beginning.

    Attributes:
        state: What a run did with it.
        question: What is asked at the end of a turn; None for a loop that does not ask.
    """

    state: State
    question: Node | None = None


def frame(head: Head, body: Box, role: Role, *, before: State, back: Back | None = None) -> Box:
    """Return a body inside of a frame.

    Args:
        head: What the frame is called.
        body: What is in it.
        role: Its colour.
        before: What a run did on the way into the body.
        back: The way back to the top; None if there is none.
    """
    begin, bottom = head.height, head.height + GAP + body.height
    side = _side(body, back)
    left, right = body.left + _PADDING, side + (_LANE if back is not None else 0)
    missing = head.node.width - left - right
    if missing > 0:
        left, right = left + missing / 2, right + missing / 2
    end = bottom + (TURN + _PADDING if back is not None else _PADDING)
    made = Box(port=26, port_left=-left, port_right=right, is_frame=True)
    made.add(replace(head.node, x=-left, width=left + right, height=end))
    entry = (0, begin + GAP + body.lead)
    made.line((0, begin), entry, role=role, state=before, arrow=True, dot=True)
    made.add(body, y=begin + GAP)
    if body.flows:
        made.line((0, bottom), (0, end), role=role, state=body.after)
    if back is not None and body.flows:
        _way_back(made, back, side, begin + 10, bottom, role)
    made.flows, made.after = body.flows, body.after
    if head.node.is_many:
        made.grow(-left, right, end + 8)
    return made


def _side(body: Box, back: Back | None) -> float:
    """Return the x of what is right of a body: the way back, or the border."""
    asked = back.question if back is not None else None
    # there must be room for the word on the line
    return max(body.right, asked.width / 2 + 10 if asked is not None else 0) + _PADDING


def _way_back(made: Box, back: Back, side: float, top: float, bottom: float, role: Role) -> None:
    """Draw the way back of a loop along x = *side*, up to y = *top*."""
    start, turn = 0.0, bottom + TURN
    if back.question is not None:
        start, turn = back.question.width / 2, bottom - back.question.height / 2
        made.add(plain("no", start + 2, turn - 10, back.state))
        made.add(plain("yes", 6, bottom + 12, made.after))
    points = ((start, turn), (side, turn), (side, top), (0, top))
    made.line(*points, role=role, state=back.state, arrow=True)
