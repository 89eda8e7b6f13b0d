"""What is wrong with a value, said without showing the value.

Messages are made from the schema and from the *type* of the value, never from the value itself:
a password that is too short must not turn up in an answer or in a log.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # costs half of the command line's start-up
    import jsonschema_rs


MAX_DESCRIBED = 100
"""How many violations are described one by one."""

MAX_NAMED = 10
"""How many unknown members of one object are called by name."""


def pointer_of(path: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of member names and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def type_of(value: Any) -> str:
    """Return the JSON type of a value, with its article: `a string`, `an object`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, Mapping):
        return "an object"
    return "an array" if isinstance(value, list | tuple) else f"a Python {type(value).__name__}"


def violations(
    validator: jsonschema_rs.Validator, schema: Mapping[str, Any], value: Any
) -> list[dict[str, str]]:
    """Return every violation of the schema, none if the value satisfies it.

    Each has a `path` (JSON pointer), a `message` (what was expected), the `rule` and the `type` of
    the value. Of absurdly many, the first are described and the rest counted.
    """
    errors = [cause for error in validator.iter_errors(value) for cause in causes_of(error)]
    found = [
        violation(
            message_of(error, schema, value),
            error.kind.name,
            error.instance,
            pointer_of(error.instance_path),
        )
        for error in errors[:MAX_DESCRIBED]
    ]
    if len(errors) > MAX_DESCRIBED:
        found.append(violation(f"and {len(errors) - MAX_DESCRIBED} more", "more", value))
    return found


def causes_of(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """Return what is wrong where one of several schemas was to fit, or else the violation itself.

    Whoever gives an object where an object or null may stand, means the object: if one schema only
    is for values of this type, what is wrong is what that schema says.
    """
    kind: Any = error.kind
    if kind.name not in ("anyOf", "oneOf") or not hasattr(kind, "context"):
        return [error]
    place = list(error.instance_path)
    meant = [
        branch
        for branch in kind.context
        if branch
        and not any(it.kind.name == "type" and list(it.instance_path) == place for it in branch)
    ]
    if len(meant) != 1:
        return [error]
    return [cause for it in meant[0] for cause in causes_of(it)]


def violation(message: str, rule: str, value: Any, path: str = "") -> dict[str, str]:
    """Return one violation; of the value only its type is told."""
    return {"path": path, "message": message, "rule": rule, "type": type_of(value).split()[-1]}


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, or the empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def message_of(
    error: jsonschema_rs.ValidationError, schema: Mapping[str, Any], instance: Any
) -> str:
    """Return what was expected where a schema was violated, without the value.

    Args:
        error: The violation.
        schema: The whole schema.
        instance: The whole value.
    """
    kind: Any = error.kind
    say = _SENTENCES.get(kind.name)
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return _unknown_members(kind.value, error, schema)
    if kind.name == "falseSchema" and error.schema_path[-1:] == ["additionalProperties"]:
        for part in error.instance_path:  # the error is about a member, its path the object's
            instance = instance[part]
        return _unknown_members(list(instance), error, schema)
    if say is None:
        return f"expected a value that satisfies {kind.name!r}, got {type_of(error.instance)}"
    return say(kind.value, type_of(error.instance))


def _unknown_members(names: list[str], error: Any, schema: Mapping[str, Any]) -> str:
    owner: Any = schema
    for part in list(error.schema_path)[:-1]:
        owner = owner[part] if isinstance(owner, list) else owner.get(part, {})
    known = owner.get("properties", {})
    said = ", ".join(f"{name!r}{nearest(name, known)}" for name in names[:MAX_NAMED])
    if len(names) > MAX_NAMED:
        said += f" and {len(names) - MAX_NAMED} more"
    return f"unknown member {said}" if len(names) == 1 else f"unknown members {said}"


_SENTENCES: Mapping[str, Callable[[Any, str], str]] = {
    "type": lambda want, got: f"expected {_either(want)}, got {got}",
    "required": lambda want, got: f"the member {want!r} is missing",
    "enum": lambda want, got: f"expected one of {', '.join(map(repr, want))}",
    "const": lambda want, got: f"expected {want!r}",
    "minLength": lambda want, got: f"expected at least {want} character(s)",
    "maxLength": lambda want, got: f"expected at most {want} character(s)",
    "minItems": lambda want, got: f"expected at least {want} item(s)",
    "maxItems": lambda want, got: f"expected at most {want} item(s)",
    "falseSchema": lambda want, got: f"expected nothing here, got {got}",
    "uniqueItems": lambda want, got: "expected items that differ from each other",
    "minProperties": lambda want, got: f"expected at least {want} member(s)",
    "maxProperties": lambda want, got: f"expected at most {want} member(s)",
    "minimum": lambda want, got: f"expected a number of at least {want}",
    "maximum": lambda want, got: f"expected a number of at most {want}",
    "exclusiveMinimum": lambda want, got: f"expected a number greater than {want}",
    "exclusiveMaximum": lambda want, got: f"expected a number less than {want}",
    "multipleOf": lambda want, got: f"expected a multiple of {want}",
    "pattern": lambda want, got: f"expected a string that matches {want!r}",
    "format": lambda want, got: f"expected a string in the format {want!r}",
}


_ARTICLES = {"array": "an", "integer": "an", "object": "an", "null": ""}


def _either(types: Any) -> str:
    names = types if isinstance(types, list | tuple) else [types]
    return " or ".join(f"{_ARTICLES.get(name, 'a')} {name}".strip() for name in map(str, names))
