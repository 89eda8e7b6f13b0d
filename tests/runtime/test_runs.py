from __future__ import annotations

import json
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartflow import GUEST, ActionError, Application, Context, Contract, Principal, action
from cartflow.runtime.action import Run, Steps
from cartflow.runtime.registry import RegisteredAction
from cartflow.runtime.runs import RunOptions

from ..conftest import MakeApplication
from ..processes import StartProcess
from .bring import CONDITION, ERRORS, Bring, count, write
from .conftest import Notebook, OpenNotebook
from .terminal import CUSTOMER, Shop, Terminal, create_table, entries

ONE = Principal("customer", "1")
KEY = "a-key-of-at-least-22-characters"


@action(
    "write",
    input={"text": {"type": "string"}},
    output={"notes": {"type": "integer"}},
    errors=ERRORS,
)
def write_note(ctx: Context) -> Any:
    if ctx.input["text"] == "fail":
        raise ActionError("WENT_WRONG", what="ink")
    if ctx.input["text"] == "crash":
        raise ValueError("x")
    write(ctx, ctx.input["text"])
    return {"notes": count(ctx)}


Flows = Callable[[str], list[Path]]


@pytest.fixture
def flows(tmp_path: Path) -> Flows:
    """Give a function that writes flow files: steps by the flow's name."""

    def write_files(text: str) -> list[Path]:
        files: list[Path] = []
        for document in textwrap.dedent(text).split("---\n"):
            files.append(tmp_path / f"{len(files)}.flow.yaml")
            files[-1].write_text(document)
        return files

    return write_files


TWO_NOTES = """
    flow: two-notes
    inputs:
      second: {type: string, default: two}
    steps:
      - {id: one, action: write, with: {text: one}}
      - {id: two, action: write, with: {text: "${{ inputs.second }}"}}
    outputs:
      notes: ${{ steps.two.notes }}
"""


def test_each_step_is_a_unit_of_its_own(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(write_note, flows=flows(TWO_NOTES))

    error = lab.error("two-notes", {"second": "fail"})

    assert (error.code, error.message, lab.notes()) == (
        "WENT_WRONG",
        "it went wrong with ink",
        ["one"],
    )


def test_a_flow_is_an_action(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(write_note, flows=flows(TWO_NOTES))

    assert lab.invoke("two-notes") == {"notes": 2}
    assert set(lab.app.registry["two-notes"].contract.errors) == set(ERRORS)


def test_the_same_key_runs_a_flow_once(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(write_note, flows=flows(TWO_NOTES))

    answers = [lab.invoke("two-notes", principal=ONE, key=KEY) for _ in range(2)]

    assert (answers, lab.notes()) == ([{"notes": 2}] * 2, ["one", "two"])


@pytest.mark.parametrize(("second", "code"), [("fail", "WENT_WRONG"), ("crash", "INTERNAL")])
def test_a_run_that_failed_is_not_run_again_under_its_key(
    notebook: OpenNotebook, flows: Flows, second: str, code: str
) -> None:
    lab = notebook(write_note, flows=flows(TWO_NOTES))

    errors = [lab.error("two-notes", {"second": second}, principal=ONE, key=KEY) for _ in range(2)]

    assert [(error.code, error.step, error.action) for error in errors] == [
        (code, errors[0].step, "write")
    ] * 2
    assert lab.notes() == ["one"]


def test_the_same_key_with_another_input_is_refused(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(write_note, flows=flows(TWO_NOTES))
    lab.invoke("two-notes", principal=ONE, key=KEY)

    error = lab.error("two-notes", {"second": "x"}, principal=ONE, key=KEY)

    assert error.code == "IDEMPOTENCY_KEY_REUSED"


def test_a_repetition_waits_for_the_run_and_replays(notebook: OpenNotebook, flows: Flows) -> None:
    started, go_on = threading.Event(), threading.Event()

    @action("wait", input={}, output={}, effect="none")
    def wait(ctx: Context) -> Any:
        started.set()
        go_on.wait(10)
        return {}

    text = "flow: slow\nsteps:\n  - {action: wait}\n  - {id: w, action: write, with: {text: a}}\n"
    lab = notebook(wait, write_note, flows=flows(text))
    first = threading.Thread(target=lab.invoke, args=("slow",), kwargs={"key": KEY})
    first.start()
    started.wait(10)
    threading.Timer(0.2, go_on.set).start()
    answer = lab.invoke("slow", key=KEY)
    first.join()

    assert (answer, lab.notes()) == ({}, ["a"])


def test_a_repetition_that_waits_too_long_is_told(notebook: OpenNotebook, flows: Flows) -> None:
    started, go_on = threading.Event(), threading.Event()

    @action("wait", input={}, output={}, effect="none")
    def wait(ctx: Context) -> Any:
        started.set()
        go_on.wait(10)
        return {}

    text = "flow: slow\nsteps:\n  - {action: wait}\n"
    lab = notebook(wait, flows=flows(text), CARTFLOW_LOCK_TIMEOUT_S="0.2")
    first = threading.Thread(target=lab.invoke, args=("slow",), kwargs={"key": KEY})
    first.start()
    started.wait(10)
    error = lab.error("slow", key=KEY)
    go_on.set()
    first.join()

    assert error.code == "IN_PROGRESS"


CALLS_TWO_NOTES = """
    flow: outer
    steps:
      - {id: inner, action: two-notes}
    outputs:
      notes: ${{ steps.inner.notes }}
    ---
"""


def test_a_flow_calls_a_flow(notebook: OpenNotebook, flows: Flows) -> None:
    lab = notebook(write_note, flows=flows(CALLS_TWO_NOTES + TWO_NOTES))

    assert lab.invoke("outer") == {"notes": 2}


def test_flows_that_call_each_other_in_a_circle_end(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    lab = sqlite_notebook(
        flows=flows("""
            flow: circle
            inputs: { again: { type: boolean, default: true } }
            steps: [{ if: inputs.again, action: circle }]
        """)
    )

    assert lab.error("circle").code == "LIMIT_EXCEEDED"


def test_the_steps_are_called_by_the_caller_of_the_flow(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    @action("mine", input={}, output={}, access=["customer"])
    def mine(ctx: Context) -> Any:
        return {}

    lab = sqlite_notebook(mine, flows=flows("flow: f\nsteps:\n  - {action: mine}\n"))

    assert lab.invoke("f", principal=ONE) == {}
    assert lab.error("f", principal=GUEST).code == "NOT_AUTHENTICATED"


def engine_that_raises(error: BaseException) -> RegisteredAction:
    """Return a flow whose engine does not work."""

    def run(run: Run) -> Any:
        raise error

    contract = Contract("broken", "Broken", {"type": "object"}, {}, effect="steps")
    return RegisteredAction(contract, Steps(run), "lab", {})


def test_an_engine_that_fails_is_an_internal_error(app: Application) -> None:
    broken = engine_that_raises(ValueError("x"))

    with pytest.raises(ActionError, match="INTERNAL 500"):
        app.invoker.invoke_action(broken)


def test_an_error_that_a_flow_does_not_declare_does_not_get_out(app: Application) -> None:
    broken = engine_that_raises(ActionError("SECRET_REASON"))

    with pytest.raises(ActionError, match="UNDECLARED_ERROR 500"):
        app.invoker.invoke_action(broken)


def test_a_run_that_was_interrupted_is_over(any_app: Application) -> None:
    broken = engine_that_raises(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        any_app.invoker.invoke_action(broken, {}, ONE, KEY)

    with pytest.raises(ActionError, match=r"CANCELLED 499: run .* was interrupted"):
        any_app.invoker.invoke_action(broken, {}, ONE, KEY)


DYING = """
import os, signal, sys
from cartflow import Application, action, hookimpl

@action("die", input={}, output={})
def die(ctx):
    os.kill(os.getpid(), signal.SIGKILL)

class Plugin:
    @hookimpl
    def cartflow_actions(self): return [die]
    @hookimpl
    def cartflow_flows(self): return __import__("pathlib").Path(sys.argv[2]).glob("*.flow.yaml")

environment = {"CARTFLOW_DATABASE_URL": sys.argv[1]}
with Application.open(environment=environment, plugins=[("lab", Plugin())]) as app:
    app.invoke("dying", key=sys.argv[3])
"""


def test_a_run_whose_process_died_says_so_and_is_not_run_again(
    notebook: OpenNotebook,
    flows: Flows,
    database_url: str,
    tmp_path: Path,
    start_process: StartProcess,
) -> None:
    die = action("die", input={}, output={})(lambda ctx: {})
    lab = notebook(die, flows=flows("flow: dying\nsteps:\n  - {action: die}\n"))
    assert start_process(DYING, database_url, str(tmp_path), KEY).wait() == -9

    errors = [lab.error("dying", key=KEY) for _ in range(2)]

    assert [error.code for error in errors] == ["CANCELLED", "CANCELLED"]
    assert errors[0].data == errors[1].data != {}


PAYING = """
    flow: paying
    steps:
      - id: paid
        action: pay
        with: {amount: 5}
        retry: {on: "*", max_attempts: 3, delay: 0s}
    outputs:
      settled: ${{ steps.paid.settled }}
    ---
    flow: around
    steps:
      - {id: inner, action: once, retry: {on: [TIMEOUT], max_attempts: 3, delay: 0s}}
    outputs:
      settled: ${{ steps.inner.settled }}
    ---
    flow: once
    steps:
      - {id: paid, action: pay, with: {amount: 5}}
    outputs:
      settled: ${{ steps.paid.settled }}
"""


@pytest.fixture
def paying(
    make_app: MakeApplication, database_url: str, flows: Flows, tmp_path: Path
) -> tuple[Application, Terminal]:
    """Give an application with flows that pay, whose first payment gets no answer."""
    folder = tmp_path / "terminal"
    folder.mkdir()
    terminal, unanswered = Terminal(folder), [True]

    def at(place: str) -> None:
        if place == "charged" and unanswered:
            unanswered.clear()
            raise TimeoutError

    plugins = [("shop", Shop(terminal, at)), ("lab", Bring(flows=flows(PAYING)))]
    app = make_app(database_url, plugins)
    create_table(app)
    return app, terminal


def test_a_retry_after_an_unknown_outcome_charges_once(
    paying: tuple[Application, Terminal],
) -> None:
    app, terminal = paying

    with pytest.raises(ActionError, match="TIMEOUT"):
        app.invoke("once", principal=CUSTOMER, key=KEY)
    assert terminal.charges() == 1


def test_a_flow_that_is_retried_charges_once(paying: tuple[Application, Terminal]) -> None:
    app, terminal = paying

    assert app.invoke("around", principal=CUSTOMER) == {"settled": 1}
    assert (terminal.charges(), entries(app)) == (1, {"prepared": 1, "settled": 1})


def test_a_trace_is_told_what_the_run_does(sqlite_notebook: OpenNotebook, flows: Flows) -> None:
    seen: list[Any] = []
    lab: Notebook = sqlite_notebook(write_note, flows=flows(TWO_NOTES))
    lab.invoke("two-notes", options=RunOptions(observer=lambda record: seen.append(dict(record))))

    assert json.loads(json.dumps(seen, default=str))
    assert {record["action"] for record in seen if record.get("action")} == {"write"}


def test_an_error_promises_that_nothing_happened_only_if_the_flow_has_done_nothing(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    @action("again", input={}, output={}, errors=ERRORS)
    def again(ctx: Context) -> Any:
        raise ActionError("TRY_AGAIN", what="ink")

    lab = sqlite_notebook(
        write_note,
        again,
        flows=flows("""
            flow: at-once
            steps: [action: again]
            ---
            flow: later
            steps: [{ action: write, with: { text: one } }, { action: again }]
            ---
            flow: deeper
            steps: [{ action: write, with: { text: two } }, { action: at-once }]
        """),
    )

    promises = {name: lab.error(name).retryable for name in ("at-once", "later", "deeper")}

    assert promises == {"at-once": True, "later": False, "deeper": False}


@action(
    "sign-in", input={"password": {"type": "string"}}, output={}, errors={"WENT_WRONG": CONDITION}
)
def sign_in(ctx: Context) -> Any:
    password = ctx.input["password"]
    raise ActionError("WENT_WRONG", f"the password {password} is not the one", what=password)


SIGN_IN = """
    flow: signing-in
    steps: [{ action: sign-in, with: { password: "${{ secrets.door }}" } }]
"""


def test_an_error_does_not_show_the_secrets_that_a_flow_hands_on(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    lab = sqlite_notebook(sign_in, flows=flows(SIGN_IN), CARTFLOW_SECRET_DOOR="open sesame")

    error = lab.error("signing-in")

    assert (error.code, error.message) == ("WENT_WRONG", "the password *** is not the one")
    assert error.data == {"what": "***"}
    assert error.step == "steps/0"


def test_a_secret_that_is_not_configured_is_an_error_that_says_what_to_do(
    sqlite_notebook: OpenNotebook, flows: Flows
) -> None:
    error = sqlite_notebook(sign_in, flows=flows(SIGN_IN)).error("signing-in")

    assert error.code == "EXPRESSION_FAILED"
    assert "no secret 'door' is configured; set CARTFLOW_SECRET_DOOR" in error.message
