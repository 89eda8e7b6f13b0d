"""What a schema asks for, in short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ..violations import type_of

_ANY: Final = frozenset(("string", "object"))
_EMPTY: Final = "empty array"


def types_of(schema: Any, root: Mapping[str, Any]) -> frozenset[str]:
    """Return the JSON types that a schema clearly asks for; `null` does not count.

    Args:
        schema: A schema inside of *root*.
        root: What its `$ref`s point into.
    """
    seen: set[str] = set()
    while isinstance(schema, Mapping) and "$ref" in schema and schema["$ref"] not in seen:
        seen.add(schema["$ref"])
        schema = _target(schema["$ref"], root)
    if not isinstance(schema, Mapping):
        return _ANY
    if "type" in schema:
        named = schema["type"]
        return frozenset([named] if isinstance(named, str) else named) - {"null"}
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        kinds = {type_of(value).rpartition(" ")[2] for value in values}
        return frozenset(kinds) - {"null"}
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return frozenset().union(*(types_of(part, root) for part in schema[keyword]))
    return _ANY


def _target(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def type_text(schema: Any, root: Mapping[str, Any]) -> str:
    """Return what a schema asks for, in a few words.

    Args:
        schema: A schema inside of *root*.
        root: What its `$ref`s point into.
    """
    if not isinstance(schema, Mapping):
        return "anything"
    if "$ref" in schema:
        return _text_of_named(schema["$ref"], root)
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in values)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            parts = [type_text(part, root) for part in schema[keyword]]
            has_list = any(part.startswith("array of") for part in parts)
            return " | ".join(part for part in parts if not (has_list and part == _EMPTY))
    if schema.get("items") is False and "prefixItems" not in schema:
        return _EMPTY
    named = schema.get("type", "anything")
    if named == "array":
        return f"array of {type_text(schema.get('items', True), root)}"
    if named == "object" and schema.get("properties"):
        return f"{{{', '.join(schema['properties'])}}}"
    return named if isinstance(named, str) else " | ".join(named)


def _text_of_named(reference: str, root: Mapping[str, Any]) -> str:
    """Return the name of a shared object, or what any other shared schema asks for."""
    target = _target(reference, root)
    is_object = not isinstance(target, Mapping) or target.get("type") == "object"
    name = reference.rpartition("/")[2].removesuffix(".json")
    return name if is_object or "$ref" in target else type_text(target, root)
