"""Requests of clients of Salesforce: which there are, who may make them, and how they fail."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from ...application import Application
from ...errors import ActionError, DatabaseError
from ...principal import GUEST, Principal
from ..auth import principal_of
from ..problems import door_error, unavailable
from .actions import Actions
from .errors import json_response, refusal, refused
from .identity import Identity
from .oauth import OAuth
from .records import Records
from .resources import resources, versions
from .sessions import Sessions
from .soap import Soap
from .visit import Visit

log = logging.getLogger("cartflow")

View = Callable[..., Any]

_ENDPOINT: Final = "salesforce"
_SCHEME: Final = re.compile(r"(?i)(?:bearer|oauth) +(?:00D\w{12,15}!)?(.*)", re.DOTALL)


class _Version(BaseConverter):
    """The version of the API in a path; clients send what they were written for."""

    regex = r"v[2-9]\d\.\d"


class _Number(BaseConverter):
    """The same, as it stands in the paths of SOAP."""

    regex = r"[2-9]\d\.\d"


def mount(app: flask.Flask, application: Application) -> None:
    """Answer requests of clients of Salesforce in *app*."""
    app.view_functions[_ENDPOINT] = Door(application).answer
    for path in ("/services", "/services/", "/services/<path:rest>", "/id/<path:rest>"):
        # any method: the door knows better than Flask which ones there are
        app.url_map.add(app.url_rule_class(path, endpoint=_ENDPOINT, methods=None))


def owns(path: str) -> bool:
    """Return whether whatever is wrong with a request to *path* is told in this door's words."""
    return path.split("/")[1] in ("services", "id")


def refusal_of_http(error: HTTPException, path: str) -> flask.Response:
    """Return the response to a request that fits no rule."""
    if isinstance(error, MethodNotAllowed):
        allowed = ",".join(sorted(error.valid_methods or ()))
        message = f"{path!r} does not take this method; allowed are {allowed}"
        answer = refusal(door_error("METHOD_NOT_ALLOWED", message))
        answer.headers["Allow"] = allowed.replace(",", ", ")
        return answer
    return refusal(door_error("ROUTE_NOT_FOUND", f"there is nothing at {path!r}"))


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """What answers a rule, and whether it wants to know who calls."""

    view: View
    is_open: bool = False


class Door:
    """The rules, and what answers them."""

    def __init__(self, application: Application) -> None:
        self._application = application
        rules = Map(
            [
                Rule(path, methods=[method], endpoint=endpoint)
                for method, path, endpoint in _rules(application)
            ],
            converters={"version": _Version, "number": _Number},
            strict_slashes=False,
            merge_slashes=False,
        )
        self._rules = rules.bind("")

    def answer(self, **_: str) -> flask.Response:
        """Return the answer to the current request."""
        request = flask.request
        try:
            if request.method == "OPTIONS":
                return _allowed(self._rules.allowed_methods(request.path))
            endpoint, parameters = self._rules.match(request.path, request.method)
            given = {name: text for name, text in parameters.items() if name != "version"}
            found = endpoint.view(self._visit(endpoint), **given)
        except ActionError as error:
            return refusal(error)
        except HTTPException as error:
            return refusal_of_http(error, request.path)
        except DatabaseError as error:
            return refusal(unavailable(error))
        except Exception as error:
            return self._crash(error)
        return found if isinstance(found, flask.Response) else json_response(found)

    def _visit(self, endpoint: _Endpoint) -> Visit:
        request = flask.request
        header = request.environ.get("HTTP_AUTHORIZATION")
        principal = GUEST if endpoint.is_open else _caller(header, self._application)
        root = self._application.settings["public_url"] or request.host_url
        return Visit(self._application, principal, root.rstrip("/"), request)

    def _crash(self, error: Exception) -> flask.Response:
        incident = self._application.clock.random_text(20)
        log.error("request %s failed", incident, exc_info=error)
        message = f"the request failed inside; the log has the details of {incident}"
        return refusal(refused("UNKNOWN_EXCEPTION", message, 500))


def _rules(application: Application) -> list[tuple[str, str, _Endpoint]]:
    """Return method, path and what answers it, of everything that there is."""
    actions, identity = Actions(application), Identity(application)
    sessions, records = Sessions(application), Records(identity)
    oauth, soap = OAuth(application, identity, sessions), Soap(identity, sessions)
    root = "/services/data/<version:version>"
    rules: list[tuple[str, str, View]] = [
        ("GET", root, partial(resources, identity)),
        ("GET", f"{root}/query", records.query),
        ("GET", f"{root}/sobjects/<any(Organization, User):of>/<record_id>", records.read),
        ("GET", "/id/<organization>/<user>", oauth.identity),
        ("GET", "/services/oauth2/userinfo", oauth.user_info),
        ("POST", "/services/oauth2/userinfo", oauth.user_info),
        ("GET", f"{root}/actions", actions.kinds),
        ("GET", f"{root}/actions/custom", actions.custom_kinds),
        ("GET", f"{root}/actions/custom/apex", actions.none),
        ("GET", f"{root}/actions/custom/<any(quickAction, emailAlert):kind>", actions.no_objects),
        ("GET", f"{root}/actions/custom/<any(quickAction, emailAlert):kind>/<of>", actions.none),
    ]
    for path, is_flow in (("standard", False), ("custom/flow", True)):
        place = f"{root}/actions/{path}"
        rules += [
            ("GET", place, partial(actions.listing, is_flow)),
            ("GET", f"{place}/<name>", partial(actions.describe, is_flow)),
            ("POST", f"{place}/<name>", partial(actions.invoke, is_flow)),
        ]
    return [
        ("GET", "/services/data", _Endpoint(versions, is_open=True)),
        ("POST", "/services/oauth2/token", _Endpoint(oauth.token, is_open=True)),
        ("POST", "/services/oauth2/revoke", _Endpoint(oauth.revoke, is_open=True)),
        ("POST", "/services/Soap/<any(c, u):kind>", _Endpoint(soap.answer, is_open=True)),
        (
            "POST",
            "/services/Soap/<any(c, u):kind>/<number:number>",
            _Endpoint(soap.answer, is_open=True),
        ),
        *((method, path, _Endpoint(view)) for method, path, view in rules),
    ]


def _caller(header: str | None, application: Application) -> Principal:
    """Return whom a token speaks for, with or without the organization in front of it.

    Raises:
        ActionError: `INVALID_SESSION_ID`: there is none, or it is unknown, expired or revoked.
    """
    found = _SCHEME.fullmatch(header or "")
    if found is None:
        message = "expected 'Authorization: Bearer TOKEN'; POST /services/oauth2/token gives one"
        raise refused("INVALID_SESSION_ID", message, 401)
    try:
        return principal_of(f"Bearer {found[1]}", application)
    except ActionError as error:
        raise refused("INVALID_SESSION_ID", "Session expired or invalid", 401) from error


def _allowed(methods: Any) -> flask.Response:
    if not methods:
        raise NotFound
    answer = flask.Response(status=204)
    answer.headers["Allow"] = ", ".join(sorted(methods))
    return answer
