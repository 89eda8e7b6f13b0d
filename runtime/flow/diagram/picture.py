"""The whole picture: title, inputs, steps, outputs, and what the colours mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..called import Contracts
from ..model import Flow
from ..walk import all_steps
from .boxes import Box, single, spread
from .cards import Remark, panel, remark_chips
from .fonts import clean, width, wrap
from .joints import Entry, chain
from .journey import Journey
from .layout import Layout
from .scene import Edge, Node, Role, Scene, State, Text
from .telling import Teller
from .wording import humanised, inputs_of, seconds_text, starts_of, title_of

_MARGIN: Final = 32.0
_NARROWEST: Final = 460.0
_HEAD: Final = 20.0
_BODY: Final = 12.5
_WIDEST_TEXT: Final = 720.0

_LEGEND: Final[tuple[tuple[Role, str], ...]] = (
    ("error", "after an error"),
    ("undo", "takes back"),
    ("finally", "always, at the end"),
)

_ENDINGS: Final[Mapping[str | None, Remark]] = {
    "succeeded": Remark("return", "a run that succeeded", "done"),
    "failed": Remark("fail", "a run that failed", "failed"),
    "cancelled": Remark("break", "a run that was cancelled", "failed"),
}
"""What is said of a run, by its status."""


def picture(flow: Flow, contracts: Contracts, journey: Journey | None = None) -> Scene:
    """Return the picture of a flow.

    Args:
        flow: The flow.
        contracts: Looks up what an action is called.
        journey: The way of a run through it; None for none.
    """
    box = _flow(flow, contracts, journey)
    inner = max(box.left + box.right, _NARROWEST - 2 * _MARGIN)
    header = _header(flow, journey, min(inner, _WIDEST_TEXT))
    top = header.y + header.height + 22
    x = _MARGIN + box.left + (inner - box.left - box.right) / 2
    nodes, edges = spread(box, x, top)
    legend, lines = _legend(nodes, _MARGIN, top + box.height + 26)
    bottom = top + box.height + (26 + 16 if legend else 0) + _MARGIN
    title = flow.title or humanised(flow.name)
    return Scene(
        name=flow.name,
        title=clean(title),
        description=_description(flow, contracts, journey),
        width=inner + 2 * _MARGIN,
        height=bottom,
        nodes=(header, *nodes, *legend),
        edges=(*edges, *lines),
    )


def _flow(flow: Flow, contracts: Contracts, journey: Journey | None) -> Box:
    """Return inputs, steps and outputs, one below the other."""
    begun: State = "" if journey is None else "lit"
    body = Layout(Teller(contracts, journey)).body(flow.body)
    entries = []
    rows = [(start, "starts it") for start in starts_of(flow)] + inputs_of(flow)
    first = panel("Start", "start", (), begun)
    if rows:
        first = panel("Input", "input", rows, begun)
    entries.append(Entry(single(first)))
    if body.parts:
        entries.append(Entry(body, begun))
    ended = body.after if body.parts else begun
    outputs = [(humanised(name), "") for name in flow.outputs or ()]
    last = panel("Done", "return", (), ended)
    if outputs:
        last = panel("Output", "output", outputs, ended)
    if body.flows:
        entries.append(Entry(single(last), ended))
    return chain(entries, "main")


def _header(flow: Flow, journey: Journey | None, room: float) -> Node:
    title = flow.title or humanised(flow.name)
    texts = []
    y = 0.0
    for line in wrap(title, _HEAD, room, 2, bold=True):
        y += 26
        texts.append(Text(0, y - 6, line, _HEAD, "head"))
    for line in wrap(flow.description, _BODY, room, 4) if flow.description else ():
        y += 18
        texts.append(Text(0, y, line, _BODY, "note"))
    chips, y = remark_chips(_run_remarks(journey), 0, y + 12, room) if journey else ([], y + 6)
    return Node(_MARGIN, _MARGIN - 8, room, y, "plain", texts=tuple(texts), chips=tuple(chips))


def _run_remarks(journey: Journey) -> Iterator[Remark]:
    if journey.status in _ENDINGS:
        yield _ENDINGS[journey.status]
    yield Remark("clock", seconds_text(journey.seconds), "time")


def _legend(nodes: list[Node], x: float, y: float) -> tuple[list[Node], list[Edge]]:
    """Return what those colours mean that are not explained by what is drawn in them."""
    used = {node.role for node in nodes}
    texts, lines = [], []
    for role, meaning in _LEGEND:
        if role not in used:
            continue
        lines.append(Edge(((x, y + 8), (x + 26, y + 8)), role))
        size = width(meaning, 11)
        line = Text(0, 12, meaning, 11, "note")
        texts.append(Node(x + 34, y, size, 16, "plain", texts=(line,)))
        x += 34 + size + 22
    return texts, lines


def _description(flow: Flow, contracts: Contracts, journey: Journey | None) -> str:
    """Return what the picture shows, in words."""
    steps = [step for step in all_steps(flow.body) if step is not flow.body]
    said = [f"The flow {flow.name}, {len(steps)} {'step' if len(steps) == 1 else 'steps'}."]
    titles = [clean(title_of(step, contracts)[:120]) for step in steps[:200]]
    said.append(" ".join(f"{number}. {title}." for number, title in enumerate(titles, 1)))
    if journey is not None:
        said.append("The way of one run is lit.")
    return " ".join(filter(None, said))
