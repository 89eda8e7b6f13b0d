"""`cartflow invoke`: one action."""

from __future__ import annotations

from typing import Any, Final

import click

from ..cancellation import Cancellation
from ..outcome import unknown_action
from ..runs import RunOptions
from .callers import caller_option, find_caller
from .inputs import input_options, read_inputs
from .interrupts import cancellable
from .session import Session
from .terminal import show_json

_EXAMPLES: Final = """\b
Examples:
  cartflow invoke addProductsToNewCart -i 'cartItems=[{"sku": "24-MB04", "quantity": 1}]'
  cartflow invoke cart -i cart_id=ID --as customer:EMAIL
  cartflow invoke cart --input-file input.json --as admin
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@input_options[0]
@input_options[1]
@caller_option
@click.option("--key", help="Idempotency key: the same call with the same key happens once.")
@click.pass_obj
def invoke(
    session: Session,
    name: str,
    pairs: tuple[str, ...],
    input_file: str | None,
    caller: str,
    key: str | None,
) -> None:
    """Invoke the action NAME and show its output as JSON."""
    with session.application() as app:
        if name not in app.registry:
            unknown_action(name, app.registry)
        contract = app.registry.contract(name)
        given = read_inputs(pairs, input_file, contract.input)
        principal = find_caller(app, caller)
        if contract.effect == "steps":

            def work(cancelled: Cancellation) -> Any:
                options = RunOptions(cancelled=cancelled)
                return app.invoke(name, given, principal=principal, key=key, options=options)

            output = cancellable(work)
        else:
            output = app.invoke(name, given, principal=principal, key=key)
    show_json(output)
