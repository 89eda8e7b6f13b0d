"""The tests of the flows that ship: each has some, they pass, and nothing is left untested."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cartflow.actions
from cartflow.runtime.flow.testing.files import flowtest_beside
from cartflow.runtime.workbench import Workbench

FLOWS = sorted(Path(str(cartflow.actions.__path__[0]), "flows").glob("*.flow.yaml"))


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with Workbench() as bench:
        yield bench


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_shipped_flow_has_tests_that_pass_and_reach_all_of_it(
    bench: Workbench, flow: Path
) -> None:
    file = flowtest_beside(flow)
    assert file is not None
    suite = bench.load(file)

    failed = [
        line
        for test in suite.tests
        for verdict in [bench.run(suite, test)]
        if not verdict.is_passed
        for line in (verdict.title, *verdict.lines())
    ]

    assert failed == []
    assert [f"{gap.line}: {gap.what}" for gap in suite.coverage.gaps()] == []
    assert suite.coverage.percent == 100


def test_there_are_flows() -> None:
    assert FLOWS
