"""The routes of plugins, from Flask's request to the record that plugins see, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import flask

from ..application import Application
from ..errors import BUILTIN_CONDITIONS, ActionError
from ..jsontext import dumps
from ..principal import GUEST, Principal
from ..registry import resolve
from ..route import Request, Response, Route
from . import problems
from .auth import principal_of
from .reading import body_of


def add_plugin_routes(app: flask.Flask, application: Application) -> None:
    """Mount the plugins' routes."""
    with_options = {route.shape[1] for _, route in application.routes if route.method == "OPTIONS"}
    for plugin, route in application.routes:
        view = partial(_answer, application, plugin, route)
        endpoint = f"{plugin}:{route.method}:{route.path}"
        app.add_url_rule(
            route.path,
            endpoint,
            view,
            methods=[route.method],
            # Flask answers OPTIONS by itself where nobody else does
            provide_automatic_options=route.shape[1] not in with_options,
        )


def _answer(
    application: Application, plugin: str, route: Route, **parameters: str
) -> flask.Response:
    """Return what a plugin's handler answers, or the problem that it ended with.

    An error that came out of `invoke` is described where the action is. Any other code than the
    runtime's is declared nowhere, and no more gets out than of an action.
    """
    invoked: dict[ActionError, str] = {}
    settings = application.settings.section(plugin)
    record = _record(application, route, parameters, invoked, settings)
    try:
        return _flask_response(resolve(route.handler)(record))
    except ActionError as error:
        if error in invoked or error.code in BUILTIN_CONDITIONS:
            return problems.problem(error, invoked.get(error))
        incident = application.clock.random_text(20)
        return problems.of_crash(error, incident, "UNDECLARED_ERROR")


def _record(
    application: Application,
    route: Route,
    parameters: dict[str, str],
    invoked: dict[ActionError, str],
    settings: Mapping[str, Any],
) -> Request:
    """Return the record of the current request; *invoked* learns which action raised an error."""
    request = flask.request
    principal, body, refusal = _let_in(application, route, request.environ)

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
        body=body,
        principal=principal,
        invoke=invoke,
        settings=settings,
        refusal=refusal,
    )


def _let_in(
    application: Application, route: Route, environ: Mapping[str, Any]
) -> tuple[Principal, bytes, ActionError | None]:
    """Return who calls, the body, and what was wrong with one of them, if the route takes that.

    Raises:
        ActionError: It does not.
    """
    principal, body, refusal = GUEST, b"", None
    try:
        principal = principal_of(environ.get("HTTP_AUTHORIZATION"), application)
    except ActionError as error:
        if not route.takes_refused:
            raise
        refusal = error
    try:
        body = body_of(environ)
    except ActionError as error:
        if not route.takes_refused:
            raise
        refusal = error  # says more than a dead token: without a body there is nothing to answer
    return principal, body, refusal


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
