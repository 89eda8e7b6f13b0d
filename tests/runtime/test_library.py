from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from cartflow import Application
from cartflow.runtime.context import Context
from cartflow.runtime.errors import InvalidDocumentError
from cartflow.runtime.library import FlowLibrary
from cartflow.runtime.plugins import PluginReport
from cartflow.runtime.registry import RegisteredAction

from .flow.shop import contract


def _look(ctx: Context) -> Any:
    return {}


class Shelf:
    """A library that is filled from texts."""

    def __init__(self, folder: Path) -> None:
        look = contract("look", "GONE", effect="none")
        actions = {"look": RegisteredAction(look, _look, "shop", {})}
        self.library = FlowLibrary(actions, {"id.json": {"type": "string"}})
        self.reports: dict[str, PluginReport] = {}
        self._folder = folder

    def add(self, plugin: str, text: str, name: str = "a.flow.yaml") -> PluginReport:
        folder = self._folder / plugin
        folder.mkdir(exist_ok=True)
        file = folder / name
        file.write_text(text)
        report = self.reports.setdefault(plugin, PluginReport(plugin))
        self.library.add(report, file)
        return report


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def flow(name: str, steps: str = "[action: look]", more: str = "") -> str:
    return f"flow: {name}\n{more}\nsteps: {steps}\n"


# ---- the plugins' flows


def test_a_flow_is_an_action_of_its_plugin(shelf: Shelf) -> None:
    report = shelf.add("one", flow("f"))
    shelf.library.freeze()

    found = shelf.library.actions["f"]
    assert (report.problem, report.actions) == ("", ["f"])
    assert (found.plugin, found.contract.effect) == ("one", "steps")
    assert list(found.contract.errors) == ["GONE"]
    assert shelf.library.flows["f"].name == "f"


def test_flows_know_each_other_whatever_their_order(shelf: Shelf) -> None:
    shelf.add("one", flow("outer", "[{ action: inner, catch: [on: GONE] }, action: other]"))
    shelf.add("two", flow("other", "[fail: { code: OWN, status: 400 }]"), "b.yaml")
    shelf.add("two", flow("inner"), "c.yaml")
    shelf.library.freeze()

    assert [report.problem for report in shelf.reports.values()] == ["", ""]
    assert list(shelf.library.actions["outer"].contract.errors) == ["OWN"]


def test_flows_that_call_each_other_in_a_circle_have_all_conditions(shelf: Shelf) -> None:
    for name, callee in (("a", "b"), ("b", "c"), ("c", "a")):
        own = f"{{ fail: {{ code: {name.upper()}, status: 400 }} }}"
        shelf.add(name, flow(name, f"[{{ action: {callee}, if: run.id }}, {own}]"))
    shelf.library.freeze()

    assert {*shelf.library.actions["a"].contract.errors} == {"A", "B", "C"}


def test_a_circle_that_disagrees_about_a_title_ends(shelf: Shelf) -> None:
    for name, callee in (("a", "b"), ("b", "c"), ("c", "a")):
        own = f"{{ fail: {{ code: X, status: 400, title: By {name} }} }}"
        shelf.add(name, flow(name, f"[{{ action: {callee}, if: run.id }}, {own}]"))
    shelf.library.freeze()

    assert [*shelf.library.actions["a"].contract.errors] == ["X"]


def test_a_flow_in_json_is_one_too(shelf: Shelf) -> None:
    shelf.add("one", json.dumps({"flow": "f", "title": "\N{GRINNING FACE}", "steps": []}), "a.json")
    shelf.library.freeze()

    assert shelf.library.flows["f"].title == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flow: [", "a.flow.yaml:2:1: error syntax"),
        ("flow: f\nsteps: []\nstep: []", "a.flow.yaml:3:1: error unknown-key"),
        (flow("f", "[action: lok]"), "error unknown-action there is no action 'lok'"),
        (flow("look"), "the name 'look' is taken by the plugin 'shop' already; rename the flow"),
        (flow("f", more="inputs: { a: { $ref: no.json } }"), "error unknown-schema"),
    ],
    ids=["syntax", "shape", "names", "taken", "schema"],
)
def test_a_bad_flow_is_left_out_and_reported(shelf: Shelf, text: str, said: str) -> None:
    bad = shelf.add("bad", text)
    good = shelf.add("good", flow("good"))
    shelf.library.freeze()

    assert "is left out: " in bad.faults[0]
    assert said in bad.faults[0]
    assert (bad.problem, good.complaints(), list(shelf.library.flows)) == ("", [], ["good"])


def test_a_file_that_is_not_there_is_reported(shelf: Shelf, tmp_path: Path) -> None:
    report = PluginReport("bad")

    shelf.library.add(report, tmp_path / "none.yaml")

    assert "No such file" in report.faults[0]


def test_every_bad_flow_of_a_plugin_is_reported(shelf: Shelf) -> None:
    shelf.add("bad", "flow: [", "a.yaml")
    shelf.add("bad", flow("b", "[action: lok]"), "b.yaml")
    report = shelf.add("bad", "", "c.yaml")
    shelf.library.freeze()

    assert len(report.complaints()) == 3


def test_the_second_flow_of_a_name_is_left_out(shelf: Shelf) -> None:
    shelf.add("one", flow("f"))
    second = shelf.add("two", flow("f"))

    assert "the name 'f' is taken by the plugin 'one' already" in second.faults[0]


def test_a_flow_that_calls_one_that_is_left_out_is_left_out_too(shelf: Shelf) -> None:
    caller = shelf.add("one", flow("outer", "[action: inner]"))
    shelf.add("two", flow("inner", "[action: lok]"))
    shelf.library.freeze()

    assert "there is no action 'inner'" in caller.faults[0]
    assert list(shelf.library.actions) == ["look"]


def test_a_warning_does_not_leave_a_flow_out(shelf: Shelf) -> None:
    report = shelf.add("one", flow("f", "[{ action: look, retry: {} }]"))
    shelf.library.freeze()

    assert (report.problem, report.actions) == ("", ["f"])


# ---- files that are not registered


def test_a_file_is_read_with_its_errors_and_warnings(shelf: Shelf) -> None:
    text = flow("f", "[{ action: look, retry: {} }, action: lok]").encode()

    found, problems = shelf.library.read(text, "x.yaml")

    assert found.name == "f"
    assert [(it.level, it.rule) for it in problems] == [
        ("warning", "impossible-retry"),
        ("error", "unknown-action"),
    ]


def test_a_file_may_be_a_new_version_of_a_registered_flow(shelf: Shelf) -> None:
    shelf.add("one", flow("f"))
    shelf.library.freeze()
    text = flow(
        "f", "[{ action: f, if: run.id, catch: [on: NEW] }, fail: { code: NEW, status: 400 }]"
    )

    _, problems = shelf.library.read(text.encode(), "x.yaml")

    assert problems == []
    assert list(shelf.library.flows["f"].step_ids) == []


def test_a_file_may_not_have_the_name_of_an_action(shelf: Shelf) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        shelf.library.read(flow("look").encode(), "x.yaml")

    (problem,) = caught.value.problems
    assert (problem.rule, problem.line, problem.column) == ("name-taken", 1, 7)


def test_compile_makes_an_action_that_is_not_registered(shelf: Shelf) -> None:
    text = flow("f", more="inputs: { id: { $ref: id.json } }")

    made = shelf.library.compile(text.encode(), "x.yaml")

    assert (made.contract.name, list(made.contract.errors)) == ("f", ["GONE"])
    assert made.contract.input_validator.is_valid({"id": "x"})
    assert not made.contract.input_validator.is_valid({"id": 1})
    assert "f" not in shelf.library.actions


def test_compile_refuses_errors_and_tells_all_of_them(shelf: Shelf) -> None:
    text = flow("f", "[action: lok, { value: '${{ x }}' }]").encode()

    with pytest.raises(InvalidDocumentError) as caught:
        shelf.library.compile(text, "x.yaml")

    assert [it.rule for it in caught.value.problems] == ["unknown-action", "unknown-name"]


def test_the_shipped_flows_have_neither_errors_nor_warnings(app: Application) -> None:
    folder = files("cartflow.actions").joinpath("flows")
    flows = [file for file in folder.iterdir() if file.name.endswith(".flow.yaml")]

    assert len(flows) >= 3
    for file in flows:
        assert app.library.read(file.read_bytes(), file.name)[1] == []
