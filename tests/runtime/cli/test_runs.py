from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import BUY, GUEST, Cli

DECLINED = ("-i", "payment_method=sandbox", "-i", "payment_source=tok_declined")
SANDBOX = {"CARTFLOW_CART_SANDBOX_PAYMENTS": "true"}

STUCK = """
flow: stuck
steps:
  - action: createGuestCart
    undo: { action: cart, with: { cart_id: gone } }
  - fail: { code: "NO", status: 400 }
"""

LOOP = """
flow: loop
steps:
  - id: each
    title: For each number
    for: n
    in: "${{ [1, 2] }}"
    steps:
      - id: skipped
        if: n == 2
        value: "${{ n }}"
  - id: tried
    action: cart
    with: { cart_id: gone }
    catch: [{ on: CART_NOT_FOUND }]
outputs: { done: true }
"""


def test_the_output_is_on_stdout_and_the_steps_on_stderr(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY)

    assert result.exit_code == 0
    assert json.loads(result.stdout)["amount_minor"] == 1400
    *steps, last = result.stderr.splitlines()
    done = [line for line in steps if not line.startswith("- ")]
    assert len(done) == 5
    assert all(line.startswith("✓ ") and line.endswith(" ms") for line in done)
    assert last.startswith("succeeded after ")


def test_steps_are_called_by_their_titles(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY)

    assert "✓ Put the products into a new cart" in result.stderr


def test_a_failed_run_shows_what_was_undone(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY, *DECLINED, **SANDBOX)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert ": PAYMENT_DECLINED 402" in result.stderr
    assert "  ✓ undo: setCartAsInactive" in result.stderr
    assert "\nfailed after " in result.stderr
    assert "\nerror: PAYMENT_DECLINED 402: The payment was declined." in result.stderr
    assert "\n  step steps/4, action createPaymentOrder\n" in result.stderr


def test_what_could_not_be_undone_is_said(shop: Cli, folder: Path) -> None:
    (folder / "stuck.flow.yaml").write_text(STUCK)

    result = shop("run", "stuck.flow.yaml")

    assert result.exit_code == 1
    assert "\nerror: NO 400: NO\n" in result.stderr
    line = "  not undone: step steps/0/undo failed with CART_NOT_FOUND 404: Could not find a cart"
    assert f"\n{line}" in result.stderr


def test_blocks_and_skipped_steps_are_shown(shop: Cli, folder: Path) -> None:
    (folder / "loop.flow.yaml").write_text(LOOP)

    result = shop("run", "loop.flow.yaml")

    lines = [
        line.partition("  ")[0] if line[0] != " " else line for line in result.stderr.splitlines()
    ]
    assert lines[0] == "▸ For each number"
    assert lines[1] == "  - skipped"
    assert lines[2].startswith("  ✓ skipped")
    assert lines[3] == "✗ tried (cart): CART_NOT_FOUND 404"


def test_json_is_one_document(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY, "--json")

    document = json.loads(result.stdout)
    assert document["status"] == "succeeded"
    assert document["output"]["amount_minor"] == 1400
    assert "trace" not in document
    assert result.stderr == ""


def test_json_of_a_failed_run_has_the_error(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY, *DECLINED, "--json", **SANDBOX)

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["status"] == "failed"
    assert document["error"]["code"] == "PAYMENT_DECLINED"
    assert document["error"]["step"] == "steps/4"
    assert document["invocation_id"] in result.stderr


def test_the_trace_has_every_attempt_without_secrets(shop: Cli) -> None:
    arguments = ("run", "buy-now", *BUY, *DECLINED, "--json", "--trace")

    result = shop(*arguments, **SANDBOX)

    steps = json.loads(result.stdout)["trace"]["steps"]
    assert [(step["path"], step["status"]) for step in steps] == [
        ("steps/0", "succeeded"),
        ("steps/1", "succeeded"),
        ("steps/2", "skipped"),
        ("steps/3", "succeeded"),
        ("steps/4", "failed"),
        ("steps/0/undo", "succeeded"),
    ]
    assert "tok_declined" not in result.stdout


def test_the_trace_is_readable_too(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY, "--trace")

    assert '    input  {"cartItems": [{"sku": "240-LV07", "quantity": 1}]}' in result.stderr
    json.loads(result.stdout)


def test_a_trace_keeps_as_much_as_the_setting_says(shop: Cli) -> None:
    result = shop("run", "buy-now", *BUY, "--json", "--trace", CARTFLOW_TRACE_RECORDS="1")

    trace = json.loads(result.stdout)["trace"]
    assert len(trace["steps"]) == 1
    assert trace["not_kept"] == 5


def test_a_key_runs_once(shop: Cli) -> None:
    arguments = ("run", "buy-now", *BUY, "--key", "k" * 22)

    first = shop(*arguments)
    second = shop(*arguments)

    assert first.stdout == second.stdout
    assert "✓" not in second.stderr


def test_inputs_come_from_stdin(shop: Cli) -> None:
    given = '{"items": [{"sku": "240-LV07", "quantity": 2}]}'

    result = shop("run", "buy-now", "--input-file", "-", *GUEST, text=given)

    assert json.loads(result.stdout)["amount_minor"] == 2800


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("buynow", "'buynow' is neither a flow nor a file; did you mean 'buy-now'?"),
        ("xyz", "'xyz' is neither a flow nor a file; see 'cartflow flows'"),
        ("cart", "'cart' is an action, not a flow; use 'cartflow invoke cart'"),
        ("./gone.flow.yaml", "the file './gone.flow.yaml' cannot be read: No such file"),
    ],
)
def test_what_is_no_flow_gets_a_hint(run_cli: Cli, name: str, message: str) -> None:
    result = run_cli("run", name)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_flow_with_errors_is_not_run(run_cli: Cli, folder: Path) -> None:
    (folder / "bad.flow.yaml").write_text("flow: bad\nsteps:\n  - action: mergeCart\n")

    result = run_cli("run", "bad.flow.yaml")

    assert result.exit_code == 2
    assert result.stderr.startswith("error: bad.flow.yaml:3:13: error ")


def test_wrong_inputs_are_all_listed(run_cli: Cli) -> None:
    result = run_cli("run", "buy-now", "-i", "items=5", "-i", "itens=[]")

    assert result.exit_code == 1
    assert "  /items: expected an array, got an integer\n" in result.stderr
    assert "  unknown member 'itens'; did you mean 'items'?\n" in result.stderr


def test_an_action_is_invoked_with_a_flow_of_that_name_as_well(shop: Cli) -> None:
    result = shop("invoke", "buy-now", *BUY)

    assert json.loads(result.stdout)["amount_minor"] == 1400
