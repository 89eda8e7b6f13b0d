"""HTTP as plugins see it: a route is a function from a request record to a response record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import ActionError
from .principal import Principal

RESERVED: Final = frozenset(
    ("actions", "healthz", "id", "openapi.json", "problems", "readyz", "services")
)
"""What the paths of cartflow's own routes begin with."""

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_VARIABLE: Final = re.compile(r"<([A-Za-z_]\w*)>", re.ASCII)
_PATH: Final = re.compile(rf"/|/[\w.~-]+(/([\w.~-]+|{_VARIABLE.pattern}))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    Attributes:
        method: `GET`, `POST`, …
        path: The path, without the query.
        parameters: The values of the `<name>`s in the route's path.
        query: The query's members; of repeated ones the last.
        headers: By lower-case name.
        body: At most 1 MiB.
        principal: Who calls, already authenticated.
        invoke: Invokes an action as this principal: `invoke(name, given, key=None)`.
        settings: The plugin's own settings.
        refusal: Why the door would not have let the request in; only routes that take refused
            requests see one. With `NOT_AUTHENTICATED` the caller is a guest; with any other code
            the body is empty.
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    principal: Principal
    invoke: Callable[..., Any]
    settings: Mapping[str, Any] = field(default_factory=dict)
    refusal: ActionError | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response; *body* is bytes as they are, text as UTF-8, or anything else as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """A route of a plugin.

    Attributes:
        method: The one method that it answers.
        path: With `<name>` for a variable segment, such as `/carts/<cart_id>/label`.
        handler: Makes the response. An `ActionError` that it lets out becomes a problem document.
            As an import string (`module:name`) it is imported with the first request.
        takes_refused: Whether the handler itself answers requests whose token is dead, whose body
            is too large or breaks off: for protocols that have words of their own for that. Else
            they get a problem document and the handler never hears of them.
    """

    method: str
    path: str
    handler: Callable[[Request], Response] | str
    takes_refused: bool = False

    @property
    def shape(self) -> tuple[str, str]:
        """Method and path without the names of the variables: two routes cannot share it."""
        return self.method, _VARIABLE.sub("<>", self.path)

    def problem(self) -> str:
        """Return why the route cannot be mounted, or the empty string."""
        if self.method not in _METHODS:
            return f"has the method {self.method!r}; expected one of {', '.join(_METHODS)}"
        if not _PATH.fullmatch(self.path):
            return "has a path that cannot be used; expected one such as '/carts/<cart_id>/label'"
        names = _VARIABLE.findall(self.path)
        if len(set(names)) < len(names):
            return "has a variable twice in its path; rename one"
        first = self.path.split("/")[1]
        return f"begins with /{first}, which belongs to cartflow" if first in RESERVED else ""
