"""Everything is told at once, also of a flow that cannot be read; nothing that only follows."""

from __future__ import annotations

import pytest

from cartflow.runtime.flow.checker import check_partly
from cartflow.runtime.flow.document import load
from cartflow.runtime.flow.inference import contract_of
from cartflow.runtime.flow.parse import read_flow

from .shop import ACTIONS


def rules_of(steps: str) -> list[str]:
    document = load(f"flow: f\nsteps:\n{steps}".encode(), "a.flow.yaml")
    flow, unread = read_flow(document, {})
    assert unread
    contracts = {**ACTIONS, flow.name: contract_of(flow, ACTIONS.get)}
    return [problem.rule for problem in check_partly(flow, document, contracts, {}, unread)]


@pytest.mark.parametrize(
    ("steps", "rules"),
    [
        ("  - value: ${{ a b }}\n  - action: oder", ["bad-expression", "unknown-action"]),
        ("  - value: ${{ a b }}\n  - value: ${{ steps.x }}", ["bad-expression", "unknown-step"]),
        ("  - wait: 5x\n  - value: ${{ inptus }}", ["bad-duration", "unknown-name"]),
        ("  - acton: a\n  - { action: oder, with: { x: 1 } }", ["no-kind", "unknown-action"]),
    ],
)
def test_what_is_wrong_elsewhere_is_told_too(steps: str, rules: list[str]) -> None:
    assert rules_of(steps) == rules


@pytest.mark.parametrize(
    ("steps", "rule"),
    [
        ("  - { id: a, acton: look }\n  - value: ${{ steps.a }}", "no-kind"),
        ("  - { action: order, wiht: { cart_id: '1' } }", "unknown-key"),
        ("  - { id: a, value: '${{ a b }}' }", "bad-expression"),
        ("  - { action: order, with: { cart_id: '${{ a b }}' } }", "bad-expression"),
        ("  - { id: a, value: '${{ a b }}' }\n  - value: ${{ steps.a.x }}", "bad-expression"),
    ],
)
def test_what_only_follows_is_not_told(steps: str, rule: str) -> None:
    assert rules_of(steps) == [rule]
