"""Who calls an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KINDS: Final = ("guest", "customer", "integration", "admin", "system")
"""Every kind of principal, as contracts name them under `access`."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls.

    Attributes:
        kind: One of `KINDS`.
        id: A customer's or an API key's id; empty for the kinds that need none.
        scopes: What an API key may do: `actions:invoke` or `actions:invoke:NAME`.
    """

    kind: str
    id: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def scope(self) -> str:
        """Return the name under which idempotency keys of this principal are kept."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def may_invoke(self, action: str) -> bool:
        """Return whether an API key's scopes cover *action*; others have no scopes to ask."""
        if self.kind != "integration":
            return True
        return not self.scopes.isdisjoint(("actions:invoke", f"actions:invoke:{action}"))


GUEST: Final = Principal("guest")
ADMIN: Final = Principal("admin")
SYSTEM: Final = Principal("system")
