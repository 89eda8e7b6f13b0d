"""What is in the way when a run, or a part of it, is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from .lab import Lab

STUCK = {"code": "STUCK", "status": 409}


def test_the_undo_of_a_further_attempt_does_not_repeat_that_of_the_first() -> None:
    scripts: dict[str, Any] = {
        "pay": {"effect": "keyed", "sequence": [{"output": {"id": 1}}, {"output": {"id": 2}}]},
        "refund": {"effect": "keyed", "sequence": [{"error": "TIMEOUT"}, {"output": {}}]},
        "ship": {"error": STUCK},
    }
    refund = {"action": "refund", "with": {"id": "${{ steps.paid.id }}"}}
    steps = [{"id": "paid", "action": "pay", "undo": refund}, {"action": "ship"}]
    retry = {"on": "STUCK", "max_attempts": 2}

    report = Lab(scripts).run({"steps": [{"steps": steps, "retry": retry}]})

    refunds = [call for call in report.calls if call.name == "refund"]
    assert [call.input["id"] for call in refunds] == [1, 2]
    assert refunds[0].key != refunds[1].key


def test_an_undo_that_is_tried_again_repeats_a_remote_call_of_unknown_outcome() -> None:
    scripts: dict[str, Any] = {
        "refund": {"effect": "keyed", "sequence": [{"error": "TIMEOUT"}, {"output": {}}]},
        "ship": {"error": STUCK},
    }
    refund = {"action": "refund", "retry": {"on": "TIMEOUT", "max_attempts": 2}}
    steps = [{"value": 1}, {"steps": [], "undo": refund}, {"action": "ship"}]

    report = Lab(scripts).run({"steps": steps})

    assert report.called == ["ship", "refund", "refund"]
    assert report.keys[1] == report.keys[2]


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_loop_that_was_stopped_between_its_turns_has_no_result(at_once: int) -> None:
    loop = {"for": "i", "in": [1, 2, 3], "parallel": at_once, "steps": [{"action": "work"}]}

    report = Lab({"work": {"takes": "1s"}}).run({"steps": [{**loop, "timeout": "1s"}]})

    assert report.error is not None
    assert (report.error.code, len(report.calls)) == ("TIMEOUT", at_once)


def test_an_error_that_a_called_flow_has_in_place_of_its_cancellation_is_not_caught() -> None:
    scripts: dict[str, Any] = {"cancel": {"cancels": True}, "tidy": {"error": STUCK}}
    called = {"steps": [{"action": "cancel"}, {"wait": "1h"}], "finally": [{"action": "tidy"}]}
    steps = [{"action": "called", "catch": [{"on": "*"}]}]

    report = Lab(scripts, flows={"called": called}).run({"steps": steps})

    assert report.error is not None
    assert (report.error.code, report.error.data["cause"]["code"]) == ("STUCK", "CANCELLED")
