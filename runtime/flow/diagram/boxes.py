"""Parts of a picture that are put together without looking inside of them.

A box has a spine, the vertical line x = 0 along which the flow runs: it enters at the top and
leaves at the bottom. Boxes grow with what is put into them, so what is beside or below a box can
never overlap it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .scene import Edge, Node, Point, Role, State


@dataclass(slots=True)
class Box:
    """Part of a picture; y grows downwards from 0.

    Attributes:
        left: How far it reaches to the left of the spine.
        right: How far it reaches to the right of it.
        height: How far it reaches down.
        lead: The y, 0 or more, where the flow enters it.
        flows: Whether the flow can leave it at the bottom.
        after: Whether a run did.
        port: The y at which lines to handlers leave.
        port_left: The x, 0 or less, where they leave to the left.
        port_right: The x where they leave to the right.
        is_single: Whether it is one node, so that a line may enter it from the side.
        is_frame: Whether it is a frame, its handlers aside.
    """

    left: float = 0
    right: float = 0
    height: float = 0
    lead: float = 0
    flows: bool = True
    after: State = ""
    port: float = 0
    port_left: float = 0
    port_right: float = 0
    is_single: bool = False
    is_frame: bool = False
    parts: list[tuple[float, float, Box | Node | Edge]] = field(default_factory=list)

    def add(self, part: Box | Node | Edge, x: float = 0, y: float = 0) -> None:
        """Put a part in, moved by (x, y), and grow to hold it."""
        self.parts.append((x, y, part))
        if isinstance(part, Box):
            self.grow(x - part.left, x + part.right, y + part.height)
        elif isinstance(part, Node):
            self.grow(x + part.x, x + part.x + part.width, y + part.y + part.height)
        else:
            for point_x, point_y in part.points:
                self.grow(x + point_x, x + point_x, y + point_y)

    def grow(self, left: float, right: float, bottom: float) -> None:
        """Grow to reach from x = *left* to *right*, and down to *bottom*."""
        self.left = max(self.left, -left)
        self.right = max(self.right, right)
        self.height = max(self.height, bottom)

    def line(
        self,
        *points: Point,
        role: Role = "main",
        state: State = "",
        arrow: bool = False,
        dot: bool = False,
    ) -> None:
        """Draw a line, unless it is none."""
        kept = tuple(point for at, point in enumerate(points) if not at or point != points[at - 1])
        if len(kept) > 1:
            self.add(Edge(kept, role, state, arrow, dot))


def single(node: Node) -> Box:
    """Return a box with one node, in the middle of the spine."""
    box = Box(is_single=True, port=node.height / 2)
    box.add(replace(node, x=-node.width / 2, y=0))
    box.port_left, box.port_right = -node.width / 2, node.width / 2
    return box


def spread(box: Box, x: float, y: float) -> tuple[list[Node], list[Edge]]:
    """Return all nodes and edges of a box whose spine begins at (x, y), outer frames first."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    pending: list[tuple[float, float, Box | Node | Edge]] = [(x, y, box)]
    while pending:
        left, top, part = pending.pop()
        if isinstance(part, Box):
            pending.extend((left + dx, top + dy, inner) for dx, dy, inner in reversed(part.parts))
        elif isinstance(part, Node):
            nodes.append(replace(part, x=left + part.x, y=top + part.y))
        else:
            points = tuple((left + dx, top + dy) for dx, dy in part.points)
            edges.append(replace(part, points=points))
    return nodes, edges
