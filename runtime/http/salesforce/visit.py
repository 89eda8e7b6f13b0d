"""One request, as the views see it."""

from __future__ import annotations

from dataclasses import dataclass

import flask

from ...application import Application
from ...principal import Principal
from .identity import Identity


@dataclass(frozen=True, slots=True)
class Visit:
    """One request.

    Attributes:
        application: What is asked.
        principal: Who calls; a guest only where nobody needs to say who he is.
        host: The address of the server, without a slash at its end.
        request: Flask's record of it.
    """

    application: Application
    principal: Principal
    host: str
    request: flask.Request

    @property
    def version(self) -> str:
        """The address of the version of the API that the path names: `/services/data/vNN.N`."""
        return "/".join(self.request.path.split("/")[:4])

    def identity_of(self, identity: Identity) -> str:
        """Return the address that tells who calls, and in which installation."""
        user = identity.user_id(self.principal)
        return f"{self.host}/id/{identity.organization_id}/{user}"
