"""Lines as SVG paths, their corners rounded, with the heads of their arrows."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Final

from .palette import Paint, Strength
from .scene import Edge, Point, Role

_CORNER: Final = 9.0
_ARROW: Final = 7.0


def number(value: float) -> str:
    """Return a number as SVG has it, to a tenth."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def line_of(edge: Edge, paint: Paint) -> str:
    """Return a line as SVG."""
    is_lit = edge.state == "lit"
    strength: Strength = "strong" if is_lit else "line"
    points = list(edge.points)
    parts = []
    if edge.has_arrow:
        parts.append(_arrow(points, edge.role, strength, paint))
        points[-1] = _before(points[-2], points[-1], _ARROW - 1)
    look = f'{paint.stroke(edge.role, strength)} stroke-width="{"2.4" if is_lit else "1.6"}"'
    if edge.role == "undo":
        look += ' stroke-dasharray="5 4"'
    parts.insert(0, f'<path d="{_path(points)}" fill="none" {look}/>')
    if edge.from_dot:
        x, y = map(number, points[0])
        parts.append(f'<circle cx="{x}" cy="{y}" r="3" {paint.fill(edge.role, strength)}/>')
    dim = ' opacity=".35"' if edge.state == "dim" else ""
    return f"<g{dim}>{''.join(parts)}</g>" if dim or len(parts) > 1 else parts[0]


def _arrow(points: Sequence[Point], role: Role, strength: Strength, paint: Paint) -> str:
    (x, y), (tip_x, tip_y) = _before(points[-2], points[-1], _ARROW), points[-1]
    across_x, across_y = (tip_y - y) * 0.6, (x - tip_x) * 0.6
    corners = ((tip_x, tip_y), (x + across_x, y + across_y), (x - across_x, y - across_y))
    shape = "L".join(map(_place, corners))
    return f'<path d="M{shape}z" {paint.fill(role, strength)}/>'


def _path(points: Sequence[Point]) -> str:
    """Return a line through points as path data."""
    parts = [f"M{_place(points[0])}"]
    for at in range(1, len(points) - 1):
        before, corner, after = points[at - 1], points[at], points[at + 1]
        radius = min(_CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _before(before, corner, radius), _before(after, corner, radius)
        parts.append(f"L{_place(enter)}Q{_place(corner)} {_place(leave)}")
    parts.append(f"L{_place(points[-1])}")
    return "".join(parts)


def _place(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _before(start: Point, end: Point, distance: float) -> Point:
    """Return the point so far before the end of a line."""
    length = _distance(start, end) or 1.0
    share = min(distance, length) / length
    return (end[0] - (end[0] - start[0]) * share, end[1] - (end[1] - start[1]) * share)


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])
