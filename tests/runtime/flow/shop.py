"""Contracts of a few actions, and flows held against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow.runtime.contract import Condition, Contract
from cartflow.runtime.errors import Problem
from cartflow.runtime.flow.checker import check
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import contract_of
from cartflow.runtime.flow.parse import parse_flow


def contract(
    name: str, *codes: str, effect: str = "transactional", schema: Any = None, retryable: str = ""
) -> Contract:
    """Return a contract whose conditions have these *codes*, one of them *retryable*."""
    return Contract(
        name=name,
        title=name,
        input=schema or {"type": "object"},
        output={"type": "object"},
        effect=effect,
        errors={
            code: Condition(code, 409, code.title(), f"{code}!", retryable=code == retryable)
            for code in codes
        },
    )


ORDER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "cart_id": {"type": "string"},
        "count": {"type": "integer", "minimum": 1},
        "note": {"type": ["string", "null"]},
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sku": {"type": "string"}},
                "required": ["sku"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["cart_id"],
    "additionalProperties": False,
}

ACTIONS: Mapping[str, Contract] = {
    found.name: found
    for found in (
        contract("reserve", "SOLD_OUT", "SHUT", retryable="SHUT"),
        contract("pay", "DECLINED", "AWAY", retryable="AWAY", effect="keyed"),
        contract("look", "GONE", "SLOW", retryable="SLOW", effect="none"),
        contract("order", schema=ORDER),
        contract("open", schema={"type": "object", "properties": {"x": {}}}),
    )
}


def problems_of(
    text: str | bytes, actions: Mapping[str, Contract] = ACTIONS, source: str = "a.flow.yaml"
) -> list[Problem]:
    """Return what the checker has to say about a flow."""
    document = load(text.encode() if isinstance(text, str) else text, source)
    flow = parse_flow(document, {})
    return check(flow, document, {**actions, flow.name: contract_of(flow, actions.get)})


def contract_for(text: str, actions: Mapping[str, Contract] = ACTIONS) -> Contract:
    """Return the contract that is inferred for a flow."""
    return contract_of(parse_flow(load(text.encode(), "a.flow.yaml"), {}), actions.get)
