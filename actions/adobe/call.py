"""One operation of a request: what its resolvers have in common."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cartflow import ActionError, Request

from .catalogue import Catalogue
from .wording import error_of, words_of


@dataclass(slots=True)
class Call:
    """One operation of a request, while it is executed; resolvers find it as their context.

    Attributes:
        request: The request, with who calls.
        wording: The setting: whose words errors have.
        position: Which operation of a batch it is; the first is 0.
        adjustments: What became of lines that could not be taken as they were; goes out beside
            the data, since the published types have no place for it.
    """

    request: Request
    wording: str
    position: int = 0
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    _catalogues: dict[int, Catalogue] = field(default_factory=dict)

    def invoke(self, action: str, given: dict[str, Any], field_key: str = "") -> Any:
        """Return the output of an action, invoked as whoever sent the request.

        Args:
            action: Its name.
            given: Its input.
            field_key: The name that the field has in the answer. An `Idempotency-Key` holds for
                each field of each operation by itself, so that several happen once, too.

        Raises:
            ActionError: What the action declares, or the runtime's own.
        """
        return self.request.invoke(action, given, key=self._key_of(field_key))

    def catalogue_of(self, cart: dict[str, Any]) -> Catalogue:
        """Return the products of a cart's document, the same for every field of it."""
        known = self._catalogues.get(id(cart))
        if known is None:  # it keeps the document: the id is nobody else's as long as that lives
            known = self._catalogues[id(cart)] = Catalogue(self.read, cart)
        return known

    def read(self, action: str, given: dict[str, Any]) -> Any:
        """Return the output of an action that a field asks for whose object came from another."""
        try:
            return self.invoke(action, given)
        except ActionError as error:
            words = words_of(error, action, self.wording)
            raise error_of(error, action, self.wording, words) from error

    def _key_of(self, field_key: str) -> str | None:
        key = self.request.headers.get("idempotency-key")
        if not key:
            return None
        digest = sha256(f"{self.position}:{field_key}:{key}".encode()).digest()
        text = urlsafe_b64encode(digest).decode()
        # a guest's key that is too short to be unguessable must not become long enough
        return text[: len(key)] if self.request.principal.kind == "guest" else text
