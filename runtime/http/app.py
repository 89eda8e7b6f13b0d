"""The WSGI application: its routes, and what every request has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ..application import Application
from ..errors import ActionError, DatabaseError
from ..jsontext import dumps
from ..looking import look_up
from ..outcome import unknown_action
from . import pages, problems, salesforce
from .auth import principal_of
from .openapi import OpenApi
from .plugin_routes import add_plugin_routes
from .reading import input_of, key_of

if TYPE_CHECKING:  # SQLAlchemy takes longer to import than the whole command line
    from sqlalchemy import Connection

_ANSWER: Final = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
_NO_SNIFFING: Final = ("X-Content-Type-Options", "nosniff")

StartResponse = Callable[..., Any]
_WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def create_app(application: Application | None = None) -> Flask:
    """Return the WSGI application.

    Args:
        application: What it answers for; left out, the one that environment and `cartflow.toml`
            describe.
    """
    application = application or Application.open()
    flask = Flask("cartflow", static_folder=None)
    flask.url_map.merge_slashes = False  # an API has no use for a redirect in HTML
    flask.wsgi_app = _NoSniffing(flask.wsgi_app)  # type: ignore[method-assign]  # Flask's way
    door = _Door(application)
    rules: Mapping[str, Callable[..., Response]] = {
        "/actions": door.list_actions,
        "/actions/<name>": door.show_action,
        "/problems/<code>": door.show_condition,
        "/problems/<action>/<code>": door.show_condition,
        "/openapi.json": door.openapi,
        "/healthz": door.healthz,
        "/readyz": door.readyz,
    }
    for rule, view in rules.items():
        flask.add_url_rule(rule, f"{view.__name__}:{rule}", view, methods=["GET"])
    flask.add_url_rule("/actions/<name>", "invoke", door.invoke, methods=["POST"])
    for name in application.registry:  # a rule of its own is found sooner
        flask.add_url_rule(
            f"/actions/{name}", f"invoke:{name}", partial(door.invoke, name), methods=["POST"]
        )
    salesforce.mount(flask, application)
    add_plugin_routes(flask, application)
    flask.register_error_handler(HTTPException, partial(_http_problem, application))
    flask.register_error_handler(ActionError, problems.problem)
    flask.register_error_handler(DatabaseError, problems.of_database)
    flask.register_error_handler(Exception, partial(_crash, application))
    return flask


def json_response(value: Any, status: int = 200, **headers: str) -> Response:
    """Return a value as a JSON response."""
    response = Response(dumps(value), status, content_type="application/json")
    for name, text in headers.items():
        response.headers[name.replace("_", "-")] = text
    return response


class _Door:
    """The views."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._openapi = OpenApi(application.registry)

    def invoke(self, name: str) -> Response:
        """POST /actions/NAME: the body is the input, the answer the output."""
        application = self._application
        environ = request.environ
        try:
            if application.registry.get(name) is None:
                unknown_action(name, application.registry)
            principal = principal_of(environ.get("HTTP_AUTHORIZATION"), application)
            output = application.invoke(
                name, input_of(environ), principal=principal, key=key_of(environ)
            )
        except ActionError as error:
            return problems.problem(error, name)
        return _Answer(dumps(output), 200, _ANSWER)

    def list_actions(self) -> Response:
        """GET /actions: every action and flow, in short."""
        return json_response({"actions": pages.listing(self._application.registry)})

    def show_action(self, name: str) -> Response:
        """GET /actions/NAME: the contract."""
        action = self._application.registry.get(name)
        if action is None:
            unknown_action(name, self._application.registry)
        return json_response(action.contract.to_json())

    def show_condition(self, code: str, action: str | None = None) -> Response:
        """GET /problems/…: what the `type` of a problem document leads to."""
        return json_response(pages.condition(self._application.registry, code, action))

    def openapi(self) -> Response:
        """GET /openapi.json: all of this for generators of clients."""
        response = Response(self._openapi.text, content_type="application/json")
        response.set_etag(self._openapi.etag)
        response.make_conditional(request)
        return response

    def healthz(self) -> Response:
        """GET /healthz: the process answers."""
        return json_response({"status": "ok"}, Cache_Control="no-store")

    def readyz(self) -> Response:
        """GET /readyz: the database can be reached and is up to date."""
        schema = self._application.schema
        schema.ensure()
        look_up(self._application.database, _ping)  # connections that broke meanwhile are replaced
        behind = schema.behind()
        if behind:
            message = f"the tables of {', '.join(behind)} are not up to date"
            raise DatabaseError(message)
        return json_response({"status": "ready"}, Cache_Control="no-store")


def _ping(connection: Connection) -> None:
    connection.exec_driver_sql("SELECT 1")


def _http_problem(application: Application, error: HTTPException) -> Response:
    if error.code is not None and error.code >= 500:
        return _crash(application, error)
    if salesforce.owns(request.path):
        return salesforce.refusal_of_http(error, request.path)
    return problems.of_http(error, request.path)


def _crash(application: Application, error: Exception) -> Response:
    return problems.of_crash(error, application.clock.random_text(20))


class _Answer(Response):
    """An answer that is complete: servers send a list in one piece, an iterator bit by bit."""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Any:
        """Answer a request."""
        if self._on_close:
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return self.response


class _NoSniffing:
    """Tells browsers to believe the content type, whatever the answer is."""

    def __init__(self, inner: _WsgiApp) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""

        def start(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
            return start_response(status, [*headers, _NO_SNIFFING], failure)

        return self._inner(environ, start)
