"""HTTP as plugins see it: a route is a function from a request record to a response record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .principal import Principal


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
    """

    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    principal: Principal
    invoke: Callable[..., Any]


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
    """

    method: str
    path: str
    handler: Callable[[Request], Response]
