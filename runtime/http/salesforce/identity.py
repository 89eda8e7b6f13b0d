"""Who calls and which installation this is, under ids as the platform makes them.

An id has 15 characters, the first three of which name the type of record, and in its long form
three more, so that it can be told apart from others where case does not count. Those here are
derived from the secret of the installation: always the same ones, and no two installations alike.
"""

from __future__ import annotations

import hashlib
import hmac
import string
from functools import cached_property
from typing import Final

from ...application import Application
from ...principal import Principal

_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CASES: Final = string.ascii_uppercase + "012345"
_OWN_LENGTH: Final = 12
_DOMAIN: Final = "cartflow.invalid"


class Identity:
    """The ids of one installation, and of whoever calls it."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def organization_id(self) -> str:
        """The id of the installation, in its long form."""
        return self._id("00D", "organization")

    def user_id(self, principal: Principal) -> str:
        """Return the id of a caller, in its long form."""
        return self._id("005", f"user {principal.scope}")

    def access_token(self, token: str) -> str:
        """Return a token as clients of the platform expect it."""
        return f"{self.organization_id[:15]}!{token}"

    @cached_property
    def _secret(self) -> bytes:
        return self._application.schema.installation_secret(self._application.clock).encode()

    def _id(self, prefix: str, what: str) -> str:
        digest = hmac.digest(self._secret, f"salesforce {what}".encode(), hashlib.sha256)
        number = int.from_bytes(digest)
        own = ""
        for _ in range(_OWN_LENGTH):
            number, place = divmod(number, len(_ALPHABET))
            own += _ALPHABET[place]
        return _with_cases(prefix + own)


def _with_cases(short: str) -> str:
    """Return the long form of an id: for each five characters, which of them are capitals."""
    parts = (short[start : start + 5] for start in range(0, len(short), 5))
    return short + "".join(
        _CASES[sum(1 << place for place, letter in enumerate(part) if letter.isupper())]
        for part in parts
    )


def username_of(principal: Principal) -> str:
    """Return what a caller is called; it looks like an e-mail address, as it does everywhere."""
    return f"{principal.scope.replace(':', '.')}@{_DOMAIN}"


def name_of(principal: Principal) -> str:
    """Return how a caller is shown to people."""
    return principal.scope.replace(":", " ")
