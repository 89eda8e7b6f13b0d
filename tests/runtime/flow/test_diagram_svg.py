"""What an SVG picture says, and that it is one file that stands by itself."""

from __future__ import annotations

import re
import time
from typing import Any
from xml.etree import ElementTree

import pytest

from cartflow.runtime.contract import Contract
from cartflow.runtime.flow.called import Contracts
from cartflow.runtime.flow.diagram import svg
from cartflow.runtime.flow.model import BlockStep, Flow, ValueStep

from ...drawings import sixty
from .lab import read
from .test_diagram_geometry import check_scene_of

SVG = "{http://www.w3.org/2000/svg}"


def known(**contracts: Contract) -> Contracts:
    return contracts.get


NOTHING = known()


def draw(*steps: dict[str, Any], contracts: Contracts = NOTHING, **members: Any) -> str:
    return svg(read({"steps": list(steps), **members}), contracts)


def words(text: str) -> list[str]:
    """Return the texts that one sees."""
    return [found.text or "" for found in ElementTree.fromstring(text).iter(f"{SVG}text")]


def tooltips(text: str) -> list[str]:
    root = ElementTree.fromstring(text)
    return [
        found.text or "" for group in root.iter(f"{SVG}g") for found in group.findall(f"{SVG}title")
    ]


# ---- what is said


@pytest.mark.parametrize(
    ("step", "title"),
    [
        ({"title": "Pack it", "action": "packParcel"}, "Pack it"),
        ({"action": "packParcel"}, "Pack parcel"),
        ({"action": "put-into-SAP_system"}, "Put into SAP system"),
        ({"id": "total_price", "value": 1}, "Work out total price"),
        ({"wait": "90m"}, "Wait 1 h 30 min"),
        ({"wait": {"until": "${{ inputs.pickup }}"}}, "Wait until pickup"),
        ({"wait": "${{ inputs.pause }}"}, "Wait pause"),
        ({"wait": {"event": "parcel.sent"}}, "Wait for parcel.sent"),
        ({"emit": {"type": "parcel.sent"}}, "Announce parcel.sent"),
        ({"for": "order_line", "in": "inputs.x", "steps": []}, "For each order line"),
        ({"for": "n", "in": [1, 2], "steps": []}, "in [1, 2]"),
        ({"repeat": {"until": "inputs.x"}, "steps": []}, "Until x"),
        ({"parallel": {"a": []}}, "All at once"),
        ({"race": {"a": []}}, "The first to succeed"),
        ({"steps": []}, "Together"),
        ({"fail": {"code": "PARCEL_LOST", "status": 410}}, "Parcel lost"),
        ({"fail": {"code": "GONE", "status": 410, "message": "it is gone"}}, "it is gone"),
        ({"return": {"x": 1}}, "Return"),
    ],
)
def test_a_step_is_called_by_what_it_does(step: dict[str, Any], title: str) -> None:
    assert title in words(draw(step))


def test_an_action_without_title_is_called_by_its_contract() -> None:
    contract = Contract("packParcel", "Pack the Parcel", input={"type": "object"}, output={})

    assert "Pack the Parcel" in words(
        draw({"action": "packParcel"}, contracts=known(packParcel=contract))
    )


def test_ids_stand_in_tooltips_only() -> None:
    text = draw({"id": "packed", "title": "Pack it", "action": "packParcel"})

    assert "packed" not in " ".join(words(text))
    assert tooltips(text) == ["Pack it\naction packed\npackParcel"]


def test_a_condition_is_shortened_and_stands_in_full_in_its_tooltip() -> None:
    condition = " and ".join(f'inputs.a_long_name != "steps.{number}"' for number in range(9))

    text = draw({"if": condition, "action": "packParcel"})

    shown = " ".join(words(text))
    assert 'a_long_name != "steps.0"' in shown
    assert "inputs.a_long_name" not in shown
    assert "…" in shown
    assert f"if {condition}" in tooltips(text)


def test_attempts_and_time_limits_are_shown() -> None:
    text = draw({"action": "a", "timeout": "2m", "retry": {"on": "B", "max_attempts": 4}})

    assert {"at most 2 min", "up to 4 attempts"} <= set(words(text))


def test_cases_branches_and_clauses_are_labelled() -> None:
    text = draw(
        {"switch": [{"if": "inputs.a == 1", "steps": []}]},
        {"parallel": {"home_delivery": [], "pickup": []}},
        {
            "action": "a",
            "catch": [{"on": ["GONE", "LOST"]}, {"on": "NO", "if": "inputs.a"}, {"on": "*"}],
        },
    )

    labels = {"a == 1", "otherwise", "Home delivery", "Pickup"}
    labels |= {"GONE, LOST", "NO if a", "any error"}
    assert labels <= set(words(text))


def test_inputs_are_at_the_top_and_outputs_at_the_bottom() -> None:
    text = draw(
        {"title": "Pack it", "value": 1},
        inputs={
            "order_number": {"type": "string"},
            "token": {
                "type": "string",
                "title": "Means of payment",
                "optional": True,
                "writeOnly": True,
            },
            "method": {"type": "string", "default": "check"},
        },
        outputs={"tracking_id": 1},
        title="Ship",
    )

    assert words(text) == [
        "Ship",
        *(
            "Input",
            "Order number",
            "Means of payment",
            "optional, secret",
            "Method",
            "default check",
        ),
        *("Pack it", "Output", "Tracking id"),
    ]


def test_what_starts_a_flow_is_shown() -> None:
    triggers = [{"schedule": "0 6 * * 1"}, {"event": "order.placed"}]

    text = draw({"value": 1}, triggers=triggers)

    assert {"at 0 6 * * 1 UTC", "on order.placed"} <= set(words(text))


def test_only_colours_that_are_there_are_explained() -> None:
    undo = draw({"action": "a", "undo": {"action": "b"}})
    catch = draw({"action": "a", "catch": [{"on": "*"}]})

    assert words(undo)[-1] == "takes back"
    assert words(catch)[-1] == "after an error"
    assert words(draw({"action": "a"}))[-1] == "Done"


def test_a_flow_that_cannot_end_well_has_no_end() -> None:
    assert "Done" not in words(draw({"fail": {"code": "GONE", "status": 410}}))


# ---- one file, for everybody


def test_the_same_flow_gives_the_same_bytes() -> None:
    assert svg(sixty(), NOTHING) == svg(sixty(), NOTHING)


def test_titles_are_escaped() -> None:
    title = "</text><script>alert(1)</script> & \"quotes\" 'too' ]]>"

    text = draw({"title": title, "action": "a"}, title=title, description=title)

    assert "<script" not in text
    assert any("<script>" in word for word in words(text))


def test_a_title_cannot_turn_the_text_around_it() -> None:
    text = draw({"title": "a\u202eb\u2067c", "value": 1})

    assert "abc" in words(text)


def test_control_characters_are_no_part_of_the_file() -> None:
    text = draw({"fail": {"code": "GONE", "status": 410, "message": "a\u0000\u0007\ufffe\nb"}})

    assert "a \ufffd b" in words(text)


def test_nothing_comes_from_outside() -> None:
    text = svg(sixty(), NOTHING)

    assert "<script" not in text
    assert not re.search(r"\b(?:xlink:)?href=|\burl\(|@import|<image|<foreignObject", text)
    assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]


def test_it_is_described_for_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(draw({"title": "Pack it", "value": 1}, title="Ship"))

    described = {part.get("id"): part.text for part in root if part.get("id")}
    assert root.get("role") == "img"
    assert [described[name] for name in (root.get("aria-labelledby") or "").split()] == [
        "Ship",
        "The flow case, 1 step. 1. Pack it.",
    ]


def test_every_colour_has_a_dark_one() -> None:
    text = svg(sixty(), NOTHING)
    [sheet] = re.findall(r"<style>(.*)</style>", text)

    used = {name for names in re.findall(r'class="([^"]+)"', text) for name in names.split()}

    assert sheet.startswith("@media (prefers-color-scheme:dark){")
    assert set(re.findall(r"\.([\w-]+)\{", sheet)) == used
    assert not re.search(r"<(?:rect|text|circle)(?![^>]*class=)", text)


# ---- size


def test_five_hundred_steps_are_drawn_in_time() -> None:
    steps = [
        {"title": f"Step number {number}", "action": "a", "catch": [{"on": "*"}]}
        for number in range(500)
    ]
    flow = read({"steps": steps})

    began = time.process_time()
    text = svg(flow, NOTHING)

    assert time.process_time() - began < 5
    assert text.count("Step number") > 500


def nested(depth: int) -> Flow:
    """Return a flow of blocks in blocks; a file could not be as deep."""
    flow = read({"steps": [{"value": 1}]})
    inner: Any = ValueStep(value=flow.body.steps[0].value, at=("steps", 0))  # type: ignore[attr-defined]
    for _ in range(depth):
        inner = BlockStep(steps=(inner,), at=("steps", 0))
    return Flow(**{**{name: getattr(flow, name) for name in Flow.__slots__}, "body": inner})


def test_sixty_four_levels_are_drawn() -> None:
    check_scene_of(nested(64))
