from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cartflow.runtime.action import Run, StepCall, Steps
from cartflow.runtime.cancellation import Attempt
from cartflow.runtime.clock import SystemClock
from cartflow.runtime.contract import Contract
from cartflow.runtime.engines.inline import InlineEngine
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.model import Flow
from cartflow.runtime.flow.parse import parse_flow
from cartflow.runtime.principal import GUEST


def read(document: Mapping[str, Any]) -> Flow:
    return parse_flow(load(json.dumps(document).encode(), "f.flow.yaml"), {})


class Actions:
    """One action that may be deployed anew; what it was given is written down."""

    def __init__(self, **properties: Any) -> None:
        self.given: list[Mapping[str, Any]] = []
        self.deploy(**properties)

    def deploy(self, **properties: Any) -> None:
        schema = {"type": "object", "properties": properties}
        self.contract = Contract(name="work", title="Work", input=schema, output={})

    def get(self, name: str) -> Contract | None:
        return self.contract if name == "work" else None

    def invoke(self, call: StepCall, attempt: Attempt) -> Any:
        self.given.append(call.input)
        return {"n": len(self.given)}

    def run(self, given: Mapping[str, Any]) -> Run:
        started = datetime(2026, 3, 1, tzinfo=UTC)
        return Run("r", given, GUEST, started, self.invoke, SystemClock())


def test_an_engine_is_the_handler_of_a_flow() -> None:
    flow = read(
        {
            "flow": "f",
            "steps": [{"id": "a", "action": "work"}],
            "outputs": {"n": "${{ steps.a.n }}"},
        }
    )
    actions = Actions()
    handler = Steps(InlineEngine(flow, actions.get).run)

    assert handler.run(actions.run({})) == {"n": 1}


def test_runs_of_one_engine_know_nothing_of_each_other() -> None:
    flow = read(
        {
            "flow": "f",
            "inputs": {"go": "boolean"},
            "steps": [{"id": "a", "if": "${{ inputs.go }}", "action": "work"}],
            "outputs": {"a": "${{ steps.a }}"},
        }
    )
    actions = Actions()
    engine = InlineEngine(flow, actions.get)

    outputs = [engine.run(actions.run({"go": go})) for go in (True, False)]

    assert outputs == [{"a": {"n": 1}}, {"a": None}]


def test_an_action_that_is_deployed_anew_is_called_by_its_new_contract() -> None:
    flow = read({"flow": "f", "steps": [{"action": "work", "with": {"x": None}}]})
    actions = Actions(x={"type": "string"})
    engine = InlineEngine(flow, actions.get)

    engine.run(actions.run({}))
    actions.deploy(x={"type": ["string", "null"]})
    engine.run(actions.run({}))

    assert actions.given == [{}, {"x": None}]
