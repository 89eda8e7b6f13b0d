"""Keeps secrets out of what people get to see: traces, logs, pages.

A secret is what stands at a place that a schema marks `writeOnly`. It is masked there; and its
text is masked wherever else it turns up, because a flow may copy it anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

MASK: Final = "***"

_SHORTEST_PART: Final = 4
"""Characters. Shorter secrets are masked only where they are the whole value: not each `1`."""

_APPLICATORS: Final = ("allOf", "anyOf", "oneOf")


def has_secrets(schema: Mapping[str, Any]) -> bool:
    """Return whether anything in a schema is marked `writeOnly`."""
    return '"writeOnly": true' in json.dumps(schema)


def mask(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a JSON value with everything masked that stands at a `writeOnly` place.

    The value need not satisfy the schema.
    """
    return _replace(value, [schema], schema, lambda secret: MASK)


def secrets_in(value: Any, schema: Mapping[str, Any]) -> list[Any]:
    """Return what stands at the `writeOnly` places of *value*: strings and numbers."""
    found: list[Any] = []
    _replace(value, [schema], schema, lambda secret: found.extend(scalars(secret)))
    return found


def scalars(value: Any) -> Iterator[Any]:
    """Yield each string and number of a JSON value."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, Mapping):
            pending.extend(part.values())
        elif isinstance(part, list):
            pending.extend(part)
        elif isinstance(part, str | int | float) and not isinstance(part, bool):
            yield part


def _replace(
    value: Any, schemas: Iterable[Any], root: Mapping[str, Any], instead: Callable[[Any], Any]
) -> Any:
    if value is None:
        return None
    known = list(_with_parts(schemas, root))
    if any(schema.get("writeOnly") is True for schema in known):
        return instead(value)
    if isinstance(value, Mapping):
        return {
            name: _replace(member, _of_member(known, name), root, instead)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [
            _replace(item, _of_item(known, index), root, instead)
            for index, item in enumerate(value)
        ]
    return value


def _with_parts(schemas: Iterable[Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas and all those that they apply to the same value, each once."""
    pending, seen = list(schemas), set()
    while pending:
        schema = pending.pop()
        if not isinstance(schema, Mapping) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        if isinstance(schema.get("$ref"), str):
            pending.append(_resolve(schema["$ref"], root))
        for keyword in _APPLICATORS:
            pending.extend(schema.get(keyword, ()))
        pending.extend(schema.get(keyword) for keyword in ("if", "then", "else"))


def _resolve(reference: str, root: Mapping[str, Any]) -> Any:
    """Return what `#/a/b` names, or None."""
    found: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _of_member(schemas: Iterable[Mapping[str, Any]], name: str) -> Iterator[Any]:
    for schema in schemas:
        members = schema.get("properties", {})
        yield members[name] if name in members else schema.get("additionalProperties")
        for pattern, member in schema.get("patternProperties", {}).items():
            if re.search(pattern, name):
                yield member


def _of_item(schemas: Iterable[Mapping[str, Any]], index: int) -> Iterator[Any]:
    for schema in schemas:
        first = schema.get("prefixItems", ())
        yield first[index] if index < len(first) else schema.get("items")


class Secrets:
    """The secrets of one run, by their values: strings and numbers."""

    def __init__(self) -> None:
        self._values: set[Any] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, values: Iterable[Any]) -> None:
        """Take more strings and numbers for secrets."""
        new = {value for value in values if value != ""} - self._values
        if new:
            self._values |= new
            texts = sorted((v for v in self._values if _is_long(v)), key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, texts))) if texts else None

    def hide(self, value: Any) -> Any:
        """Return a JSON value with every secret in it masked."""
        if not self._values:
            return value
        if isinstance(value, str):
            if value in self._values:
                return MASK
            return self._pattern.sub(MASK, value) if self._pattern else value
        if isinstance(value, Mapping):
            return {self.hide(name): self.hide(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.hide(item) for item in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return MASK if value in self._values else value
        return value


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= _SHORTEST_PART
