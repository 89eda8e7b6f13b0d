from __future__ import annotations

from cartflow import Application


def test_what_changes_a_cart_says_that_only_one_call_at_a_time_can(app: Application) -> None:
    contracts = [action.contract for action in app.registry.values()]
    carts = {
        it.name: it.extensions["x-cart"].get("carts")
        for it in contracts
        if "x-cart" in it.extensions and it.effect != "none"
    }
    lanes = {it.name: it.extensions["x-lanes"] for it in contracts if "x-lanes" in it.extensions}

    of_sessions = {name for name, inputs in lanes.items() if inputs == ["checkoutSessionId"]}
    assert {name: lanes[name] for name in lanes.keys() - of_sessions} == carts
    assert "mergeCarts" in lanes
