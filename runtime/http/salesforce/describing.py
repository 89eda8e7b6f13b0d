"""What an action says of itself: inputs, outputs and errors, in the words of the platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...contract import Condition, Contract
from .catalogue import Entry
from .errors import published_condition

INTERVIEW_STATUS: Final = "Flow__InterviewStatus"
"""The output that every flow has: how its run ended."""

_MANY: Final = 2000
"""How often a list may occur whose contract sets no limit."""

_TYPES: Final = {
    "string": "STRING",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "object": "APEX",
}
_FORMATS: Final = {"date": "DATE", "date-time": "DATETIME", "time": "TIME"}


def description_of(entry: Entry) -> dict[str, Any]:
    """Return the description of an action."""
    contract = entry.contract
    return {
        "allowsTransactionControl": contract.effect in ("none", "transactional"),
        "capabilityTypes": None,
        "category": contract.category or None,
        "configurationEditor": None,
        "description": contract.description or None,
        "errors": [_error(condition, contract) for condition in contract.errors.values()],
        "genericTypes": None,
        "hasCallout": contract.effect in ("keyed", "at_least_once"),
        "iconName": None,
        "inputs": [
            {
                **_parameter(name, schema, contract.input),
                "byteLength": 0,
                "defaultValue": schema.get("default"),
                "required": name in contract.input.get("required", ()),
            }
            for name, schema in _members(contract.input)
        ],
        "label": contract.title,
        "name": entry.name,
        "outputs": [_parameter(name, schema, contract.output) for name, schema in _outputs(entry)],
        "standard": not entry.is_flow,
        "targetEntityName": None,
        "type": entry.type,
    }


def _error(condition: Condition, contract: Contract) -> dict[str, Any]:
    code, status = published_condition(condition, contract)
    return {
        "code": code,
        "status": status,
        "title": condition.title,
        "message": condition.message,
        "retryable": condition.retryable,
    }


def _outputs(entry: Entry) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from _members(entry.contract.output)
    if entry.is_flow:
        title = "Interview Status"
        yield INTERVIEW_STATUS, {"enum": ["Finished", "Error"], "title": title}


def _members(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, member in _resolved(schema, schema).get("properties", {}).items():
        yield name, member if isinstance(member, dict) else {}


def _parameter(name: str, member: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter; *whole* is the schema with the definitions that *member* may name."""
    schema = _resolved(member, whole)
    most = 1
    if _json_type(schema) == "array":
        most = schema.get("maxItems", _MANY)
        items = schema.get("items")
        schema = _resolved(items if isinstance(items, dict) else {}, whole)
    choices = schema.get("enum")
    return {
        "apexClass": None,
        "description": member.get("description"),
        "label": member.get("title", name),
        "maxOccurs": most,
        "name": name,
        "picklistValues": [_choice(value, member) for value in choices] if choices else None,
        "sobjectType": None,
        "type": _type(schema),
    }


def _choice(value: Any, member: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": "default" in member and member["default"] == value,
        "label": str(value),
        "validFor": None,
        "value": value,
    }


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "PICKLIST"
    kind = _json_type(schema)
    if kind == "string" and schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _TYPES.get(kind, "STRING")


def _json_type(schema: Mapping[str, Any]) -> str:
    """Return the JSON type that a schema asks for, null aside; empty if it does not say."""
    kinds = schema.get("type", ())
    named = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    if named:
        return str(named[0])
    if "const" in schema:
        return {str: "string", bool: "boolean", int: "integer"}.get(type(schema["const"]), "")
    return "object" if "properties" in schema else ""


def _resolved(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that decides: behind references, and beside null."""
    seen: set[str] = set()
    while True:
        target = schema.get("$ref")
        if isinstance(target, str) and target not in seen:
            seen.add(target)
            found: Any = whole.get("$defs", {}).get(target.removeprefix("#/$defs/"))
        else:
            branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
            real = [it for it in branches if isinstance(it, dict) and it.get("type") != "null"]
            found = real[0] if real else None
        if not isinstance(found, dict):
            return schema
        schema = found
