"""The `inputs` of a flow, made the JSON Schema of its input."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

import jsonschema_rs

from ..bundling import bundle, references
from ..contract import compile_schema
from ..errors import Problem
from ..violations import nearest, pointer_of, violations
from .document import Document

TYPES: Final = ("string", "number", "integer", "boolean", "object", "array", "null")


def read_inputs(
    document: Document, declared: Mapping[str, Any], shared: Mapping[str, Any]
) -> tuple[dict[str, Any], frozenset[str], list[Problem]]:
    """Return the schema of a flow's input, the inputs that may be absent, and what is wrong.

    Args:
        document: The flow file.
        declared: Its `inputs`: name to a JSON Schema or the name of a type.
        shared: The schemas that a relative `$ref` may name.
    """
    properties: dict[str, Any] = {}
    optional: set[str] = set()
    required: list[str] = []
    problems: list[Problem] = []
    for name, raw in declared.items():
        schema, wrong = _schema_of(document, name, raw, shared)
        problems += wrong
        is_optional = schema.pop("optional", False) is True
        if "default" not in schema:
            (optional.add if is_optional else required.append)(name)
        properties[name] = schema
    whole = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    if problems:
        return whole, frozenset(optional), problems
    whole = bundle(whole, shared)
    return whole, frozenset(optional), _check_defaults(document, whole)


def _schema_of(
    document: Document, name: str, raw: Any, shared: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    path = ("inputs", name)
    if isinstance(raw, str):
        if raw in TYPES:
            return {"type": raw}, []
        message = f"there is no type {raw!r}{nearest(raw, TYPES)}; expected {', '.join(TYPES)}"
        return {}, [document.problem(path, "unknown-type", message)]
    if not isinstance(raw, dict):
        message = "expected a JSON Schema or the name of a type"
        return {}, [document.problem(path, "wrong-type", message)]
    problems = []
    schema = copy.deepcopy(raw)
    optional = schema.get("optional", False)
    if not isinstance(optional, bool):
        message = "expected true or false"
        problems.append(document.problem((*path, "optional"), "wrong-type", message))
    try:
        jsonschema_rs.meta.validate({key: raw[key] for key in raw if key != "optional"})
    except jsonschema_rs.ValidationError as error:
        place = (*path, *error.instance_path)
        problems.append(document.problem(place, "bad-schema", f"not JSON Schema: {error.message}"))
        return {}, problems
    for place, target in references(schema):
        if not target.startswith("#") and target.partition("#")[0] not in shared:
            known = ", ".join(sorted(shared))
            message = f"no schema {target!r}{nearest(target, shared)} (registered: {known})"
            problems.append(document.problem((*path, *place), "unknown-schema", message))
    _rebase(schema, f"#/properties{pointer_of((name,))}")
    return schema, problems


def _rebase(schema: Any, home: str) -> None:
    """Point the references into the same input to where it stands in the whole schema."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str) and target.startswith("#"):
            schema["$ref"] = home + target[1:]
        for value in schema.values():
            _rebase(value, home)
    elif isinstance(schema, list):
        for value in schema:
            _rebase(value, home)


def _check_defaults(document: Document, whole: dict[str, Any]) -> list[Problem]:
    defaults = {
        name: schema["default"]
        for name, schema in whole["properties"].items()
        if "default" in schema
    }
    try:
        validator = compile_schema({**whole, "required": []})
    except ValueError as error:
        message = f"not JSON Schema: {str(error).splitlines()[0]}"
        return [document.problem(("inputs",), "bad-schema", message)]
    problems = []
    for found in violations(validator, whole, defaults):
        name = found["path"].split("/")[1]
        message = f"the default does not satisfy the input's own schema: {found['message']}"
        problems.append(document.problem(("inputs", name, "default"), "bad-default", message))
    return problems
