"""The pictures in the manual. Run it to draw them anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from cartflow import Application
from cartflow.runtime.contract import Contract
from cartflow.runtime.flow.diagram import Journey, svg
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
FLOWS = Path(__file__).parent / "runtime" / "flow"
SIXTY = FLOWS / "sixty.flow.yaml"
DECLINED = FLOWS / "declined.json"


def shipped_flows() -> dict[str, str]:
    """Return the pictures of the flows that ship, and that of a run of one of them."""
    with Application.open(environment={}) as app:
        contracts = {name: action.contract for name, action in app.registry.items()}
        flows = dict(sorted(app.library.flows.items()))
    drawn = {name: svg(flow, contracts.get) for name, flow in flows.items()}
    journey = Journey.of(flows["buy-now"], json.loads(DECLINED.read_text("utf-8")))
    return {**drawn, "buy-now-declined": svg(flows["buy-now"], contracts.get, journey)}


def sixty() -> Flow:
    """Return the flow of sixty steps, with every kind."""
    return parse_flow(load(SIXTY.read_bytes(), str(SIXTY)), {})


def drawings() -> dict[str, str]:
    """Return every picture in the manual, by its name."""
    known: Mapping[str, Contract] = {}
    find: Callable[[str], Contract | None] = known.get
    return {**shipped_flows(), "order-to-delivery": svg(sixty(), find)}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for file in PICTURES.glob("*.svg"):
        file.unlink()
    for name, text in drawings().items():
        (PICTURES / f"{name}.svg").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
