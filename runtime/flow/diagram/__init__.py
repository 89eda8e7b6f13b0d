"""Pictures of flows.

The layout is our own. A flow is no general graph but a tree of blocks, branches and loops, so each
part can be measured and put beside or below the others: exact, in linear time, the same every
time, and every line knows where it may run. Graphviz does worse with that and needs a program that
is not there on many machines; the layout engines for Python that were looked at are either
bindings to it, unmaintained, or young native modules for general graphs that know no frames.
"""

from __future__ import annotations

from ..called import Contracts
from ..model import Flow
from .journey import Journey as Journey
from .mermaid import MermaidWriter
from .picture import picture
from .svg import SvgWriter


def svg(flow: Flow, contracts: Contracts, journey: Journey | None = None) -> str:
    """Return a flow as an SVG document.

    Args:
        flow: The flow.
        contracts: Looks up what the actions that it calls are called.
        journey: The way of a run: it is lit, all else is dimmed.
    """
    return SvgWriter(picture(flow, contracts, journey)).write()


def mermaid(flow: Flow, contracts: Contracts, journey: Journey | None = None) -> str:
    """Return a flow as the text of a Mermaid flowchart; the arguments are those of `svg`."""
    return MermaidWriter(contracts, journey).write(flow)
