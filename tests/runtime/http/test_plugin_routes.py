"""Routes of plugins: what their handlers see, what becomes of their errors, what is left out."""

from __future__ import annotations

import io
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from cartflow import ActionError, Application, Request, Response, Route, Setting, create_app
from cartflow.runtime.route import RESERVED

from ...conftest import MakeApplication
from ..bring import Bring


def size(request: Request) -> Response:
    return Response(body={"size": len(request.body), "query": dict(request.query)})


def made_up(request: Request) -> Response:
    raise ActionError("MADE_UP", secret="hidden")


def unauthorized(request: Request) -> Response:
    raise ActionError("NOT_AUTHORIZED", "the moon must be full")


def abort(request: Request) -> Response:
    flask.abort(503)


def nothing(request: Request) -> Any:
    return None


def refused(request: Request) -> Response:
    code = request.refusal.code if request.refusal else None
    settings = dict(request.settings)
    return Response(
        418, {"refusal": code, "by": request.principal.kind, "body": len(request.body), **settings}
    )


def text(request: Request) -> Response:
    return Response(201, "grüß dich", {"X-Mood": "good"})


def raw(request: Request) -> Response:
    return Response(body=b"\x00\x01", headers={"Content-Type": "application/octet-stream"})


HANDLERS = (size, made_up, unauthorized, abort, nothing, text, raw)


def serving(make_app: MakeApplication, url: str, *routes: Route) -> FlaskClient:
    app = make_app(url, plugins=[("doors", Bring(routes=list(routes)))])
    return create_app(app).test_client()


@pytest.fixture
def plugin_client(sqlite_url: str, make_app: MakeApplication) -> FlaskClient:
    routes = [Route("POST", f"/x/{handler.__name__}", handler) for handler in HANDLERS]
    return serving(make_app, sqlite_url, *routes)


def test_a_handler_gets_a_record_and_gives_one(client: FlaskClient, tokens: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {tokens['customer']}"}

    response = client.get("/labels/Ada", headers=headers)

    assert response.get_json() == {"label": "Good day, Ada ✓", "by": "customer"}


def test_a_dead_token_does_not_reach_a_handler(client: FlaskClient) -> None:
    response = client.get("/labels/Ada", headers={"Authorization": "Bearer nobody"})

    assert (response.status_code, response.get_json(force=True)["code"]) == (
        401,
        "NOT_AUTHENTICATED",
    )


def test_a_handler_gets_the_query_and_a_body_of_a_megabyte(plugin_client: FlaskClient) -> None:
    response = plugin_client.post("/x/size?a=1&b=%C3%A9", data=b"x" * (1 << 20))

    assert response.get_json() == {"size": 1 << 20, "query": {"a": "1", "b": "é"}}


def test_a_body_that_is_too_large_is_refused_not_cut_off(plugin_client: FlaskClient) -> None:
    chunked = {"Transfer-Encoding": "chunked"}

    response = plugin_client.post(
        "/x/size", input_stream=io.BytesIO(b"x" * ((1 << 20) + 1)), headers=chunked
    )

    assert (response.status_code, response.get_json(force=True)["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    ("headers", "body", "seen"),
    [
        ({}, b"xx", {"refusal": None, "by": "guest", "body": 2}),
        (
            {"Authorization": "Bearer dead"},
            b"xx",
            {"refusal": "NOT_AUTHENTICATED", "by": "guest", "body": 2},
        ),
        (
            {"Authorization": "Bearer dead"},
            b"x" * ((1 << 20) + 1),
            {"refusal": "BODY_TOO_LARGE", "by": "guest", "body": 0},
        ),
    ],
    ids=["well", "dead token", "body too large"],
)
def test_a_route_can_take_what_the_door_would_refuse(
    sqlite_url: str,
    make_app: MakeApplication,
    headers: dict[str, str],
    body: bytes,
    seen: dict[str, Any],
) -> None:
    route = Route("POST", "/x", refused, takes_refused=True)
    doors = Bring(routes=[route], settings=[Setting("mood", "good", "How it is")])
    app = make_app(sqlite_url, plugins=[("doors", doors)])

    response = create_app(app).test_client().post("/x", data=body, headers=headers)

    assert (response.status_code, response.get_json()) == (418, {**seen, "mood": "good"})


def test_a_plugin_may_answer_options_itself(sqlite_url: str, make_app: MakeApplication) -> None:
    routes = Route("POST", "/x", text), Route("OPTIONS", "/x", raw), Route("GET", "/y", text)
    client = serving(make_app, sqlite_url, *routes)

    assert client.options("/x").get_data() == b"\x00\x01"
    assert client.options("/y").headers["Allow"].split(", ").count("GET") == 1


def test_text_is_sent_as_utf_8(plugin_client: FlaskClient) -> None:
    response = plugin_client.post("/x/text")

    assert (response.status_code, response.get_data(as_text=True)) == (201, "grüß dich")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["X-Mood"] == "good"


def test_bytes_are_sent_as_they_are(plugin_client: FlaskClient) -> None:
    response = plugin_client.post("/x/raw")

    assert (response.get_data(), response.content_type) == (b"\x00\x01", "application/octet-stream")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("made_up", 500, "UNDECLARED_ERROR"),
        ("unauthorized", 403, "NOT_AUTHORIZED"),
        ("abort", 500, "INTERNAL"),
        ("nothing", 500, "INTERNAL"),
    ],
)
def test_an_error_of_a_handler_is_a_problem_document_whose_type_can_be_read(
    plugin_client: FlaskClient,
    problem_schema: Draft202012Validator,
    name: str,
    status: int,
    code: str,
) -> None:
    response = plugin_client.post(f"/x/{name}")

    document = response.get_json(force=True)
    assert problem_schema.is_valid(document)
    assert (response.status_code, document["code"]) == (status, code)
    assert plugin_client.get(document["type"]).get_json()["code"] == code
    assert "hidden" not in response.get_data(as_text=True)


def test_an_error_of_an_invoked_action_leads_to_the_action(client: FlaskClient) -> None:
    document = client.post("/stuck").get_json(force=True)

    assert document["type"] == "/problems/lock/DOOR_STUCK"


BAD = {
    "shadows an action": (Route("POST", "/actions/lock", size), "belongs to cartflow"),
    "takes a route": (Route("GET", "/healthz", size), "belongs to cartflow"),
    "below a route": (Route("GET", "/problems/mine", size), "belongs to cartflow"),
    "begins with a variable": (Route("GET", "/<a>/<b>", size), "cannot be used"),
    "no slash": (Route("GET", "mine", size), "cannot be used"),
    "slash at the end": (Route("GET", "/mine/", size), "cannot be used"),
    "converter": (Route("GET", "/mine/<int:n>", size), "cannot be used"),
    "variable twice": (Route("GET", "/mine/<a>/<a>", size), "a variable twice"),
    "small letters": (Route("get", "/mine", size), "the method 'get'"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_route_that_cannot_be_mounted_is_left_out_and_told_of(
    sqlite_url: str, make_app: MakeApplication, case: Any
) -> None:
    route, why = case
    routes = [route, Route("POST", "/good", size)]

    app = make_app(sqlite_url, plugins=[("doors", Bring(routes=routes))])
    client = create_app(app).test_client()

    [complaint] = app.complaints()
    assert why in complaint
    assert complaint.startswith("plugin 'doors'")
    assert complaint.endswith("; the rest of the plugin works")
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.post("/good", data=b"123").get_json()["size"] == 3


def test_of_two_routes_that_differ_in_names_only_the_second_is_left_out(
    sqlite_url: str, make_app: MakeApplication
) -> None:
    routes = [Route("GET", "/x/<a>", size), Route("GET", "/x/<b>", text)]

    app = make_app(sqlite_url, plugins=[("doors", Bring(routes=routes))])

    assert "the route 'GET /x/<b>' is left out: it is taken already" in app.complaints()[0]
    assert create_app(app).test_client().get("/x/1").status_code == 200


def test_the_root_may_be_a_plugin_s(sqlite_url: str, make_app: MakeApplication) -> None:
    client = serving(make_app, sqlite_url, Route("GET", "/", text))

    assert client.get("/").get_data(as_text=True) == "grüß dich"


def test_cartflow_s_own_routes_begin_with_what_is_reserved(app: Application) -> None:
    rules = {str(rule).split("/")[1] for rule in create_app(app).url_map.iter_rules()}
    brought = {route.path.split("/")[1] for _, route in app.routes}

    assert rules - brought == RESERVED
