from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import Cli


def test_an_action_is_explained(run_cli: Cli) -> None:
    result = run_cli("describe", "cancelCartAsyncOperation")

    assert result.stdout.startswith("cancelCartAsyncOperation  Cancel Cart Async Operation\n")
    assert "  may be called by  admin, customer, integration, system\n" in result.stdout
    assert "  INVALID_OPERATION  403  A cart can't be canceled after it's closed." in result.stdout


def test_inputs_have_type_default_and_description(run_cli: Cli) -> None:
    result = run_cli("describe", "mergeCarts")

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "source_cart_id string The ID of the guest cart." in lines
    assert any(
        line.startswith('strategy "sum" | "guest" | "customer", default "sum"') for line in lines
    )
    assert any(line.startswith("destination_cart_id string | null, optional") for line in lines)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("cart", "no"),
        ("createGuestCart", "yes: all of it, or nothing"),
        ("createPaymentOrder", "yes, outside of the database too: once for each idempotency key"),
        ("buy-now", "yes: each step by itself; what is undone after an error, the flow says"),
    ],
)
def test_it_says_whether_data_is_changed(run_cli: Cli, name: str, says: str) -> None:
    result = run_cli("describe", name)

    assert f"  changes data      {says}\n" in result.stdout


def test_a_flow_file_is_explained(run_cli: Cli, folder: Path) -> None:
    (folder / "look.flow.yaml").write_text(
        "flow: look\n"
        "inputs: { cart_id: string }\n"
        "steps:\n"
        "  - id: cart\n"
        "    action: cart\n"
        "    with: { cart_id: '${{ inputs.cart_id }}' }\n"
        "    catch: [{ on: CART_NOT_ACTIVE }]\n"
    )

    result = run_cli("describe", "look.flow.yaml")

    assert "  changes data      no\n" in result.stdout
    assert "  CART_NOT_FOUND" in result.stdout
    assert "  CART_NOT_ACTIVE" not in result.stdout


def test_the_output_of_a_flow_has_the_types_that_are_known(run_cli: Cli, folder: Path) -> None:
    (folder / "look.flow.yaml").write_text(
        "flow: look\n"
        "inputs: { cart_id: string, names: { type: array, items: { type: string } } }\n"
        "steps:\n"
        "  - id: cart\n"
        "    action: cart\n"
        "    with: { cart_id: '${{ inputs.cart_id }}' }\n"
        "  - { return: { names: [] }, if: inputs.names | length == 0 }\n"
        "outputs:\n"
        "  id: ${{ steps.cart.cart.id }}\n"
        "  count: ${{ inputs.names | length }}\n"
        "  names: ${{ inputs.names }}\n"
        "  nothing: []\n"
    )

    result = run_cli("describe", "look.flow.yaml")

    _, _, shown = result.stdout.partition("\noutput\n")
    types = [line.split("  ")[1:3] for line in re.sub(" {2,}", "  ", shown).splitlines()[:4]]
    assert types == [
        ["id", "string, optional"],
        ["count", "integer, optional"],
        ["names", "array of string"],
        ["nothing", "empty array, optional"],
    ]


def test_an_unknown_name_gets_a_suggestion(run_cli: Cli) -> None:
    result = run_cli("describe", "buynow")

    assert result.exit_code == 1
    assert "did you mean 'buy-now'?" in result.stderr
