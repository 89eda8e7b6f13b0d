from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartflow import ADMIN, ActionError, Context, DatabaseError, Failure, action

from .bring import ERRORS, Bring, count, write
from .conftest import OpenNotebook

TEXT = {"text": {"type": "string"}}


@action("write", input=TEXT, output={"notes": {"type": "integer"}}, errors=ERRORS)
def write_note(ctx: Context) -> Any:
    write(ctx, ctx.input["text"])
    return {"notes": count(ctx)}


def failing(raising: Callable[[Context], Any], name: str = "fail", **members: Any) -> Any:
    """Return an action that writes a note and then does what *raising* does."""

    def handler(ctx: Context) -> Any:
        write(ctx, "left behind")
        return raising(ctx)

    return action(name, input={}, output={"type": "object"}, errors=ERRORS, **members)(handler)


def raise_(error: BaseException) -> Any:
    raise error


def test_an_action_answers_with_its_output(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)

    assert lab.invoke("write", {"text": "a"}) == {"notes": 1}


def test_what_an_action_writes_is_committed(notebook: OpenNotebook) -> None:
    lab = notebook(write_note)
    lab.invoke("write", {"text": "a"})

    assert lab.notes() == ["a"]


def test_an_unknown_action_comes_with_the_nearest_name(sqlite_notebook: OpenNotebook) -> None:
    error = sqlite_notebook(write_note).error("wirte")

    assert (error.code, error.message) == (
        "UNKNOWN_ACTION",
        "action 'wirte' is not registered; did you mean 'write'?",
    )


def test_a_raised_condition_takes_the_changes_back(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda ctx: raise_(ActionError("WENT_WRONG"))))

    assert (lab.error("fail").code, lab.notes()) == ("WENT_WRONG", [])


def test_a_returned_failure_keeps_the_changes(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda ctx: Failure(ActionError("WENT_WRONG"))))

    assert (lab.error("fail").code, lab.notes()) == ("WENT_WRONG", ["left behind"])


def test_a_condition_gets_the_rest_from_the_contract(sqlite_notebook: OpenNotebook) -> None:
    error = sqlite_notebook(
        failing(lambda ctx: raise_(ActionError("TRY_AGAIN", what="ink")))
    ).error("fail")

    assert (error.status, error.title, error.message, error.retryable, error.data) == (
        503,
        "It Went Wrong",
        "it went wrong with ink",
        True,
        {"what": "ink"},
    )


UNDECLARED = [
    (lambda ctx: raise_(ActionError("SECRET_REASON", "the pin is 1234")), "UNDECLARED_ERROR"),
    (lambda ctx: Failure(ActionError("SECRET_REASON", "the pin is 1234")), "UNDECLARED_ERROR"),
    (lambda ctx: raise_(ActionError("BUSY", "the pin is 1234")), "UNDECLARED_ERROR"),
    (lambda ctx: raise_(ValueError("the pin is 1234")), "INTERNAL"),
    (lambda ctx: ctx.db.exec_driver_sql("SELECT * FROM pin_1234"), "INTERNAL"),
    (lambda ctx: ["the pin is 1234"], "INVALID_OUTPUT"),
    (lambda ctx: None, "INVALID_OUTPUT"),
]


@pytest.mark.parametrize(("raising", "code"), UNDECLARED)
def test_what_a_contract_does_not_promise_is_hidden_and_taken_back(
    notebook: OpenNotebook, raising: Callable[[Context], Any], code: str
) -> None:
    lab = notebook(failing(raising))

    error = lab.error("fail")

    assert (error.code, error.status, "1234" in str(error), lab.notes()) == (code, 500, False, [])


@pytest.mark.parametrize(("raising", "code"), UNDECLARED[:-1])
def test_its_details_are_in_the_log_under_the_callers_id(
    sqlite_notebook: OpenNotebook,
    caplog: pytest.LogCaptureFixture,
    raising: Callable[[Context], Any],
    code: str,
) -> None:
    lab = sqlite_notebook(failing(raising))

    with caplog.at_level(logging.ERROR, "cartflow"):
        error = lab.error("fail")

    said = f"{caplog.text}"
    assert error.invocation_id
    assert error.invocation_id in said
    assert error.invocation_id in error.message
    assert code == "INVALID_OUTPUT" or "1234" in said


def test_the_log_shows_no_value_of_a_bad_output(
    sqlite_notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite_notebook(failing(lambda ctx: ["the pin is 1234"])).error("fail")

    assert "1234" not in caplog.text


def test_an_output_that_is_no_json_value_is_refused(sqlite_notebook: OpenNotebook) -> None:
    @action("now", input={}, output={"at": {"type": "string"}})
    def now(ctx: Context) -> Any:
        return {"at": ctx.now}

    assert sqlite_notebook(now).error("now").code == "INVALID_OUTPUT"


def test_access_comes_before_input_and_input_before_the_handler(
    sqlite_notebook: OpenNotebook,
) -> None:
    called = []

    @action("order", input=TEXT, output={}, access=["admin"])
    def order(ctx: Context) -> Any:
        called.append(ctx.input["text"])
        return {}

    lab = sqlite_notebook(order)
    codes = [lab.error("order", {"text": 1}).code]
    codes.append(lab.error("order", {"text": 1}, principal=ADMIN).code)
    lab.invoke("order", {"text": "a"}, principal=ADMIN)

    assert (codes, called) == (["NOT_AUTHENTICATED", "INVALID_INPUT"], ["a"])


def test_an_error_of_access_or_input_carries_an_invocation_id(
    sqlite_notebook: OpenNotebook,
) -> None:
    assert sqlite_notebook(write_note).error("write", {}).invocation_id


def test_an_action_that_never_asks_for_the_database_opens_none(
    tmp_path: Path, make_app: Any
) -> None:
    @action("echo", input=TEXT, output=TEXT)
    def echo(ctx: Context) -> Any:
        return {"text": ctx.input["text"]}

    from_nowhere = f"sqlite:///{tmp_path}/no/such/folder/x.db"
    app = make_app(from_nowhere, [("lab", Bring(actions=[echo]))], upgrade=False)

    assert app.invoke("echo", {"text": "a"}) == {"text": "a"}


def test_an_action_without_effect_cannot_write(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda ctx: {}, effect="none"))

    assert (lab.error("fail").code, lab.notes()) == ("INTERNAL", [])


def test_an_action_without_effect_sees_one_snapshot(notebook: OpenNotebook) -> None:
    @action("twice", input={}, output={"type": "array"}, effect="none")
    def twice(ctx: Context) -> Any:
        before = count(ctx)
        other = threading.Thread(target=lab.invoke, args=("write", {"text": "meanwhile"}))
        other.start()
        other.join()
        return [before, count(ctx)]

    lab = notebook(twice, write_note)

    assert lab.invoke("twice") == [0, 0]
    assert lab.notes() == ["meanwhile"]


def test_the_time_is_the_same_for_all_of_an_invocation(sqlite_notebook: OpenNotebook) -> None:
    @action("times", input={}, output={"type": "boolean"})
    def times(ctx: Context) -> Any:
        return ctx.now is ctx.now and ctx.now.tzinfo is not None

    assert sqlite_notebook(times).invoke("times") is True


def test_after_a_commit_the_callbacks_are_called(notebook: OpenNotebook) -> None:
    seen = []

    def telling(ctx: Context) -> Any:
        ctx.after_commit(lambda: seen.append(lab.notes()))
        return {}

    lab = notebook(failing(telling))
    lab.invoke("fail")

    assert seen == [["left behind"]]


@pytest.mark.parametrize("key", [None, "k" * 22], ids=["no key", "key"])
def test_without_a_commit_no_callback_is_called(notebook: OpenNotebook, key: str | None) -> None:
    seen = []

    def telling(ctx: Context) -> Any:
        ctx.after_commit(lambda: seen.append("called"))
        raise_(ActionError("WENT_WRONG"))

    lab = notebook(failing(telling))
    lab.error("fail", key=key)

    assert seen == []


def test_a_callback_that_fails_does_not_deny_the_commit(
    notebook: OpenNotebook, caplog: pytest.LogCaptureFixture
) -> None:
    def telling(ctx: Context) -> Any:
        ctx.after_commit(lambda: raise_(ValueError("no mail today")))
        return {}

    lab = notebook(failing(telling))

    assert (lab.invoke("fail"), lab.notes()) == ({}, ["left behind"])
    assert "no mail today" in caplog.text


def test_ctrl_c_in_a_handler_takes_its_changes_back(notebook: OpenNotebook) -> None:
    lab = notebook(failing(lambda ctx: raise_(KeyboardInterrupt())), write_note)

    with pytest.raises(KeyboardInterrupt):
        lab.invoke("fail")

    assert lab.invoke("write", {"text": "a"}) == {"notes": 1}


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_handler_cannot_end_the_transaction(notebook: OpenNotebook, ending: str) -> None:
    lab = notebook(failing(lambda ctx: getattr(ctx.db, ending)() or {}))

    assert lab.error("fail").code == "INTERNAL"


def swallowing(ctx: Context) -> Any:
    try:
        write(ctx, "left behind")  # it is unique
    except Exception:
        return {}


def test_a_swallowed_error_of_a_statement_is_no_silent_rollback(
    postgres_notebook: OpenNotebook,
) -> None:
    lab = postgres_notebook(failing(swallowing))

    assert (lab.error("fail").code, lab.notes()) == ("INTERNAL", [])


def test_sqlite_takes_the_failed_statement_alone_back(sqlite_notebook: OpenNotebook) -> None:
    lab = sqlite_notebook(failing(swallowing))

    assert (lab.invoke("fail"), lab.notes()) == ({}, ["left behind"])


def test_a_savepoint_of_the_handler_makes_a_statement_that_may_fail_safe(
    notebook: OpenNotebook,
) -> None:
    def careful(ctx: Context) -> Any:
        try:
            with ctx.db.begin_nested():
                write(ctx, "left behind")
        except Exception:
            return {}

    lab = notebook(failing(careful))

    assert (lab.invoke("fail"), lab.notes()) == ({}, ["left behind"])


def test_a_database_that_cannot_be_opened_is_an_error_that_says_why(
    tmp_path: Path, make_app: Any
) -> None:
    plugin = Bring(actions=[write_note])
    app = make_app(f"sqlite:///{tmp_path}/no/x.db", [("lab", plugin)], upgrade=False)

    with pytest.raises(DatabaseError, match=r"the folder '.*' of the database does not exist"):
        app.invoke("write", {"text": "a"})
