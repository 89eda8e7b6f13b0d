"""The routes of plugins, from Flask's request to the record that plugins see, and back."""

from __future__ import annotations

import logging
import re
from collections.abc import Container
from functools import partial
from typing import Any, Final

import flask

from ..application import Application
from ..errors import BUILTIN_CONDITIONS, ActionError
from ..jsontext import dumps
from ..principal import Principal
from ..route import Request, Response, Route
from . import problems
from .auth import principal_of
from .reading import body_of

log = logging.getLogger("cartflow")

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_VARIABLE: Final = re.compile(r"<([A-Za-z_]\w*)>", re.ASCII)
_PATH: Final = re.compile(rf"/|/[\w.~-]+(/([\w.~-]+|{_VARIABLE.pattern}))*", re.ASCII)


def add_plugin_routes(app: flask.Flask, application: Application) -> None:
    """Mount the plugins' routes; one that cannot be mounted is logged and left out."""
    reserved = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    taken: set[tuple[str, str]] = set()
    for plugin, route in application.routes:
        shape = (route.method, _VARIABLE.sub("<>", route.path))
        problem = _problem_of(route, reserved) or ("is taken already" if shape in taken else "")
        if problem:
            culprit = f"{route.method} {route.path}"
            log.error("route %r of plugin %r is left out: it %s", culprit, plugin, problem)
            continue
        taken.add(shape)
        view = partial(_answer, application, route)
        endpoint = f"{plugin}:{route.method}:{route.path}"
        app.add_url_rule(route.path, endpoint, view, methods=[route.method])


def _problem_of(route: Route, reserved: Container[str]) -> str:
    """Return what is wrong with a route, or the empty string."""
    if route.method not in _METHODS:
        return f"has the method {route.method!r}; expected one of {', '.join(_METHODS)}"
    if not _PATH.fullmatch(route.path):
        return "has a path that cannot be used; expected one such as '/carts/<cart_id>/label'"
    names = _VARIABLE.findall(route.path)
    if len(set(names)) < len(names):
        return "has a variable twice in its path; rename one"
    first = route.path.split("/")[1]
    return f"begins with /{first}, which belongs to cartflow" if first in reserved else ""


def _answer(application: Application, route: Route, **parameters: str) -> flask.Response:
    """Return what a plugin's handler answers, or the problem that it ended with.

    An error that came out of `invoke` is described where the action is. Any other code than the
    runtime's is declared nowhere, and no more gets out than of an action.
    """
    environ = flask.request.environ
    principal = principal_of(environ.get("HTTP_AUTHORIZATION"), application)
    invoked: dict[ActionError, str] = {}
    record = _record(application, principal, parameters, invoked)
    try:
        return _flask_response(route.handler(record))
    except ActionError as error:
        if error in invoked or error.code in BUILTIN_CONDITIONS:
            return problems.problem(error, invoked.get(error))
        incident = application.clock.random_text(20)
        return problems.of_crash(error, incident, "UNDECLARED_ERROR")


def _record(
    application: Application,
    principal: Principal,
    parameters: dict[str, str],
    invoked: dict[ActionError, str],
) -> Request:
    """Return the record of the current request; *invoked* learns which action raised an error."""
    request = flask.request

    def invoke(name: str, given: Any = None, key: str | None = None) -> Any:
        try:
            return application.invoke(name, given, principal=principal, key=key)
        except ActionError as error:
            invoked[error] = name
            raise

    return Request(
        method=request.method,
        path=request.path,
        parameters=parameters,
        query=request.args.to_dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body_of(request.environ),
        principal=principal,
        invoke=invoke,
    )


def _flask_response(answer: Response) -> flask.Response:
    if isinstance(answer.body, bytes):
        response = flask.Response(answer.body, answer.status)
    elif isinstance(answer.body, str):
        response = flask.Response(
            answer.body, answer.status, content_type="text/plain; charset=utf-8"
        )
    else:
        response = flask.Response(
            dumps(answer.body), answer.status, content_type="application/json"
        )
    response.headers.update(answer.headers)
    return response
