from __future__ import annotations

import logging
import threading
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from cartflow import ActionError, Application, Context, action
from cartflow.runtime.background import SCOPE

from .bring import Bring, write
from .conftest import Notebook, OpenNotebook

TEXT = {"text": {"type": "string", "minLength": 1}}
PATIENCE_S = 20.0

WAITING = """
flow: waiting
inputs: { text: { type: string } }
steps:
  - action: note
    with: { text: "${{ inputs.text }}" }
    undo: { action: note, with: { text: undone } }
  - wait: 1h
"""


class Gate:
    """Lets an action run on when the test says so, and counts who is inside."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.inside = 0
        self.most = 0

    def pass_through(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.open.wait(PATIENCE_S)
        self.inside -= 1


@action("note", input=TEXT, output={})
def note(ctx: Context) -> dict[str, Any]:
    """Write a line."""
    write(ctx, ctx.input["text"])
    return {}


@action("tell", input=TEXT, output={}, access=["system"])
def tell(ctx: Context) -> dict[str, Any]:
    """Write down who calls."""
    write(ctx, f"{ctx.principal.kind}: {ctx.input['text']}")
    return {}


@action(
    "begin",
    input={"name": {"type": "string"}, "given": {"type": "object"}, "fails": {"default": False}},
    output={"id": {"type": "string"}},
    errors={"NOT_TODAY": {"status": 409, "title": "Not Today", "message": "not today"}},
)
def begin(ctx: Context) -> dict[str, Any]:
    """Start something in the background."""
    run_id = ctx.start(ctx.input["name"], ctx.input["given"])
    if ctx.input["fails"]:
        raise ActionError("NOT_TODAY")
    return {"id": run_id}


@action("end", input={"id": {"type": "string"}}, output={})
def end(ctx: Context) -> dict[str, Any]:
    """Cancel what runs in the background."""
    ctx.stop(ctx.input["id"])
    return {}


def gate_action(gate: Gate) -> Any:
    @action("pass", input={}, output={})
    def pass_through(ctx: Context) -> dict[str, Any]:
        """Wait at the gate."""
        gate.pass_through()
        write(ctx, ctx.random_text(20))
        return {}

    return pass_through


def start(lab: Notebook, name: str, **given: Any) -> str:
    return str(lab.invoke("begin", {"name": name, "given": given})["id"])


def done(lab: Notebook) -> list[str]:
    assert lab.app.drain(PATIENCE_S)
    return lab.notes()


def records(lab: Notebook) -> list[Any]:
    """Return status and outcome of the runs in the background."""
    with lab.app.database.transaction(read_only=True) as connection:
        found = connection.exec_driver_sql(
            f"SELECT status, outcome FROM journal WHERE scope = '{SCOPE}'"
        )
        return [tuple(row) for row in found]


def test_a_run_begins_after_the_commit_as_system(notebook: OpenNotebook) -> None:
    lab = notebook(begin, tell)

    start(lab, "tell", text="hello")

    assert done(lab) == ["system: hello"]
    assert records(lab) == [("done", '{"output":{}}')]


def test_what_is_not_committed_begins_nothing(notebook: OpenNotebook) -> None:
    lab = notebook(begin, tell)

    error = lab.error("begin", {"name": "tell", "given": {"text": "hello"}, "fails": True})

    assert error.code == "NOT_TODAY"
    assert done(lab) == []
    assert records(lab) == []


def test_without_threads_it_runs_in_the_callers(sqlite_notebook: OpenNotebook) -> None:
    lab = sqlite_notebook(begin, tell, CARTFLOW_BACKGROUND_THREADS="0")

    start(lab, "tell", text="hello")

    assert lab.notes() == ["system: hello"]


def test_so_many_at_once_and_no_more(sqlite_notebook: OpenNotebook) -> None:
    gate = Gate()
    lab = sqlite_notebook(begin, gate_action(gate), CARTFLOW_BACKGROUND_THREADS="2")
    for _ in range(5):
        start(lab, "pass")
    assert all(gate.entered.acquire(timeout=PATIENCE_S) for _ in range(2))

    gate.open.set()

    assert len(done(lab)) == 5
    assert gate.most == 2


@pytest.fixture
def flow_file(tmp_path: Path) -> Path:
    file = tmp_path / "waiting.flow.yaml"
    file.write_text(WAITING, "utf-8")
    return file


def wait_for_notes(lab: Notebook) -> None:
    """Wait until the flow has written its line."""
    pause = threading.Event()
    while not lab.notes():
        pause.wait(0.01)


def test_a_run_that_is_stopped_is_undone_at_once(
    sqlite_notebook: OpenNotebook, flow_file: Path
) -> None:
    lab = sqlite_notebook(begin, end, note, flows=[flow_file])
    run_id = start(lab, "waiting", text="begun")
    wait_for_notes(lab)

    lab.invoke("end", {"id": run_id})

    assert done(lab) == ["begun", "undone"]
    [(status, outcome)] = records(lab)
    assert status == "done"
    assert "CANCELLED" in outcome


def test_a_run_that_waits_for_a_thread_can_be_stopped(sqlite_notebook: OpenNotebook) -> None:
    gate = Gate()
    lab = sqlite_notebook(begin, end, tell, gate_action(gate), CARTFLOW_BACKGROUND_THREADS="1")
    start(lab, "pass")
    assert gate.entered.acquire(timeout=PATIENCE_S)

    lab.invoke("end", {"id": start(lab, "tell", text="never")})
    gate.open.set()

    assert len(done(lab)) == 1
    assert "system: never" not in lab.notes()


def test_stopping_what_is_over_does_nothing(sqlite_notebook: OpenNotebook) -> None:
    lab = sqlite_notebook(begin, end, tell)
    run_id = start(lab, "tell", text="hello")
    done(lab)

    assert lab.invoke("end", {"id": run_id}) == {}


def test_errors_are_logged_and_recorded(
    sqlite_notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    lab = sqlite_notebook(begin, note)
    lab.invoke("note", {"text": "twice"})

    run_id = start(lab, "note", text="twice")

    assert done(lab) == ["twice"]
    [(_, outcome)] = records(lab)
    assert "INTERNAL" in outcome
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(text.startswith(f"background run {run_id} of 'note' ended with") for text in said)


def test_a_run_that_wants_to_end_the_process_is_left_over(
    sqlite_notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    @action("leave", input={}, output={})
    def leave(ctx: Context) -> dict[str, Any]:
        """End more than the call."""
        raise SystemExit

    lab = sqlite_notebook(begin, tell, leave, CARTFLOW_BACKGROUND_THREADS="1")

    run_id = start(lab, "leave")
    start(lab, "tell", text="hello")

    assert done(lab) == ["system: hello"]
    assert ("running", None) in records(lab)
    assert f"background run {run_id} of 'leave' is left over" in caplog.text


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("nothing", {}, "UNDECLARED_ERROR"),
        ("tell", {"text": ""}, "UNDECLARED_ERROR"),
        ("look", {}, "INTERNAL"),
    ],
    ids=["unknown", "bad input", "without effect"],
)
def test_what_cannot_run_is_refused_at_once(
    sqlite_notebook: OpenNotebook, name: str, given: dict[str, Any], code: str
) -> None:
    @action("look", input={}, output={}, effect="none")
    def look(ctx: Context) -> dict[str, Any]:
        """Change nothing."""
        return {}

    lab = sqlite_notebook(begin, tell, look)

    error = lab.error("begin", {"name": name, "given": given})

    assert error.code == code
    assert records(lab) == []


def test_an_action_that_only_reads_cannot_start_anything(
    sqlite_notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    @action("peek", input={}, output={}, effect="none")
    def peek(ctx: Context) -> dict[str, Any]:
        """Try to change something after all."""
        ctx.start("tell", {"text": "hello"})
        return {}

    lab = sqlite_notebook(peek, tell)

    assert lab.error("peek").code == "INTERNAL"
    assert "cannot start 'tell' in the background" in caplog.text


def test_an_id_is_used_once(notebook: OpenNotebook, caplog: pytest.LogCaptureFixture) -> None:
    @action("same", input={}, output={})
    def same(ctx: Context) -> dict[str, Any]:
        """Start under an id that does not change."""
        ctx.start("tell", {"text": "once"}, "one")
        return {}

    lab = notebook(same, tell)
    lab.invoke("same")

    assert lab.error("same").code == "INTERNAL"
    assert done(lab) == ["system: once"]
    assert "there is a background run 'one' already" in caplog.text


@pytest.fixture
def left_over(notebook: OpenNotebook, flow_file: Path) -> Notebook:
    """Give an application that was closed while a flow waited in it."""
    lab = notebook(begin, note, flows=[flow_file])
    start(lab, "waiting", text="begun")
    wait_for_notes(lab)
    lab.app.invoker.background.close(0.0)
    return lab


def test_closing_cancels_what_does_not_end(left_over: Notebook) -> None:
    assert left_over.notes() == ["begun", "undone"]
    assert records(left_over) == [("running", None)]


def test_nothing_begins_in_a_closed_application(left_over: Notebook) -> None:
    start(left_over, "note", text="later")

    assert left_over.app.drain(0.0)
    assert "later" not in left_over.notes()
    assert len(records(left_over)) == 2


def again(lab: Notebook, *actions: Any, **parts: Any) -> Application:
    """Open another application, as of another process, on the same database."""
    url = lab.app.database.url.render_as_string(hide_password=False)
    return Application.open(
        environment={"CARTFLOW_DATABASE_URL": url},
        plugins=[("lab", Bring(actions=actions, **parts))],
    )


def test_what_a_dead_process_left_over_is_begun_anew(notebook: OpenNotebook) -> None:
    lab = notebook(begin, tell)
    lab.app.invoker.background.close(0.0)
    start(lab, "tell", text="at last")
    lab.app.close()

    with again(lab, begin, tell) as app:
        ended = app.invoker.recover()

    assert ended == 1
    assert lab.notes() == ["system: at last"]
    assert records(lab) == [("done", '{"output":{}}')]


def test_what_a_living_process_runs_is_left_alone(notebook: OpenNotebook) -> None:
    lab = notebook(begin, tell)
    lab.app.invoker.background.close(0.0)
    start(lab, "tell", text="still mine")

    with again(lab, begin, tell) as app:
        assert app.invoker.recover() == 0

    assert lab.notes() == []


def test_what_is_gone_is_not_begun_anew(sqlite_notebook: OpenNotebook) -> None:
    lab = sqlite_notebook(begin, tell)
    lab.app.invoker.background.close(0.0)
    start(lab, "tell", text="who is that")
    lab.app.close()

    with again(lab, begin) as app:
        assert app.invoker.recover() == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_child_process_has_threads_of_its_own(sqlite_notebook: OpenNotebook) -> None:
    gate = Gate()
    lab = sqlite_notebook(begin, tell, gate_action(gate), CARTFLOW_BACKGROUND_THREADS="1")
    start(lab, "pass")
    assert gate.entered.acquire(timeout=PATIENCE_S)  # the parent's only thread is busy

    child = get_context("fork").Process(target=_start_and_drain, args=(lab,))
    child.start()
    child.join(PATIENCE_S)
    gate.open.set()

    assert child.exitcode == 0
    assert "system: from the child" in done(lab)


def _start_and_drain(lab: Notebook) -> None:
    start(lab, "tell", text="from the child")
    assert lab.app.drain(PATIENCE_S)
