"""The checker's promise: 1 000 random flows here, ten times as many with `make fuzz`."""

from __future__ import annotations

import pytest

from .promise import put_to_the_test

FLOWS = 1_000
AT_ONCE = 100


@pytest.mark.parametrize("first", range(0, FLOWS, AT_ONCE))
def test_a_flow_that_passes_the_checker_keeps_its_promise(first: int) -> None:
    verdicts = {seed: put_to_the_test(seed) for seed in range(first, first + AT_ONCE)}

    breaches = {seed: verdict.breaches for seed, verdict in verdicts.items() if verdict.breaches}
    passed = sum(verdict.has_passed for verdict in verdicts.values())
    refused = sum(bool(verdict.mistakes) for verdict in verdicts.values())
    assert breaches == {}  # seed: what was not as promised
    assert passed > AT_ONCE // 3, "too few flows passed to say anything"
    assert refused > AT_ONCE // 10, "too few mistakes were made to say anything"
