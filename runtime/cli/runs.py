"""`cartflow run`: one run of a flow, watched."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import click

from ..cancellation import Cancellation
from ..errors import ActionError
from ..runs import RunOptions
from .callers import caller_option, find_caller
from .finding import find_flow
from .inputs import input_options, read_inputs
from .interrupts import cancellable
from .progress import Progress, duration_of, label_of, seconds_text
from .session import Session
from .terminal import show_json


class Recording:
    """An observer that keeps the latest record of each attempt of a step, in order of start.

    Args:
        limit: How many attempts are kept.
        progress: Is told as well, if there is one.
    """

    def __init__(self, limit: int, progress: Progress | None) -> None:
        self._limit = limit
        self._progress = progress
        self._records: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        self.not_kept = 0

    def __call__(self, record: Mapping[str, Any]) -> None:
        """Take a record of the trace."""
        identity = (record["path"], record["attempt"], record["started"])
        if identity in self._records or len(self._records) < self._limit:
            self._records[identity] = record
        elif record["ended"] is not None:
            self.not_kept += 1
        if self._progress is not None:
            self._progress(record)

    @property
    def records(self) -> list[Mapping[str, Any]]:
        """The records that were kept."""
        return list(self._records.values())


_EXAMPLES: Final = """\b
Examples:
  cartflow run buy-now --input-file order.json
  cartflow run login-and-merge-cart -i guest_cart_id=ID --as customer:EMAIL
  cartflow run my.flow.yaml --input-file inputs.json --json --trace
"""


@click.command(epilog=_EXAMPLES)
@click.argument("flow", metavar="FLOW|FILE")
@input_options[0]
@input_options[1]
@caller_option
@click.option("--key", help="Idempotency key: the run of a key happens once.")
@click.option("--json", "as_json", is_flag=True, help="Show the outcome as one JSON document.")
@click.option("--trace", is_flag=True, help="Show what went into each step and came out of it.")
@click.pass_context
def run(
    ctx: click.Context,
    flow: str,
    pairs: tuple[str, ...],
    input_file: str | None,
    caller: str,
    key: str | None,
    as_json: bool,
    trace: bool,
) -> None:
    """Run a flow, by its name or from a file: its steps on stderr, its output on stdout as JSON.

    Ctrl-C cancels the run; what it has done is undone.
    """
    session: Session = ctx.obj
    with session.application() as app:
        action = find_flow(app, flow)
        given = read_inputs(pairs, input_file, action.contract.input)
        principal = find_caller(app, caller)
        progress = None if as_json else Progress(ctx.color)
        recording = Recording(app.settings["trace_records"] if trace else 0, progress)

        def work(cancelled: Cancellation) -> Any:
            options = RunOptions(observer=recording, cancelled=cancelled)
            return app.invoker.invoke_action(action, given, principal, key, options=options)

        outcome = _outcome(work)
    if progress is not None:
        progress.close()
        click.echo(f"{outcome.status} after {seconds_text(outcome.seconds)}", err=True)
    if as_json:
        show_json(outcome.to_json(recording if trace else None))
    elif trace:
        _show_trace(recording)
    if outcome.error is not None:
        raise outcome.error
    if not as_json:
        show_json(outcome.output)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to, and how long it took."""

    output: Any
    error: ActionError | None
    seconds: float

    @property
    def status(self) -> str:
        """`succeeded`, `failed` or `cancelled`."""
        if self.error is None:
            return "succeeded"
        return "cancelled" if self.error.code == "CANCELLED" else "failed"

    def to_json(self, recording: Recording | None) -> dict[str, Any]:
        """Return the outcome, with the trace if there is one, as a JSON object."""
        document: dict[str, Any] = {"status": self.status}
        error = self.error
        if error is None:
            document["output"] = self.output
        else:
            document["error"] = {**error.to_json(), "step": error.step, "action": error.action}
            document["invocation_id"] = error.invocation_id
        if recording is not None:
            document["trace"] = {"steps": recording.records, "not_kept": recording.not_kept}
        return document


def _outcome(work: Callable[[Cancellation], Any]) -> Outcome:
    began = time.monotonic()
    try:
        output, error = cancellable(work), None
    except ActionError as raised:
        output, error = None, raised
    return Outcome(output, error, time.monotonic() - began)


def _show_trace(recording: Recording) -> None:
    for record in recording.records:
        head = (record["path"], label_of(record), record["status"], duration_of(record))
        click.echo("  ".join(filter(None, head)), err=True)
        for name in ("input", "output", "error"):
            if name in record:
                text = json.dumps(record[name], ensure_ascii=False)
                click.echo(f"    {name:6} {text}", err=True)
    if recording.not_kept:
        click.echo(f"{recording.not_kept} further records were not kept", err=True)
