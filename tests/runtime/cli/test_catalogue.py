from __future__ import annotations

import json

from .conftest import Cli, Misbehaving

FLOWS = {
    "b2b-change-of-mind",
    "b2b-checkout",
    "buy-now",
    "login-and-merge-cart",
    "restart-checkout",
    "run-cart-operation",
    "wait-for-checkout",
}


def test_actions_are_listed_with_effect_and_callers(run_cli: Cli) -> None:
    result = run_cli("actions")

    rows = {line.split()[0]: line.split() for line in result.stdout.splitlines()}
    assert rows["createPaymentOrder"][1:3] == ["keyed", "everybody"]
    assert rows["loadStore"][1:4] == ["transactional", "admin,", "system"]
    assert FLOWS.isdisjoint(rows)


def test_listing_is_what_actions_does_by_itself(run_cli: Cli) -> None:
    assert run_cli("actions", "list").stdout == run_cli("actions").stdout


def test_show_gives_the_whole_contract(run_cli: Cli) -> None:
    result = run_cli("actions", "show", "echo", plugins=[Misbehaving()])

    contract = json.loads(result.stdout)
    assert contract["name"] == "echo"
    assert contract["input"]["required"] == ["text"]


def test_showing_an_unknown_action_suggests_the_nearest(run_cli: Cli) -> None:
    result = run_cli("actions", "show", "mergeCart")

    assert result.exit_code == 1
    assert "action 'mergeCart' is not registered; did you mean 'mergeCarts'?" in result.stderr


def test_flows_are_listed(run_cli: Cli) -> None:
    result = run_cli("flows")

    assert {line.split()[0] for line in result.stdout.splitlines()[1:]} == FLOWS
