"""What can be read: actions in short, and the conditions that problem documents lead to."""

from __future__ import annotations

from typing import Any

from ..registry import Registry
from .problems import CONDITIONS, door_error


def listing(registry: Registry) -> list[dict[str, Any]]:
    """Return all actions in short, by name."""
    return [
        {
            "name": name,
            "title": action.contract.title,
            "category": action.contract.category,
            "description": action.contract.description,
            "effect": action.contract.effect,
            "url": f"/actions/{name}",
        }
        for name, action in sorted(registry.items())
    ]


def condition(registry: Registry, code: str, action: str | None) -> dict[str, Any]:
    """Return the description of a condition: of an action's, or of those that all have.

    Raises:
        ActionError: `ROUTE_NOT_FOUND`.
    """
    if action is None and code in CONDITIONS:
        status, title, retryable = CONDITIONS[code]
        return {"code": code, "status": status, "title": title, "retryable": retryable}
    found = registry.get(action or "")
    declared = found.contract.errors.get(code) if found else None
    if declared is None:
        message = f"no condition {code!r}" + (f" of {action!r}" if action else "")
        raise door_error("ROUTE_NOT_FOUND", f"{message}; GET /actions/NAME lists them")
    return {"code": code, "action": action, **declared.to_json()}
