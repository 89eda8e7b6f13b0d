"""Contracts of a small library, and whatever such actions may answer: for random flows."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from cartflow.runtime.contract import Contract, read_contract

TEXT: Final = {"type": "string"}
WHOLE: Final = {"type": "integer"}
NOTE: Final = {"type": ["string", "null"]}
BOOK: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"isbn": TEXT, "copies": WHOLE, "rare": {"type": "boolean"}},
    "required": ["isbn", "copies"],
    "additionalProperties": False,
}


def _closed(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _action(name: str, given: Any, output: Any, effect: str, **errors: bool) -> Contract:
    """Return a contract; *errors* says of each condition whether it is retryable."""
    document = {
        "name": name,
        "title": name,
        "input": given,
        "output": output,
        "effect": effect,
        "errors": {
            code: {"status": 409, "title": code, "message": code, "retryable": retryable}
            for code, retryable in errors.items()
        },
    }
    return read_contract(document, f"{name}.json", {})


LIBRARY: Final[Mapping[str, Contract]] = {
    found.name: found
    for found in (
        _action(
            "search",
            _closed({"text": TEXT}, limit=WHOLE),
            _closed({"total": WHOLE, "books": {"type": "array", "items": BOOK}}, hint=TEXT),
            "none",
            TOO_VAGUE=False,
            SLOW=True,
        ),
        _action(
            "reader",
            _closed({}, card=TEXT),
            _closed({"name": TEXT, "note": NOTE, "home": _closed({"town": TEXT})}),
            "none",
            READER_NOT_FOUND=False,
        ),
        _action(
            "lend",
            _closed({"isbn": TEXT, "reader": TEXT}, days=WHOLE, note=NOTE),
            _closed({"due": TEXT, "left": WHOLE}),
            "transactional",
            LENT_OUT=False,
            DESK_SHUT=True,
        ),
        _action("give_back", _closed({"isbn": TEXT}), _closed({}), "transactional", NOT_LENT=False),
        _action(
            "pay",
            _closed({"amount": WHOLE}, books={"type": "array", "items": BOOK}),
            {
                "anyOf": [
                    _closed({"paid": {"const": True}, "receipt": TEXT}),
                    _closed({"paid": {"const": False}, "reason": TEXT}),
                ]
            },
            "keyed",
            DECLINED=False,
            AWAY=True,
        ),
        _action(
            "tell",
            _closed({"text": TEXT}, tags={"type": "array", "items": TEXT}),
            {"type": "object"},
            "at_least_once",
        ),
    )
}


def answer_for(schema: Any, random: Random) -> Any:
    """Return a value that a schema of `LIBRARY`, or of a flow that calls it, allows."""
    if isinstance(schema, bool):
        return None
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "anyOf" in schema:
        return answer_for(random.choice(schema["anyOf"]), random)
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type", "null")
    kind = random.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        required = schema.get("required", ())
        members = schema.get("properties", {}).items()
        return {
            name: answer_for(member, random)
            for name, member in members
            if name in required or random.random() < 0.5
        }
    if kind == "array":
        count = 0 if schema.get("items") is False else random.randrange(4)
        return [answer_for(schema.get("items", True), random) for _ in range(count)]
    simple = {"string": "text", "integer": random.randrange(10), "boolean": random.random() < 0.5}
    return simple.get(kind)
