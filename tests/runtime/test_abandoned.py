"""Effects outside whose attempts nobody waits for any more, and flows that are done again."""

from __future__ import annotations

import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cartflow import Action, ActionError, Context, Remote, action

from .bring import write
from .conftest import Notebook, OpenNotebook
from .test_runs import Flows as Flows
from .test_runs import flows as flows
from .test_timeouts import CONTRACT, PATIENCE_S, join_threads, until

FLOWS = """
    flow: paying
    steps:
      - id: call
        action: once
        timeout: 300ms
        retry: { on: TIMEOUT, max_attempts: 50, delay: 0s }
    outputs: { receipt: "${{ steps.call.receipt }}" }
    ---
    flow: given-up
    steps:
      - { action: pay, timeout: 1s, catch: [on: TIMEOUT] }
      - action: refuse
    ---
    flow: twice
    steps:
      - retry: { on: CLOSED, max_attempts: 2, delay: 0s }
        steps:
          - id: number
            action: next
            undo: { action: back, with: { number: "${{ steps.number.number }}" } }
          - action: refuse
    ---
    flow: back
    inputs: { number: integer }
    steps: [{ action: refund, with: { number: "${{ inputs.number }}" } }]
    ---
    flow: once
    steps: [action: begin, { id: pay, action: pay }]
    outputs: { receipt: "${{ steps.pay.receipt }}" }
"""


CLOSED = {"status": 503, "title": "Closed", "message": "closed", "retryable": True}


@action("refuse", input={}, output={}, errors={"CLOSED": CLOSED})
def refuse(_ctx: Context) -> Any:
    """Promise that nothing happened."""
    raise ActionError("CLOSED")


def next_one() -> Action:
    """Return an action that counts its calls."""
    numbers = count(1)

    @action("next", input={}, output={"number": {"type": "integer"}})
    def count_on(_ctx: Context) -> Any:
        return {"number": next(numbers)}

    return count_on


class Bank:
    """A remote side that answers when it may."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.refunds: list[int] = []
        self.may_answer = threading.Event()
        self.begun = 0
        self.settles_in_time = False
        self.lab: Notebook

    def open(self, notebook: OpenNotebook, flows: Flows, folder: Path) -> Notebook:
        pay = Action(CONTRACT, Remote(self.prepare, self.call, self.settle), str(folder))
        begin = action("begin", input={}, output={})(self.begin)
        self.lab = notebook(pay, begin, refuse, self.refunding(), next_one(), flows=flows(FLOWS))
        return self.lab

    def refunding(self) -> Action:
        """Return an action that gives back; the first time nobody knows whether it did."""

        def call(state: Any, _extensions: Any) -> Any:
            self.refunds.append(state["number"])
            if len(self.refunds) == 1:
                raise TimeoutError
            return {}

        remote = Remote(lambda ctx: dict(ctx.input), call, lambda *_: {})
        given = {"number": {"type": "integer"}}
        return action("refund", input=given, output={}, effect="keyed")(remote)

    def begin(self, _ctx: Context) -> Any:
        self.begun += 1
        if self.begun == 2:
            self.may_answer.set()
            if self.settles_in_time:
                until(lambda: self.lab.notes() == ["receipt 1"])
                join_threads()
        return {}

    def prepare(self, ctx: Context) -> Any:
        return {"key": ctx.idempotency_key}

    def call(self, state: Any, _extensions: Any) -> Any:
        self.keys.append(state["key"])
        self.may_answer.wait(PATIENCE_S)
        return len(self.keys)

    def settle(self, ctx: Context, _state: Any, answer: Any) -> Any:
        write(ctx, f"receipt {answer}")
        return {"receipt": answer}


@pytest.mark.parametrize("settles_in_time", [False, True])
def test_a_flow_that_is_done_again_does_not_pay_again(
    notebook: OpenNotebook, flows: Flows, tmp_path: Path, settles_in_time: bool
) -> None:
    bank = Bank()
    bank.settles_in_time = settles_in_time
    lab = bank.open(notebook, flows, tmp_path)

    output = lab.invoke("paying")
    join_threads()

    assert (output, len(bank.keys), lab.notes()) == ({"receipt": 1}, 1, ["receipt 1"])


def test_an_error_does_not_promise_that_nothing_happened_while_a_call_is_under_way(
    sqlite_notebook: OpenNotebook, flows: Flows, tmp_path: Path
) -> None:
    bank = Bank()
    lab = bank.open(sqlite_notebook, flows, tmp_path)

    error = lab.error("given-up")
    bank.may_answer.set()
    join_threads()

    assert (error.code, error.retryable, lab.notes()) == ("CLOSED", False, ["receipt 1"])


def test_what_is_undone_by_a_flow_is_not_what_was_undone_before(
    sqlite_notebook: OpenNotebook, flows: Flows, tmp_path: Path
) -> None:
    bank = Bank()
    lab = bank.open(sqlite_notebook, flows, tmp_path)

    error = lab.error("twice")

    assert (error.code, bank.refunds) == ("CLOSED", [1, 2])


def test_what_is_to_follow_a_commit_does_not_follow_an_abandoned_attempt(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    followed: list[bool] = []

    @action("tell", input={}, output={})
    def tell(ctx: Context) -> Any:
        ctx.after_commit(lambda: followed.append(True))
        until(lambda: ctx.cancelled)
        time.sleep(0.1)  # so that it is abandoned by now
        return {}

    lab = sqlite_notebook(
        tell, flows=flows("flow: telling\nsteps: [{ action: tell, timeout: 100ms }]")
    )

    error = lab.error("telling")
    join_threads()

    assert (error.code, followed) == ("TIMEOUT", [])
