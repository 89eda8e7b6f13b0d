"""What becomes of actions whose time is up, or whose branch has lost, in real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cartflow import Action, ActionError, Cancellation, Context, Remote, action
from cartflow.runtime.runs import RunOptions

from .bring import count, write
from .conftest import Notebook, OpenNotebook
from .test_runs import Flows as Flows
from .test_runs import flows as flows

PATIENCE_S = 10.0
TEXT = {"text": {"type": "string"}}
NOTES = {"notes": {"type": "integer"}}


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; not for ever."""
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, "it never came to pass"
        time.sleep(0.002)


def join_threads() -> None:
    """Wait for the threads of invocations that nobody waits for any more."""
    for thread in threading.enumerate():
        if thread.name == "invocation":
            thread.join(PATIENCE_S)


@action("write", input=TEXT, output=NOTES)
def write_note(ctx: Context) -> Any:
    write(ctx, ctx.input["text"])
    return {"notes": count(ctx)}


@action("linger", input=TEXT, output=NOTES)
def linger(ctx: Context) -> Any:
    """Write a note once nobody wants it any more."""
    until(lambda: ctx.cancelled)
    write(ctx, ctx.input["text"])
    return {"notes": count(ctx)}


def run(lab: Notebook, name: str, **options: Any) -> Any:
    return lab.invoke(name, {}, **options)


def test_an_attempt_that_timed_out_commits_nothing(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(
        linger,
        flows=flows("""
            flow: slow
            steps: [{ action: linger, with: { text: late }, timeout: 50ms }]
        """),
    )

    error = lab.error("slow")
    join_threads()

    assert (error.code, error.status, error.step) == ("TIMEOUT", 504, "steps/0")
    assert error.message == "it took longer than 0.05 s, its timeout"
    assert lab.notes() == []


def test_an_action_that_ends_in_time_commits(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(
        write_note,
        flows=flows("""
            flow: quick
            steps: [{ id: a, action: write, with: { text: note }, timeout: 10s }]
            outputs: { notes: "${{ steps.a.notes }}" }
        """),
    )

    assert run(lab, "quick") == {"notes": 1}
    assert lab.notes() == ["note"]


def test_an_attempt_after_one_that_timed_out_has_its_effect_once(
    notebook: OpenNotebook, flows: Flows
) -> None:
    calls: list[bool] = []

    @action("erratic", input=TEXT, output=NOTES)
    def erratic(ctx: Context) -> Any:
        calls.append(True)
        number = len(calls)
        if number == 1:
            until(lambda: ctx.cancelled)
        write(ctx, f"{ctx.input['text']} {number}")
        return {"notes": count(ctx)}

    lab = notebook(
        erratic,
        flows=flows("""
            flow: twice
            steps:
              - action: erratic
                with: { text: note }
                timeout: 1s
                retry: { on: TIMEOUT, delay: 0s }
        """),
    )

    run(lab, "twice")
    join_threads()

    assert lab.notes() == ["note 2"]


def test_a_handler_knows_its_deadline(sqlite_notebook: OpenNotebook, flows: Flows) -> None:
    seen: list[datetime | None] = []

    @action("look", input={}, output={})
    def look(ctx: Context) -> Any:
        seen.append(ctx.deadline)
        return {}

    lab = sqlite_notebook(
        look,
        flows=flows("""
            flow: look-twice
            steps: [{ action: look, timeout: 1h }, { action: look }]
        """),
    )

    run(lab, "look-twice")

    assert seen[0] is not None
    assert timedelta(minutes=59) < seen[0] - datetime.now(UTC) < timedelta(hours=1)
    assert seen[1] is None


def test_a_handler_may_stop_when_it_is_cancelled(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    @action("stop", input={}, output={})
    def stop(ctx: Context) -> Any:
        cancelled.set()
        assert ctx.cancelled
        raise ActionError("CANCELLED")

    lab = sqlite_notebook(stop, flows=flows("flow: stopping\nsteps: [action: stop]"))
    cancelled = Cancellation()

    error = lab.error("stopping", options=RunOptions(cancelled=cancelled))

    assert error.code == "CANCELLED"


def test_a_handler_that_nobody_has_cancelled_may_not_say_so(
    sqlite_notebook: OpenNotebook,
) -> None:
    @action("stop", input={}, output={})
    def stop(ctx: Context) -> Any:
        raise ActionError("CANCELLED")

    assert sqlite_notebook(stop).error("stop").code == "UNDECLARED_ERROR"


def test_a_flow_whose_time_is_up_is_cancelled_and_undone(
    notebook: OpenNotebook, flows: Flows
) -> None:
    lab = notebook(
        write_note,
        linger,
        flows=flows("""
            flow: outer
            steps: [{ id: call, action: inner, timeout: 1s }]
            ---
            flow: inner
            steps:
              - action: write
                with: { text: done }
                undo: { action: write, with: { text: undone } }
              - { wait: 1h }
        """),
    )

    error = lab.error("outer")

    assert (error.code, error.step) == ("TIMEOUT", "steps/0")
    assert lab.notes() == ["done", "undone"]


def test_a_flow_whose_time_is_up_does_not_wait_for_its_actions(
    notebook: OpenNotebook, flows: Flows
) -> None:
    released = threading.Event()
    seen: list[datetime | None] = []

    @action("stubborn", input={}, output=NOTES)
    def stubborn(ctx: Context) -> Any:
        seen.append(ctx.deadline)
        released.wait(PATIENCE_S)
        write(ctx, "late")
        return {"notes": count(ctx)}

    lab = notebook(
        stubborn,
        flows=flows("""
            flow: outer
            steps: [{ action: middle, timeout: 1s }]
            ---
            flow: middle
            steps: [action: inner]
            ---
            flow: inner
            steps: [action: stubborn]
        """),
    )

    error = lab.error("outer")
    was_waited_for = released.is_set()
    released.set()
    join_threads()

    assert (error.code, error.step, was_waited_for) == ("TIMEOUT", "steps/0", False)
    assert seen[0] is not None
    assert lab.notes() == []


def test_a_timeout_of_the_run_ends_it(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(
        write_note,
        flows=flows("""
            flow: long
            timeout: 1s
            steps:
              - action: write
                with: { text: done }
                undo: { action: write, with: { text: undone } }
              - { wait: 1h }
            finally: [{ action: write, with: { text: last } }]
        """),
    )

    assert lab.error("long").code == "TIMEOUT"
    assert lab.notes() == ["done", "last", "undone"]


def meeting(number: int) -> Action:
    """Return an action that ends when so many of it are under way."""
    barrier = threading.Barrier(number)

    @action("meet", input={}, output=NOTES)
    def meet(ctx: Context) -> Any:
        barrier.wait(PATIENCE_S)
        return {"notes": 0}

    return meet


@pytest.mark.parametrize(
    "steps",
    [
        "[{ parallel: { a: [action: meet], b: [action: meet], c: [action: meet] } }]",
        "[{ for: i, in: [1, 2, 3], parallel: 3, steps: [action: meet] }]",
    ],
)
def test_actions_of_branches_run_at_the_same_time(
    sqlite_notebook: OpenNotebook, flows: Flows, steps: str
) -> None:
    lab = sqlite_notebook(meeting(3), flows=flows(f"flow: together\nsteps: {steps}"))

    assert run(lab, "together") == {}


def test_the_loser_of_a_race_commits_nothing(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(
        write_note,
        linger,
        flows=flows("""
            flow: racing
            steps:
              - id: who
                race:
                  slow: [{ action: linger, with: { text: slow } }]
                  fast: [{ action: write, with: { text: fast } }]
            outputs: { who: "${{ steps.who.winner }}" }
        """),
    )

    assert run(lab, "racing") == {"who": "fast"}
    join_threads()
    assert lab.notes() == ["fast"]


def test_a_cancelled_run_waits_for_none_of_its_branches(
    notebook: OpenNotebook, flows: Flows
) -> None:
    lab = notebook(
        write_note,
        linger,
        flows=flows("""
            flow: both
            steps:
              - action: write
                with: { text: done }
                undo: { action: write, with: { text: undone } }
              - parallel:
                  a: [{ action: linger, with: { text: a } }]
                  b: [{ wait: 1h }]
        """),
    )
    cancelled = Cancellation()

    def cancel() -> None:
        until(lambda: lab.notes() == ["done"])
        cancelled.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    error = lab.error("both", options=RunOptions(cancelled=cancelled))
    thread.join()
    join_threads()

    assert error.code == "CANCELLED"
    assert lab.notes() == ["done", "undone"]


CONTRACT = {
    "name": "pay",
    "title": "Pay",
    "effect": "keyed",
    "input": {"type": "object", "properties": {}, "additionalProperties": False},
    "output": {
        "type": "object",
        "properties": {"receipt": {"type": "integer"}},
        "required": ["receipt"],
        "additionalProperties": False,
    },
}


def test_a_call_outside_that_timed_out_is_made_once(
    notebook: OpenNotebook, flows: Flows, tmp_path: Path
) -> None:
    keys: list[str] = []
    go_on = threading.Event()

    def prepare(ctx: Context) -> Any:
        return {"key": ctx.idempotency_key}

    def call(state: Any, _extensions: Any) -> Any:
        keys.append(state["key"])
        go_on.wait(PATIENCE_S)
        return len(keys)

    def settle(ctx: Context, _state: Any, answer: Any) -> Any:
        write(ctx, f"receipt {answer}")
        return {"receipt": answer}

    lab = notebook(
        Action(CONTRACT, Remote(prepare, call, settle), str(tmp_path)),
        flows=flows("""
            flow: paying
            steps:
              - id: pay
                action: pay
                timeout: 200ms
                retry: { on: TIMEOUT, max_attempts: 50, delay: 0s }
            outputs: { receipt: "${{ steps.pay.receipt }}" }
        """),
    )
    threading.Timer(0.5, go_on.set).start()

    assert run(lab, "paying") == {"receipt": 1}
    join_threads()
    assert (len(keys), lab.notes()) == (1, ["receipt 1"])
