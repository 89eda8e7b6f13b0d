"""Types, written down as JSON Schema: never narrower than what there can be.

A value that is passed on unchanged keeps the schema that it came with, its title, its description
and the shared schemas in it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from ...bundling import Schema, subschemas
from ...violations import pointer_of
from .model import (
    ANY,
    JSON_KINDS,
    LIST,
    MISSING,
    NEVER,
    NULL,
    SKIPPED,
    Later,
    Members,
    Type,
    resolved,
    union,
)
from .schemas import SchemaTypes

_MOST: Final = 2_000
"""Schemas that are written for one type; what is left then is anything."""
_DEEPEST: Final = 16
"""Levels that are written down: types may contain themselves."""

_ORDER: Final = ("boolean", "integer", "number", "string", "array", "object", "null")


def to_schema(found: Type) -> Schema:
    """Return the JSON Schema of a type, complete in itself."""
    writer = _Writer()
    schema = writer.write(found)
    return writer.complete(schema if isinstance(schema, dict) else {"not": {}})


def object_schema(found: Type) -> Schema:
    """Return the JSON Schema of a type that is always an object: one `type: object`."""
    writer = _Writer()
    return writer.complete({"type": "object", **writer.members(found.members, 0)})


class _Writer:
    """Writes one schema, and collects the definitions that it refers to."""

    def __init__(self) -> None:
        self._definitions: dict[str, Any] = {}
        self._names: dict[tuple[int, str], str] = {}
        self._left = _MOST

    def complete(self, schema: Schema) -> Schema:
        """Return a schema together with what it refers to."""
        return {**schema, "$defs": self._definitions} if self._definitions else schema

    def write(self, found: Type, depth: int = 0) -> Any:
        """Return the schema of a type; the definitions that it needs are kept."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return {}
        if SKIPPED in found.kinds and not found.is_any:
            return self.write(union(found.without(SKIPPED, MISSING), NULL), depth)
        if found.kinds >= JSON_KINDS and found.is_any:
            return {}
        if found.alternatives:
            return self._any_of(found.alternatives, depth)
        if found.source is not None:
            return self._copied(*found.source)
        return self._made(found, depth) if found.kinds - {MISSING} else False

    def _any_of(self, alternatives: tuple[Type, ...], depth: int) -> Any:
        """Return what covers all alternatives: those without a schema of their own are one."""
        copied = [it for it in alternatives if it.source is not None]
        is_covered = any(map(_takes_nothing, copied))
        made = union(
            *(it for it in alternatives if it.source is None and not (is_covered and _is_empty(it)))
        )
        written: list[Any] = []
        for it in (*copied, *([made] if made.kinds else [])):
            schema = self.write(it, depth)
            if schema not in written:
                written.append(schema)
        return written[0] if len(written) == 1 else {"anyOf": written}

    def _made(self, found: Type, depth: int) -> Schema:
        kinds = [kind for kind in _ORDER if kind in found.kinds]
        if "number" in kinds:
            kinds = [kind for kind in kinds if kind != "integer"]
        schema: Schema = {"type": kinds[0] if len(kinds) == 1 else kinds}
        if found.strings is not None and set(kinds) <= {"string", "null"}:
            texts: list[Any] = sorted(found.strings)
            schema["enum"] = [*texts, None] if "null" in kinds else texts
        if "array" in kinds and found.items is not None:
            items = found.items
            if items.prefix:
                schema["prefixItems"] = [self._part(part, depth) for part in items.prefix]
            rest = NEVER if items.rest is None else items.rest
            if rest is not ANY:
                schema["items"] = self._part(rest, depth)
            if items.least:
                schema["minItems"] = items.least
        if "object" in kinds:
            schema.update(self.members(found.members, depth))
        return schema

    def members(self, members: Members | None, depth: int) -> Schema:
        """Return the keywords of an object."""
        if members is None:
            return {}
        schema: Schema = {}
        if members.known:
            schema["properties"] = {
                name: self._part(member.type, depth) for name, member in members.known.items()
            }
        required = [name for name, member in members.known.items() if member.is_required]
        if required:
            schema["required"] = required
        if members.rest is None:
            schema["additionalProperties"] = False
        elif members.rest is not ANY:
            schema["additionalProperties"] = self._part(members.rest, depth)
        return schema

    def _part(self, part: Type | Later, depth: int) -> Any:
        return self.write(resolved(part), depth + 1) if self._left > 0 else {}

    # ---- what is copied

    def _copied(self, schema: Mapping[str, Any], home: SchemaTypes) -> Any:
        """Return a copy of a schema whose references lead to our definitions."""
        copied = copy.deepcopy(dict(schema))
        if schema is home.root:
            copied.pop("$defs", None)
        for _, part in subschemas(copied):
            if "$ref" in part:
                self._redirect(part, home)
        return copied

    def _redirect(self, part: Schema, home: SchemaTypes) -> None:
        target = part["$ref"]
        if home.find(target) is True:
            del part["$ref"]  # nobody knows what it means: wider is right
            return
        names = target.split("/")
        unit, rest = (names[:3], names[3:]) if names[1:2] == ["$defs"] else (names, [])
        name = self._define("/".join(unit), home)
        part["$ref"] = "/".join((f"#/$defs{pointer_of((name,))}", *rest))

    def _define(self, pointer: str, home: SchemaTypes) -> str:
        """Return the name of the definition that is a copy of what is at *pointer*."""
        schema = home.find(pointer)
        key = (id(schema), pointer)
        name = self._names.get(key)
        if name is not None:
            return name
        last = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        name = wanted = last if last not in ("#", "") else "whole"
        number = 1
        while name in self._definitions:
            if self._is_same(name, schema, home):
                self._names[key] = name
                return name
            number += 1
            name = f"{wanted}_{number}"
        self._names[key] = name
        self._definitions[name] = schema  # its place; it may refer to itself
        self._definitions[name] = (
            self._copied(schema, home) if isinstance(schema, Mapping) else schema
        )
        return name

    def _is_same(self, name: str, schema: Any, home: SchemaTypes) -> bool:
        """Return whether a definition says what *schema* says, with all that it refers to."""
        fresh = _Writer()
        mine = fresh._copied(schema, home) if isinstance(schema, Mapping) else schema
        return bool(
            mine == self._definitions[name]
            and all(
                self._definitions.get(inner) == found for inner, found in fresh._definitions.items()
            )
        )


_PLAIN: Final = frozenset(("type", "items", "title", "description"))


def _takes_nothing(found: Type) -> bool:
    """Return whether an empty list has a type that was read from a schema; when in doubt not."""
    schema = found.source[0] if found.source is not None else {}
    return found.kinds == LIST.kinds and _PLAIN.issuperset(schema)


def _is_empty(found: Type) -> bool:
    """Return whether a type is that of the empty list alone."""
    items = found.items
    is_empty = items is not None and items.rest is None and not items.prefix
    return found.kinds == LIST.kinds and is_empty
