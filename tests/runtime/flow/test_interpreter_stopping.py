"""What is in the way when a run, or a part of it, is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from .lab import Lab

STUCK = {"code": "STUCK", "status": 409}


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
