"""The icons, drawn with lines in a square of 16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_CLOCK: Final = "M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12M8 4.8V8l2.3 1.6"
_BRANCH: Final = "M8 1.5v4M8 5.5L3.5 10v4M8 5.5l4.5 4.5v4"

ICONS: Final[Mapping[str, str]] = {
    "action": "M9 1.5L3.5 9H7.5L7 14.5L12.5 7H8.5z",
    "flow": "M2 2.5h5v4h-5zM9 9.5h5v4h-5zM4.5 6.5v5H9",
    "value": "M6 2.5c-2 0-2 1-2 2.5S4 7.5 2.5 8C4 8.5 4 9.5 4 11s0 2.5 2 2.5"
    "M10 2.5c2 0 2 1 2 2.5s0 2.5 1.5 3C12 8.5 12 9.5 12 11s0 2.5-2 2.5",
    "wait": _CLOCK,
    "clock": _CLOCK,
    "emit": "M8 7.2a.8.8 0 1 1 0 1.6a.8.8 0 1 1 0-1.6M5.4 10.6a3.7 3.7 0 0 1 0-5.2"
    "M10.6 5.4a3.7 3.7 0 0 1 0 5.2M3.2 12.8a6.8 6.8 0 0 1 0-9.6"
    "M12.8 3.2a6.8 6.8 0 0 1 0 9.6",
    "case": _BRANCH,
    "if": "M5.8 5.8a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.9-1.1 1.8M8 12.2v.3",
    "else": "M3 8h2M7.5 8h1M11 8h2",
    "for": "M2.5 4h8M2.5 8h5M2.5 12h5M13 4v7.5M10.8 9.5l2.2 2.2l2.2-2.2",
    "repeat": "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.7 1.5v3h-3",
    "retry": "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.7 1.5v3h-3",
    "parallel": "M2 2.5h12M4.5 2.5v11M8 2.5v11M11.5 2.5v11M2 13.5h12",
    "race": "M3.5 14.5v-13M3.5 2.5c3-1.5 5 1.5 9 0v6.5c-4 1.5-6-1.5-9 0",
    "branch": "M3 8h9M9 4.8L12.2 8L9 11.2",
    "block": "M2.5 2.5h11v11h-11zM5 6h6M5 8.5h6M5 11h3.5",
    "fail": "M4 4l8 8M12 4l-8 8",
    "return": "M3 8.5l3.5 3.5L13 4.5",
    "break": "M9 2.5H3v11h6M6.5 8h8M11.5 5l3 3l-3 3",
    "continue": "M3 3.5l5 4.5l-5 4.5zM11 3.5v9M13.5 3.5v9",
    "catch": "M8 2L14.5 13.5h-13zM8 6.2v3.5M8 11.5v.3",
    "undo": "M2.5 6h7.5a3.8 3.8 0 0 1 0 7.6H6M5.5 2.8L2.3 6l3.2 3.2",
    "finally": "M8 1.8l5 2v4.2c0 3-2.2 5-5 6.2c-2.8-1.2-5-3.2-5-6.2V3.8zM5.8 8l1.7 1.7l3-3.2",
    "input": "M8 1.5v8M4.8 6.5L8 9.7l3.2-3.2M2 10v4h12v-4",
    "output": "M8 10V2M4.8 5L8 1.8L11.2 5M2 10v4h12v-4",
    "start": "M5 3l7.5 5L5 13z",
}
