"""Nothing in a picture overlaps, is cut or lies outside, whatever the flow and its titles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings

from cartflow.runtime.flow.diagram.fonts import width
from cartflow.runtime.flow.diagram.picture import picture
from cartflow.runtime.flow.diagram.scene import Edge, Node, Scene, Text
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

from ...drawings import sixty
from .drawn_flows import drawn_flows
from .random_flows import flows


class Area(NamedTuple):
    """A rectangle, with what it belongs to."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Area) -> bool:
        return (
            self.left < other.right - 0.01
            and other.left < self.right - 0.01
            and self.top < other.bottom - 0.01
            and other.top < self.bottom - 0.01
        )

    def holds(self, other: Area) -> bool:
        return (
            self.left <= other.left + 0.01
            and self.top <= other.top + 0.01
            and self.right >= other.right - 0.01
            and self.bottom >= other.bottom - 0.01
        )


def area_of(node: Node) -> Area:
    what = f"{node.shape} {[text.content for text in node.texts]}"
    return Area(node.x, node.y, node.x + node.width, node.y + node.height, what)


def text_area(text: Text, x: float, y: float) -> Area:
    size = width(text.content, text.size, bold=text.style in ("head", "title"))
    left = x + text.x - (size / 2 if text.is_centered else 0)
    # letters reach so far above and below their base line
    top, bottom = y + text.y - text.size * 0.78, y + text.y + text.size * 0.22
    return Area(left, top, left + size, bottom, text.content)


def texts_of(node: Node) -> list[Area]:
    return [text_area(text, node.x, node.y) for text in node.texts]


def chips_of(node: Node) -> list[Area]:
    return [
        Area(
            node.x + chip.x,
            node.y + chip.y,
            node.x + chip.x + chip.width,
            node.y + chip.y + chip.height,
            f"chip {chip.text.content}",
        )
        for chip in node.chips
    ]


def segments(edge: Edge) -> Iterator[Area]:
    for (x1, y1), (x2, y2) in pairwise(edge.points):
        assert x1 == x2 or y1 == y2, "a line is neither level nor upright"
        # one pixel thick, so that running along a border counts as touching, not as crossing
        yield Area(min(x1, x2), min(y1, y2), max(x1, x2) + 0.02, max(y1, y2) + 0.02, "line")


def shrunk(area: Area) -> Area:
    return Area(area.left + 1, area.top + 1, area.right - 1, area.bottom - 1, area.what)


def check(scene: Scene) -> None:
    """Assert everything that must hold of any picture."""
    boxes = [area_of(node) for node in scene.nodes if node.shape != "frame"]
    frames = [area_of(node) for node in scene.nodes if node.shape == "frame"]
    check_paper(scene, boxes + frames)
    for number, box in enumerate(boxes):
        assert [str(other) for other in boxes[:number] if box.overlaps(other)] == []
    for number, frame in enumerate(frames):
        for other in (*boxes, *frames[:number]):
            apart = not frame.overlaps(other) or frame.holds(other) or other.holds(frame)
            assert apart, (frame, other)
    for node in scene.nodes:
        check_inside(node)
    check_lines(scene, boxes)


def check_paper(scene: Scene, areas: list[Area]) -> None:
    paper = Area(0, 0, scene.width, scene.height, "paper")
    assert [area for area in areas if not paper.holds(area)] == []
    for edge in scene.edges:
        for x, y in edge.points:
            assert 0 <= x <= scene.width
            assert 0 <= y <= scene.height


def check_inside(node: Node) -> None:
    """Assert that a box holds its texts, chips and icon, and that they are apart."""
    whole, parts = area_of(node), [*texts_of(node), *chips_of(node)]
    if node.icon and node.shape not in ("pill", "diamond"):
        x, y = node.x + node.icon_x, node.y + node.icon_y
        parts.append(Area(x, y, x + 28, y + 28, "icon"))
    for number, part in enumerate(parts):
        assert whole.holds(part), (whole, part)
        assert [other for other in parts[:number] if part.overlaps(other)] == []
    for chip, area in zip(node.chips, chips_of(node), strict=True):
        assert area.holds(text_area(chip.text, area.left, area.top))


def check_lines(scene: Scene, boxes: list[Area]) -> None:
    """Assert that no line runs through a box, nor through the words of a frame."""
    frames = [node for node in scene.nodes if node.shape == "frame"]
    solid = [shrunk(box) for box in boxes]
    solid += [area for frame in frames for area in (*texts_of(frame), *chips_of(frame))]
    for edge in scene.edges:
        for segment in segments(edge):
            assert [area for area in solid if area.overlaps(segment)] == [], edge


def check_scene_of(flow: Flow) -> None:
    check(picture(flow, lambda _: None))


def check_document(document: Mapping[str, Any]) -> None:
    text = json.dumps({"flow": "case", **document}, ensure_ascii=False)
    check_scene_of(parse_flow(load(text.encode(), "case.flow.yaml"), {}))


@given(flows())
@settings(deadline=None, max_examples=25)
def test_flows_that_make_sense(document: dict[str, Any]) -> None:
    check_document(document)


@given(drawn_flows())
@settings(deadline=None, max_examples=50)
def test_flows_with_any_shape_and_title(document: dict[str, Any]) -> None:
    check_document(document)


def test_a_flow_with_every_kind() -> None:
    check_scene_of(sixty())


def test_a_flow_without_anything() -> None:
    check_document({"steps": [{"value": 1}]})


@pytest.mark.parametrize("count", [0, 1, 30])
def test_many_inputs_and_outputs(count: int) -> None:
    names = [f"a_name_that_is_rather_long_{number}" * 2 for number in range(count)]
    inputs = {name: {"type": "string", "default": "W" * 50} for name in names}

    check_document({"inputs": inputs, "steps": [], "outputs": dict.fromkeys(names, 1)})
