"""`flow.schema.json` that also knows the actions there are: what editors propose and explain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, Final

from ..bundling import Schema
from ..contract import Condition, Contract
from .inputs import part_at

_OF_MEMBERS: Final = frozenset(("additionalProperties", "items"))
_OF_NAMED_MEMBERS: Final = frozenset(("patternProperties", "properties"))
"""Keywords under which schemas of members and items stand: an expression may stand for each."""

_OF_ONE_VALUE: Final = {"allOf": "allOf", "anyOf": "anyOf", "oneOf": "anyOf"}
"""Keywords with schemas of the value itself, and what becomes of them: of a value that is not all
written down, more than one may hold."""

_EXPLAINING: Final = ("title", "description", "examples", "default", "deprecated")

_OF_WHOLE_VALUES: Final = (
    *("$schema", "not", "if", "then", "else", "contains", "minContains", "maxContains"),
    *("uniqueItems", "unevaluatedItems", "unevaluatedProperties", "dependentSchemas", "$defs"),
)
"""Keywords that say nothing of a value in which expressions stand for parts."""

_EXPRESSION: Final = "#/$defs/expression"


def flow_schema() -> dict[str, Any]:
    """Return `flow.schema.json`."""
    text = files("cartflow.schemas").joinpath("flow.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def schema_of_flows(contracts: Iterable[Contract], shared: Iterable[str]) -> dict[str, Any]:
    """Return `flow.schema.json` for flows that call these actions and no others.

    Args:
        contracts: Of the actions and flows that there are.
        shared: The names of the schemas that inputs may name.
    """
    schema = flow_schema()
    del schema["$id"]  # it is another one, of each installation
    schema["title"] = "Flow, with the actions there are"
    known = sorted(contracts, key=lambda contract: contract.name.lower())
    definitions = schema["$defs"]
    step = definitions["actionStep"]
    named = step["properties"]["action"]
    step["properties"]["action"] = {
        "enum": [contract.name for contract in known],
        "enumDescriptions": [_explained(contract) for contract in known],
        "description": named["description"],
        "examples": [contract.name for contract in known[:1]],
    }
    given = step["properties"]["with"]
    step["properties"]["with"] = {"type": "object", "description": given["description"]}
    if known:
        step["allOf"] = [_call(contract) for contract in known]
    definitions["expression"] = {
        "type": "string",
        "pattern": r"\$\{\{",
        "description": "A text with an expression in it, '${{ … }}'.",
        "examples": ["${{ inputs.cart_id }}"],
    }
    for contract in known:
        _add_input(contract, definitions)
    reference = definitions["keywords"]["properties"]["$ref"]
    reference["anyOf"] = [{"enum": sorted(shared)}, {"pattern": "^[^#]*#"}]
    reference["examples"] = ["#/$defs/line", *sorted(shared)[:1]]
    return schema


def _name_of(contract: Contract) -> str:
    return f"input.{contract.name}"


def _explained(contract: Contract) -> str:
    """Return what an action is, in a paragraph."""
    deprecated = f"Deprecated: {contract.deprecated}." if contract.deprecated else ""
    title = contract.title.rstrip(".")
    return " ".join(filter(None, (f"{title}.", deprecated, contract.description)))


def _call(contract: Contract) -> Schema:
    """Return what holds for steps that call an action."""
    given = {"$ref": f"#/$defs/{_name_of(contract)}"}
    members: dict[str, Any] = {"action": {"description": _explained(contract)}, "with": given}
    if contract.errors:
        codes = {"anyOf": [_codes(contract.errors), {}]}
        members["catch"] = {"items": {"properties": {"on": codes}}}
        members["retry"] = {"properties": {"on": codes}}
    then: dict[str, Any] = {"properties": members}
    if contract.input.get("required"):
        then["required"] = ["with"]
    return {
        "if": {"properties": {"action": {"const": contract.name}}, "required": ["action"]},
        "then": then,
    }


def _codes(errors: Mapping[str, Condition]) -> Schema:
    return {
        "enum": list(errors),
        "enumDescriptions": [f"{error.status} {error.title}" for error in errors.values()],
    }


def _add_input(contract: Contract, definitions: dict[str, Any]) -> None:
    """Add the schema of what stands under `with`, and those that it leads to."""
    found: dict[str, Any] = {}
    definitions[_name_of(contract)] = found
    found.update(_Loosening(contract.input, _name_of(contract), definitions).of(contract.input))
    required = contract.input.get("required", ())
    for name, member in found.get("properties", {}).items():
        if name not in required and "anyOf" in member:
            member["anyOf"].append({"type": "null"})  # means that the input is absent
    found["title"] = contract.title
    found["description"] = f"What {contract.name} is given."
    found["examples"] = [example["input"] for example in contract.examples[:1]]


def _has_parts(keyword: str, value: Any) -> bool:
    """Return whether a value that `const` or `enum` names is an object or a list."""
    values = [value] if keyword == "const" else value
    return any(isinstance(named, dict | list) for named in values)


class _Loosening:
    """Makes schemas of values in which an expression may stand for any member or item.

    Args:
        root: What `$ref`s lead into.
        name: What the names of what they lead to begin with.
        definitions: What `$ref`s lead to is added here, each by itself.
    """

    def __init__(self, root: Schema, name: str, definitions: dict[str, Any]) -> None:
        self._root = root
        self._name = name
        self._definitions = definitions
        self._names: dict[str, str] = {}

    def of(self, schema: Schema) -> Schema:
        """Return the schema of a value that is no expression itself."""
        found: Schema = {}
        for keyword, value in schema.items():
            if keyword in _OF_MEMBERS:
                found[keyword] = self._or_expression(value)
            elif keyword in _OF_NAMED_MEMBERS:
                found[keyword] = {name: self._or_expression(it) for name, it in value.items()}
            elif keyword == "prefixItems":
                found[keyword] = [self._or_expression(item) for item in value]
            elif keyword in _OF_ONE_VALUE:
                parts = [self._part(part) for part in value]
                found["allOf"] = [*found.get("allOf", ()), {_OF_ONE_VALUE[keyword]: parts}]
            elif keyword == "propertyNames":
                found[keyword] = self._part(value)
            elif keyword in ("const", "enum") and _has_parts(keyword, value):
                continue  # an expression may stand for one of them
            elif keyword == "$ref":
                found[keyword] = self._moved(value)
            elif keyword not in _OF_WHOLE_VALUES:
                found[keyword] = value
        return found

    def _or_expression(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        explained = {word: schema[word] for word in _EXPLAINING if word in schema}
        rest = {word: value for word, value in schema.items() if word not in explained}
        if not rest:
            return explained
        return {**explained, "anyOf": [self.of(rest), {"$ref": _EXPRESSION}]}

    def _part(self, schema: Any) -> Any:
        return self.of(schema) if isinstance(schema, dict) else schema

    def _moved(self, reference: str) -> str:
        if reference not in self._names:  # it may lead to itself
            name = f"{self._name}.{len(self._names) + 1}"
            self._names[reference] = name
            self._definitions[name] = self._part(part_at(self._root, reference))
        return f"#/$defs/{self._names[reference]}"
