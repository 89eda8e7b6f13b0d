"""The way of a run, from the trace of a real one to what is lit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cartflow.runtime.errors import UsageError
from cartflow.runtime.flow.diagram import Journey
from cartflow.runtime.flow.diagram.picture import picture
from cartflow.runtime.flow.diagram.scene import Node, Scene

from .lab import Lab, read

LAB: dict[str, Any] = {
    "one": {},
    "two": {},
    "bad": {"error": {"code": "GONE", "status": 410}},
    "flaky": {"sequence": [{"error": {"code": "GONE", "retryable": True}}, {}]},
}


def one(title: str, action: str = "one", **members: Any) -> dict[str, Any]:
    return {"title": title, "action": action, **members}


def drawn(*steps: dict[str, Any], **members: Any) -> Scene:
    """Return the picture of a run of a flow."""
    document: Mapping[str, Any] = {"steps": list(steps), **members}
    report = Lab(LAB).run(document)
    flow = read(document)
    return picture(flow, lambda _: None, Journey.of(flow, report.trace.to_json()))


def node(scene: Scene, title: str) -> Node:
    [found] = [it for it in scene.nodes if it.texts and it.texts[0].content == title]
    return found


def states(scene: Scene, *titles: str) -> list[str]:
    return [node(scene, title).state for title in titles]


def remarks(scene: Scene, title: str) -> list[str]:
    return [chip.text.content for chip in node(scene, title).chips]


def test_without_a_run_nothing_is_lit() -> None:
    flow = read({"steps": [one("a"), one("b", catch=[{"on": "*"}])]})

    scene = picture(flow, lambda _: None)

    assert {*(it.state for it in scene.nodes), *(it.state for it in scene.edges)} == {""}


def test_the_way_that_was_taken_is_lit() -> None:
    scene = drawn(one("a"), {"if": "false", **one("b")}, one("c"))

    assert states(scene, "a", "b", "c", "Done") == ["lit", "dim", "lit", "lit"]


def test_the_way_around_a_skipped_step_is_lit() -> None:
    scene = drawn({"if": "false", **one("a")})

    arrow_in, around = scene.edges[1], scene.edges[2]
    assert (arrow_in.state, around.state) == ("dim", "lit")
    assert states(scene, "false?", "a", "Done") == ["lit", "dim", "lit"]


def test_a_failed_step_is_marked_with_its_code() -> None:
    scene = drawn(one("a", "bad"), one("b"))

    assert states(scene, "a", "b", "Done") == ["failed", "dim", "dim"]
    assert remarks(scene, "a") == ["<1 ms", "GONE"]


def test_an_undone_step_is_marked() -> None:
    scene = drawn(one("a", undo=one("back", "two")), one("b", "bad"))

    assert remarks(scene, "a") == ["<1 ms", "undone"]
    assert states(scene, "back") == ["lit"]


def test_a_step_that_was_not_undone_is_not() -> None:
    scene = drawn(one("a", undo=one("back", "two")))

    assert remarks(scene, "a") == ["<1 ms"]
    assert states(scene, "back") == ["dim"]


def test_attempts_are_counted() -> None:
    retry = {"on": "GONE", "max_attempts": 3}

    scene = drawn(one("a", "flaky", retry=retry), one("b"))

    assert remarks(scene, "a") == ["up to 3 attempts", "<1 ms \u00d72"]
    assert states(scene, "a", "b") == ["lit", "lit"]


def test_turns_are_counted() -> None:
    scene = drawn({"title": "loop", "for": "n", "in": "${{ [1, 2, 3] }}", "steps": [one("a")]})

    assert remarks(scene, "a") == ["<1 ms \u00d73"]
    assert states(scene, "loop", "a") == ["lit", "lit"]


def test_the_clause_that_caught_is_lit() -> None:
    clauses = [{"on": "LOST", "steps": [one("b")]}, {"on": "GONE", "steps": [one("c")]}]

    scene = drawn(one("a", "bad", catch=clauses), one("d"))

    assert states(scene, "a", "LOST", "b", "GONE", "c", "d", "Done") == [
        *("failed", "dim", "dim", "lit", "lit", "lit", "lit")
    ]


def test_a_clause_without_steps_is_lit_too() -> None:
    scene = drawn(one("a", "bad", catch=[{"on": "LOST"}, {"on": "*"}]), one("b"))

    assert states(scene, "LOST", "any error", "b") == ["dim", "lit", "lit"]


def test_an_error_that_a_further_attempt_made_good_was_not_caught() -> None:
    members: dict[str, Any] = {"retry": {"on": "GONE"}, "catch": [{"on": "GONE"}]}

    scene = drawn(one("a", "flaky", **members))

    assert states(scene, "a", "GONE", "Done") == ["lit", "dim", "lit"]


def test_the_case_that_was_taken_is_lit() -> None:
    cases = [{"if": "false", "steps": [one("a")]}, {"if": "true", "steps": [one("b")]}]

    scene = drawn({"title": "which", "switch": cases})

    assert states(scene, "which", "false", "a", "true", "b", "otherwise", "Done") == [
        *("lit", "dim", "dim", "lit", "lit", "dim", "lit")
    ]


def test_no_case_is_a_way_too() -> None:
    scene = drawn({"title": "which", "switch": [{"if": "false", "steps": [one("a")]}]})

    assert states(scene, "false", "otherwise", "Done") == ["dim", "lit", "lit"]


def test_all_branches_are_lit() -> None:
    scene = drawn({"title": "both", "parallel": {"left": [one("a")], "right": [one("b")]}})

    assert states(scene, "both", "Left", "a", "Right", "b", "Done") == ["lit"] * 6


def test_who_lost_a_race_did_not_fail() -> None:
    branches = {"quick": [one("a")], "slow": [{"title": "b", "wait": "2h"}]}

    scene = drawn({"title": "who", "race": branches})

    assert states(scene, "who", "Quick", "a", "Slow", "b", "Done") == ["lit"] * 6
    assert remarks(scene, "b") == ["<1 ms", "cancelled"]


def test_a_step_that_has_not_ended_is_neither_red_nor_done() -> None:
    flow = read({"steps": [one("a"), one("b")]})
    record = {"path": "steps/0", "kind": "action", "action": "one", "status": "running"}
    started = {**record, "started": "2026-03-01T12:00:00Z", "ended": None}

    scene = picture(flow, lambda _: None, Journey(flow, [started]))

    assert states(scene, "a", "b", "Done") == ["lit", "dim", "dim"]
    assert remarks(scene, "a") == ["<1 ms", "not finished"]


def test_the_steps_of_a_flow_that_is_called_are_not_mixed_up() -> None:
    inner = {"steps": [one("a")], "catch": [{"on": "*", "steps": [{"value": 1}]}]}
    document = {"steps": [one("call", "inner", catch=[{"on": "*", "steps": [one("b")]}])]}
    records = Lab(LAB, {"inner": inner}).run(document).trace.to_json()["steps"]
    # as if the called flow had caught an error of its own
    records.append(
        {**records[0], "path": "steps/0/catch/0/steps/0", "kind": "value", "action": None}
    )
    flow = read(document)

    scene = picture(flow, lambda _: None, Journey(flow, records))

    assert states(scene, "call", "b") == ["lit", "dim"]


@pytest.mark.parametrize(
    ("status", "said", "tone"),
    [
        ("succeeded", "a run that succeeded", "done"),
        ("failed", "a run that failed", "failed"),
        ("cancelled", "a run that was cancelled", "failed"),
    ],
)
def test_how_the_run_ended_is_said(status: str, said: str, tone: str) -> None:
    flow = read({"steps": [one("a")]})

    [header, *_] = picture(flow, lambda _: None, Journey(flow, [], status)).nodes

    assert (header.chips[0].text.content, header.chips[0].tone) == (said, tone)


def test_the_run_is_summed_up() -> None:
    flow = read({"steps": [one("a")]})
    record = {
        "path": "steps/0",
        "kind": "action",
        "action": "one",
        "status": "succeeded",
        "started": "2026-03-01T12:00:00Z",
        "ended": "2026-03-01T12:01:05.500Z",
    }

    scene = picture(flow, lambda _: None, Journey(flow, [record], "succeeded"))

    [header, *_] = scene.nodes
    assert [chip.text.content for chip in header.chips] == ["a run that succeeded", "1 min 6 s"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "expected a trace, an object with a list of 'steps'; write one with"),
        ({"status": "failed"}, "expected a trace"),
        ({"trace": {"steps": [1]}}, "expected a trace"),
        ({"steps": [{"path": "steps/7"}]}, "the trace is not one of the flow 'case'; draw the"),
        (
            {"steps": [{"path": "steps/0", "kind": "action", "action": "one", "started": 5}]},
            "a record of the trace has no usable 'started' and 'ended'",
        ),
    ],
)
def test_what_is_no_trace_of_the_flow_is_refused(document: Any, message: str) -> None:
    flow = read({"steps": [one("a")]})

    with pytest.raises(UsageError) as caught:
        Journey.of(flow, document)

    assert str(caught.value).startswith(message)


def test_an_empty_trace_dims_everything() -> None:
    flow = read({"steps": [one("a")]})

    scene = picture(flow, lambda _: None, Journey.of(flow, {"steps": []}))

    assert states(scene, "a", "Done") == ["dim", "dim"]
