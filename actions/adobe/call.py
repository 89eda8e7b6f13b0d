"""One operation of a request: what its resolvers have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cartflow import Request

from .catalogue import Catalogue


@dataclass(slots=True)
class Call:
    """One operation of a request, while it is executed; resolvers find it as their context.

    Attributes:
        request: The request, with who calls.
        wording: The setting: whose words errors have.
        adjustments: What became of lines that could not be taken as they were; goes out beside
            the data, since the published types have no place for it.
    """

    request: Request
    wording: str
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    _catalogues: dict[int, Catalogue] = field(default_factory=dict)

    def invoke(self, action: str, given: dict[str, Any], field_key: str = "") -> Any:
        """Return the output of an action, invoked as whoever sent the request.

        Args:
            action: Its name.
            given: Its input.
            field_key: The name that the field has in the answer. An `Idempotency-Key` holds for
                each field by itself, so that a document with several happens once, too.

        Raises:
            ActionError: What the action declares, or the runtime's own.
        """
        key = self.request.headers.get("idempotency-key")
        return self.request.invoke(action, given, key=f"{key}:{field_key}" if key else None)

    def catalogue_of(self, cart: dict[str, Any]) -> Catalogue:
        """Return the products of a cart's document, the same for every field of it."""
        known = self._catalogues.get(id(cart))
        if known is None:  # it keeps the document: the id is nobody else's as long as that lives
            known = self._catalogues[id(cart)] = Catalogue(self.invoke, cart)
        return known
