"""A scene as SVG: one file, without scripts, fonts or anything else from outside."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from .fonts import clean
from .icons import ICONS
from .lines import line_of, number
from .palette import Paint, Strength
from .scene import Chip, Node, Role, Scene, Text

_FONT: Final = "Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans',sans-serif"
_WEIGHTS: Final = {"head": "700", "title": "600", "label": "400", "note": "400"}
_RADII: Final = {"card": 12.0, "panel": 16.0, "frame": 14.0, "pill": 12.0, "end": 26.0}
_TILE: Final = 28.0

_SMALL_ICONS: Final = {"pill": 12.0, "diamond": 16.0}
"""Shapes whose icon has no tile behind it, and its size."""

_TONES: Final[dict[str, Role]] = {
    "time": "main",
    "done": "return",
    "failed": "error",
    "undone": "undo",
}
"""Tone of a chip to its colour."""

_COLOURED: Final = frozenset(("error", "undo", "finally"))
"""What a card is about when it has a border in its own colour."""


class SvgWriter:
    """Writes one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._paint = Paint()

    def write(self) -> str:
        """Return the SVG document; the same scene gives the same text."""
        scene = self._scene
        frames = [node for node in scene.nodes if node.shape == "frame"]
        others = [node for node in scene.nodes if node.shape != "frame"]
        paper = self._paint.ground("paper")
        body = [_rect(0, 0, scene.width, scene.height, 16, paper)]
        body += map(self._node, frames)
        # those that a run took are drawn last, so that they lie above the others
        edges = sorted(scene.edges, key=lambda edge: edge.state == "lit")
        body += [line_of(edge, self._paint) for edge in edges]
        body += map(self._node, others)
        return "\n".join((*self._head(), *body, "</svg>\n"))

    def _head(self) -> Iterator[str]:
        scene = self._scene
        name = f"cartflow-{scene.name}"
        width, height = number(scene.width), number(scene.height)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" font-family="{_FONT}"'
            ' stroke-linecap="round" stroke-linejoin="round">'
        )
        yield f'<title id="{name}-title">{_text(scene.title)}</title>'
        yield f'<desc id="{name}-desc">{_text(scene.description)}</desc>'
        yield f"<style>{self._paint.style_sheet(f'#{name}')}</style>"

    # ---- boxes

    def _node(self, node: Node) -> str:
        inside = [f"<title>{_text(node.tooltip)}</title>"] if node.tooltip else []
        inside += self._shape(node)
        if node.icon:
            inside += self._icon_of(node)
        inside += [self._line(text) for text in node.texts]
        inside += [self._chip(chip) for chip in node.chips]
        dim = ' opacity=".4"' if node.state == "dim" else ""
        place = f"translate({number(node.x)} {number(node.y)})"
        return f'<g transform="{place}"{dim}>{"".join(inside)}</g>'

    def _shape(self, node: Node) -> Iterator[str]:
        role: Role = "error" if node.state == "failed" else node.role
        is_strong = node.state in ("lit", "failed")
        line: Strength = "strong" if is_strong else "line"
        look = f' stroke-width="{2 if is_strong else 1.2}"'
        if role == "undo":
            look += ' stroke-dasharray="5 4"'
        if node.shape in ("card", "panel"):
            has_colour = is_strong or role in _COLOURED
            paint = self._paint.both(role, None, line if has_colour else None) + look
        elif node.shape in ("question", "diamond"):
            paint = self._paint.both(role, None, line) + look
        elif node.shape == "frame":
            paint = self._paint.both(role, "pale", line) + look + ' fill-opacity=".5"'
        else:
            paint = self._paint.both(role, "pale", line) + look
        if node.shape in _RADII:
            yield _rect(0, 0, node.width, node.height, _RADII[node.shape], paint)
        elif node.shape == "bar":
            strength: Strength = "strong" if node.state == "lit" else "line"
            colour: Role = "branch" if role == "main" else role
            paint = self._paint.fill(colour, strength)
            yield _rect(0, 0, node.width, node.height, 3, paint)
        elif node.shape != "plain":
            tip = 12.0 if node.shape == "question" else node.width / 2
            yield f'<path d="{_pointed(node, tip)}" {paint}/>'
        if node.is_many:
            yield from (f'<path d="{_below(node, depth)}" {paint}/>' for depth in (4, 8))

    def _icon_of(self, node: Node) -> Iterator[str]:
        x, y = node.icon_x, node.icon_y
        if node.shape in _SMALL_ICONS:
            yield self._icon(node.icon, x, y, _SMALL_ICONS[node.shape], node.role)
            return
        is_on_colour = node.shape in ("end", "frame")
        tile = self._paint.ground("card") if is_on_colour else self._paint.fill(node.role, "pale")
        yield _rect(x, y, _TILE, _TILE, 8, tile)
        yield self._icon(node.icon, x + 6, y + 6, 16, node.role)

    def _chip(self, chip: Chip) -> str:
        role = _TONES.get(chip.tone)
        paint = self._paint.fill(role, "pale") if role else self._paint.ground("chip")
        inside = _rect(0, 0, chip.width, chip.height, chip.height / 2, paint)
        inside += self._icon(chip.icon, 7, 4, 10, role or "block")
        inside += self._line(chip.text, role)
        return f'<g transform="translate({number(chip.x)} {number(chip.y)})">{inside}</g>'

    def _icon(self, name: str, x: float, y: float, size: float, role: Role) -> str:
        scale = size / 16
        place = f"translate({number(x)} {number(y)})"
        if scale != 1:
            place += f" scale({scale:g})"
        paint = f'fill="none" {self._paint.stroke(role, "strong")}'
        weight = number(1.5 / max(scale, 0.8))
        return f'<path transform="{place}" d="{ICONS[name]}" {paint} stroke-width="{weight}"/>'

    def _line(self, text: Text, role: Role | None = None) -> str:
        paint = self._paint.ground("quiet" if text.style == "note" else "ink")
        if role is not None:
            paint = self._paint.fill(role, "strong")
        anchor = ' text-anchor="middle"' if text.is_centered else ""
        return (
            f'<text x="{number(text.x)}" y="{number(text.y)}" font-size="{number(text.size)}"'
            f' font-weight="{_WEIGHTS[text.style]}"{anchor} {paint}>{_text(text.content)}</text>'
        )


def _rect(x: float, y: float, width: float, height: float, radius: float, paint: str) -> str:
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place} rx="{number(min(radius, height / 2))}" {paint}/>'


def _pointed(node: Node, tip: float) -> str:
    """Return the outline of a box that is pointed at its left and right."""
    left, right, middle = number(tip), number(node.width - tip), number(node.height / 2)
    width, height = number(node.width), number(node.height)
    return f"M{left} 0H{right}L{width} {middle}L{right} {height}H{left}L0 {middle}z"


def _below(node: Node, depth: float) -> str:
    """Return what is seen of a further box that lies under this one, so much lower."""
    left, right = number(depth * 2), number(node.width - depth * 2)
    begin, low = number(node.height + depth - 4), number(node.height + depth)
    inner_left, inner_right = number(depth * 2 + 12), number(node.width - depth * 2 - 12)
    return (
        f"M{left} {begin}Q{left} {low} {inner_left} {low}"
        f"H{inner_right}Q{right} {low} {right} {begin}"
    )


def _text(text: str) -> str:
    return "\n".join(escape(clean(line)) for line in text.split("\n"))
