"""Types, made of JSON Schema: whatever is not understood makes them wider."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ...bundling import Bundle, subschemas
from .model import (
    ANY,
    JSON_KINDS,
    NEVER,
    NUMBERS,
    Items,
    Later,
    Member,
    Members,
    Type,
    resolved,
    type_of_value,
    union,
)
from .relations import intersection

_BASES: Final = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef")
"""Keywords that change what a `$ref` means."""

_NOWHERE: Final = object()


class SchemaTypes:
    """The types of one document: a schema that is complete in itself (`bundle`).

    Args:
        root: The document.
    """

    def __init__(self, root: Any) -> None:
        self.root = root
        self._types: dict[int, Type] = {}
        self._pending: set[int] = set()
        self._reading = threading.RLock()
        self._is_plain: bool | None = None

    @property
    def type(self) -> Type:
        """The type of what satisfies the document."""
        return self.of(self.root)

    def of(self, schema: Any) -> Type:
        """Return the type of what satisfies a schema in the document."""
        if not isinstance(schema, Mapping):
            return NEVER if schema is False else ANY
        key = id(schema)  # the document keeps it alive
        found = self._types.get(key)
        if found is not None:
            return found
        with self._reading:
            if key in self._pending:  # it refers to nothing but itself
                return ANY
            self._pending.add(key)
            try:
                found = self._types[key] = self._read(schema)
            finally:
                self._pending.remove(key)
        return found

    def find(self, reference: Any) -> Any:
        """Return the schema that a `$ref` names; `true` if there is none to be found here."""
        found = self._find(reference) if self._refers_plainly() else _NOWHERE
        return True if found is _NOWHERE else found

    def _find(self, reference: Any) -> Any:
        if not isinstance(reference, str) or not reference.startswith("#"):
            return _NOWHERE
        found = self.root
        for part in reference[1:].split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                return _NOWHERE
        return found if reference == "#" or reference.startswith("#/") else _NOWHERE

    def _refers_plainly(self) -> bool:
        """Return whether every `$ref` is a path in the document."""
        if self._is_plain is None:
            parts = (part for path, part in subschemas(self.root) if path)
            inner = not any(word in part for part in parts for word in _BASES)
            self._is_plain = inner and not any(word in self.root for word in _BASES[1:])
        return self._is_plain

    def _read(self, schema: Mapping[str, Any]) -> Type:
        found = _own(schema, self._later)
        for narrower in self._others(schema):
            found = narrower if found.is_any else intersection(found, narrower)
        if found.is_any or not found.kinds:
            return found
        return Type(
            found.kinds,
            found.strings,
            found.items,
            found.members,
            source=(schema, self),
        )

    def _others(self, schema: Mapping[str, Any]) -> list[Type]:
        """Return the types of the keywords that name other schemas for the same value."""
        found = []
        if "$ref" in schema:
            found.append(self.of(self.find(schema["$ref"])))
        found += map(self.of, schema.get("allOf", ()))
        found += [
            union(*map(self.of, schema[keyword]))
            for keyword in ("anyOf", "oneOf")
            if keyword in schema
        ]
        return found

    def _later(self, schema: Any) -> Type | Later:
        """Return the type of a schema that stands inside of another one."""
        if isinstance(schema, Mapping):
            return self._types.get(id(schema)) or Later(partial(self.of, schema))
        return NEVER if schema is False else ANY


def types_of(schema: dict[str, Any]) -> SchemaTypes:
    """Return the types of a document; those of a bundle are read once for all who share it."""
    return schema.derived(SchemaTypes) if isinstance(schema, Bundle) else SchemaTypes(schema)


def _own(schema: Mapping[str, Any], later: Callable[[Any], Type | Later]) -> Type:
    """Return what the keywords of a schema itself say."""
    kinds = _kinds(schema.get("type"))
    found = Type(
        kinds,
        None,
        _items(schema, later) if "array" in kinds else None,
        _members(schema, later) if "object" in kinds else None,
    )
    if "const" in schema:
        found = intersection(found, type_of_value(schema["const"]))
    if "enum" in schema:
        found = intersection(found, union(*map(type_of_value, schema["enum"])))
    return found


def _kinds(named: Any) -> frozenset[str]:
    if named is None:
        return JSON_KINDS
    kinds = frozenset([named] if isinstance(named, str) else named)
    return kinds | NUMBERS if "number" in kinds else kinds


def _items(schema: Mapping[str, Any], later: Callable[[Any], Type | Later]) -> Items | None:
    if schema.keys().isdisjoint(("items", "prefixItems", "minItems")):
        return None
    prefix = tuple(map(later, schema.get("prefixItems", ())))
    rest = later(schema.get("items", True))
    return Items(prefix, None if rest is NEVER else rest, int(schema.get("minItems", 0)))


def _members(schema: Mapping[str, Any], later: Callable[[Any], Type | Later]) -> Members | None:
    if schema.keys().isdisjoint(("properties", "required", "additionalProperties")):
        return None
    required = schema.get("required", ())
    rest = later(schema.get("additionalProperties", True))
    if "patternProperties" in schema:
        rest = ANY
    known = {
        name: Member(later(member), name in required)
        for name, member in schema.get("properties", {}).items()
        if member is not False
    }
    for name in required:
        if name not in known:
            known[name] = Member(ANY if rest is NEVER else rest)
    return Members(known, None if rest is NEVER else rest)


def part_of(expected: Type, path: tuple[str | int, ...]) -> Type:
    """Return the type that a part of a value must have, if the whole must have *expected*.

    Args:
        expected: The type of the whole.
        path: Of the part, in the value.
    """
    for step in path:
        if isinstance(step, str) and expected.members is not None:
            members = expected.members
            member = members.known.get(step)
            found = member.type if member is not None else members.rest
        elif isinstance(step, int) and expected.items is not None:
            items = expected.items
            found = items.prefix[step] if step < len(items.prefix) else items.rest
        else:
            return ANY
        if found is None:
            return ANY
        expected = resolved(found)
    return expected
