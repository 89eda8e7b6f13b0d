from __future__ import annotations

from typing import Any

import pytest

from cartflow.runtime.flow.durations import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("250ms", 0.25),
        ("30s", 30),
        ("1.5s", 1.5),
        ("5m", 300),
        ("2h", 7200),
        ("7d", 604_800),
        ("0s", 0),
        ("PT5M", 300),
        ("PT0.5S", 0.5),
        ("P1DT2H3M4S", 93_784),
        ("P2W", 1_209_600),
        ("P1D", 86_400),
    ],
)
def test_a_duration_in_seconds(text: str, seconds: float) -> None:
    assert seconds_of(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "s", "-5s", "5 s", "5S", "1h30m", "1e3s", "5s\n", "٣s", "9" * 400 + "d"),
        *("P", "PT", "P1DT", "P1M", "P1Y", "PT1H2W", "P1WT1H", "pt5m"),
        *(5, None, True, ["5s"]),
    ],
    ids=repr,
)
def test_anything_else_is_none(text: Any) -> None:
    assert seconds_of(text) is None
