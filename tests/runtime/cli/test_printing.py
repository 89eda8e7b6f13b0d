from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import cartflow.actions
from cartflow.runtime.bundling import references
from cartflow.runtime.flow.document import load_file

from .conftest import Cli, Misbehaving

SHIPPED = sorted(Path(str(cartflow.actions.__path__[0]), "flows").glob("*.flow.yaml"))


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
    assert "no schema 'stor'; did you mean 'store'? (there is: flow, flowtest, contract, " in (
        result.stderr
    )


def test_actions_go_with_flows_only(run_cli: Cli) -> None:
    result = run_cli("schema", "store", "--actions")

    assert (result.exit_code, "'--actions' goes with 'flow'" in result.stderr) == (2, True)


def test_a_schema_of_a_plugin_is_complete_in_itself(run_cli: Cli) -> None:
    found = json.loads(run_cli("schema", "cart").output)

    names = {name for _, name in references(found)}
    assert "#/$defs/money.json" in names
    assert names == {name for name in names if name.removeprefix("#/$defs/") in found["$defs"]}
    assert "money.json" in found["$defs"]


def test_a_schema_is_written_to_a_file(run_cli: Cli, folder: Path) -> None:
    result = run_cli("schema", "flow", "-o", "flow.schema.json")

    assert result.output == ""
    assert json.loads((folder / "flow.schema.json").read_text("utf-8"))["title"] == "Flow"


def test_a_file_that_cannot_be_written_is_wrong_use(run_cli: Cli) -> None:
    result = run_cli("schema", "flow", "-o", "no/such/folder.json")

    assert result.exit_code == 2
    assert "no/such/folder.json" in result.stderr


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_flows_satisfy_the_schema_with_actions(run_cli: Cli, file: Path) -> None:
    schema = json.loads(run_cli("schema", "flow", "--actions").output)

    assert list(Draft202012Validator(schema).iter_errors(load_file(file).value)) == []
