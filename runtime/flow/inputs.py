"""The `inputs` of a flow, made the JSON Schema of its input."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from ..bundling import Schema, bundle, subschemas
from ..contract import compile_schema
from ..errors import Problem
from ..violations import nearest, pointer_of, violations
from .document import Document, Path

TYPES: Final = ("string", "number", "integer", "boolean", "object", "array", "null")

_KEYWORDS: Final = frozenset(
    """
    $schema $ref $defs $comment type enum const default title description examples deprecated
    readOnly writeOnly allOf anyOf oneOf not if then else dependentSchemas dependentRequired
    properties patternProperties additionalProperties unevaluatedProperties propertyNames required
    minProperties maxProperties items prefixItems contains minContains maxContains unevaluatedItems
    minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum
    exclusiveMinimum exclusiveMaximum multipleOf contentEncoding contentMediaType contentSchema
    """.split()  # noqa: SIM905  a list of words reads better
)
"""Those of JSON Schema 2020-12; validators ignore others, so a misspelt one would go unnoticed."""

_BASES: Final = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef")
"""Keywords that would change what a `$ref` means."""


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
        found = list(_problems_of(document, ("inputs", name), raw, shared))
        problems += found
        schema = {"type": raw} if isinstance(raw, str) else copy.deepcopy(raw)
        if found:
            schema = {}
        is_optional = schema.pop("optional", False)
        if "default" not in schema:
            (optional.add if is_optional else required.append)(name)
        for _, part in subschemas(schema):
            if part.get("$ref", "").startswith("#"):
                part["$ref"] = f"#/properties{pointer_of((name,))}{part['$ref'][1:]}"
        properties[name] = schema
    whole = {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
    if not problems:
        whole = bundle(whole, shared)
        problems = list(_check_whole(document, whole))
    return whole, frozenset(optional), problems


def _problems_of(
    document: Document, path: Path, raw: Any, shared: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what is wrong with one input."""
    if isinstance(raw, str):
        if raw not in TYPES:
            yield _unknown_type(document, path, raw)
        return
    if not isinstance(raw, dict):
        message = "expected a JSON Schema, or the name of a type alone"
        yield document.problem(path, "wrong-type", message)
        return
    if not isinstance(raw.get("optional", False), bool):
        yield document.problem((*path, "optional"), "wrong-type", "expected true or false")
    schema = {keyword: value for keyword, value in raw.items() if keyword != "optional"}
    errors = list(_metaschema().iter_errors(schema))
    for error in errors:
        at = (*path, *error.absolute_path)
        if at[-1] == "type" and isinstance(error.instance, str):
            yield _unknown_type(document, at, error.instance)
        else:
            yield document.problem(at, "bad-schema", f"not JSON Schema: {error.message}")
    if not errors:
        yield from _problems_inside(document, path, schema, shared)


def _problems_inside(
    document: Document, path: Path, schema: Schema, shared: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the references that lead nowhere, and what would change where they lead."""
    for inner, part in subschemas(schema):
        at = (*path, *inner)
        for keyword in _BASES:
            if keyword in part:
                message = f"{keyword!r} cannot be used in an input; name the schema by its path"
                yield document.problem((*at, keyword), "bad-schema", message, key=True)
        for keyword in part:
            if keyword not in (*_KEYWORDS, *_BASES) and not keyword.startswith("x-"):
                near = nearest(keyword, _KEYWORDS)
                message = f"there is no keyword {keyword!r} in JSON Schema{near}"
                yield document.problem((*at, keyword), "unknown-key", message, key=True)
        target = part.get("$ref")
        if target is None:
            continue
        if target.startswith("#"):
            if not _is_in(schema, target):
                message = f"there is nothing at {target!r} in this input"
                yield document.problem((*at, "$ref"), "unknown-schema", message)
        elif target.partition("#")[0] not in shared:
            known = ", ".join(sorted(shared)) or "none"
            message = f"there is no schema {target!r}{nearest(target, shared)} (there is: {known})"
            yield document.problem((*at, "$ref"), "unknown-schema", message)


def _unknown_type(document: Document, path: Path, name: str) -> Problem:
    message = f"there is no type {name!r}{nearest(name, TYPES)} (there is: {', '.join(TYPES)})"
    return document.problem(path, "unknown-type", message)


def _is_in(schema: Any, reference: str) -> bool:
    """Return whether `#/a/b` names something in *schema*."""
    for part in reference[1:].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, dict) and name in schema:
            schema = schema[name]
        elif isinstance(schema, list) and name.isdecimal() and int(name) < len(schema):
            schema = schema[int(name)]
        else:
            return False
    return reference == "#" or reference.startswith("#/")


@cache
def _metaschema() -> Any:
    from jsonschema import Draft202012Validator  # slow to import

    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


def _check_whole(document: Document, whole: dict[str, Any]) -> Iterator[Problem]:
    """Yield the schemas that cannot be compiled, and the defaults that theirs refuse."""
    try:
        validator = compile_schema({**whole, "required": []})
    except ValueError as error:
        message = f"not JSON Schema: {str(error).splitlines()[0]}"
        yield document.problem(("inputs",), "bad-schema", message)
        return
    for name, schema in whole["properties"].items():
        given = {name: schema["default"]} if "default" in schema else {}
        for found in violations(validator, whole, given):
            message = f"the input's own schema refuses its default: {found['message']}"
            yield document.problem(("inputs", name, "default"), "bad-default", message)
