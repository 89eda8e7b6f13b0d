"""The OpenAPI document: valid, complete, and true."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from cartflow import Action, Application, Context, create_app

from ...conftest import MakeApplication
from ..bring import Bring


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").get_json()
    return found


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_there_is_an_operation_for_each_action_and_flow(
    document: dict[str, Any], door_app: Application
) -> None:
    assert set(document["paths"]) == {f"/actions/{name}" for name in door_app.registry}


def test_each_declared_status_lists_its_codes(
    document: dict[str, Any], door_app: Application
) -> None:
    missing = [
        (name, code)
        for name, action in door_app.registry.items()
        for code, condition in action.contract.errors.items()
        if code not in _codes(document, name, condition.status)
    ]

    assert missing == []


def _codes(document: dict[str, Any], name: str, status: int) -> list[str]:
    responses = document["paths"][f"/actions/{name}"]["post"]["responses"]
    schema = responses[str(status)]["content"]["application/problem+json"]["schema"]
    codes: list[str] = schema["properties"]["code"]["enum"]
    return codes


def test_the_schemas_accept_what_the_contracts_accept(
    document: dict[str, Any], door_app: Application
) -> None:
    for name, action in door_app.registry.items():
        for side in ("input", "output"):
            reference = {"$ref": f"#/components/schemas/{name}.{side}"}
            validator = Draft202012Validator({**reference, "components": document["components"]})
            for example in action.contract.examples:
                if side in example:
                    assert validator.is_valid(example[side]), (name, example["title"])


def nothing(ctx: Context) -> Any:
    return {}


BYSTANDER = {"type": "object", "properties": {"name": {"$ref": "#/$defs/name"}}}


def test_definitions_of_one_name_do_not_get_in_each_other_s_way(
    sqlite_url: str, make_app: MakeApplication
) -> None:
    """A local `name`, another action's local `name`, the shared `name.json` and `problem.json`."""
    given: dict[str, Any] = {
        "local": {**BYSTANDER, "$defs": {"name": {"type": "string"}}},
        "other": {**BYSTANDER, "$defs": {"name": {"type": "integer"}}},
        "shared": {"type": "object", "properties": {"name": {"$ref": "name.json"}}},
        "worry": {"type": "object", "properties": {"name": {"$ref": "problem.json"}}},
    }
    actions = [
        Action({"name": name, "title": name, "input": schema, "output": {}}, nothing, name)
        for name, schema in given.items()
    ]
    schemas = {"name.json": {"type": "boolean"}, "problem.json": {"type": "array"}}
    app = make_app(sqlite_url, plugins=[("names", Bring(actions=actions, schemas=schemas))])

    document = create_app(app).test_client().get("/openapi.json").get_json()

    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    for name, value in {"local": "x", "other": 1, "shared": True, "worry": []}.items():
        reference = {"$ref": f"#/components/schemas/{name}.input"}
        validator = Draft202012Validator({**reference, "components": document["components"]})
        candidates: list[Any] = ["x", 1, True, []]
        accepted = [other for other in candidates if validator.is_valid({"name": other})]
        assert accepted == [value]
    assert document["components"]["schemas"]["problem"]["title"] == "Problem"


def test_a_guest_s_action_needs_no_token_others_do(document: dict[str, Any]) -> None:
    operations = {
        name: document["paths"][f"/actions/{name}"]["post"] for name in ("greet", "secret")
    }

    assert {} in operations["greet"]["security"]
    assert operations["secret"]["security"] == [{"token": []}]


def test_it_is_sent_again_only_when_it_changed(client: FlaskClient) -> None:
    etag = client.get("/openapi.json").headers["ETag"]

    response = client.get("/openapi.json", headers={"If-None-Match": etag})

    assert (response.status_code, response.get_data()) == (304, b"")
