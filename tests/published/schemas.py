"""Members of JSON Schemas by their paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

Schema = Mapping[str, Any]

_CHOICES: Final = ("anyOf", "oneOf", "allOf")


@cache
def document(name: str) -> Schema:
    """Return a schema that contracts share, by the name of its file."""
    text = files("cartflow.schemas").joinpath(name).read_text("utf-8")
    return dict(json.loads(text))


def has_member(schema: Schema, path: str, root: Schema | None = None) -> bool:
    """Return whether a schema names the member at a path such as `items[].prices.row_total`."""
    head, _, rest = path.partition(".")
    name, is_list = head.removesuffix("[]"), head.endswith("[]")
    for found, home in _alternatives(schema, root or schema):
        inner = found.get("properties", {}).get(name)
        if inner is None:
            continue
        if not rest:
            return True
        for one, where in _alternatives(inner, home):
            below = one.get("items") if is_list else one
            if below is not None and has_member(below, rest, where):
                return True
    return False


def _alternatives(schema: Schema, root: Schema) -> Iterator[tuple[Schema, Schema]]:
    """Yield a schema and what it refers to or is made of, each with the document it stands in."""
    yield schema, root
    if reference := schema.get("$ref"):
        name, _, pointer = reference.partition("#")
        home = document(name) if name else root
        found: Any = home
        for part in filter(None, pointer.split("/")):
            found = found[part]
        yield from _alternatives(found, home)
    for keyword in _CHOICES:
        for choice in schema.get(keyword, ()):
            yield from _alternatives(choice, root)
