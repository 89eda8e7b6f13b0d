"""Schemas that name other schemas, made complete in themselves and compiled."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .violations import pointer_of

if TYPE_CHECKING:  # costs half of the command line's start-up
    import jsonschema_rs

Schema = dict[str, Any]
Derived = TypeVar("Derived")

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


class Bundle(Schema):
    """A schema that is complete in itself. Whoever has it shares it, and must not change it."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema)
        self._derived: dict[Callable[..., Any], Any] = {}

    def derived(self, make: Callable[[Schema], Derived]) -> Derived:
        """Return what a function makes of the schema, made once for all who share it."""
        if make not in self._derived:
            self._derived[make] = make(self)
        found: Derived = self._derived[make]
        return found


class SharedSchemas(Mapping[str, Any]):
    """The schemas that plugins share, by name, and the bundles with them.

    Many contracts have the same output, and that a large one: equal schemas are one bundle, which
    is compiled once.
    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = dict(schemas)
        self._definitions: dict[str, tuple[Any, frozenset[str]]] = {}
        self._bundles: dict[str, Bundle] = {}

    def __getitem__(self, name: str) -> Any:
        return self._schemas[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def bundle(self, schema: Schema) -> Bundle:
        """Return what `bundle` does of a schema with these."""
        text = json.dumps(schema)
        if text not in self._bundles:
            self._bundles[text] = self._bundle(schema)
        return self._bundles[text]

    def _bundle(self, schema: Schema) -> Bundle:
        bundled = Bundle(_copy(schema))
        wanted = _redirect(bundled, "")
        definitions: dict[str, Any] = {}
        while wanted:
            name = wanted.pop()
            if name not in definitions:
                definitions[name], needed = self._definition(name)
                wanted |= needed
        if definitions:
            bundled.setdefault("$defs", {}).update(definitions)
        return bundled

    def _definition(self, name: str) -> tuple[Any, frozenset[str]]:
        """Return a schema as it stands in `$defs`, and the shared schemas that it names itself."""
        if name not in self._definitions:
            definition = _copy(self._schemas[name])
            if isinstance(definition, dict):
                for keyword in ("$schema", "$id"):
                    definition.pop(keyword, None)
            self._definitions[name] = definition, frozenset(_redirect(definition, name))
        return self._definitions[name]


def bundle(schema: Schema, shared: Mapping[str, Any]) -> Bundle:
    """Return *schema* with the shared schemas it names in its `$defs`.

    A `$ref` to `cart.json` becomes one to `#/$defs/cart.json`, so that validators, OpenAPI and
    callers of `GET /actions/{name}` have all of it in one place.

    Raises:
        KeyError: There is no shared schema of that name.
    """
    schemas = shared if isinstance(shared, SharedSchemas) else SharedSchemas(shared)
    return schemas.bundle(schema)


def compile_schema(schema: Schema) -> jsonschema_rs.Validator:
    """Return the validator of a bundled schema; it never reads files or the network."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dict(schema), offline=True)


def validator_of(schema: Schema) -> jsonschema_rs.Validator:
    """Return the validator of a schema; that of a bundle is made once for all who share it."""
    return schema.derived(compile_schema) if isinstance(schema, Bundle) else compile_schema(schema)


def _copy(value: Any) -> Any:
    """Return a copy of a JSON value; `copy.deepcopy` takes four times as long."""
    if isinstance(value, dict):
        return {name: _copy(member) for name, member in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


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
