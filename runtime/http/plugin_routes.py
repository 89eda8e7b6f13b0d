"""The routes of plugins, from Flask's request to the record that plugins see, and back."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import flask

from ..application import Application
from ..errors import ActionError
from ..jsontext import dumps
from ..principal import Principal
from ..route import Request, Response, Route
from . import problems
from .auth import principal_of

log = logging.getLogger("cartflow")


def add_plugin_routes(app: flask.Flask, application: Application) -> None:
    """Mount the plugins' routes; one that is taken already is logged and left out."""
    for plugin, route in application.routes:
        taken = {
            (rule.rule, method)
            for rule in app.url_map.iter_rules()
            for method in rule.methods or ()
        }
        if (route.path, route.method) in taken:
            log.error(
                "route %s %s of plugin %r is taken already and left out",
                route.method,
                route.path,
                plugin,
            )
            continue
        view = partial(_answer, application, route)
        endpoint = f"{plugin}:{route.method}:{route.path}"
        app.add_url_rule(route.path, endpoint, view, methods=[route.method])


def _answer(application: Application, route: Route, **parameters: str) -> flask.Response:
    try:
        principal = principal_of(flask.request.headers.get("Authorization"), application)
        return _flask_response(route.handler(_record(application, principal, parameters)))
    except ActionError as error:
        return problems.problem(error, error.action)


def _record(application: Application, principal: Principal, parameters: dict[str, str]) -> Request:
    request = flask.request

    def invoke(name: str, given: Any = None, key: str | None = None) -> Any:
        return application.invoke(name, given, principal=principal, key=key)

    return Request(
        method=request.method,
        path=request.path,
        parameters=parameters,
        query=request.args.to_dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.get_data(cache=False),
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
