"""What stands beside a step: what takes it back, what is done after an error, the way around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .boxes import Box, single
from .cards import plain
from .joints import GAP, SHORT, TURN, Column, column_of
from .scene import Node, Role, State

_ASIDE: Final = 34.0


def with_undo(box: Box, column: Column, role: Role) -> Box:
    """Return a box, on a line of colour *role*, with what takes it back on its left."""
    made = _around(box)
    state = column.entry.before
    aside = column.entry.box
    half, top = aside.port_left, max(0.0, box.port - aside.port)
    if not aside.is_single:
        aside = column_of(column, "undo")
        half, top = -column.label.width / 2, box.port - column.label.height / 2
    x = -(box.left + _ASIDE + aside.right)
    made.line((box.port_left, box.port), (x - half, box.port), role="undo", state=state, arrow=True)
    made.add(aside, x, top)
    if box.flows:
        made.line((0, box.height), (0, made.height), role=role, state=box.after)
    return made


def with_catch(box: Box, columns: Sequence[Column], role: Role, after: State) -> Box:
    """Return a box with the clauses that are asked after an error: right of it, or below.

    Args:
        box: The step.
        columns: The clauses, in their order.
        role: The colour of the line that the step stands on.
        after: What a run did behind the step, whichever way it came there.
    """
    asides = [column_of(column, "error") for column in columns]
    made = _around(box)
    made.after = after
    # beside a tall frame they would be far from where they join the flow again
    is_below = box.is_frame and box.height > 2 * max(aside.height for aside in asides)
    right, start, port = box.right, box.port_right, box.port
    if is_below and asides[0].left + _ASIDE < box.right:
        right, port = 0.0, box.height + SHORT + columns[0].label.height / 2
    for number, (column, aside) in enumerate(zip(columns, asides, strict=True)):
        x = right + _ASIDE + aside.left
        half, top = column.label.width / 2, port - column.label.height / 2
        line = ((start, port), (x - half, port))
        if port > box.height and number == 0:
            line = ((x, box.height), (x, top))
        made.line(*line, role="error", state=column.entry.before, arrow=True)
        made.add(aside, x, top)
        start, right = x + half, x + aside.right
    _join(made, box, role)
    return made


def _join(made: Box, box: Box, role: Role) -> None:
    """Lead the clauses in *made* that do not end the flow back to the spine, below *box*."""
    join = made.height + TURN
    asides = [
        (x, y, part) for x, y, part in made.parts if isinstance(part, Box) and part is not box
    ]
    for x, y, aside in asides:
        if aside.flows:
            points = ((x, y + aside.height), (x, join), (0, join), (0, join + TURN))
            made.line(*points, role="error", state=aside.after)
    if box.flows:
        made.line((0, box.height), (0, made.height), role=role, state=box.after)
    made.flows = box.flows or any(aside.flows for _, _, aside in asides)


def _around(box: Box) -> Box:
    """Return a box that holds *box* and behaves like it."""
    made = Box(
        flows=box.flows,
        after=box.after,
        port=box.port,
        port_left=box.port_left,
        port_right=box.port_right,
        is_frame=box.is_frame,
    )
    made.add(box)
    return made


def guarded(question: Node, box: Box, role: Role, yes: State, no: State, after: State) -> Box:
    """Return a box that is passed by when the answer is no.

    Args:
        question: What is asked.
        box: What is done when the answer is yes.
        role: The colour of the lines.
        yes: What a run did on the way to *box*.
        no: What a run did on the way around it.
        after: What a run did behind both.
    """
    if not box.flows:
        return _aside(question, box, role, yes, no, after)
    made = single(question)
    made.is_single, made.after = False, after
    low, middle, half = question.height, question.height / 2, question.width / 2
    made.line((0, low), (0, low + GAP), role=role, state=yes, arrow=True)
    made.add(plain("yes", 6, low + 11, yes))
    made.add(box, y=low + GAP)
    bottom = low + GAP + box.height
    x = -max(half, box.left) - 30
    join = bottom + TURN
    points = ((-half, middle), (x, middle), (x, join), (0, join), (0, join + TURN))
    made.line(*points, role=role, state=no)
    made.add(plain("no", x + 6, middle + 14, no))
    made.line((0, bottom), (0, join + TURN), role=role, state=box.after)
    return made


def _aside(question: Node, box: Box, role: Role, yes: State, no: State, after: State) -> Box:
    """Return a question with a box on its right that the flow does not come back from."""
    half = question.width / 2
    made = Box(after=after)
    x = half + 52 + box.left
    if box.is_single:  # the line enters it from the left
        made.lead = max(0.0, (box.height - question.height) / 2)
        top = made.lead + question.height / 2 - box.height / 2
        way = [(x - box.left, top + box.height / 2)]
    else:
        top = question.height / 2 + GAP
        way = [(x, question.height / 2), (x, top)]
    middle, low = made.lead + question.height / 2, made.lead + question.height
    made.add(single(question), y=made.lead)
    made.add(plain("yes", half + 10, middle - 10, yes))
    made.line((half, middle), *way, role=role, state=yes, arrow=True)
    made.add(box, x, top)
    bottom = max(made.height, low + 18)
    made.add(plain("no", 6, low + 9, no))
    made.line((0, low), (0, bottom), role=role, state=no)
    return made
