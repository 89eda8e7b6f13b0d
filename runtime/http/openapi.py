"""The OpenAPI 3.1 document, made from the contracts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from ..contract import Contract
from ..errors import BUILTIN_CONDITIONS
from ..jsontext import dumps, loads
from ..registry import Registry
from .problems import DOOR_CONDITIONS, MEDIA_TYPE

_SCHEMAS: Final = "#/components/schemas/"
_PROBLEM: Final = "problem"
_ANY_ACTION: Final = (
    *("INVALID_INPUT", "NOT_AUTHENTICATED", "NOT_AUTHORIZED", "IN_PROGRESS"),
    *("IDEMPOTENCY_KEY_REUSED", "INTERNAL", "UNDECLARED_ERROR", "INVALID_OUTPUT", "BUSY"),
)
_ANY_REMOTE: Final = ("TIMEOUT",)
_ANY_FLOW: Final = ("EXPRESSION_FAILED", "LIMIT_EXCEEDED", "CANCELLED", "TIMEOUT")
_ANY_REQUEST: Final = (
    *("BAD_REQUEST", "MALFORMED_BODY", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"),
    "DATABASE_UNAVAILABLE",
)


class OpenApi:
    """The document of one registry, made when it is first asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    @cached_property
    def text(self) -> str:
        """The document as JSON."""
        return dumps(self.document)

    @cached_property
    def etag(self) -> str:
        """What changes when the document does."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document."""
        components = _Components()
        paths = {
            f"/actions/{name}": {"post": _operation(action.contract, components)}
            for name, action in sorted(self._registry.items())
        }
        problem = files("cartflow.schemas").joinpath("problem.json").read_bytes()
        components.add(_PROBLEM, loads(problem, "problem.json"))
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "cartflow",
                "version": version("cartflow"),
                "description": "Every action and flow. Errors are RFC 9457 problem documents.",
            },
            "paths": paths,
            "components": {
                "schemas": components.schemas,
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A customer's token or an API key; guests send none.",
                    }
                },
            },
        }


def _operation(contract: Contract, components: _Components) -> dict[str, Any]:
    given = components.add(f"{contract.name}.input", contract.input)
    output = components.add(f"{contract.name}.output", contract.output)
    required = bool(contract.input.get("required"))
    operation: dict[str, Any] = {
        "operationId": contract.name,
        "summary": contract.title,
        "description": contract.description,
        "tags": [contract.category or "Actions"],
        "parameters": [_KEY],
        "requestBody": {"required": required, "content": _json(given, _inputs(contract))},
        "responses": {
            "200": {
                "description": "The output.",
                "content": _json(output, _outputs(contract)),
            },
            **dict(_responses(contract)),
        },
        "security": _security(contract),
    }
    if contract.deprecated:
        operation["deprecated"] = True
    return operation


_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same call with the same key happens once; a guest's needs 128 random bits.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _security(contract: Contract) -> list[dict[str, list[str]]]:
    token: dict[str, list[str]] = {"token": []}
    is_open = contract.access is None or "guest" in contract.access
    return [{}, token] if is_open else [token]


def _json(reference: str, examples: dict[str, Any]) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": reference}}
    if examples:
        media["examples"] = examples
    return {"application/json": media}


def _inputs(contract: Contract) -> dict[str, Any]:
    return {
        _component_name(example["title"]): {"summary": example["title"], "value": example["input"]}
        for example in contract.examples
    }


def _outputs(contract: Contract) -> dict[str, Any]:
    return {
        _component_name(example["title"]): {"summary": example["title"], "value": example["output"]}
        for example in contract.examples
        if "output" in example
    }


def _responses(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a response for each status that the action can answer with, with its codes."""
    builtin = {**BUILTIN_CONDITIONS, **DOOR_CONDITIONS}
    names = [*_ANY_ACTION, *_ANY_REQUEST]
    names += _ANY_FLOW if contract.effect == "steps" else ()
    names += _ANY_REMOTE if contract.effect in ("keyed", "at_least_once") else ()
    found = [(builtin[code].status, code, builtin[code].title) for code in names]
    found += [(error.status, code, error.title) for code, error in contract.errors.items()]
    for status, group in groupby(sorted(found), key=lambda entry: entry[0]):
        entries = list(group)
        said = "; ".join(f"`{code}`: {title}" for _, code, title in entries)
        schema = {
            "allOf": [{"$ref": _SCHEMAS + _PROBLEM}],
            "properties": {"code": {"enum": [code for _, code, _ in entries]}},
        }
        yield str(status), {"description": said, "content": {MEDIA_TYPE: {"schema": schema}}}


def _component_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "example"


class _Components:
    """The schemas of all contracts, each at a place of its own."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}

    def add(self, name: str, schema: Mapping[str, Any]) -> str:
        """Put a schema in, with what it keeps in `$defs` beside it; return its reference."""
        name = _component_name(name)
        places = {inner: _place_of(name, inner) for inner in schema.get("$defs", {})}
        home = _SCHEMAS + name
        for inner, definition in schema.get("$defs", {}).items():
            self.schemas[places[inner]] = _moved(definition, home, places)
        body = {key: value for key, value in schema.items() if key not in ("$defs", "$schema")}
        self.schemas[name] = _moved(body, home, places)
        return home


def _place_of(owner: str, inner: str) -> str:
    """Return where a definition goes; those of shared schemas look alike in every contract."""
    if not inner.endswith(".json"):
        return _component_name(f"{owner}.{inner}")
    name = _component_name(inner.removesuffix(".json"))
    return name if name != _PROBLEM else _component_name(inner)


def _moved(schema: Any, home: str, places: Mapping[str, str]) -> Any:
    """Return a schema whose references point to where things are now."""
    if isinstance(schema, list):
        return [_moved(item, home, places) for item in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(value, home, places) for key, value in schema.items()}
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith("#"):
        moved["$ref"] = _new_target(target, home, places)
    return moved


def _new_target(target: str, home: str, places: Mapping[str, str]) -> str:
    inner = target.removeprefix("#/$defs/")
    if inner == target:
        return home + target[1:]
    name, _, rest = inner.partition("/")
    return _SCHEMAS + places[name] + (f"/{rest}" if rest else "")
