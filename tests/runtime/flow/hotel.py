"""The actions of a small hotel: those that the examples of the rules call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cartflow.runtime.contract import Contract, read_contract

_GUEST: Mapping[str, Any] = {"guest_id": {"type": "string", "minLength": 1}}


def _action(
    name: str,
    title: str,
    given: Mapping[str, Any],
    output: Mapping[str, Any],
    *required: str,
    errors: Mapping[str, tuple[int, str, bool]] | None = None,
    **more: Any,
) -> Contract:
    document = {
        "name": name,
        "title": title,
        "input": {
            "type": "object",
            "properties": given,
            "required": list(required),
            "additionalProperties": False,
        },
        "output": {
            "type": "object",
            "properties": output,
            "required": list(output),
            "additionalProperties": False,
        },
        "errors": {
            code: {"status": status, "title": said, "message": said, "retryable": retryable}
            for code, (status, said, retryable) in (errors or {}).items()
        },
        **more,
    }
    return read_contract(document, f"{name}.json", {})


_NIGHTS: Mapping[str, Any] = {"nights": {"type": "integer", "minimum": 1}}
_TEXT: Mapping[str, Any] = {"type": "string"}

HOTEL: Mapping[str, Contract] = {
    found.name: found
    for found in (
        _action(
            "findGuest",
            "Find a Guest",
            _GUEST,
            {"name": _TEXT},
            "guest_id",
            errors={"GUEST_NOT_FOUND": (404, "Unknown Guest", False)},
            effect="none",
        ),
        _action(
            "bookRoom",
            "Book a Room",
            {**_GUEST, **_NIGHTS, "note": {"type": ["string", "null"]}},
            {"room": _TEXT},
            "guest_id",
            errors={
                "NO_ROOM_FREE": (409, "No Room Free", False),
                "DESK_BUSY": (503, "Desk Busy", True),
            },
            undo={"action": "cancelRoom", "with": {"room": "${{ output.room }}"}},
        ),
        _action("cancelRoom", "Cancel a Room", {"room": _TEXT}, {}, "room"),
        _action(
            "extendStay",
            "Extend a Stay",
            {**_GUEST, **_NIGHTS},
            {},
            "guest_id",
            errors={"NO_ROOM_FREE": (409, "No Room Free", False)},
            **{"x-lanes": ["guest_id"]},
        ),
        _action(
            "sendMail",
            "Send a Mail",
            {"to": _TEXT, "text": _TEXT, "key": {"type": "string", "writeOnly": True}},
            {},
            "to",
            errors={"MAIL_DOWN": (503, "Mail Down", True)},
            effect="keyed",
        ),
        _action("bookBed", "Book a Bed", {}, {}, deprecated="use bookRoom"),
    )
}


def contract_table() -> str:
    """Return the actions as a table for the manual."""
    rows = ["| action | inputs | errors | |", "|---|---|---|---|"]
    for contract in HOTEL.values():
        required = contract.input["required"]
        inputs = ", ".join(
            name if name in required else f"{name}?" for name in contract.input["properties"]
        )
        errors = ", ".join(f"`{code}`" for code in contract.errors)
        notes = [f"deprecated: {contract.deprecated}"] if contract.deprecated else []
        notes += ["reads only"] if contract.effect == "none" else []
        notes += [f"undone by `{contract.undo['action']}`"] if contract.undo else []
        lanes = contract.extensions.get("x-lanes", ())
        notes += [f"one call at a time for each `{name}`" for name in lanes]
        rows.append(f"| `{contract.name}` | {inputs} | {errors} | {'; '.join(notes)} |")
    return "\n".join(rows)
