"""The WSGI application: its routes, and what every request has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from ..application import Application
from ..errors import ActionError, DatabaseError, InvalidDocumentError
from ..jsontext import dumps, loads
from ..outcome import unknown_action
from . import pages, problems
from .auth import principal_of
from .openapi import OpenApi
from .plugin_routes import add_plugin_routes

MAX_BODY: Final = 1 << 20

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
    # one more than allowed: a chunked body is cut off there, and one too large must be noticed
    flask.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1
    flask.wsgi_app = _EndOfChunks(flask.wsgi_app)  # type: ignore[method-assign]  # Flask's way
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
    add_plugin_routes(flask, application)
    flask.register_error_handler(HTTPException, _http_problem)
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
        try:
            action = application.registry.get(name)
            if action is None:
                unknown_action(name, application.registry)
            principal = principal_of(request.headers.get("Authorization"), application)
            output = application.invoke(
                name, _body(), principal=principal, key=_key(request.headers)
            )
        except ActionError as error:
            return problems.problem(error, name)
        response = Response(dumps(output), 200, content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

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
        behind = schema.behind()
        if behind:
            message = f"the tables of {', '.join(behind)} are not up to date"
            raise DatabaseError(message)
        return json_response({"status": "ready"}, Cache_Control="no-store")


def _body() -> Any:
    """Return the input in the request's body; an empty body is an empty object.

    Raises:
        ActionError: It is not a JSON object.
    """
    text = request.get_data(cache=False)
    if not text and not request.content_type:
        return {}
    if request.mimetype != "application/json":
        message = f"expected 'Content-Type: application/json', got {request.content_type!r}"
        raise problems.door_error("UNSUPPORTED_MEDIA_TYPE", message)
    if not text:
        return {}
    try:
        return loads(text, "body", max_bytes=MAX_BODY)
    except InvalidDocumentError as error:
        raise problems.of_document(error) from error


def _key(headers: Headers) -> str | None:
    """Return the idempotency key: as it is, or in quotes as the draft standard has it."""
    key = headers.get("Idempotency-Key")
    if key is not None and len(key) > 1 and key[0] == key[-1] == '"':
        return key[1:-1]
    return key


def _http_problem(error: HTTPException) -> Response:
    return problems.of_http(error, request.path)


def _crash(application: Application, error: Exception) -> Response:
    return problems.of_crash(error, application.clock.random_text(20))


class _EndOfChunks:
    """Says that the server ends a chunked body, so that it can be read without a length."""

    def __init__(self, inner: _WsgiApp) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on."""
        if "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input_terminated"] = True
        return self._inner(environ, start_response)
