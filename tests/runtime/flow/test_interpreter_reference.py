"""The engine against a second, simple interpreter, on random flows with random failures."""

from __future__ import annotations

import pytest

from .agreement import difference

FLOWS = 200
AT_ONCE = 20


@pytest.mark.parametrize("first", range(0, FLOWS, AT_ONCE))
def test_both_interpreters_agree(first: int) -> None:
    differences = {seed: [*difference(seed)] for seed in range(first, first + AT_ONCE)}

    assert {seed: found for seed, found in differences.items() if found} == {}
