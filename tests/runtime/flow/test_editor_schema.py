"""The schema that knows the actions there are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from cartflow import Application
from cartflow.runtime.contract import Contract, read_contract
from cartflow.runtime.flow.document import load_file
from cartflow.runtime.flow.editor_schema import schema_of_flows

FLOWS = sorted(Path(__file__).parents[3].glob("actions/flows/*.flow.yaml"))

LINE = {
    "type": "object",
    "properties": {
        "sku": {"type": "string", "maxLength": 5},
        "quantity": {"type": "integer", "title": "Pieces"},
        "parts": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["sku"],
    "additionalProperties": False,
}
PACK = {
    "name": "pack",
    "title": "Pack",
    "description": "Packs lines into boxes.",
    "input": {
        "type": "object",
        "properties": {
            "lines": {"type": "array", "items": {"$ref": "line.json"}, "uniqueItems": True},
            "size": {"enum": ["small", "large"], "default": "small", "description": "Of a box."},
            "weight": {"oneOf": [{"type": "integer"}, {"type": "object", "required": ["kg"]}]},
            "card": {"type": "string", "not": {"pattern": "^x"}},
        },
        "required": ["lines"],
        "additionalProperties": False,
    },
    "output": {},
    "errors": {"TOO_HEAVY": {"status": 409, "title": "Too Heavy", "message": "too heavy"}},
    "examples": [{"title": "one", "input": {"lines": [{"sku": "a"}]}, "error": "TOO_HEAVY"}],
}


def contract(document: Mapping[str, Any]) -> Contract:
    return read_contract(document, "a.json", {"line.json": LINE})


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    rest = {"name": "rest", "title": "Rest", "input": {"type": "object"}, "output": {}}
    return schema_of_flows([contract(PACK), contract(rest)], ["line.json"])


def violations(schema: Any, step: Any) -> list[str]:
    flow = {"flow": "f", "steps": [step]}
    return [
        error.message
        for error in jsonschema_rs.Draft202012Validator(schema, offline=True).iter_errors(flow)
    ]


def test_it_is_a_schema(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.name)
def test_the_flows_that_ship_satisfy_it(app: Application, file: Path) -> None:
    contracts = [action.contract for action in app.registry.values()]
    schema = schema_of_flows(contracts, app.schemas)
    Draft202012Validator.check_schema(schema)

    assert list(Draft202012Validator(schema).iter_errors(load_file(file).value)) == []


def test_the_inputs_of_an_example_satisfy_it(app: Application) -> None:
    contracts = [action.contract for action in app.registry.values()]
    schema = schema_of_flows(contracts, app.schemas)

    refused = [
        (known.name, example["input"])
        for known in contracts
        for example in known.examples
        if violations(schema, {"action": known.name, "with": example["input"]})
        and known.input_validator.is_valid(example["input"])
    ]

    assert refused == []


@pytest.mark.parametrize(
    "given",
    [
        {"lines": []},
        {"lines": "${{ inputs.lines }}"},
        {"lines": ["${{ inputs.line }}", "${{ inputs.line }}"]},
        {"lines": [{"sku": "the ${{ inputs.sku }}", "quantity": "${{ inputs.count }}"}]},
        {"lines": [{"sku": "a", "parts": [{"sku": "b", "parts": ["${{ inputs.line }}"]}]}]},
        {"lines": [], "size": "${{ inputs.size }}"},
        {"lines": [], "weight": {"kg": "${{ inputs.kg }}"}},
        {"lines": [], "card": "x${{ inputs.card }}"},
        {"lines": [], "card": None},
    ],
    ids=str,
)
def test_expressions_may_stand_for_any_part_of_an_input(schema: Any, given: Any) -> None:
    assert violations(schema, {"action": "pack", "with": given}) == []


@pytest.mark.parametrize(
    "step",
    [
        {"action": "pakc", "with": {"lines": []}},
        {"action": "pack"},
        {"action": "pack", "with": {}},
        {"action": "pack", "with": {"lins": []}},
        {"action": "pack", "with": {"lines": [], "sise": "large"}},
        {"action": "pack", "with": {"lines": [], "size": "huge"}},
        {"action": "pack", "with": {"lines": None}},
        {"action": "pack", "with": {"lines": 5}},
        {"action": "pack", "with": {"lines": [{"quantity": 1}]}},
        {"action": "pack", "with": {"lines": [{"sku": "a", "quantity": "many"}]}},
        {"action": "pack", "with": {"lines": [{"sku": "a", "parts": [{"sku": 5}]}]}},
        {"action": "pack", "with": {"lines": [], "weight": {}}},
        {"steps": [{"action": "rest", "undo": {"action": "pack"}}]},
    ],
    ids=str,
)
def test_what_an_action_does_not_take_is_refused(schema: Any, step: Any) -> None:
    assert violations(schema, step) != []


def test_an_action_without_inputs_needs_none(schema: Any) -> None:
    assert violations(schema, {"action": "rest"}) == []


def test_any_code_may_be_caught(schema: Any) -> None:
    step = {"action": "pack", "with": {"lines": []}, "catch": [{"on": ["TOO_HEAVY", "TIMEOUT"]}]}

    assert violations(schema, step) == []


def test_shared_schemas_are_known(schema: Any) -> None:
    validator = jsonschema_rs.Draft202012Validator(schema, offline=True)

    def is_valid(reference: str) -> bool:
        inputs = {"a": {"$ref": reference}}
        return validator.is_valid({"flow": "f", "inputs": inputs, "steps": []})

    known = ["line.json", "line.json#/properties/sku", "#/properties/a"]
    assert [is_valid(name) for name in [*known, "lime.json"]] == [True, True, True, False]


def test_it_explains_actions_inputs_and_errors(schema: Any) -> None:
    step = schema["$defs"]["actionStep"]
    [pack, _rest] = [call["then"]["properties"] for call in step["allOf"]]
    inputs = schema["$defs"]["input.pack"]

    assert step["properties"]["action"]["enum"] == ["pack", "rest"]
    assert pack["action"]["description"] == "Pack. Packs lines into boxes."
    assert (inputs["title"], inputs["required"]) == ("Pack", ["lines"])
    assert inputs["properties"]["size"]["description"] == "Of a box."
    codes = pack["catch"]["items"]["properties"]["on"]["anyOf"][0]
    assert codes == {"enum": ["TOO_HEAVY"], "enumDescriptions": ["409 Too Heavy"]}
