"""`flowtest.schema.json` says to editors what the reader says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import cartflow.actions
from cartflow.runtime.flow.document import load_file
from cartflow.runtime.flow.testing import mock_reading, reading

SCHEMA: dict[str, Any] = json.loads(
    files("cartflow.schemas").joinpath("flowtest.schema.json").read_text("utf-8")
)
SHIPPED = sorted(Path(str(cartflow.actions.__path__[0]), "flows").glob("*.flowtest.yaml"))


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and schema of every key that the schema knows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for keyword, value in schema.items():
            if keyword not in ("examples", "default", "enum"):
                yield from properties(value)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_shipped_tests_satisfy_it(file: Path) -> None:
    found = list(Draft202012Validator(SCHEMA).iter_errors(load_file(file).value))

    assert found == []


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("test", reading.TEST_KEYS),
        ("expectation", reading.EXPECT_KEYS),
        ("answer", mock_reading.ANSWER_KEYS),
    ],
)
def test_it_knows_the_keys_of_the_reader(place: str, keys: tuple[str, ...]) -> None:
    assert sorted(SCHEMA["$defs"][place]["properties"]) == sorted(keys)


def test_every_key_is_explained_with_an_example() -> None:
    lacking = [
        name
        for name, schema in properties(SCHEMA)
        if "$ref" not in schema and not {"description", "examples"} <= schema.keys()
    ]

    assert lacking == []


def test_every_example_satisfies_its_own_schema() -> None:
    wrong = [
        (name, example)
        for name, schema in properties(SCHEMA)
        for example in schema.get("examples", ())
        if not Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).is_valid(example)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "test",
    [
        {},
        {"title": "t", "expct": {}},
        {"title": "t", "as": "nobody"},
        {"title": "t", "mocks": {"a": {"output": {}, "error": "E"}}},
        {"title": "t", "mocks": {"a": {"takes": "long"}}},
        {"title": "t", "mocks": {"a": []}},
        {"title": "t", "expect": {"outputs": {}, "error": "E"}},
        {"title": "t", "given": [{}]},
    ],
    ids=str,
)
def test_what_the_reader_refuses_it_refuses(test: Any) -> None:
    document = {"flow": "f", "tests": [test]}

    assert not Draft202012Validator(SCHEMA).is_valid(document)
