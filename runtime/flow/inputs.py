"""The `inputs` of a flow, made the JSON Schema of its input."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from ..bundling import Schema, bundle, compile_schema, subschemas
from ..errors import Problem
from ..violations import nearest, pointer_of, violations
from .document import Document, Path

TYPES: Final = ("string", "number", "integer", "boolean", "object", "array", "null")

KEYWORDS: Final = frozenset(
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

_MOST_AT_ONCE: Final = 1000
"""Schemas that apply to one value at once: forty that name the next one twice would be 2**40."""
_LONGEST_CHAIN: Final = 200
"""Schemas of which each leads to the next one, by `$ref` or `allOf`, for the same value."""
_LONGEST: Final = 300
"""Characters of a message of somebody else's: a validator shows the whole schema."""


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
    errors = [] if _is_well_formed(schema) else list(_metaschema().iter_errors(schema))
    for error in errors:
        at = (*path, *error.absolute_path)
        if at[-1] == "type" and isinstance(error.instance, str):
            yield _unknown_type(document, at, error.instance)
        else:
            message = f"not JSON Schema: {error.message[:_LONGEST]}"
            yield document.problem(at, "bad-schema", message)
    if not errors:
        yield from _problems_inside(document, path, schema, shared)


def _problems_inside(
    document: Document, path: Path, schema: Schema, shared: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield the references that lead nowhere or astray, and what would change where they lead."""
    counts: dict[int, int] = {}
    for inner, part in subschemas(schema):
        at = (*path, *inner)
        for keyword in _BASES:
            if keyword in part:
                message = f"{keyword!r} cannot be used in an input; name the schema by its path"
                yield document.problem((*at, keyword), "bad-schema", message, key=True)
        for keyword in part:
            if keyword not in (*KEYWORDS, *_BASES) and not keyword.startswith("x-"):
                near = nearest(keyword, KEYWORDS)
                message = f"there is no keyword {keyword!r} in JSON Schema{near}"
                yield document.problem((*at, keyword), "unknown-key", message, key=True)
        if _at_once(schema, part, counts) > _MOST_AT_ONCE:
            message = "a '$ref' leads back here, or too many schemas apply to one value; unfold it"
            yield document.problem(at, "bad-schema", message)
            return
        target = part.get("$ref")
        if target is None:
            continue
        if target.startswith("#"):
            if part_at(schema, target) is None:
                message = f"there is nothing at {target!r} in this input"
                yield document.problem((*at, "$ref"), "unknown-schema", message)
        elif target.partition("#")[0] not in shared:
            known = ", ".join(sorted(shared)) or "none"
            message = f"there is no schema {target!r}{nearest(target, shared)} (there is: {known})"
            yield document.problem((*at, "$ref"), "unknown-schema", message)


def _unknown_type(document: Document, path: Path, name: str) -> Problem:
    message = f"there is no type {name!r}{nearest(name, TYPES)} (there is: {', '.join(TYPES)})"
    return document.problem(path, "unknown-type", message)


def part_at(schema: Any, reference: str) -> Any:
    """Return what `#/a/b` names in *schema*, or None if there is nothing."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    for part in reference[1:].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list):
            schema = dict(zip(map(str, range(len(schema))), schema, strict=True))
        if not isinstance(schema, dict):
            return None
        schema = schema.get(name)
    return schema


def _at_once(schema: Schema, part: Any, counts: dict[int, int], depth: int = 0) -> int:
    """Return how many schemas apply to a value that *part* applies to, or more than are allowed.

    Args:
        schema: The input's schema: what `#` names.
        part: A schema inside it.
        counts: What is known by the schema's identity; more is added.
        depth: How many schemas lead here.
    """
    if depth > _LONGEST_CHAIN:
        return _MOST_AT_ONCE + 1
    if not isinstance(part, dict):
        return 1
    if id(part) not in counts:
        inner = [part[keyword] for keyword in ("not", "if", "then", "else") if keyword in part]
        for keyword in ("allOf", "anyOf", "oneOf"):
            inner += part.get(keyword, [])
        inner += part.get("dependentSchemas", {}).values()
        if "$ref" in part:
            inner.append(part_at(schema, part["$ref"]))
        total = 1 + sum(_at_once(schema, each, counts, depth + 1) for each in inner)
        counts[id(part)] = min(total, _MOST_AT_ONCE + 1)
    return counts[id(part)]


def _is_well_formed(schema: Schema) -> bool:
    """Return whether a schema is one; `jsonschema` says best what is wrong, but it is slow."""
    import jsonschema_rs  # as in `compile_schema`

    return "$schema" not in schema and jsonschema_rs.meta.is_valid(schema)


@cache
def _metaschema() -> Any:
    from jsonschema import Draft202012Validator  # slow to import

    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


def _check_whole(document: Document, whole: dict[str, Any]) -> Iterator[Problem]:
    """Yield the schemas that cannot be compiled, and the defaults that theirs refuse."""
    try:
        validator = compile_schema({**whole, "required": []})
    except ValueError as error:
        message = f"not JSON Schema: {str(error).splitlines()[0][:_LONGEST]}"
        yield document.problem(("inputs",), "bad-schema", message)
        return
    for name, schema in whole["properties"].items():
        given = {name: schema["default"]} if "default" in schema else {}
        for found in violations(validator, whole, given):
            message = f"the input's own schema refuses its default: {found['message']}"
            yield document.problem(("inputs", name, "default"), "bad-default", message)
