from __future__ import annotations

import json
from importlib.resources import files

import pytest

from .conftest import Cli, Misbehaving


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("flow", "flow.schema.json"),
        ("flowtest", "flowtest.schema.json"),
        ("contract", "action.schema.json"),
    ],
)
def test_a_schema_of_cartflow_itself_is_printed_as_it_is(
    run_cli: Cli, name: str, file: str
) -> None:
    text = files("cartflow.schemas").joinpath(file).read_text("utf-8")

    assert run_cli("schema", name).output == text


@pytest.mark.parametrize("name", ["store", "store.json"])
def test_a_schema_of_a_plugin_is_printed_by_its_name(run_cli: Cli, name: str) -> None:
    found = json.loads(run_cli("schema", name).output)

    assert found["title"] == "Store file"


def test_the_schema_of_flows_can_know_the_actions(run_cli: Cli) -> None:
    result = run_cli("schema", "flow", "--actions", plugins=[Misbehaving()])

    known = json.loads(result.output)["$defs"]["actionStep"]["properties"]["action"]["enum"]
    assert {"mergeCarts", "buy-now", "echo"} <= set(known)


def test_a_schema_that_there_is_not_is_wrong_use(run_cli: Cli) -> None:
    result = run_cli("schema", "stor")

    assert result.exit_code == 2
    assert "no schema 'stor'; did you mean 'store'? (there is: flow, flowtest, contract, c" in (
        result.stderr
    )


def test_actions_go_with_flows_only(run_cli: Cli) -> None:
    result = run_cli("schema", "store", "--actions")

    assert (result.exit_code, "'--actions' goes with 'flow'" in result.stderr) == (2, True)
