"""Schemas that name other schemas, made complete in themselves."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from .violations import pointer_of

Schema = dict[str, Any]

_OF_ONE = frozenset(
    (
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
_OF_MANY = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_OF_NAMED = frozenset(("$defs", "dependentSchemas", "patternProperties", "properties"))


def subschemas(
    schema: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Schema]]:
    """Yield path and schema of each object schema in a schema, itself first.

    Only where a keyword holds schemas: a member that is called `$ref` or `default`, and what
    stands under `const` or `examples`, is data.
    """
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword, value in schema.items():
        if keyword in _OF_ONE:
            yield from subschemas(value, (*path, keyword))
        elif keyword in _OF_MANY:
            for index, inner in enumerate(value):
                yield from subschemas(inner, (*path, keyword, index))
        elif keyword in _OF_NAMED:
            for name, inner in value.items():
                yield from subschemas(inner, (*path, keyword, name))


def references(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield path and target of each `$ref` in a schema."""
    for path, inner in subschemas(schema):
        if "$ref" in inner:
            yield (*path, "$ref"), inner["$ref"]


def bundle(schema: Schema, shared: Mapping[str, Any]) -> Schema:
    """Return *schema* with the shared schemas it names copied into its `$defs`.

    A `$ref` to `cart.json` becomes one to `#/$defs/cart.json`, so that validators, OpenAPI and
    callers of `GET /actions/{name}` have all of it in one place.

    Raises:
        KeyError: There is no shared schema of that name.
    """
    bundled = copy.deepcopy(schema)
    wanted = _redirect(bundled, "")
    definitions: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        if name not in definitions:
            definitions[name] = copy.deepcopy(shared[name])
            if isinstance(definitions[name], dict):
                for keyword in ("$schema", "$id"):
                    definitions[name].pop(keyword, None)
            wanted |= _redirect(definitions[name], name)
    if definitions:
        bundled.setdefault("$defs", {}).update(definitions)
    return bundled


def _redirect(schema: Any, home: str) -> set[str]:
    """Point every `$ref` below *schema* into `$defs`; return the shared schemas it needs."""
    wanted: set[str] = set()
    for _, inner in subschemas(schema):
        target, _, fragment = inner.get("$ref", "").partition("#")
        name = target or (home if "$ref" in inner else "")
        if name and "://" not in name:
            inner["$ref"] = f"#/$defs{pointer_of((name,))}{fragment}"
            wanted.add(name)
    return wanted
